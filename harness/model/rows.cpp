#include "harness/model/rows.hpp"

#include <algorithm>

namespace seawall::model {

const Rows::Cell* Rows::find(std::size_t row, std::string_view column) const {
  const auto at = std::find(columns.begin(), columns.end(), column);
  if (at == columns.end() || row >= rows.size()) return nullptr;
  return &rows[row][static_cast<std::size_t>(at - columns.begin())];
}

}  // namespace seawall::model
