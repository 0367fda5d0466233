#include "reports/comparison_report.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "reports/comparison_words.hpp"
#include "reports/finding_text.hpp"
#include "reports/json_text.hpp"
#include "reports/markdown.hpp"

namespace seawall::reports {
namespace {

namespace json = boost::json;
using compare::Comparison;
using compare::Metric;
using compare::Row;

constexpr std::size_t columns = std::tuple_size_v<ComparisonLine>;

// A head before each request name, its rows below it; all columns but the first and the last stand
// at the right.
std::string table_text(const Comparison& comparison) {
  std::vector<ComparisonLine> lines;
  const std::string* request = nullptr;
  for (const Row& row : comparison.rows) {
    if (!request || *request != row.request)
      lines.push_back(comparison_head(printable(shown_name(row.request))));
    request = &row.request;
    lines.push_back(comparison_line(row));
    lines.back()[0].insert(0, "  ");
  }
  std::array<std::size_t, columns> widths{};
  for (const ComparisonLine& line : lines)
    for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], line[i].size());
  std::string text;
  for (const ComparisonLine& line : lines) {
    std::string row;
    for (const std::size_t i : comparison_columns(comparison)) {
      if (i == 0)
        row += fmt::format("{:<{}}", line[i], widths[i]);
      else if (i + 1 == columns)
        row += "  " + line[i];
      else
        row += fmt::format("  {:>{}}", line[i], widths[i]);
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + '\n';
  }
  return text;
}

template <class Number>
json::value or_null(const std::optional<Number>& number) {
  return number ? json::value(*number) : json::value(nullptr);
}

json::object row_of(const Row& row) {
  const char* unit = row.metric == Metric::goodput  ? "requests"
                     : row.metric == Metric::errors ? "ppm"
                                                    : "ns";
  json::object object;
  object["request"] = text(row.request);
  object["metric"] = text(compare::name_of(row.metric));
  object["unit"] = unit;
  using Standing = Row::Standing;
  object["a"] = row.standing == Standing::only_b ? json::value(nullptr) : json::value(row.a);
  object["b"] = row.standing == Standing::only_a ? json::value(nullptr) : json::value(row.b);
  object["change_ppm"] = or_null(row.change);
  object["low_ppm"] = or_null(row.low);
  object["high_ppm"] = or_null(row.high);
  object["p"] = or_null(row.chance);
  object["tolerated_ppm"] = row.tolerated.ppm;
  object["standing"] = text(compare::name_of(row.standing));
  return object;
}

}  // namespace

std::string comparison_text(const Comparison& comparison, int exit) {
  std::string text = fmt::format("A  {}  ({})\nB  {}  ({})\n{}\n\n", printable(comparison.a),
                                 runs_text(comparison.runs_a), printable(comparison.b),
                                 runs_text(comparison.runs_b), how_compared(comparison));
  text += table_text(comparison);
  for (const std::string& remark : remarks_of(comparison)) text += printable(remark) + '\n';
  return text + fmt::format("{}: {}\nexit {}\n", verdict_label(comparison.verdict),
                            printable(comparison.reason), exit);
}

std::string comparison_markdown(const Comparison& comparison, int exit) {
  std::string text =
      fmt::format("## {}: {}\n\n{}\n\nA is {} ({}), B is {} ({}); {}. Exit {}.\n",
                  verdict_label(comparison.verdict), escaped_markdown(comparison.scenario),
                  escaped_markdown(comparison.reason), escaped_markdown(comparison.a),
                  runs_text(comparison.runs_a), escaped_markdown(comparison.b),
                  runs_text(comparison.runs_b), how_compared(comparison), exit);
  const auto shown = comparison_columns(comparison);
  const auto append = [&](const ComparisonLine& line, std::string_view request) {
    text += "| " + std::string(request);
    for (const std::size_t i : shown) text += " | " + line[i];
    text += " |\n";
  };
  text += '\n';
  append(comparison_head("metric"), "requests");
  text += "|---|---";
  for (std::size_t i = 1; i < shown.size(); ++i) text += shown[i] + 1 == columns ? "|---" : "|--:";
  text += "|\n";
  for (const Row& row : comparison.rows)
    append(comparison_line(row), escaped_markdown(shown_name(row.request)));
  const auto remarks = remarks_of(comparison);
  if (!remarks.empty()) text += '\n';
  for (const std::string& remark : remarks) text += "- " + escaped_markdown(remark) + '\n';
  return text;
}

std::string comparison_json(const Comparison& comparison, int exit) {
  json::object object;
  object["schema"] = 1;
  object["scenario"] = text(comparison.scenario);
  object["a"] = text(comparison.a);
  object["b"] = text(comparison.b);
  object["runs_a"] = comparison.runs_a;
  object["runs_b"] = comparison.runs_b;
  object["exact"] = comparison.is_exact;
  object["verdict"] = text(compare::name_of(comparison.verdict));
  object["exit"] = exit;
  object["reason"] = text(comparison.reason);
  object["newly_broken"] = texts(comparison.newly_broken);
  object["both_broken"] = texts(comparison.both_broken);
  object["newly_missed"] = texts(comparison.newly_missed);
  object["both_missed"] = texts(comparison.both_missed);
  object["mended"] = texts(comparison.mended);
  object["notes"] = texts(comparison.notes);
  json::array rows;
  for (const Row& row : comparison.rows) rows.push_back(row_of(row));
  object["rows"] = std::move(rows);
  return indented_json(object);
}

}  // namespace seawall::reports
