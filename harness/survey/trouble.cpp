#include "harness/survey/trouble.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/base/assert.hpp"
#include "harness/base/text.hpp"
#include "harness/scenario/toml.hpp"

namespace seawall::survey {
namespace {

using Lines = std::vector<std::string>;

// How the calls are chosen that a trouble is about.
enum class Which : std::uint8_t { one, all, link };

struct Row {
  Trouble trouble;
  std::string_view name;
  Which which;
  bool needs_calls;  // it is done to requests, and not to bytes
};

// In the order in which they are tried.
constexpr auto rows = std::to_array<Row>({
    {Trouble::request_lost, "request lost", Which::one, true},
    {Trouble::every_request_lost, "every request lost", Which::all, true},
    {Trouble::reply_lost, "reply lost", Which::one, true},
    {Trouble::every_reply_lost, "every reply lost", Which::all, true},
    {Trouble::reset, "reset", Which::one, false},
    {Trouble::error, "503", Which::one, true},
    {Trouble::every_error, "always 503", Which::all, true},
    {Trouble::error_after, "503 after the work", Which::one, true},
    {Trouble::busy, "429", Which::one, true},
    {Trouble::slow, "slow", Which::one, false},
    {Trouble::late, "late request", Which::one, true},
    {Trouble::twice, "sent twice", Which::one, true},
    {Trouble::refused, "refused", Which::link, false},
    {Trouble::silence, "silence", Which::link, false},
    {Trouble::callee_killed_before, "callee killed before", Which::one, false},
    {Trouble::callee_killed_after, "callee killed after", Which::one, true},
    {Trouble::caller_killed, "caller killed", Which::one, true},
});

const Row& row_of(Trouble trouble) {
  const auto found = std::ranges::find(rows, trouble, &Row::trouble);
  base::require(found != rows.end(), "each trouble has its row");
  return *found;
}

bool is_ours(std::string_view service, const model::Scenario& scenario) {
  return std::ranges::find(scenario.services, service, &model::Service::name) !=
         scenario.services.end();
}

std::string quoted(const std::string& text) {
  return scenario::to_inline_toml(scenario::text_value(text, {}));
}
std::string quoted(Duration time) { return quoted(base::to_text(time)); }

std::string entry(std::string_view name, const Lines& lines) {
  std::string text = fmt::format("\n[[fault]]\nname = \"{}\"\n", name);
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// Which requests of the link: this call alone, or all that ask for the same.
Lines match_of(const Call& call, Which which) {
  Lines lines = {fmt::format("match = {{ method = \"{}\", path = {} }}",
                             model::name_of(call.operation.method), quoted(call.operation.path))};
  if (which != Which::one) return lines;
  lines.push_back(fmt::format("first = {}", call.ordinal));
  if (call.ordinal > 1) lines.push_back(fmt::format("every = {}", call.ordinal));
  return lines;
}

std::string on_link(std::string_view name, Which which, const Place& place, const Times& times,
                    const Lines& kind) {
  Lines lines = {"on = " + quoted(base::to_text(place.link))};
  lines.insert(lines.end(), kind.begin(), kind.end());
  if (place.call && which != Which::link)
    for (std::string& line : match_of(*place.call, which)) lines.push_back(std::move(line));
  lines.push_back("at = " + quoted(times.tested - Times::lead));
  lines.push_back("for = " + quoted(times.window + Times::lead));
  return entry(name, lines);
}

// In the middle of the time for which the message is held; of a link without calls, just before
// the request.
std::string killed(const std::string& service, const Place& place, const Times& times) {
  const Duration into = place.call ? place.call->after + times.dies : -Times::lead / 2;
  const Duration at = std::chrono::floor<std::chrono::milliseconds>(times.tested + into);
  return entry("killed", {"on = " + quoted(service), "type = \"crash\"", "restart = \"500ms\"",
                          "at = " + quoted(at)});
}

// The message waits on its link while one of its ends dies.
std::string held_and_killed(const std::string& service, std::string_view direction,
                            const Place& place, const Times& times) {
  if (!place.call) return killed(service, place, times);
  return on_link("held", Which::one, place, times,
                 {"type = \"latency\"", fmt::format("direction = \"{}\"", direction),
                  "latency = " + quoted(times.hold)}) +
         killed(service, place, times);
}

Lines kind_of(Trouble trouble, const Place& place, const Times& times) {
  switch (trouble) {
    case Trouble::request_lost:
    case Trouble::every_request_lost:
      return {"type = \"drop_request\""};
    case Trouble::reply_lost:
    case Trouble::every_reply_lost:
      return {"type = \"drop_reply\""};
    case Trouble::reset:
      return place.call ? Lines{"type = \"reset_peer\"", "direction = \"request\""}
                        : Lines{"type = \"reset_peer\""};
    case Trouble::error:
    case Trouble::every_error:
      return {"type = \"http_abort\"", "status = 503"};
    case Trouble::error_after:
      return {"type = \"http_abort\"", "status = 503", "effect = \"after\""};
    case Trouble::busy:
      return {"type = \"http_abort\"", "status = 429"};
    case Trouble::slow:
      return {"type = \"latency\"", "latency = " + quoted(times.slow)};
    case Trouble::late:
      return {"type = \"late_request\"", "delay = " + quoted(times.late)};
    case Trouble::twice:
      return {"type = \"duplicate_request\""};
    case Trouble::refused:
      // Nobody sees a connection that is refused: judge.cpp says how it is proven.
      return {"type = \"refuse\"", "must_hit = 0"};
    case Trouble::silence:
      return {"type = \"blackhole\""};
    default:
      return {};
  }
}

}  // namespace

std::string_view name_of(Trouble trouble) { return row_of(trouble).name; }

std::string to_text(const Place& place) {
  return place.call ? to_text(*place.call) : base::to_text(place.link);
}

std::vector<Trouble> troubles_at(const Place& place, const model::Scenario& scenario) {
  std::vector<Trouble> troubles;
  for (const Row& row : rows) {
    if (place.call ? row.trouble == Trouble::silence : row.needs_calls) continue;
    // What is done to all of them is done once.
    if (place.call && row.which != Which::one && place.call->ordinal > 1) continue;
    const bool callee = kills(row.trouble, place, place.link.to);
    const bool caller = kills(row.trouble, place, place.link.from);
    if ((callee && !is_ours(place.link.to, scenario)) ||
        (caller && !is_ours(place.link.from, scenario)))
      continue;
    troubles.push_back(row.trouble);
  }
  return troubles;
}

std::string faults_of(Trouble trouble, const Place& place, const Times& times) {
  switch (trouble) {
    case Trouble::callee_killed_before:
      return held_and_killed(place.link.to, "request", place, times);
    case Trouble::callee_killed_after:
      return held_and_killed(place.link.to, "response", place, times);
    case Trouble::caller_killed:
      return held_and_killed(place.link.from, "response", place, times);
    default:
      return on_link("trouble", row_of(trouble).which, place, times,
                     kind_of(trouble, place, times));
  }
}

bool kills(Trouble trouble, const Place& place, std::string_view service) {
  const bool callee =
      trouble == Trouble::callee_killed_before || trouble == Trouble::callee_killed_after;
  return (callee && service == place.link.to) ||
         (trouble == Trouble::caller_killed && service == place.link.from);
}

bool is_killing(Trouble trouble) {
  return trouble == Trouble::callee_killed_before || trouble == Trouble::callee_killed_after ||
         trouble == Trouble::caller_killed;
}

bool lasts(Trouble trouble, const Place& place) {
  return !place.call || row_of(trouble).which != Which::one;
}

}  // namespace seawall::survey
