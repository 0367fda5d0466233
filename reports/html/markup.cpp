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

std::string html_table(const std::vector<Column>& columns,
                       const std::vector<std::vector<Cell>>& rows) {
  std::string out = "<div class=\"tbl\"><table><thead><tr>";
  for (const Column& column : columns)
    out += fmt::format("<th{}>{}</th>", class_attribute(column.style), html_text(column.name));
  out += "</tr></thead><tbody>\n";
  for (const std::vector<Cell>& row : rows) {
    out += "<tr>";
    for (const Cell& cell : row)
      out += fmt::format("<td{}>{}</td>", class_attribute(cell.style),
                         cell.markup.empty() ? html_text(cell.text) : cell.markup);
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
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
