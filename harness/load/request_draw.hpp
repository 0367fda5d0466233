// Draws one request of the load: which one, and what its templates say. Pure in (seed, subject) but
// for values saved from earlier answers, which depend on what was answered.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
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

// Where a text goes. In a body, saved values are escaped as JSON has it; literals and choices were
// escaped when the scenario was read.
enum class Place : std::uint8_t { header, body };

// The text of a template; nothing where it wants a saved value and there is none yet.
std::optional<std::string> draw_text(const model::Template& text, const base::KeyedRandom& draw,
                                     const Saved& saved, Place place = Place::header);

// Chooses among the requests by weight, leaving out those that cannot be drawn yet; `refused` has a
// bit for each of them. Nothing where all are left out.
const model::RequestSpec* draw_spec(const std::vector<model::RequestSpec>& specs,
                                    const base::KeyedRandom& draw,
                                    const std::vector<bool>& refused);

// The request of this spec; nothing where a template wants a saved value and there is none yet.
std::optional<model::Request> draw_request(const model::RequestSpec& spec,
                                           const base::KeyedRandom& draw, const Saved& saved);

// The value at a path such as "$.id" or "$.items[0].sku" of a JSON text, as text (strings without
// their quotes); nothing where the text is no JSON or has no such value.
std::optional<std::string> json_at(std::string_view json, std::string_view path);

}  // namespace seawall::load
