#include "harness/survey/texts.hpp"

#include <array>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "harness/base/assert.hpp"
#include "harness/base/text.hpp"
#include "harness/model/kept_name.hpp"
#include "harness/scenario/load_checks.hpp"
#include "harness/scenario/toml.hpp"

namespace seawall::survey {
namespace {

using scenario::Value;

// Everything else of a file says when it is run, what it is to show, or how it is told.
constexpr auto kept_tables =
    std::to_array<std::string_view>({"target", "service", "link", "probe", "invariant", "redact"});

constexpr Duration lead_in = 200ms;                // before the first request
constexpr std::string_view only_once = "0.001/s";  // in a load phase of less than 1,000 s

Value text(std::string_view text) { return scenario::text_value(std::string(text), {}); }
Value text(Duration duration) { return text(base::to_text(duration)); }

// A list of one entry may be written as that entry.
const Value& entry_of(const Value& list, std::size_t index) {
  if (!list.is_array()) return list;
  base::require(index < list.items.size(), "a scenario has the entries that its text has");
  return list.items[index];
}

std::string rate_of(Duration step) {
  constexpr std::int64_t millionths = 1'000'000;
  return base::to_text(base::Rate{millionths * Duration(1s).count() / step.count()});
}

// The request that is sent at this time, and no other.
std::string phase_around(Duration at) {
  return fmt::format("from {} to {}", base::to_text(at - 10ms), base::to_text(at + 10ms));
}

std::string level(std::string_view name, const std::string& that, const std::string& phase) {
  return fmt::format("\n[[slo]]\nname = \"{}\"\nthat = '{}'\nphase = \"{}\"\n", name, that, phase);
}

// The same that judge.cpp asks.
std::string levels_of(const Times& times, Duration limit) {
  return level("it succeeds without a fault", "ok_share >= 100%", phase_around(times.before)) +
         level("it succeeds", "ok_share >= 100%", phase_around(times.tested)) +
         level("it is not slow", "latency_all.max <= " + base::to_text(limit),
               phase_around(times.tested)) +
         level("it succeeds again at once", "ok_share >= 100%", phase_around(times.after_from()));
}

// A text that was read before.
Value parsed(const std::string& file, const std::string& text) {
  scenario::Sources sources;
  scenario::Problems problems(sources);
  const std::size_t number = sources.add(file, text);
  auto whole = scenario::parse_toml(number, text, problems);
  base::require(whole.has_value(), "the resolved text of a scenario can be read");
  return std::move(*whole);
}

}  // namespace

Texts::Texts(const model::Scenario& scenario)
    : scenario_(scenario), whole_(parsed(scenario.file, scenario.resolved)) {}

Duration Texts::first_at(const Asked& asked, Duration step) {
  return lead_in + step * static_cast<std::int64_t>(asked.earlier.size());
}

std::string Texts::quiet(const Asked& asked, std::int64_t count, Duration step,
                         std::uint64_t seed) const {
  const Duration first = first_at(asked, step);
  Value one = document(asked.name + ", without any fault", first + count * step, seed);
  Value list = loads(asked, step);
  list.items.push_back(load("quiet", asked.source, first, rate_of(step)));
  one.set("load", std::move(list));
  return scenario::to_toml(one);
}

std::string Texts::cell(const Asked& asked, const Place& place, Trouble trouble, const Times& times,
                        Duration limit, std::uint64_t seed) const {
  const std::string what = fmt::format("{}: {}: {}", asked.name, to_text(place), name_of(trouble));
  Value one = document(what, times.end(), seed);
  Value list = loads(asked, times.step);
  list.items.push_back(load("before", asked.source, times.before, std::string(only_once)));
  list.items.push_back(load("tested", asked.source, times.tested, std::string(only_once)));
  list.items.push_back(load("after", asked.source, times.after_from(), rate_of(times.step)));
  one.set("load", std::move(list));
  return scenario::to_toml(one) + faults_of(trouble, place, times) + levels_of(times, limit);
}

std::string Texts::kept(const std::string& cell, const std::string& title, std::string_view why,
                        std::string_view tag) const {
  Value one = parsed(scenario_.file, cell);
  const Value* given = one.get("scenario");
  base::require(given != nullptr, "a cell has a name");
  Value meta = *given;
  meta.set("name", text(name_of_kept(scenario_.meta.name, title)));
  meta.set("description", text(why));
  Value tags = scenario::array_value({});
  tags.items.push_back(text(tag));
  meta.set("tags", std::move(tags));
  one.set("scenario", std::move(meta));
  return scenario::to_toml(one);
}

std::string name_of_kept(std::string_view scenario, std::string_view title) {
  return model::kept_name(scenario, title, " :/>#-");
}

Value Texts::document(const std::string& description, Duration duration, std::uint64_t seed) const {
  Value one = scenario::table_value({});
  one.set("schema", scenario::integer_value(1, {}));
  Value meta = scenario::table_value({});
  meta.set("name", text(scenario_.meta.name));
  meta.set("description", text(description));
  one.set("scenario", std::move(meta));
  Value run = scenario::table_value({});
  run.set("seed", scenario::integer_value(static_cast<std::int64_t>(seed), {}));
  run.set("warmup", text("0s"));
  run.set("duration", text(duration));
  run.set("settle", text(scenario_.run.settle));
  one.set("run", std::move(run));
  for (const std::string_view table : kept_tables)
    if (const Value* kept = whole_.get(table)) one.set(table, *kept);
  const Value* radius = whole_.get("blast_radius");
  const Value* hosts = radius ? radius->get("hosts") : nullptr;
  if (hosts) {
    Value kept = scenario::table_value({});
    kept.set("hosts", *hosts);
    one.set("blast_radius", std::move(kept));
  }
  return one;
}

// No check here is about milliseconds: a request may be sent late.
Value Texts::load(const std::string& name, Source source, Duration start,
                  const std::string& rate) const {
  const model::Load& given = scenario_.loads.at(source.load);
  const Value* loads = whole_.get("load");
  base::require(loads != nullptr, "a scenario with a load says so in its text");
  const Value& entry = entry_of(*loads, source.load);
  Value one = scenario::table_value({});
  one.set("name", text(name));
  one.set("start", text(start));
  one.set("rate", text(rate));
  one.set("arrivals", text("constant"));
  one.set("timeout", text(given.timeout));
  one.set("max_lateness", text("10s"));
  if (const Value* to = entry.get("to")) one.set("to", *to);
  const model::RequestSpec& spec = spec_of(scenario_, source);
  if (given.data && !scenario::columns_of(spec).empty())
    one.set("data", text(std::filesystem::absolute(*given.data).string()));
  const Value* requests = entry.get("request");
  base::require(requests != nullptr, "a load with requests says so in its text");
  Value sent = entry_of(*requests, source.request);
  sent.set("name", text(spec.name));
  sent.set("weight", scenario::integer_value(1, {}));
  sent.erase("repeat");
  sent.erase("abandon");
  Value list = scenario::array_value({});
  list.items.push_back(std::move(sent));
  one.set("request", std::move(list));
  return one;
}

Value Texts::loads(const Asked& asked, Duration step) const {
  Value list = scenario::array_value({});
  Duration at = lead_in;
  for (const Source& earlier : asked.earlier) {
    list.items.push_back(load(fmt::format("earlier {}", list.items.size() + 1), earlier, at,
                              std::string(only_once)));
    at += step;
  }
  return list;
}

}  // namespace seawall::survey
