// The resilience matrix as a page: a table for each request, then what became of each cell that
// does not survive, with a way to its run.
#include <fmt/format.h>

#include "harness/survey/report.hpp"
#include "reports/charts/html.hpp"
#include "reports/charts/style.hpp"
#include "reports/html/markup.hpp"

namespace seawall::survey {
namespace {

using charts::html_text;
using reports::Column;
using TableRow = std::vector<reports::Cell>;

std::string_view style_of(Fate fate) {
  switch (fate) {
    case Fate::survives:
      return "good";
    case Fate::degrades:
      return "warn";
    case Fate::breaks:
    case Fate::corrupts:
      return "bad";
    case Fate::unproven:
      return "none";
  }
  return "";
}

std::string link_to(const Cell& cell, std::string_view shown) {
  if (cell.folder.empty()) return html_text(shown);
  return fmt::format("<a href=\"{}/report.html\">{}</a>", html_text(cell.folder), html_text(shown));
}

std::string table_of(const Survey& survey, std::size_t request) {
  const Surveyed& one = survey.requests[request];
  std::vector<std::string> names = {"fault"};
  for (std::size_t place = 0; place < one.places.size(); ++place)
    names.push_back(fmt::format("[{}]", place + 1));
  const std::vector<Column> columns = [&names] {
    std::vector<Column> all;
    for (const std::string& name : names) all.push_back({name, ""});
    return all;
  }();
  std::vector<TableRow> rows;
  for (const Trouble trouble : troubles_of(survey, request)) {
    TableRow row = {{std::string(name_of(trouble)), "k", ""}};
    for (std::size_t place = 0; place < one.places.size(); ++place) {
      const Cell* cell = cell_at(survey, request, place, trouble);
      if (cell)
        row.push_back(
            {"", style_of(cell->judged.fate), link_to(*cell, name_of(cell->judged.fate))});
      else
        row.push_back({"", "none", ""});
    }
    rows.push_back(std::move(row));
  }
  return rows.empty() ? "" : reports::html_table(columns, rows);
}

std::string section_of(const Survey& survey, std::size_t request) {
  const Surveyed& one = survey.requests[request];
  const std::string id = fmt::format("request-{}", request + 1);
  if (!was_seen(one))
    return reports::html_section(id, one.asked.name, "not tried",
                                 one.trouble.empty() ? "" : reports::html_paragraph(one.trouble));
  std::string places;
  for (std::size_t place = 0; place < one.places.size(); ++place)
    places += reports::html_paragraph(fmt::format("[{}] {}", place + 1, to_text(one.places[place])),
                                      "facts");
  for (const std::string& line : never_held_by(one))
    places += reports::html_paragraph(line + "; no cell is blamed for it");
  const std::string remark =
      fmt::format("without a fault: {}; slow is more than {}", one.seen, rounded(one.limit));
  return reports::html_section(id, one.asked.name, remark, places + table_of(survey, request));
}

std::string cells_section(const Survey& survey) {
  std::vector<TableRow> rows;
  for (const Fate fate : {Fate::corrupts, Fate::breaks, Fate::degrades, Fate::unproven})
    for (const Cell& cell : survey.cells) {
      if (cell.judged.fate != fate) continue;
      const Surveyed& one = survey.requests[cell.request];
      const std::string what =
          fmt::format("{}: {}", to_text(one.places[cell.place]), name_of(cell.trouble));
      rows.push_back({{"", style_of(fate), link_to(cell, name_of(fate))},
                      {one.asked.name, "", ""},
                      {what, "o", ""},
                      {cell.judged.why, "o", ""}});
    }
  if (rows.empty()) return "";
  return reports::html_section(
      "cells", "What does not survive", "",
      reports::html_table({{"", ""}, {"request", ""}, {"fault", ""}, {"what came of it", ""}},
                          rows));
}

}  // namespace

std::string survey_html(const Survey& survey, int exit) {
  const std::string title = survey.scenario + ": resilience matrix";
  std::string body = fmt::format("<header><h1><span class=\"tag {}\">{}</span>{}</h1>\n",
                                 exit == 0   ? "good"
                                 : exit == 1 ? "bad"
                                             : "warn",
                                 exit == 0   ? "ok"
                                 : exit == 1 ? "BROKEN"
                                             : "INCONCLUSIVE",
                                 html_text(title));
  body += reports::html_paragraph(headline(survey));
  body += reports::html_paragraph(
      fmt::format("{} · seed {} · exit {}", counts_text(survey), survey.seed, exit), "facts");
  for (const std::string& remark : remarks_of(survey)) body += reports::html_paragraph(remark);
  body += "</header>\n";
  for (std::size_t i = 0; i < survey.requests.size(); ++i) body += section_of(survey, i);
  body += cells_section(survey);
  body += reports::html_paragraph(
      "Each cell is a run of its own from a fresh start. Those that do not survive lead to that "
      "run, whose scenario.toml is for seawall run.",
      "mute");
  return charts::html_page(title, body);
}

}  // namespace seawall::survey
