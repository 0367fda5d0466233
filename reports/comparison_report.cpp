#include "reports/comparison_report.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "reports/json_text.hpp"
#include "reports/markdown.hpp"

namespace seawall::reports {
namespace {

namespace json = boost::json;
using compare::Comparison;
using compare::Metric;
using compare::Row;
using Standing = Row::Standing;

constexpr double ppm_of_percent = 10'000;

std::string value_text(Metric metric, std::int64_t value) {
  if (metric == Metric::goodput) return base::grouped(value);
  if (metric == Metric::errors)
    return fmt::format("{:.2f} %", static_cast<double>(value) / ppm_of_percent);
  const auto ns = static_cast<double>(value);
  if (value >= 1'000'000'000) return fmt::format("{:.3f} s", ns / 1e9);
  return value >= 1'000'000 ? fmt::format("{:.2f} ms", ns / 1e6)
                            : fmt::format("{:.1f} us", ns / 1e3);
}

// Of errors in points of a percent, as their values are shares themselves.
std::string change_text(const Row& row) {
  if (row.a == row.b && !row.chance) return "0";
  if (!row.change) return "new";
  if (row.metric == Metric::errors)
    return fmt::format("{:+.2f} points", static_cast<double>(*row.change) / ppm_of_percent);
  return fmt::format("{:+.1f} %", static_cast<double>(*row.change) / ppm_of_percent);
}

std::string interval_text(const Row& row) {
  if (!row.low || !row.high) return "";
  const int digits = row.metric == Metric::errors ? 2 : 1;
  return fmt::format("{:+.{}f} .. {:+.{}f}", static_cast<double>(*row.low) / ppm_of_percent, digits,
                     static_cast<double>(*row.high) / ppm_of_percent, digits);
}

std::string_view standing_text(Standing standing) {
  switch (standing) {
    case Standing::same:
      return "same";
    case Standing::better:
      return "better";
    case Standing::within:
      return "within";
    case Standing::worse:
      return "WORSE";
    case Standing::undecided:
      return "undecided";
    case Standing::shown:
      return "shown only";
    case Standing::too_few:
      return "too few requests";
  }
  return "";
}

std::string tolerated_text(const Row& row) {
  if (row.standing == Standing::shown || row.metric == Metric::p999) return "";
  return fmt::format("{:g} %", static_cast<double>(row.tolerated.ppm) / ppm_of_percent);
}

constexpr std::size_t columns = 8;
using Line = std::array<std::string, columns>;

// In exact comparisons there is no interval and no p.
std::vector<std::size_t> columns_of(const Comparison& comparison) {
  const bool has_chance =
      std::ranges::any_of(comparison.rows, [](const Row& row) { return row.chance.has_value(); });
  return has_chance ? std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7}
                    : std::vector<std::size_t>{0, 1, 2, 3, 6, 7};
}

Line head_of(const std::string& request) {
  return {request, "A", "B", "change", "95 % interval", "p", "tolerated", ""};
}

Line line_of(const Row& row) {
  return {std::string(compare::name_of(row.metric)),
          value_text(row.metric, row.a),
          value_text(row.metric, row.b),
          change_text(row),
          interval_text(row),
          row.chance ? fmt::format("{:.4f}", *row.chance) : "",
          tolerated_text(row),
          std::string(standing_text(row.standing))};
}

std::string_view shown_name(const std::string& request) {
  return request.empty() ? "all requests" : std::string_view(request);
}

// Texts of others may hold what a terminal would obey.
std::string printable(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return out;
}

// A head before each request name, its rows below it; all columns but the first and the last stand
// at the right.
std::string table_text(const Comparison& comparison) {
  std::vector<Line> lines;
  const std::string* request = nullptr;
  for (const Row& row : comparison.rows) {
    if (!request || *request != row.request)
      lines.push_back(head_of(printable(shown_name(row.request))));
    request = &row.request;
    lines.push_back(line_of(row));
    lines.back()[0].insert(0, "  ");
  }
  std::array<std::size_t, columns> widths{};
  for (const Line& line : lines)
    for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], line[i].size());
  std::string text;
  for (const Line& line : lines) {
    std::string row;
    for (const std::size_t i : columns_of(comparison)) {
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

std::string how_compared(const Comparison& comparison) {
  if (comparison.is_exact) return "virtual time, the same seeds: every difference is real";
  const bool has_pairs =
      std::ranges::any_of(comparison.rows, [](const Row& row) { return row.chance.has_value(); });
  return has_pairs ? "pairs of runs: B's ratio to A, medians of all averages of two pairs"
                   : "medians of each side";
}

std::string runs_text(std::size_t runs) {
  return fmt::format("{} {}", runs, runs == 1 ? "run" : "runs");
}

// Each with the sentence before it; what there is none of is left out.
std::vector<std::string> remarks_of(const Comparison& comparison) {
  std::vector<std::string> remarks;
  const auto add = [&](const char* what, const std::vector<std::string>& names) {
    for (const std::string& name : names) remarks.push_back(fmt::format("{}: {}", what, name));
  };
  add("B breaks what A keeps", comparison.newly_broken);
  add("B misses what A meets", comparison.newly_missed);
  add("B keeps what A does not", comparison.mended);
  add("note", comparison.notes);
  return remarks;
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
  object["a"] = row.a;
  object["b"] = row.b;
  object["change_ppm"] = or_null(row.change);
  object["low_ppm"] = or_null(row.low);
  object["high_ppm"] = or_null(row.high);
  object["p"] = or_null(row.chance);
  object["tolerated_ppm"] = row.tolerated.ppm;
  object["standing"] = text(compare::name_of(row.standing));
  return object;
}

}  // namespace

std::string_view verdict_label(Comparison::Verdict verdict) {
  switch (verdict) {
    case Comparison::Verdict::passed:
      return "PASS";
    case Comparison::Verdict::invariant_broken:
      return "FAIL";
    case Comparison::Verdict::regression:
      return "REGRESSION";
    case Comparison::Verdict::inconclusive:
      return "INCONCLUSIVE";
  }
  return "";
}

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
  const auto shown = columns_of(comparison);
  const auto append = [&](const Line& line, std::string_view request) {
    text += "| " + std::string(request);
    for (const std::size_t i : shown) text += " | " + line[i];
    text += " |\n";
  };
  text += '\n';
  append(head_of("metric"), "requests");
  text += "|---|---";
  for (std::size_t i = 1; i < shown.size(); ++i) text += shown[i] + 1 == columns ? "|---" : "|--:";
  text += "|\n";
  for (const Row& row : comparison.rows)
    append(line_of(row), escaped_markdown(shown_name(row.request)));
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
  object["newly_missed"] = texts(comparison.newly_missed);
  object["mended"] = texts(comparison.mended);
  object["notes"] = texts(comparison.notes);
  json::array rows;
  for (const Row& row : comparison.rows) rows.push_back(row_of(row));
  object["rows"] = std::move(rows);
  return indented_json(object);
}

}  // namespace seawall::reports
