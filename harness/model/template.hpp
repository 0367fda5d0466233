// A text with generators, drawn anew for each request of the load: "c-{{int 1 500}}".
// harness/scenario parses it; harness/load draws it.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace seawall::model {

struct Template {
  struct Part {
    enum class Kind : std::uint8_t { text, uuid, integer, pick, saved, row };
    Kind kind = Kind::text;
    // What a value that is not known yet has to stand in: saved, row.
    enum class Within : std::uint8_t { text, json, form };
    Within within = Within::text;
    std::string text;                  // text: literal; saved, row: the name
    std::int64_t least = 0, most = 0;  // integer
    std::vector<std::string> choices;  // pick
    // Within a JSON body: the part stands for a whole value, quotes included, so that a generator
    // of numbers yields a number.
    bool whole_value = false;
  };
  std::vector<Part> parts;
  bool empty() const { return parts.empty(); }
};

}  // namespace seawall::model
