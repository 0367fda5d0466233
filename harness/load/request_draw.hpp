// Draws one request of the load: which one, and what its templates say. Pure in (seed, number of
// the arrival) but for values saved from earlier answers, which depend on what was answered.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/keyed_random.hpp"
#include "harness/model/scenario.hpp"

namespace seawall::load {

// Values saved by `save`, the last 1,000 of each name.
class Saved {
 public:
  void add(const std::string& name, std::string value);
  // Nothing while there is none.
  const std::string* pick(const std::string& name, const base::KeyedRandom& draw) const;

 private:
  struct Ring {
    std::vector<std::string> values;
    std::size_t next = 0;
  };
  std::map<std::string, Ring> rings_;
};

// What the templates of one request may draw from beside their key.
struct Values {
  Values() = default;
  Values(const Saved& all) : saved(&all) {}

  const Saved* saved = nullptr;  // by all requests
  const Saved* own = nullptr;    // by earlier steps of the same flow: comes first
  const model::Rows* rows = nullptr;
  std::size_t row = 0;  // the one that this request, or its flow, is about
};

// The text of a template; nothing where it wants a value and there is none yet. In a body, values
// are written as that has them; literals and choices were when the scenario was read.
std::optional<std::string> draw_text(const model::Template& text, const base::KeyedRandom& draw,
                                     const Values& values);

// Chooses one by its weight, leaving out those that are refused; `refused` has a bit for each.
// Nothing where no weight is left.
std::optional<std::size_t> draw_by_weight(std::span<const std::int64_t> weights,
                                          const base::KeyedRandom& draw,
                                          const std::vector<bool>& refused);

// The request of this spec; nothing where a template wants a value and there is none yet.
std::optional<model::Request> draw_request(const model::RequestSpec& spec,
                                           const base::KeyedRandom& draw, const Values& values);

// The value at a path such as "$.id" or "$.items[0].sku" of a JSON text, as text (strings without
// their quotes); nothing where the text is no JSON or has no such value.
std::optional<std::string> json_at(std::string_view json, std::string_view path);

}  // namespace seawall::load
