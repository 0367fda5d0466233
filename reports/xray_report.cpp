#include "reports/xray_report.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "reports/json_text.hpp"

namespace seawall::reports {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using xray::BreakerFinding;
using xray::Found;
using xray::LinkFindings;
using xray::Probe;
using xray::Reaction;

// Three figures: what was measured is no more exact.
Duration rounded(Duration time) {
  std::int64_t unit = 1;
  while (time.count() / unit >= 1000) unit *= 10;
  return Duration((time.count() + unit / 2) / unit * unit);
}
std::string text_of(Duration time) { return base::to_text(rounded(time)); }
std::string text_of(std::int64_t count) { return std::to_string(count); }

template <class Value>
std::string text_of(const Found<Value>& found) {
  return found.value ? text_of(*found.value) : found.why;
}

std::string_view word(xray::Jitter jitter) {
  switch (jitter) {
    case xray::Jitter::none:
      return "no jitter";
    case xray::Jitter::equal:
      return "from half of it (equal jitter)";
    case xray::Jitter::full:
      return "from nothing (full jitter)";
    case xray::Jitter::other:
      return "with jitter";
  }
  return "";
}

std::string names_of(const std::vector<Probe>& probes) {
  std::vector<std::string> names;
  for (const Probe probe : probes) names.emplace_back(xray::name_of(probe));
  return base::join(names, ", ");
}

std::string attempts_text(const LinkFindings& link) {
  if (!link.attempts.value) return link.attempts.why;
  if (link.repeated.empty()) return "1: nothing is repeated";
  return fmt::format("{}, on {}", *link.attempts.value, names_of(link.repeated));
}

std::string backoff_text(const Found<xray::Backoff>& found) {
  if (!found.value) return found.why;
  std::vector<std::string> waits;
  for (const auto& [least, longest] : found.value->waits)
    waits.push_back(text_of(least) == text_of(longest)
                        ? text_of(longest)
                        : text_of(least) + " to " + text_of(longest));
  return base::join(waits, ", ") + "; " + std::string(word(found.value->jitter));
}

std::string identity_text(const LinkFindings& link) {
  bool keyed = true;
  bool same_key = true;
  bool same_body = true;
  bool repeats = false;
  for (const auto& [probe, reaction] : link.reactions) {
    if (reaction.calls == 0) continue;
    keyed = keyed && reaction.keyed;
    same_key = same_key && reaction.same_key;
    same_body = same_body && reaction.same_body;
    repeats = repeats || reaction.attempts > 1;
  }
  std::string text = !keyed ? "no key" : repeats && !same_key ? "a NEW KEY each time" : "a key";
  if (repeats && keyed && same_key) text = "the same key";
  if (repeats) text += same_body ? ", the same body" : ", ANOTHER BODY each time";
  return text;
}

std::string breaker_text(const BreakerFinding& breaker) {
  const std::int64_t successes = breaker.fresh.successes;
  const std::int64_t failures = breaker.fresh.failures;
  std::string rule;
  if (breaker.consecutive)
    rule = fmt::format("after {} failures in a row", *breaker.consecutive);
  else if (breaker.minimum_calls)
    rule = fmt::format("from {} calls on, by share: {} failures after {} successes, {} after {}",
                       *breaker.minimum_calls, failures, successes, breaker.seasoned->failures,
                       breaker.seasoned->successes);
  else
    rule = fmt::format("after {} failures that followed {} successes", failures, successes);
  return fmt::format("opens on {} {}", xray::name_of(breaker.opened_by), rule);
}

std::string told_text(const Reaction& reaction) {
  if (reaction.told.empty()) return "no call";
  std::string text = reaction.told + " after " + text_of(reaction.told_after);
  if (reaction.calls == 0) text += "; its calls were not seen";
  if (reaction.afterwards > 0) text += fmt::format(", and {} more afterwards", reaction.afterwards);
  return text;
}

std::string at_once_text(const LinkFindings& link) {
  switch (link.beyond) {
    case xray::Beyond::refused:
      return text_of(link.at_once) + "; more are refused";
    case xray::Beyond::waits:
      return text_of(link.at_once) + "; more wait for a place";
    case xray::Beyond::unknown:
      break;
  }
  return text_of(link.at_once);
}

std::string truth_text(const Found<bool>& found, std::string_view yes, std::string_view no) {
  return !found.value ? found.why : std::string(*found.value ? yes : no);
}

using Row = std::pair<std::string, std::string>;

std::vector<Row> rows_of(const LinkFindings& link) {
  std::vector<Row> rows;
  rows.emplace_back("timeout", text_of(link.timeout) + (link.timeout.value ? " an attempt" : ""));
  rows.emplace_back("over all attempts", text_of(link.total));
  rows.emplace_back("attempts", attempts_text(link));
  rows.emplace_back("waits before repeats", backoff_text(link.backoff));
  rows.emplace_back("repeats carry", identity_text(link));
  rows.emplace_back("repeats run out",
                    link.budget.value
                        ? fmt::format("after {} of them, where all fail", *link.budget.value)
                        : link.budget.why);
  if (const auto& breaker = link.breaker.value) {
    rows.emplace_back("breaker", breaker_text(*breaker));
    rows.emplace_back("  stays open", text_of(breaker->open_for));
    rows.emplace_back("  then lets through", text_of(breaker->half_open_calls));
  } else {
    rows.emplace_back("breaker", link.breaker.why);
  }
  rows.emplace_back("at once", at_once_text(link));
  rows.emplace_back("connections", text_of(link.pool));
  rows.emplace_back("when its client leaves",
                    truth_text(link.leaves_with_caller, "leaves too", "goes on"));
  rows.emplace_back("its client's deadline",
                    truth_text(link.passes_deadline, "is passed on", "is not passed on"));
  for (const auto& [probe, reaction] : link.reactions)
    rows.emplace_back("answers on " + std::string(xray::name_of(probe)), told_text(reaction));
  return rows;
}

namespace json = boost::json;

json::value number(Duration time) { return time / 1us; }
json::value number(std::int64_t count) { return count; }
json::value number(bool truth) { return truth; }

// { "value": ..., "why": ... }; times in microseconds.
template <class Value>
json::object object_of(const Found<Value>& found) {
  json::object object;
  object["value"] = found.value ? number(*found.value) : json::value();
  if (!found.value) object["why"] = text(found.why);
  return object;
}

json::object object_of(const xray::Opening& opening) {
  return {{"successes", opening.successes}, {"failures", opening.failures}};
}

json::object object_of(const BreakerFinding& breaker) {
  json::object object;
  object["opened_by"] = text(xray::name_of(breaker.opened_by));
  object["consecutive_failures"] =
      breaker.consecutive ? json::value(*breaker.consecutive) : json::value();
  object["minimum_calls"] =
      breaker.minimum_calls ? json::value(*breaker.minimum_calls) : json::value();
  object["fresh"] = object_of(breaker.fresh);
  object["seasoned"] = breaker.seasoned ? object_of(*breaker.seasoned) : json::object();
  object["open_for_us"] = object_of(breaker.open_for);
  object["half_open_calls"] = object_of(breaker.half_open_calls);
  return object;
}

json::object object_of(const Reaction& reaction) {
  json::object object;
  object["calls"] = reaction.calls;
  object["attempts"] = reaction.attempts;
  object["afterwards"] = reaction.afterwards;
  object["keyed"] = reaction.keyed;
  object["same_key"] = reaction.same_key;
  object["same_body"] = reaction.same_body;
  object["answers"] = text(reaction.told);
  object["answers_after_us"] = number(reaction.told_after);
  return object;
}

json::object object_of(const xray::Backoff& backoff) {
  json::array waits;
  for (const auto& [least, longest] : backoff.waits)
    waits.push_back({{"least_us", number(least)}, {"longest_us", number(longest)}});
  static constexpr auto names = std::to_array<std::string_view>({"none", "equal", "full", "other"});
  json::object object;
  object["waits"] = std::move(waits);
  object["jitter"] = text(names.at(static_cast<std::size_t>(backoff.jitter)));
  return object;
}

json::object object_of(const LinkFindings& link) {
  json::object object;
  object["link"] = text(base::to_text(link.subject.link));
  object["operation"] = text(xray::to_text(link.subject.operation));
  object["request"] = text(link.request);
  object["timeout_us"] = object_of(link.timeout);
  object["total_us"] = object_of(link.total);
  object["attempts"] = object_of(link.attempts);
  json::array repeated;
  for (const Probe probe : link.repeated) repeated.push_back(text(xray::name_of(probe)));
  object["repeated_on"] = std::move(repeated);
  if (link.backoff.value) object["backoff"] = object_of(*link.backoff.value);
  object["repeats_until_none"] = object_of(link.budget);
  if (link.breaker.value)
    object["breaker"] = object_of(*link.breaker.value);
  else
    object["breaker"] = {{"value", nullptr}, {"why", text(link.breaker.why)}};
  object["at_once"] = object_of(link.at_once);
  static constexpr auto beyond = std::to_array<std::string_view>({"refused", "waits", "unknown"});
  object["beyond"] = text(beyond.at(static_cast<std::size_t>(link.beyond)));
  object["connections"] = object_of(link.pool);
  object["leaves_with_client"] = object_of(link.leaves_with_caller);
  object["passes_deadline"] = object_of(link.passes_deadline);
  json::object reactions;
  for (const auto& [probe, reaction] : link.reactions)
    reactions[xray::name_of(probe)] = object_of(reaction);
  object["reactions"] = std::move(reactions);
  return object;
}

std::string link_key(const LinkFindings& link) {
  return "\"" + base::to_text(link.subject.link) + "\"";
}

std::string retry_toml(const LinkFindings& link) {
  if (link.attempts.value.value_or(1) < 2) return "retry = false\n";
  std::string keys = fmt::format("max_attempts = {}", *link.attempts.value);
  if (const auto& backoff = link.backoff.value) {
    static constexpr auto names = std::to_array<std::string_view>({"none", "equal", "full", ""});
    const auto jitter = names.at(static_cast<std::size_t>(backoff->jitter));
    keys += fmt::format(", initial_interval = \"{}\"", text_of(backoff->waits.front().second));
    if (!jitter.empty()) keys += fmt::format(", jitter = \"{}\"", jitter);
  }
  return "retry = { " + keys + " }\n";
}

std::string breaker_toml(const LinkFindings& link) {
  if (!link.breaker.value) return "circuit_breaker = false  # " + link.breaker.why + "\n";
  const BreakerFinding& breaker = *link.breaker.value;
  std::vector<std::string> keys;
  if (breaker.consecutive)
    keys.push_back(fmt::format("consecutive_failures = {}", *breaker.consecutive));
  if (breaker.minimum_calls)
    keys.push_back(fmt::format("minimum_calls = {}", *breaker.minimum_calls));
  if (breaker.open_for.value)
    keys.push_back(fmt::format("open_for = \"{}\"", text_of(*breaker.open_for.value)));
  if (breaker.half_open_calls.value)
    keys.push_back(fmt::format("half_open_calls = {}", *breaker.half_open_calls.value));
  return "circuit_breaker = { " + base::join(keys, ", ") + " }  # " + breaker_text(breaker) + "\n";
}

}  // namespace

std::string xray_text(const xray::Xray& xray) {
  std::string out;
  for (const LinkFindings& link : xray.links) {
    out += fmt::format("{}   {}, for {}\n", base::to_text(link.subject.link),
                       xray::to_text(link.subject.operation), link.request);
    for (const auto& [name, value] : rows_of(link)) out += fmt::format("  {:<24}{}\n", name, value);
    out += "\n";
  }
  for (const auto& [link, why] : xray.skipped)
    out += base::to_text(link) + "   not looked at: " + why + "\n";
  return out;
}

std::string xray_json(const xray::Xray& xray) {
  json::object object;
  object["schema"] = 1;
  object["scenario"] = text(xray.scenario);
  object["mode"] = text(xray.mode);
  object["runs"] = xray.runs;
  json::array links;
  for (const LinkFindings& link : xray.links) links.push_back(object_of(link));
  object["links"] = std::move(links);
  json::array skipped;
  for (const auto& [link, why] : xray.skipped)
    skipped.push_back({{"link", text(base::to_text(link))}, {"why", text(why)}});
  object["skipped"] = std::move(skipped);
  return indented_json(object);
}

std::string xray_policy(const xray::Xray& xray) {
  std::string out = "# What " + xray.scenario + " was seen to do.\n";
  for (const LinkFindings& link : xray.links) {
    out += "\n[policy." + link_key(link) + "]\n";
    if (link.timeout.value) {
      out += fmt::format("timeout = {{ attempt = \"{}\"", text_of(*link.timeout.value));
      if (link.total.value) out += fmt::format(", total = \"{}\"", text_of(*link.total.value));
      out += " }\n";
    } else {
      out += "timeout = false  # " + link.timeout.why + "\n";
    }
    out += retry_toml(link) + breaker_toml(link);
    if (link.at_once.value)
      out += fmt::format("bulkhead = {{ max_concurrent = {} }}\n", *link.at_once.value);
    else
      out += "# bulkhead: " + link.at_once.why + "\n";
  }
  return out;
}

std::string xray_checks(const xray::Xray& xray) {
  std::string out = "# What " + xray.scenario + " was seen to keep to.\n";
  for (const LinkFindings& link : xray.links) {
    const std::string name = base::to_text(link.subject.link);
    if (link.attempts.value.value_or(1) > 1)
      out += fmt::format("\n[[slo]]\nname = \"{} makes no more attempts than it did\"\n", name) +
             fmt::format("that = 'amplification(\"{}\") <= {}'\n", name, *link.attempts.value);
    else
      out +=
          fmt::format("\n# {}: nothing to hold it to; attempts: {}\n", name, attempts_text(link));
  }
  return out;
}

}  // namespace seawall::reports
