#include "reports/matrix_report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/model/matrix.hpp"
#include "reports/charts/html.hpp"
#include "reports/charts/style.hpp"
#include "reports/html/markup.hpp"
#include "reports/json_text.hpp"
#include "reports/markdown.hpp"

namespace seawall::reports {
namespace {

constexpr std::string_view full = model::full_policy;

using Cells = std::vector<const MatrixCell*>;
using Line = std::array<std::string, 7>;

constexpr std::array<std::string_view, 7> columns = {
    "", "available", "p99", "recovers", "attempts/call", "acted", "verdict"};

Cells cells_of(const MatrixReport& report, std::string_view point, std::string_view ablation) {
  Cells cells;
  for (const MatrixCell& cell : report.cells)
    if (cell.point == point && cell.ablation == ablation) cells.push_back(&cell);
  return cells;
}

// The median; of an even number the worse of the two in the middle, so that it is one that was
// measured.
template <class Number>
std::optional<Number> median_of(std::vector<Number> numbers, bool more_is_better = false) {
  if (numbers.empty()) return std::nullopt;
  std::sort(numbers.begin(), numbers.end());
  return numbers[more_is_better ? (numbers.size() - 1) / 2 : numbers.size() / 2];
}

std::optional<double> median(const Cells& cells, std::optional<double> MatrixCell::* number) {
  std::vector<double> numbers;
  for (const MatrixCell* cell : cells)
    if (cell->*number) numbers.push_back(*(cell->*number));
  return median_of(std::move(numbers), number == &MatrixCell::availability);
}

std::string share_text(std::optional<double> share) {
  return share ? fmt::format("{:.2f} %", 100 * *share) : "-";
}
std::string time_text(std::optional<double> seconds) {
  if (!seconds) return "-";
  if (std::isinf(*seconds)) return "never";
  return *seconds < 1 ? fmt::format("{:.0f} ms", 1000 * *seconds)
                      : fmt::format("{:.2f} s", *seconds);
}
std::string factor_text(std::optional<double> factor) {
  return factor ? fmt::format("{:.2f}", *factor) : "-";
}

// How often a pattern acted in one cell; "all" stands for every pattern of the link.
std::int64_t acted_in(const MatrixCell& cell, std::string_view pattern) {
  std::int64_t sum = 0;
  for (const auto& [name, acted] : cell.acted) {
    if (pattern == "all" || name == pattern) sum += acted;
  }
  return sum;
}

// What was taken away, in the cells that had it.
std::string acted_text(const MatrixReport& report, const std::string& point,
                       const std::string& ablation) {
  if (ablation == full) return "-";
  std::vector<std::int64_t> counts;
  for (const MatrixCell* cell : cells_of(report, point, full))
    counts.push_back(acted_in(*cell, ablation));
  const auto count = median_of(std::move(counts));
  if (!count) return "-";
  if (*count > 0 && ablation == "all") return "-";  // a sum of different things says nothing
  return *count == 0 ? "NOT EXERCISED" : base::grouped(*count);
}

// "pass 5 of 5", "FAIL 3 of 5: no-double-charge, recovers".
std::string verdict_text(const Cells& cells) {
  std::size_t failed = 0;
  std::size_t undecided = 0;
  std::size_t errors = 0;
  std::set<std::string> why;
  std::set<std::string> untold;
  std::set<std::string> failures;
  for (const MatrixCell* cell : cells) {
    why.insert(cell->broken.begin(), cell->broken.end());
    why.insert(cell->missed.begin(), cell->missed.end());
    if (!cell->error.empty()) {
      ++errors;
      failures.insert(cell->error);
    } else if (!cell->broken.empty() || !cell->missed.empty()) {
      ++failed;
    } else if (cell->exit != 0) {
      ++undecided;
      untold.insert(cell->inconclusive.begin(), cell->inconclusive.end());
    }
  }
  const auto list = [](const std::set<std::string>& names) {
    return base::join(std::vector<std::string>(names.begin(), names.end()), ", ");
  };
  if (cells.empty()) return "did not run";
  if (errors > 0) return fmt::format("ERROR {} of {}: {}", errors, cells.size(), list(failures));
  if (failed > 0) return fmt::format("FAIL {} of {}: {}", failed, cells.size(), list(why));
  if (undecided > 0)
    return fmt::format("INCONCLUSIVE {} of {}: {}", undecided, cells.size(), list(untold));
  return fmt::format("pass {} of {}", cells.size(), cells.size());
}

Line matrix_line(const MatrixReport& report, const std::string& point,
                 const std::string& ablation) {
  const Cells cells = cells_of(report, point, ablation);
  std::string name = ablation == full ? ablation : "without " + ablation;
  if (ablation == "all") name = "without any pattern";
  return {std::move(name),
          share_text(median(cells, &MatrixCell::availability)),
          time_text(median(cells, &MatrixCell::p99)),
          time_text(median(cells, &MatrixCell::recovery)),
          factor_text(median(cells, &MatrixCell::amplification)),
          acted_text(report, point, ablation),
          verdict_text(cells)};
}

std::string matrix_title(const MatrixReport& report) {
  const std::string what =
      report.on.empty() ? "" : fmt::format(": what each pattern of {} buys", report.on);
  return report.scenario + what;
}

std::string size_of(const MatrixReport& report) {
  std::set<std::uint64_t> seeds;
  for (const MatrixCell& cell : report.cells) seeds.insert(cell.seed);
  const auto ran = static_cast<std::int64_t>(report.cells.size());
  std::string text = fmt::format("{} cells: {} policies at {} points, {} seeds", report.planned,
                                 report.ablations.size(), report.points.size(), seeds.size());
  if (ran < report.planned) text += fmt::format("; {} ran before it was broken off", ran);
  return text;
}

// In the words of every verdict.
std::string_view label_of(const MatrixExpectation& expectation) {
  if (expectation.broken_in > 0) return "ok";
  return expectation.judged ? "INCONCLUSIVE" : "NOT JUDGED";
}
std::string_view label_of(const MatrixCell& cell) {
  if (cell.exit == 0) return "ok";
  return cell.exit == 5 ? "INCONCLUSIVE" : "FAIL";
}

std::string expectation_text(const MatrixExpectation& expectation) {
  std::string text = fmt::format("{} without {}: broken in {} of {} cells", expectation.check,
                                 expectation.ablation, expectation.broken_in, expectation.cells);
  if (expectation.broken_in == 0 && expectation.judged)
    text += " (expected in one at least: the check is blind, or this is not what saves the run)";
  return text;
}

std::string confirmed_text(const MatrixCell& cell) {
  return fmt::format("{} over sockets, seed {}: {}", model::cell_name(cell.ablation, cell.point),
                     cell.seed, verdict_text({&cell}));
}

namespace json = boost::json;

json::value number(std::optional<double> value) {
  if (!value) return nullptr;
  if (std::isinf(*value)) return "never";
  return *value;
}

json::object object_of(const MatrixCell& cell) {
  json::object object;
  object["ablation"] = text(cell.ablation);
  object["point"] = text(cell.point);
  object["seed"] = cell.seed;
  object["mode"] = text(cell.mode);
  object["exit"] = cell.exit;
  object["broken"] = texts(cell.broken);
  object["missed"] = texts(cell.missed);
  object["inconclusive"] = texts(cell.inconclusive);
  object["error"] = text(cell.error);
  object["availability"] = number(cell.availability);
  object["p99_s"] = number(cell.p99);
  object["recovery_s"] = number(cell.recovery);
  object["amplification"] = number(cell.amplification);
  json::object acted;
  for (const auto& [pattern, count] : cell.acted) acted[pattern] = count;
  object["acted"] = std::move(acted);
  return object;
}

// By its first word.
std::string_view style_of_verdict(std::string_view verdict) {
  if (verdict.starts_with("pass") || verdict.starts_with("ok")) return "good";
  if (verdict.starts_with("FAIL")) return "bad";
  return verdict.starts_with("INCONCLUSIVE") || verdict.starts_with("ERROR") ? "warn" : "none";
}

json::array array_of(const std::vector<MatrixCell>& cells) {
  json::array array;
  for (const MatrixCell& cell : cells) array.push_back(object_of(cell));
  return array;
}

}  // namespace

std::string matrix_text(const MatrixReport& report) {
  std::vector<std::pair<std::string, std::vector<Line>>> tables;
  std::array<std::size_t, columns.size()> widths{};
  for (std::size_t i = 0; i < columns.size(); ++i) widths[i] = columns[i].size();
  for (const std::string& point : report.points) {
    auto& [name, lines] = tables.emplace_back(point, std::vector<Line>());
    widths[0] = std::max(widths[0], name.size());
    for (const std::string& ablation : report.ablations)
      lines.push_back(matrix_line(report, point, ablation));
    for (const Line& line : lines)
      for (std::size_t i = 0; i + 1 < line.size(); ++i)
        widths[i] = std::max(widths[i], line[i].size() + (i == 0 ? 2 : 0));
  }
  const auto row = [&](std::string_view name, const auto& line) {
    std::string out = fmt::format("{:<{}}", name, widths[0]);
    for (std::size_t i = 1; i + 1 < line.size(); ++i)
      out += fmt::format("  {:>{}}", line[i], widths[i]);
    return out + fmt::format("  {}\n", line.back());
  };
  std::string out = matrix_title(report) + "\n" + size_of(report) + "\n";
  for (const auto& [point, lines] : tables) {
    out += "\n" + row(point, columns);
    for (const Line& line : lines) out += row("  " + line[0], line);
  }
  if (!report.expectations.empty() || !report.confirm.empty()) out += "\n";
  for (const MatrixExpectation& expectation : report.expectations)
    out += fmt::format("{:<12}  {}\n", label_of(expectation), expectation_text(expectation));
  for (const MatrixCell& cell : report.confirm)
    out += fmt::format("{:<12}  {}\n", label_of(cell), confirmed_text(cell));
  return out;
}

std::string matrix_markdown(const MatrixReport& report) {
  std::string out = "## " + escaped_markdown(matrix_title(report)) + "\n\n" + size_of(report) +
                    ". Medians over the seeds; `acted` counts what was taken away, in the full "
                    "policy.\n";
  for (const std::string& point : report.points) {
    out += "\n|";
    for (std::size_t i = 0; i < columns.size(); ++i)
      out += fmt::format(" {} |", i == 0 ? escaped_markdown(point) : columns[i]);
    out += "\n|---|--:|--:|--:|--:|--:|---|\n";
    for (const std::string& ablation : report.ablations) {
      out += "|";
      for (const std::string& field : matrix_line(report, point, ablation))
        out += fmt::format(" {} |", escaped_markdown(field));
      out += "\n";
    }
  }
  if (!report.expectations.empty() || !report.confirm.empty()) out += "\n";
  for (const MatrixExpectation& expectation : report.expectations)
    out += fmt::format("- **{}** {}\n", label_of(expectation),
                       escaped_markdown(expectation_text(expectation)));
  for (const MatrixCell& cell : report.confirm)
    out += fmt::format("- **{}** {}\n", label_of(cell), escaped_markdown(confirmed_text(cell)));
  return out;
}

std::string matrix_html(const MatrixReport& report) {
  std::string body = fmt::format("<header><h1>{}</h1>\n", charts::html_text(matrix_title(report)));
  body += html_paragraph(size_of(report) + fmt::format(" · exit {}", report.exit), "facts");
  body += html_paragraph(
      "Medians over the seeds. \"acted\" counts what was taken away, in the full policy: where it "
      "never did, this point says nothing of it.",
      "mute");
  body += "</header>\n";
  for (std::size_t i = 0; i < report.points.size(); ++i) {
    std::vector<Column> head;
    for (const std::string_view column : columns)
      head.push_back({column, column.empty() || column == "verdict" ? "" : "n"});
    std::vector<std::vector<Cell>> rows;
    for (const std::string& ablation : report.ablations) {
      std::vector<Cell>& row = rows.emplace_back();
      for (const std::string& field : matrix_line(report, report.points[i], ablation))
        row.push_back({field, row.empty() ? "k" : "n", ""});
      row.back().style = style_of_verdict(row.back().text);
    }
    body +=
        html_section(fmt::format("point-{}", i + 1), report.points[i], "", html_table(head, rows));
  }
  std::vector<std::vector<Cell>> rows;
  for (const MatrixExpectation& expectation : report.expectations)
    rows.push_back(
        {{std::string(label_of(expectation)), style_of_verdict(label_of(expectation)), ""},
         {expectation_text(expectation), "o", ""}});
  for (const MatrixCell& cell : report.confirm)
    rows.push_back({{std::string(label_of(cell)), style_of_verdict(label_of(cell)), ""},
                    {confirmed_text(cell), "o", ""}});
  if (!rows.empty())
    body +=
        html_section("expected", "What was expected", "", html_table({{"", ""}, {"", ""}}, rows));
  body += html_paragraph("Each cell is a scenario beside this page, for seawall run.", "mute");
  return charts::html_page(matrix_title(report), body);
}

std::string matrix_json(const MatrixReport& report) {
  json::object matrix;
  matrix["schema"] = 1;
  matrix["scenario"] = text(report.scenario);
  matrix["on"] = text(report.on);
  matrix["exit"] = report.exit;
  matrix["planned"] = report.planned;
  matrix["points"] = texts(report.points);
  matrix["ablations"] = texts(report.ablations);
  matrix["cells"] = array_of(report.cells);
  matrix["confirm"] = array_of(report.confirm);
  json::array expectations;
  for (const MatrixExpectation& expectation : report.expectations) {
    json::object object;
    object["ablation"] = text(expectation.ablation);
    object["check"] = text(expectation.check);
    object["broken_in"] = expectation.broken_in;
    object["cells"] = expectation.cells;
    expectations.push_back(std::move(object));
  }
  matrix["expect_broken"] = std::move(expectations);
  return indented_json(matrix);
}

}  // namespace seawall::reports
