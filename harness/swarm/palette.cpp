#include "harness/swarm/palette.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/explore/timed.hpp"
#include "harness/model/point.hpp"

namespace seawall::swarm {
namespace {

using base::KeyedRandom;
using explore::FaultText;
using namespace std::chrono_literals;

constexpr std::size_t most_faults = 8;
constexpr std::int64_t starts = 8;  // moments at which faults begin, evenly over the busy time
constexpr auto lengths = std::to_array<base::Duration>({100ms, 400ms, 1500ms});
constexpr auto shares = std::to_array<std::string_view>({"100%", "50%", "10%"});

std::string key(std::string_view name, std::string_view value) {
  return base::concat({name, " = \"", value, "\""});
}

// The subject is that of another order in each run.
std::string without_subject(const std::string& line) { return line.substr(line.find(": ") + 2); }

// "drop_reply" of "order->payment.charge #1: drop_reply", "crash" of "...: crash(on=order)".
std::string outcome_of(const std::string& line) {
  const std::size_t begin = line.rfind(": ") + 2;
  return line.substr(begin, line.find('(', begin) - begin);
}

// What is drawn for each request is keyed by the name of its fault. So that it is the same beside
// any other faults, such a fault has a name that its lines alone decide.
bool is_chancy(const std::string& line) {
  return line.starts_with("probability") || line.starts_with("jitter") ||
         line == "type = \"corrupt\"";
}
std::string name_of(const std::vector<std::string>& lines) {
  const std::string digits = base::hex(base::hash_bytes(base::join(lines, "\n")));
  const std::string type = lines.front().substr(lines.front().find('"') + 1);
  return key("name", base::concat({type.substr(0, type.size() - 1), "-", digits.substr(0, 12)}));
}

}  // namespace

Palette::Palette(const model::Scenario& scenario, const std::vector<base::Link>& links,
                 const std::vector<model::Point>& points, std::int64_t orders)
    : orders_(orders) {
  add_points(points, scenario);
  std::set<std::string> services;
  std::set<base::Link> met;  // instances have links of their own
  for (const base::Link& link : links) {
    const base::Link ends = base::between_services(link);
    if (link.is_inner() || !met.insert(ends).second) continue;
    for (const std::string& end : {ends.from, ends.to})
      if (end != "client") services.insert(end);
    add_link(ends, scenario);
    if (ends.from != "client") add_partitions(ends);
  }
  for (const std::string& service : services)
    add_service(service, scenario.target.instances.nodes_of(service));
}

Palette::Kind& Palette::kind(const std::string& name) {
  const auto known = std::ranges::find(kinds_, name, &Kind::name);
  if (known != kinds_.end()) return *known;
  return kinds_.emplace_back(Kind{name, {}, {}, {}});
}

void Palette::add_points(const std::vector<model::Point>& points, const model::Scenario& scenario) {
  for (const model::Point& point : points)
    for (const FaultText& fault : explore::faults_at(point, scenario)) {
      const std::string line = without_subject(fault.shown);
      kind(outcome_of(line) + " at a point").points.push_back(line);
    }
}

void Palette::add_entry(const std::string& type, std::vector<std::string> keys,
                        const std::string& lasts) {
  keys.insert(keys.begin(), key("type", type));
  Kind& here = kind(type + " for a time");
  here.lasts = lasts;
  here.entries.push_back(std::move(keys));
}

void Palette::add_link(const base::Link& link, const model::Scenario& scenario) {
  const explore::Patience patience = explore::patience_on(link, scenario);
  const std::string on = key("on", base::to_text(link));
  for (const char* type : {"blackhole", "refuse", "refuse_new", "half_open"}) add_entry(type, {on});
  const auto add_shares = [&](const std::string& type, const std::vector<std::string>& keys) {
    for (const std::string_view share : shares) {
      std::vector<std::string> all = {on};
      all.insert(all.end(), keys.begin(), keys.end());
      if (share != "100%") all.push_back(key("probability", share));
      add_entry(type, std::move(all));
    }
  };
  for (const char* type : {"drop_request", "drop_reply", "reset_peer", "truncate", "corrupt"})
    add_shares(type, {});
  add_shares("latency", {key("latency", explore::too_slow(patience))});
  add_shares("latency", {key("latency", "30ms"), key("jitter", "30ms")});
  add_shares("latency", {key("latency", "200ms"), key("direction", "request")});
  add_shares("late_request", {key("delay", explore::too_late(patience))});
  add_shares("late_request", {key("delay", explore::too_slow(patience))});
  add_shares("duplicate_request", {});
  add_shares("duplicate_request", {key("gap", explore::too_slow(patience))});
  add_shares("duplicate_request", {key("gap", explore::too_late(patience))});
  add_shares("http_abort", {"status = 503"});
  add_shares("http_abort", {"status = 503", key("effect", "after")});
}

void Palette::add_partitions(const base::Link& link) {
  const std::string groups = fmt::format("groups = [[\"{}\"], [\"{}\"]]", link.from, link.to);
  for (const char* direction : {"both", "request", "response"})
    add_entry("partition", {groups, key("direction", direction)});
  add_entry("partition", {groups, key("mode", "refuse")});
}

// Its instances share a database.
void Palette::add_service(const std::string& service, const std::vector<std::string>& nodes) {
  for (const std::string& node : nodes) {
    const std::string on = key("on", node);
    add_entry("crash", {on}, "restart");
    add_entry("restart", {on, key("drain", "0s")}, "restart");
    add_entry("restart", {on, key("drain", "200ms")}, "restart");
    add_entry("pause", {on});
  }
  add_entry("database_lock", {key("on", service)});
  for (const std::string& node : nodes)
    for (const char* jump : {"1h", "-1h", "3s", "-3s"})
      add_entry("clock_jump", {key("on", node), key("jump", jump)});
}

std::vector<std::string> Palette::names() const {
  std::vector<std::string> names;
  for (const Kind& kind : kinds_) names.push_back(kind.name);
  return names;
}

// Each with a probability of a half; where the draw says none, one.
std::vector<std::size_t> Palette::enabled(const KeyedRandom& run) const {
  std::vector<std::size_t> on;
  for (std::size_t i = 0; i < kinds_.size(); ++i)
    if (run.with("on").with(kinds_[i].name).below(2) == 1) on.push_back(i);
  if (on.empty()) on.push_back(run.with("the one").below(kinds_.size()));
  return on;
}

FaultText Palette::timed(const Kind& kind, const KeyedRandom& draw, const Span& span) {
  std::vector<std::string> lines = kind.entries[draw.with("place").below(kind.entries.size())];
  const auto start = static_cast<std::int64_t>(draw.with("start").below(starts));
  const base::Duration at =
      std::chrono::floor<std::chrono::milliseconds>(span.busy * start / starts);
  const base::Duration wanted = lengths[draw.with("length").below(lengths.size())];
  constexpr base::Duration drain = 200ms;  // the longest: it comes before the time itself
  lines.push_back(key("at", base::to_text(at)));
  lines.push_back(key(kind.lasts, base::to_text(std::min(wanted, span.end - at - drain))));
  if (std::ranges::any_of(lines, is_chancy)) lines.push_back(name_of(lines));
  return explore::fault_for_a_time(lines);
}

Drawn Palette::draw(const KeyedRandom& run, const Span& span) const {
  const std::vector<std::size_t> on = enabled(run);
  const std::size_t count = 1 + run.with("count").below(most_faults);
  Drawn drawn;
  std::set<std::string> met;
  for (std::size_t i = 0; i < count; ++i) {
    const KeyedRandom draw = run.with("fault").with(i);
    const std::size_t number = on[draw.with("kind").below(on.size())];
    const Kind& kind = kinds_[number];
    FaultText fault;
    if (kind.points.empty()) {
      fault = timed(kind, draw, span);
    } else {
      const std::uint64_t order = 1 + draw.with("order").below(static_cast<std::uint64_t>(orders_));
      const std::string& point = kind.points[draw.with("place").below(kind.points.size())];
      fault = explore::fault_at_point(fmt::format("order {}: {}", order, point));
    }
    if (!met.insert(fault.shown).second) continue;
    drawn.faults.push_back(std::move(fault));
    drawn.kinds.push_back(number);
  }
  return drawn;
}

}  // namespace seawall::swarm
