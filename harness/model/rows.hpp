// The rows of a file of data, which {{row COLUMN}} draws from: users, say. harness/scenario reads
// them; harness/load draws one for each request, or for each flow.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace seawall::model {

struct Rows {
  struct Cell {
    std::string text;
    // A number or a truth rather than a text: within a JSON body it stands without quotes.
    bool literal = false;
  };
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;  // each with a cell for every column

  // Null where there is no such column.
  const Cell* find(std::size_t row, std::string_view column) const;
};

}  // namespace seawall::model
