// Objects and lists of JSON, member by member: what the readers of inputs have in common.
//
// As in Toxiproxy's clients, the case of a key does not matter, and null is as good as absent.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "faults/toxiproxy/mistake.hpp"
#include "harness/model/json_reader.hpp"

namespace seawall::toxiproxy {

// Keys that nobody asked for: the clients of Toxiproxy expect them to be dropped.
enum class Unknown : bool { dropped, refused };

// `name` is in lower case.
bool same_key(std::string_view key, std::string_view name);

// After the first mistake everything is false.
class ObjectReader {
 public:
  // More than anybody needs, and few enough that a body cannot make us reserve much.
  static constexpr std::size_t most_elements = 10'000;

  // `from` outlives it.
  ObjectReader(std::string_view from, Unknown strangers) : json(from), unknown(strangers) {}

  // `member` is called with each key, and reads the value.
  template <class Member>
  bool members(Member member) {
    if (!json.enter('{')) return false;
    bool first = true;
    for (std::string_view key; json.next_key(first, key);)
      if (!member(key)) return false;
    return json.ok();
  }

  // `element` appends what it reads to `so_far`.
  template <class Element, class Elements>
  bool elements(Element element, const Elements& so_far) {
    if (!json.enter('[')) return false;
    for (bool first = true; json.more(']', first);) {
      if (so_far.size() == most_elements)
        return json.fail_at(json.offset(), fmt::format("more than {} elements", most_elements));
      if (!element()) return json.blame(fmt::format("[{}]", so_far.size() - 1));
    }
    return json.ok();
  }

  // The value of a key that nobody knows. `known`: for the sentence.
  bool stranger(std::string_view key, std::string_view known = {});
  bool text(std::string_view key, std::optional<std::string>& out);
  bool flag(std::string_view key, std::optional<bool>& out);
  bool texts(std::string_view key, std::vector<std::string>& out);

  bool end() { return json.read_end(); }
  Mistake mistake() const { return {json.wrong_at(), json.sentence()}; }

  model::JsonReader json;
  const Unknown unknown;
};

// All of `text` as `shape` reads it.
template <class Input, class Shape>
base::expected<Input, Mistake> read_object(std::string_view text, Unknown unknown, Shape shape) {
  ObjectReader reader(text, unknown);
  Input input;
  if (shape(reader, input) && reader.end()) return input;
  return base::unexpected(reader.mistake());
}

}  // namespace seawall::toxiproxy
