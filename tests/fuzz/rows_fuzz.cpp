// Files of rows come from anywhere: whatever the bytes, the reader ends with rows that are whole,
// or with a sentence and its place.
#include <algorithm>
#include <cstdint>

#include "harness/base/assert.hpp"
#include "harness/scenario/rows.hpp"

namespace {

using seawall::base::require;

void read(std::string_view name, std::string_view text) {
  const auto rows = seawall::scenario::parse_rows(name, text);
  if (!rows) {
    const auto lines = std::count(text.begin(), text.end(), '\n') + 2;
    require(rows.error().line >= 1 && rows.error().line <= lines, "a mistake has a line");
    require(rows.error().column >= 1 && !rows.error().message.empty(), "and says what it is");
    return;
  }
  require(!rows->rows.empty() && !rows->columns.empty(), "there is something to draw");
  for (const auto& row : rows->rows) {
    require(row.size() == rows->columns.size(), "each row has a cell for each column");
    for (const auto& cell : row)
      require(std::none_of(cell.text.begin(), cell.text.end(),
                           [](char c) { return static_cast<unsigned char>(c) < ' '; }),
              "no cell breaks a header");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read("rows.csv", text);
  read("rows.jsonl", text);
  return 0;
}
