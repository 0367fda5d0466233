// Reads a file of rows, for {{row COLUMN}}: CSV (RFC 4180) with a line of names first, or JSON
// lines.
//
//   id,name,vip              {"id": 7, "name": "Ann", "vip": true}
//   7,"Ann",true             {"id": 8, "name": "Bo", "vip": false}
//   8,"Bo",false
//
// Strict: each row has a cell for each column; nothing is guessed. In CSV what stands in quotes is
// a text, and what does not is a number or a truth where it looks like one in JSON. No cell has a
// line break or another control character in it, because it may go into a header.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "harness/base/result.hpp"
#include "harness/model/rows.hpp"

namespace seawall::scenario {

struct RowsMistake {
  int line = 1;
  int column = 1;       // in bytes
  std::string message;  // what was found, and what was expected
};

inline constexpr std::size_t most_rows = 1'000'000;
inline constexpr std::size_t most_columns = 1'000;

// `name` tells the form: .jsonl and .ndjson are JSON lines, all else is CSV. At least one row. The
// first mistake ends the reading.
base::expected<model::Rows, RowsMistake> parse_rows(std::string_view name, std::string_view text);

}  // namespace seawall::scenario
