// What a [[load]] must fulfil: who gets it, what it sends, in what order.
#include "harness/scenario/load_checks.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/scenario/decode.hpp"

namespace seawall::scenario {
namespace {

using Part = model::Template::Part;

// Who gets it: of the shop, whom a client has a link to.
void check_receiver(const At& at, model::Load& load) {
  const model::Vocabulary& words = at.context.words;
  const bool external = at.context.target == "external";
  std::vector<std::string> known;
  if (external)
    known.emplace_back(model::base_name);
  else if (!at.context.is_shop())
    known = words.services;
  else
    for (const base::Link& link : words.links)
      if (link.from == model::client_name) known.push_back(link.to);
  const Entry* to = at.value.find("to");
  if (external && !to) load.to = std::string(model::base_name);
  if (!to && !external && !at.context.is_shop())
    return at.error("\"to\" is missing; expected the service that gets the load");
  check_name(at.context, place_of(at, "to"), "service", load.to, known);
}

// Another tool makes the load: nothing of ours is said beside it, but for whose address it gets.
void check_command_load(const At& at, model::Load& load) {
  constexpr auto beside = std::to_array<std::string_view>({"command", "name", "to", "disabled"});
  for (const Entry& entry : at.value.entries)
    if (std::ranges::find(beside, entry.key) == beside.end())
      at.context.problems.error(
          entry.place, fmt::format("\"{}\" beside command; the command makes the load", entry.key));
  if (at.context.is_shop())
    at.context.problems.error(place_of(at, "command"),
                              "\"command\" for the shop; expected requests, because its invariants "
                              "need the client's view of them");
  if (load.command.empty())
    at.context.problems.error(place_of(at, "command"), "an empty command; expected a program");
  if (at.value.find("to"))
    check_receiver(at, load);
  else
    load.to = at.context.target == "external" ? std::string(model::base_name) : std::string();
}

void check_rows(const At& at, const model::Load& load) {
  bool any = false;
  for (const model::RequestSpec& request : load.requests) {
    if (columns_of(request).empty()) continue;
    any = true;
    if (!load.data)
      at.error(
          fmt::format("{} draws {{{{row ...}}}}, and there is no data; expected data = "
                      "\"FILE.csv\" in [load]",
                      request.name));
  }
  if (load.data && !any)
    at.context.problems.error(
        place_of(at, "data"),
        "\"data\" that no request draws from; expected {{row COLUMN}} in one");
}

void check_flow_steps(const At& at, const model::Load& load) {
  const Value* flows = at.value.get("flow");
  if (!flows) return;
  std::vector<std::string> names;
  for (const model::RequestSpec& request : load.requests) names.push_back(request.name);
  for (const Value& flow : flows->items) {
    const Value* steps = flow.get("steps");
    for (const Value& step : steps ? steps->items : std::vector<Value>{})
      if (step.is_text()) check_name(at.context, step.place, "request", step.text, names);
  }
}

}  // namespace

std::vector<std::string> columns_of(const model::RequestSpec& request) {
  std::vector<std::string> columns;
  const auto collect = [&columns](const model::Template& text) {
    for (const Part& part : text.parts)
      if (part.kind == Part::Kind::row) columns.push_back(part.text);
  };
  collect(request.path);
  collect(request.body);
  for (const auto& [name, text] : request.headers) collect(text);
  for (const auto& [name, text] : request.query) collect(text);
  return columns;
}

void prepare(const At& at, model::Load& load) {
  load.source = source_of(at);
  at.context.caller = std::string(model::client_name);
}

void check(const At& at, model::Load& load) {
  at.context.caller.clear();
  if (at.value.find("command")) return check_command_load(at, load);
  check_receiver(at, load);
  check_rows(at, load);
  check_flow_steps(at, load);
  const bool sends =
      std::ranges::any_of(load.requests, [](const auto& request) { return request.weight > 0; });
  const bool flows =
      std::ranges::any_of(load.flows, [](const auto& flow) { return flow.weight > 0; });
  if (sends || flows) return;
  std::string known;
  if (!at.context.words.requests.empty())
    known =
        fmt::format("[[load.request]] with use = \"{}\", say", at.context.words.requests[0].name);
  at.error("a load that sends nothing; expected a [[load.request]] with a weight above 0", known);
}

void prepare(const At& at, model::Flow& flow) { flow.source = source_of(at); }

void check(const At& at, model::Flow& flow) {
  if (at.value.find("steps") && flow.steps.empty())
    at.context.problems.error(place_of(at, "steps"), "a flow without steps; expected requests");
  if (flow.name.empty()) flow.name = base::join(flow.steps, ", ");
}

}  // namespace seawall::scenario
