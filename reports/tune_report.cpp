#include "reports/tune_report.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "reports/json_text.hpp"
#include "reports/markdown.hpp"

namespace seawall::reports {
namespace {

using Line = std::vector<std::string>;

// The shortest end of a path by which it differs from the others: "attempt", or "retry.jitter".
std::vector<std::string> short_names(const std::vector<std::string>& paths) {
  const auto last_keys = [](const std::string& path, int keys) {
    std::size_t at = path.size();
    for (int i = 0; i < keys && at != std::string::npos && at > 0; ++i)
      at = path.rfind('.', at - 1);
    return at == std::string::npos || at == 0 ? path : path.substr(at + 1);
  };
  std::vector<std::string> names;
  for (const std::string& path : paths) {
    int keys = 1;
    const auto is_shared = [&](const std::string& other) {
      return other != path && last_keys(other, keys) == last_keys(path, keys);
    };
    while (keys < 8 && std::any_of(paths.begin(), paths.end(), is_shared)) ++keys;
    names.push_back(last_keys(path, keys));
  }
  return names;
}

std::string without_quotes(std::string value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  return value;
}

std::string seeds_text(const TuneRow& row) {
  if (!row.allowed) return "not allowed";
  if (row.tried == 0) return "-";
  if (row.confirmed == row.tried) return fmt::format("hold ({})", row.tried);
  return fmt::format("FAIL {} of {}", row.tried - row.confirmed, row.tried);
}

Line line_of(const TuneReport& report, const TuneRow& row, std::string name) {
  Line line{std::move(name)};
  for (std::size_t i = 0; i < report.settings.size(); ++i)
    line.push_back(i < row.values.size() ? without_quotes(row.values[i]) : "-");
  for (std::size_t i = 0; i < report.measures.size(); ++i)
    line.push_back(i < row.measured.size() ? row.measured[i] : "-");
  line.push_back(seeds_text(row));
  return line;
}

std::vector<Line> table_of(const TuneReport& report) {
  Line head{""};
  for (std::string& name : short_names(report.settings)) head.push_back(std::move(name));
  for (const std::string& measure : report.measures) head.push_back(measure);
  head.emplace_back("other seeds");
  std::vector<Line> table{std::move(head), line_of(report, report.as_it_is, "as it is")};
  for (const TuneRow& row : report.front)
    table.push_back(line_of(report, row, row.chosen ? "* chosen" : ""));
  return table;
}

std::string size_of(const TuneReport& report) {
  return fmt::format(
      "{} of {} combinations tried, {} keep all that the scenario promises; of these nothing "
      "betters "
      "the {} below",
      base::grouped(report.candidates),
      base::grouped(static_cast<std::int64_t>(report.combinations)), base::grouped(report.allowed),
      report.front.size());
}

// Empty where something was chosen.
std::string why_nothing(const TuneReport& report) {
  if (report.has_choice()) return {};
  if (report.broken_off) return "Nothing was chosen: it was broken off.";
  if (!report.no_value.empty()) return "Nothing was chosen: " + report.no_value + ".";
  if (report.allowed == 0) return "Nothing was chosen: no combination kept all promises.";
  return "Nothing was chosen: what kept all promises did not with other seeds.";
}

namespace json = boost::json;

json::object object_of(const TuneRow& row) {
  json::object object;
  object["values"] = texts(row.values);
  json::array costs;
  for (const double cost : row.costs) costs.push_back(cost);
  object["costs"] = std::move(costs);
  object["measured"] = texts(row.measured);
  object["allowed"] = row.allowed;
  object["confirmed"] = row.confirmed;
  object["other_seeds"] = row.tried;
  object["chosen"] = row.chosen;
  return object;
}

}  // namespace

bool TuneReport::has_choice() const {
  return std::any_of(front.begin(), front.end(), [](const TuneRow& row) { return row.chosen; });
}

std::string tune_text(const TuneReport& report) {
  const std::vector<Line> table = table_of(report);
  std::vector<std::size_t> widths(table.front().size());
  for (const Line& line : table)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  std::string out = report.scenario + ": what its settings could be\n" + size_of(report) + "\n\n";
  for (const Line& line : table) {
    out += fmt::format("{:<{}}", line[0], widths[0]);
    for (std::size_t i = 1; i < line.size(); ++i) {
      const bool first_measure = i == 1 + report.settings.size() || i + 1 == line.size();
      out += fmt::format("{}{:>{}}", first_measure ? "  |  " : "  ", line[i], widths[i]);
    }
    out += "\n";
  }
  if (const std::string why = why_nothing(report); !why.empty()) out += "\n" + why + "\n";
  return out;
}

std::string tune_markdown(const TuneReport& report) {
  std::string out = "## " + escaped_markdown(report.scenario) + ": what its settings could be\n\n" +
                    size_of(report) + ".\n\n";
  const std::vector<Line> table = table_of(report);
  for (std::size_t row = 0; row < table.size(); ++row) {
    out += "|";
    for (const std::string& field : table[row]) out += " " + escaped_markdown(field) + " |";
    out += "\n";
    if (row > 0) continue;
    out += "|---|";
    for (std::size_t i = 1; i < table[row].size(); ++i) out += "--:|";
    out += "\n";
  }
  if (const std::string why = why_nothing(report); !why.empty()) out += "\n" + why + "\n";
  return out;
}

std::string tune_json(const TuneReport& report) {
  json::object tune;
  tune["schema"] = 1;
  tune["scenario"] = text(report.scenario);
  tune["exit"] = report.exit;
  tune["settings"] = texts(report.settings);
  tune["minimise"] = texts(report.measures);
  tune["combinations"] = report.combinations;
  tune["candidates"] = report.candidates;
  tune["allowed"] = report.allowed;
  tune["no_value"] = text(report.no_value);
  tune["as_it_is"] = object_of(report.as_it_is);
  json::array front;
  for (const TuneRow& row : report.front) front.push_back(object_of(row));
  tune["front"] = std::move(front);
  return indented_json(tune);
}

std::string tuned_overlay(const TuneReport& report, const std::string& file,
                          const std::vector<std::string>& given) {
  for (const TuneRow& row : report.front) {
    if (!row.chosen) continue;
    std::string out = "# Written by seawall tune.";
    for (std::size_t i = 0; i < report.measures.size(); ++i)
      out += fmt::format("{} {}: {}", i == 0 ? "" : ";", report.measures[i], row.measured[i]);
    std::replace_if(out.begin(), out.end(), [](char c) { return c >= 0 && c < 0x20; }, ' ');
    out += fmt::format("\nschema = 1\nextends = {}\n", json::serialize(json::string(file)));
    for (const std::string& line : given) out += line + "\n";
    for (std::size_t i = 0; i < report.settings.size(); ++i)
      out += fmt::format("{} = {}\n", report.settings[i], row.values[i]);
    return out;
  }
  return {};
}

}  // namespace seawall::reports
