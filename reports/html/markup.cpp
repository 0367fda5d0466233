#include "reports/html/markup.hpp"

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "reports/charts/html.hpp"

namespace seawall::reports {
namespace {

using charts::html_text;

std::string class_attribute(std::string_view style) {
  return style.empty() ? "" : fmt::format(" class=\"{}\"", style);
}

}  // namespace

Cell number_cell(std::int64_t count) { return {base::grouped(count), "n", ""}; }

namespace {

// `stacks`: whether cells name their columns, for where they stand one below the other.
std::string table_of(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows,
                     bool stacks) {
  std::string out = fmt::format("<div class=\"tbl\"><table{}><thead><tr>",
                                class_attribute(stacks ? "stack" : ""));
  for (const Column& column : columns)
    out += fmt::format("<th{}>{}</th>", class_attribute(column.style), html_text(column.name));
  out += "</tr></thead><tbody>\n";
  for (const std::vector<Cell>& row : rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string_view name = i < columns.size() ? columns[i].name : "";
      out += fmt::format("<td{}{}>{}</td>", class_attribute(row[i].style),
                         stacks && !name.empty() ? fmt::format(" data-l=\"{}\"", name) : "",
                         row[i].markup.empty() ? html_text(row[i].text) : row[i].markup);
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace

std::string html_table(const std::vector<Column>& columns,
                       const std::vector<std::vector<Cell>>& rows) {
  return table_of(columns, rows, false);
}

std::string stacking_table(const std::vector<Column>& columns,
                           const std::vector<std::vector<Cell>>& rows) {
  return table_of(columns, rows, true);
}

std::string html_section(std::string_view id, std::string_view title, std::string_view remark,
                         std::string_view markup) {
  std::string out = fmt::format("<section id=\"{}\"><h2>{}", id, html_text(title));
  if (!remark.empty()) out += fmt::format(" <small>{}</small>", html_text(remark));
  return out.append("</h2>\n").append(markup).append("</section>\n");
}

std::string html_paragraph(std::string_view text, std::string_view style) {
  return fmt::format("<p{}>{}</p>\n", class_attribute(style), html_text(text));
}

}  // namespace seawall::reports
