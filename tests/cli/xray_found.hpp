// What `seawall xray --as json` found, for tests.
#pragma once
#include <chrono>
#include <string>

#include <boost/json.hpp>

#include "tests/support/catch.hpp"

namespace seawall::tests {

class Found {
 public:
  explicit Found(const std::string& text) : all_(boost::json::parse(text)) {}

  const boost::json::object& link(const std::string& name) const {
    for (const boost::json::value& one : all_.at("links").as_array())
      if (one.at("link").as_string() == name) return one.as_object();
    FAIL("no " << name);
    return all_.as_object();
  }
  // -1: it cannot tell.
  std::int64_t value(const std::string& name, const std::string& key) const {
    const boost::json::value& found = link(name).at(key).at("value");
    return found.is_null() ? -1 : found.as_int64();
  }
  std::string why(const std::string& name, const std::string& key) const {
    return std::string(link(name).at(key).at("why").as_string());
  }
  bool has_breaker(const std::string& name) const { return breaker(name).contains("open_for_us"); }
  const boost::json::object& breaker(const std::string& name) const {
    return link(name).at("breaker").as_object();
  }
  // -1: it cannot tell, or there is no breaker.
  std::int64_t of_breaker(const std::string& name, const std::string& key) const {
    const boost::json::value* found = breaker(name).if_contains(key);
    if (found && found->is_object()) found = found->as_object().if_contains("value");
    return found && found->is_int64() ? found->as_int64() : -1;
  }

 private:
  boost::json::value all_;
};

// Within 5 %.
inline void check_near(std::int64_t found_us, std::chrono::microseconds truth) {
  INFO(found_us << " us found, " << truth.count() << " us is true");
  CHECK(found_us * 100 >= truth.count() * 95);
  CHECK(found_us * 100 <= truth.count() * 105);
}

}  // namespace seawall::tests
