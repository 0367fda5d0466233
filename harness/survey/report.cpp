#include "harness/survey/report.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "harness/base/counted.hpp"
#include "harness/base/text.hpp"
#include "reports/finding_text.hpp"
#include "reports/json_text.hpp"

namespace seawall::survey {
namespace {

namespace json = boost::json;
using reports::printable;

// As many places as fit beside each other into 100 columns.
constexpr std::size_t places_in_a_row = 6;

std::string table_text(const Survey& survey, std::size_t request, std::size_t from,
                       std::size_t until) {
  std::string text = fmt::format("\n  {:<22}", "");
  for (std::size_t place = from; place < until; ++place)
    text += fmt::format("{:<12}", fmt::format("[{}]", place + 1));
  text = text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  for (const Trouble trouble : troubles_of(survey, request)) {
    std::string line = fmt::format("  {:<22}", name_of(trouble));
    bool any = false;
    for (std::size_t place = from; place < until; ++place) {
      const Cell* cell = cell_at(survey, request, place, trouble);
      any = any || cell != nullptr;
      line += fmt::format("{:<12}", cell ? name_of(cell->judged.fate) : ".");
    }
    if (any) text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string request_text(const Survey& survey, std::size_t number) {
  const Surveyed& one = survey.requests[number];
  std::string text = "\n" + printable(one.asked.name);
  if (!was_seen(one))
    return text + ": not tried" + (one.trouble.empty() ? "" : ": " + printable(one.trouble)) + "\n";
  text +=
      fmt::format("   without a fault: {}; slow is more than {}\n", one.seen, rounded(one.limit));
  for (std::size_t place = 0; place < one.places.size(); ++place)
    text += fmt::format("  [{}] {}\n", place + 1, printable(to_text(one.places[place])));
  for (const std::string& line : never_held_by(one))
    text += "  " + printable(line) + "; no cell is blamed for it\n";
  if (one.places.empty()) text += "  it causes no call that a link was seen to carry\n";
  if (troubles_of(survey, number).empty()) return text;
  for (std::size_t from = 0; from < one.places.size(); from += places_in_a_row)
    text += table_text(survey, number, from, std::min(from + places_in_a_row, one.places.size()));
  return text;
}

std::string cell_text(const Survey& survey, const Cell& cell) {
  const std::string title = title_of(survey.requests[cell.request], cell);
  std::string text = fmt::format("\n{:<9} {}\n", name_of(cell.judged.fate), printable(title));
  text += "          " + printable(cell.judged.why) + "\n";
  const bool says_it = cell.judged.why.find(cell.judged.seen) != std::string::npos;
  if (!cell.judged.seen.empty() && !says_it)
    text += "          its client got " + cell.judged.seen + "\n";
  if (cell.again)
    text += *cell.again ? "          a second run had the same end\n"
                        : "          a second run had another end: it hangs on timing\n";
  if (!cell.folder.empty()) text += "          " + cell.folder + "/scenario.toml\n";
  return text;
}

json::object json_of(const Survey& survey, const Cell& cell) {
  json::object object;
  const Surveyed& one = survey.requests[cell.request];
  object["request"] = reports::text(one.asked.name);
  object["place"] = reports::text(to_text(one.places[cell.place]));
  object["fault"] = reports::text(name_of(cell.trouble));
  object["fate"] = reports::text(name_of(cell.judged.fate));
  object["why"] = reports::text(cell.judged.why);
  object["seen"] = reports::text(cell.judged.seen);
  if (!cell.folder.empty()) object["folder"] = reports::text(cell.folder);
  if (cell.again) object["same_again"] = *cell.again;
  return object;
}

json::object json_of(const Call& call) {
  json::object object;
  object["method"] = reports::text(model::name_of(call.operation.method));
  object["path"] = reports::text(call.operation.path);
  object["ordinal"] = call.ordinal;
  object["after_us"] = call.after / 1us;
  return object;
}

json::object json_of(const Surveyed& one) {
  json::object object;
  object["name"] = reports::text(one.asked.name);
  if (!one.trouble.empty()) object["trouble"] = reports::text(one.trouble);
  object["seen"] = reports::text(one.seen);
  object["normal_us"] = one.normal / 1us;
  object["limit_us"] = one.limit / 1us;
  json::array places;
  for (const Place& place : one.places) {
    json::object entry;
    entry["place"] = reports::text(to_text(place));
    entry["from"] = reports::text(place.link.from);
    entry["to"] = reports::text(place.link.to);
    if (place.call) entry["call"] = json_of(*place.call);
    places.push_back(std::move(entry));
  }
  object["places"] = std::move(places);
  object["unused"] = reports::texts(one.unused);
  object["never_held"] = reports::texts(never_held_by(one));
  return object;
}

// Somebody ends it; what went wrong is a sentence of its own.
std::string ending_of(const Survey& survey) {
  if (survey.complete) return "";
  const bool is_somebody = survey.ended_by == by_budget || survey.ended_by == by_user;
  return fmt::format("; {}{}", survey.ended_by, is_somebody ? " ended it" : "");
}

}  // namespace

std::string headline(const Survey& survey) {
  const std::int64_t corrupt = count_of(survey, Fate::corrupts);
  const std::int64_t broken = count_of(survey, Fate::breaks);
  const std::string ended = ending_of(survey);
  const std::string unknown = base::join(unknown_requests(survey), "; ");
  if (corrupt + broken > 0)
    return fmt::format("BROKEN: {} corrupts, {} breaks{}{}", corrupt, broken, ended,
                       unknown.empty() ? "" : "; " + unknown);
  if (!unknown.empty())
    return fmt::format("INCONCLUSIVE: {}{}{}",
                       survey.cells.empty() ? "" : "nothing breaks so far; ", unknown, ended);
  if (survey.cells.empty())
    return survey.complete ? "INCONCLUSIVE: no call was seen that could go wrong"
                           : "INCONCLUSIVE: nothing was tried" + ended;
  if (!survey.complete) return "INCONCLUSIVE: nothing breaks so far" + ended;
  return "ok: nothing breaks, nothing is corrupted";
}

std::string counts_text(const Survey& survey) {
  std::string text = fmt::format("{} in {}", base::counted(survey.cells.size(), "cell"),
                                 base::counted(survey.runs, "run"));
  for (const Fate fate : fates)
    if (const std::int64_t count = count_of(survey, fate); count > 0)
      text += fmt::format(", {} {}", count, name_of(fate));
  return text;
}

bool was_seen(const Surveyed& one) { return one.trouble.empty() && !one.seen.empty(); }

std::vector<std::string> remarks_of(const Survey& survey) {
  std::vector<std::string> remarks;
  if (survey.invariants.empty())
    remarks.emplace_back(
        "The scenario has no [[invariant]] of its own, so nothing can be seen to be corrupted.");
  for (const Surveyed& one : survey.requests) {
    for (const std::string& link : one.unused)
      remarks.push_back(fmt::format("Nothing of {} was seen on {}.", one.asked.name, link));
    for (const Place& place : one.places)
      if (place.call && place.call->is_last && place.call->ordinal > most_alike + 1)
        remarks.push_back(fmt::format("Of the {} calls of {} like {}, {} are not tried.",
                                      place.call->ordinal, one.asked.name, to_text(place),
                                      place.call->ordinal - most_alike - 1));
  }
  return remarks;
}

const Cell* cell_at(const Survey& survey, std::size_t request, std::size_t place, Trouble trouble) {
  const auto found = std::ranges::find_if(survey.cells, [&](const Cell& cell) {
    return cell.request == request && cell.place == place && cell.trouble == trouble;
  });
  return found == survey.cells.end() ? nullptr : &*found;
}

std::vector<Trouble> troubles_of(const Survey& survey, std::size_t request) {
  std::vector<Trouble> troubles;
  for (const Cell& cell : survey.cells)
    if (cell.request == request && std::ranges::find(troubles, cell.trouble) == troubles.end())
      troubles.push_back(cell.trouble);
  std::ranges::sort(troubles);
  return troubles;
}

std::string survey_text(const Survey& survey) {
  std::string text = survey.scenario + ": one fault at a time on each call of each request\n";
  for (std::size_t i = 0; i < survey.requests.size(); ++i) text += request_text(survey, i);
  for (const Fate fate : {Fate::corrupts, Fate::breaks, Fate::degrades, Fate::unproven})
    for (const Cell& cell : survey.cells)
      if (cell.judged.fate == fate) text += cell_text(survey, cell);
  text += "\n";
  for (const std::string& remark : remarks_of(survey)) text += printable(remark) + "\n";
  return text + counts_text(survey) + "\n" + printable(headline(survey)) + "\n";
}

std::string survey_json(const Survey& survey, int exit) {
  json::object object;
  object["scenario"] = reports::text(survey.scenario);
  object["kind"] = reports::text(survey.kind);
  object["seed"] = survey.seed;
  object["complete"] = survey.complete && unknown_requests(survey).empty();
  if (!survey.complete) object["ended_by"] = reports::text(survey.ended_by);
  object["runs"] = survey.runs;
  object["invariants"] = reports::texts(survey.invariants);
  json::array requests;
  for (const Surveyed& one : survey.requests) requests.push_back(json_of(one));
  object["requests"] = std::move(requests);
  json::object counts;
  for (const Fate fate : fates) counts[name_of(fate)] = count_of(survey, fate);
  object["counts"] = std::move(counts);
  json::array cells;
  for (const Cell& cell : survey.cells) cells.push_back(json_of(survey, cell));
  object["cells"] = std::move(cells);
  object["exit"] = exit;
  return reports::indented_json(object);
}

}  // namespace seawall::survey
