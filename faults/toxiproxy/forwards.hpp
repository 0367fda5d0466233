// The forward proxies: one for each caller that reaches its callees by `http_proxy`. Their routes
// name proxies, and follow them where they go.
//
// All of it from any thread.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "faults/toxiproxy/forward_input.hpp"
#include "faults/toxiproxy/lines.hpp"
#include "faults/toxiproxy/proxies.hpp"

namespace seawall::toxiproxy {

struct ForwardState {
  std::string name;
  std::string listen;
  std::map<std::string, std::string> routes;
  bool passes_unknown = false;
  http::ForwardProxy::Counters counters;
};
std::string to_json(const ForwardState& forward);
std::string to_json(const std::vector<ForwardState>& forwards);

class Forwards {
 public:
  // Both outlive it.
  Forwards(Lines& lines, const Proxies& proxies) : lines_(lines), proxies_(proxies) {}
  Forwards(const Forwards&) = delete;

  // It listens at once.
  Outcome<ForwardState> create(const ForwardInput& input);
  std::vector<ForwardState> list() const;  // by name
  Outcome<ForwardState> get(std::string_view name) const;
  Outcome<void> remove(std::string_view name);

  // To be called when proxies have changed: routes lead to where they listen now.
  void follow();

 private:
  struct Forward {
    ForwardInput input;
    std::vector<http::ForwardRoute> routes;  // without where they lead
    std::unique_ptr<ForwardLine> line;
  };

  Outcome<std::vector<http::ForwardRoute>> check(const ForwardInput& input) const;
  void lead(const Forward& forward) const;
  static ForwardState state_of(const Forward& forward);

  Lines& lines_;
  const Proxies& proxies_;
  mutable std::mutex mutex_;
  std::map<std::string, Forward, std::less<>> table_;
};

}  // namespace seawall::toxiproxy
