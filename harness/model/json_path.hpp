// The way to one value in a JSON document: a small part of JSONPath (RFC 9535), which names one
// value and never several.
//
//   $              the whole document
//   $.a.b          members; names of letters, digits, '_', '-' and whatever is not . [ ]
//   $['a b']       a member of any name; \' and \\ within it
//   $.a[0]         an element, counted from 0
//
// Filters, slices, wildcards and "..": an error.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"

namespace seawall::model {

struct JsonPath {
  struct Step {
    std::optional<std::size_t> index;  // an element, else the member `key`
    std::string key;
  };
  std::vector<Step> steps;
  std::string text;  // as it was written
};

struct JsonPathError {
  std::size_t at = 0;   // byte of the text
  std::string message;  // what was expected there
};
base::expected<JsonPath, JsonPathError> parse_json_path(std::string_view text);

// A value that a path leads to.
struct JsonFound {
  enum class Kind : std::uint8_t { null, truth, number, text, object, array };
  Kind kind = Kind::null;
  std::string text;  // of a text: what it says; of others: as the document has them
};

// Nothing where the document has no such value; the error says why it is no JSON.
base::expected<std::optional<JsonFound>, std::string> json_at(std::string_view document,
                                                              const JsonPath& path);

}  // namespace seawall::model
