#include "harness/explore/kept.hpp"

#include <set>
#include <utility>

#include "harness/base/assert.hpp"
#include "harness/base/text.hpp"
#include "harness/model/kept_name.hpp"
#include "harness/scenario/reader.hpp"
#include "harness/scenario/toml.hpp"
#include "reports/run_report.hpp"

namespace seawall::explore {
namespace {

std::string named_text(const std::string& text, const std::vector<std::string>& plan,
                       const Violation& violation) {
  scenario::Sources sources;
  scenario::Problems problems(sources);
  const std::size_t number = sources.add("found.toml", text);
  auto whole = scenario::parse_toml(number, text, problems);
  base::require(whole.has_value(), "the text of what was explored can be read");
  const scenario::Value* given = whole->get("scenario");
  base::require(given && given->get("name"), "a scenario that is explored has a name");
  scenario::Value meta = *given;
  const std::string name =
      name_of_finding(given->get("name")->text, violation.broken.front(), plan);
  meta.set("name", scenario::text_value(name, {}));
  meta.set("description", scenario::text_value(violation.why, {}));
  scenario::Value tags = scenario::array_value({});
  tags.items.push_back(scenario::text_value(std::string(reports::found_tag), {}));
  meta.set("tags", std::move(tags));
  whole->set("scenario", std::move(meta));
  return scenario::to_toml(*whole);
}

struct Variant {
  std::string name;
  std::string toml;
};

Variant variant_of(const std::string& name, std::string_view why,
                   const std::vector<std::string>& settings, const Violation& violation) {
  const std::string& broken = violation.broken.front();
  Variant variant{name, base::concat({"[variant.", name, "]\nwhy = \"", why, "\"\nbreaks = [\"",
                                      broken.substr(broken.find(' ') + 1), "\"]\n"})};
  for (const std::string& setting : settings) variant.toml += "set." + setting + "\n";
  return variant;
}

// The links to the node on which keys were sent, as the settings of their keys begin.
std::vector<std::string> keys_of(const Broken& broken, const std::string& node) {
  std::set<std::string> settings;
  for (const record::Exchange& row : broken.record.exchanges) {
    const base::Link link = base::between_services(row.link);
    if (!row.key.empty() && link.from != "client" && link.to == base::service_of(node))
      settings.insert(base::concat({"policy.\"", base::to_text(link), "\".idempotency"}));
  }
  return {settings.begin(), settings.end()};
}

// What may break the same invariant, the likeliest first.
std::vector<Variant> variants_of(const Broken& broken, const Hint& hint) {
  const auto only = [&](const std::string& name, std::string_view why, const std::string& setting) {
    return std::vector{variant_of(name, why, {setting}, broken.violation)};
  };
  std::vector<Variant> variants;
  std::vector<std::string> settings = hint.settings;
  // Whoever mends what a preset has taken away may take the preset away.
  const std::string& preset = broken.stage.scenario->policy.preset;
  if (preset != model::Policy().preset)
    settings.push_back(base::concat({"policy.preset = \"", preset, "\""}));
  if (!settings.empty())
    return {variant_of("as-found", "the settings with which this was found", settings,
                       broken.violation)};
  switch (hint.guard) {
    case Guard::none:
      return {};
    case Guard::compensation:
      return only("no-compensation", "nothing is undone", "saga.compensation = false");
    case Guard::recovery:
      return only("no-recovery", "a restart forgets what was under way", "saga.recovery = false");
    case Guard::reserve:
      return only("check-then-act", "the stock is looked at, and then taken",
                  "target.reserve = \"check_then_act\"");
    case Guard::keys:
    case Guard::tombstones:
      break;
  }
  for (const std::string& keys : keys_of(broken, hint.node)) {
    variants.push_back(variant_of("no-tombstones", "what was undone may still be done later",
                                  {keys + ".tombstones = false"}, broken.violation));
    variants.push_back(
        variant_of("no-keys", "a repeat is done again", {keys + " = false"}, broken.violation));
    if (hint.guard == Guard::keys) std::swap(variants.back(), variants[variants.size() - 2]);
  }
  return variants;
}

bool breaks_the_same(const std::string& text, const Variant& variant, const Broken& broken,
                     const model::Vocabulary& words) {
  scenario::ReadOptions how;
  how.variant = variant.name;
  const auto reading = scenario::read_scenario_text("found.toml", text, how, words);
  if (!reading) return false;  // the settings cannot stand beside those that there are
  const model::Scenario& scenario = reading->scenario;
  const runtime::Target target = broken.make_target(scenario);
  const Played played =
      play({&scenario, &target}, broken.faults, scenario.run.seed, Looks::verdict);
  return played.all_hit && breaks(played, broken.violation.broken.front());
}

}  // namespace

std::string name_of_finding(const std::string& scenario, const std::string& invariant,
                            const std::vector<std::string>& plan) {
  constexpr std::string_view only_order = "order 1: ";
  constexpr std::string_view between = " :;,!#->()[]={}\"|%";  // as plans have them
  std::string told = invariant.substr(invariant.find(' ') + 1);
  for (std::string_view line : plan) {
    if (line.starts_with(only_order)) line.remove_prefix(only_order.size());
    told.append(" ").append(line);
  }
  return model::kept_name(scenario, told, between);
}

std::string kept_scenario(const std::string& text, const std::vector<std::string>& plan,
                          const Broken& broken, const Hint& hint, const model::Vocabulary& words) {
  const std::string named = named_text(text, plan, broken.violation);
  for (const Variant& variant : variants_of(broken, hint)) {
    const std::string whole = named + "\n" + variant.toml;
    if (breaks_the_same(whole, variant, broken, words)) return whole;
  }
  return named;
}

}  // namespace seawall::explore
