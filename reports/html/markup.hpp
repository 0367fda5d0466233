// The parts that a page is put together from. What is called text is escaped here; what is called
// markup is written as it is.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace seawall::reports {

struct Cell {
  std::string text;
  std::string_view style;  // a class of the style sheet: "n" for numbers, "bad", ...
  std::string markup;      // instead of the text
};

// A number of things, in its column.
Cell number_cell(std::int64_t count);

struct Column {
  std::string_view name;
  std::string_view style;
};

std::string html_table(const std::vector<Column>& columns,
                       const std::vector<std::vector<Cell>>& rows);
// One whose rows are cards on a narrow screen, each cell with the name of its column before it.
std::string stacking_table(const std::vector<Column>& columns,
                           const std::vector<std::vector<Cell>>& rows);

// `id` is where links inside of the page lead. `remark` stands behind the title; may be empty.
std::string html_section(std::string_view id, std::string_view title, std::string_view remark,
                         std::string_view markup);

std::string html_paragraph(std::string_view text, std::string_view style = {});

}  // namespace seawall::reports
