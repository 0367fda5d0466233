#include "harness/swarm/result.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "harness/base/counted.hpp"
#include "harness/base/text.hpp"
#include "harness/explore/ends.hpp"
#include "harness/explore/shrink.hpp"
#include "harness/model/json_codec.hpp"
#include "reports/finding_text.hpp"
#include "reports/json_text.hpp"

namespace seawall::swarm {
namespace {

// One shard alone is ok when its part is; what was joined of some is not before all are there.
std::string missing_of_joined(const Result& result) {
  return result.joined ? missing_shards(result) : "";
}

// Why more could be known than is; empty: all was tried that was asked for.
std::string unfinished(const Result& result) {
  if (!result.complete) return "it was ended before its budget was spent";
  const std::string missing = missing_of_joined(result);
  return missing.empty() ? "" : "these shards are missing: " + missing;
}

std::string headline(const Result& result) {
  const std::string why = unfinished(result);
  if (!result.findings.empty())
    return fmt::format("BROKEN: {} of violation in {} of {}{}{}",
                       base::counted(result.findings.size(), "kind"),
                       base::grouped(result.violations), base::counted(result.runs, "run"),
                       why.empty() ? "" : "; ", why);
  const std::string unmet =
      result.unconfirmed.empty() ? "" : explore::nothing_succeeded(result.unconfirmed);
  const std::string_view then = unmet.empty() ? "" : "; and ";
  if (result.runs == 0)
    return base::concat({"INCONCLUSIVE: no run was done, so nothing is known; ",
                         why.empty() ? "give it a larger --budget" : why, then, unmet});
  const std::string tried =
      base::counted(result.runs, "run") + " of " + base::counted(result.orders, "order");
  if (why.empty() && !unmet.empty()) return "INCONCLUSIVE: " + unmet;
  if (why.empty()) return fmt::format("ok: {}: 0 violations", tried);
  return fmt::format("INCONCLUSIVE: {}: no violation so far; {}{}{}", tried, why, then, unmet);
}

std::string finding_text(const Result& result, std::size_t number) {
  const Found& found = result.findings[number];
  const auto line = [](const std::string& sentence) { return reports::wrapped(sentence, 2); };
  std::string text = fmt::format("\n{:03} {}\n", number + 1, found.broken.front());
  text += line(found.why) + line("broken by: " + found.culprit);
  for (std::size_t i = 1; i < found.broken.size(); ++i)
    text += line("and with it " + found.broken[i]);
  if (found.plan.empty()) text += "  no fault is needed\n";
  for (const std::string& fault : found.plan) text += "  fault  " + fault + "\n";
  text +=
      fmt::format("  {} and {}, shrunk from {} and {}: run {}, of seed {}\n",
                  base::counted(found.orders, "order"), base::counted(found.plan.size(), "fault"),
                  result.orders, found.drawn, found.run, found.seed);
  text += fmt::format("  that run again: --fuzz --seed {} --orders {} --first {} --budget 1runs\n",
                      result.seed, result.orders, found.run);
  text += fmt::format("  found in {}; with {} of {} other seeds it breaks too\n",
                      base::counted(found.runs, "run"), found.other_broken, found.other_seeds);
  if (!found.minimal)
    text += line(fmt::format("{}: its time was over before it was shrunk", explore::not_minimal));
  if (!found.over_sockets.empty()) text += line("over sockets: " + found.over_sockets);
  text += "\n";
  for (const std::string_view row : base::split(found.story, '\n'))
    if (!row.empty()) text.append("    ").append(row).append("\n");
  if (!found.hint.empty()) text += "\n" + reports::wrapped(found.hint + ".", 2);
  return text;
}

// What two results must have in common, with the words for it.
std::string difference(const Result& a, const Result& b) {
  const auto differ = [](std::string_view what, const auto& one, const auto& other) {
    return fmt::format("they differ in their {}: {} and {}", what, one, other);
  };
  if (a.version != b.version) return differ("version of seawall", a.version, b.version);
  if (a.scenario != b.scenario) return differ("scenario", a.scenario, b.scenario);
  if (a.seed != b.seed) return differ("seed", a.seed, b.seed);
  if (a.orders != b.orders) return differ("orders in a run", a.orders, b.orders);
  if (a.first != b.first) return differ("first run", a.first, b.first);
  if (a.text != b.text) return differ("settings of the scenario", a.text, b.text);
  if (a.budget != b.budget) return differ("budget of runs", a.budget, b.budget);
  if (a.shards != b.shards) return differ("number of shards", a.shards, b.shards);
  return {};
}

void add(std::vector<KindUse>& kinds, const std::vector<KindUse>& more) {
  for (const KindUse& use : more) {
    const auto same = std::ranges::find(kinds, use.kind, &KindUse::kind);
    if (same == kinds.end()) {
      kinds.push_back(use);
      continue;
    }
    same->drawn += use.drawn;
    same->acted += use.acted;
  }
}

auto rank(const Found& found) { return std::tie(found.drawn, found.run); }

void add(std::vector<Found>& findings, Found more) {
  const auto same = std::ranges::find(findings, more.signature, &Found::signature);
  if (same == findings.end()) {
    findings.push_back(std::move(more));
    return;
  }
  const std::int64_t runs = same->runs + more.runs;
  if (rank(more) < rank(*same)) *same = std::move(more);
  same->runs = runs;
}

constexpr std::int64_t most_shards = 10'000;

// Why the numbers of a result cannot all be true; empty: they can.
std::string contradiction(const Result& result) {
  if (result.shards > most_shards)
    return fmt::format("shards: {}; expected at most {}", result.shards, most_shards);
  if (result.violations > result.runs)
    return fmt::format("violations: {} in {} runs; expected one in each at most", result.violations,
                       result.runs);
  const auto kinds = static_cast<std::int64_t>(result.findings.size());
  if (kinds > result.violations || (kinds == 0 && result.violations > 0))
    return fmt::format("findings: {} of {} violations; expected one for each kind of them", kinds,
                       result.violations);
  return {};
}

// That alone is read first, of whatever `seawall explore` may have written: it says what the rest
// is.
struct Head {
  std::optional<std::int64_t> schema;
  std::optional<std::string> kind;
  std::optional<std::int64_t> depth;
  std::optional<std::string> version;
};
template <class Visitor>
void describe(Visitor& visit, Head& head) {
  visit.field("schema", head.schema, {"of this file"});
  visit.field("kind", head.kind, {"fuzz, or that of services of the user's own"});
  visit.field("depth", head.depth, {"of a systematic search"});
  visit.field("version", head.version, {"of seawall"});
}

// Why this is nothing that can be joined; empty: it may be.
std::string not_ours(const Head& head, std::string_view version) {
  if (!head.kind && head.depth)
    return "it is no result of --fuzz, but of a systematic search, which is not dealt to shards: "
           "expected what `seawall explore --fuzz` writes";
  if (head.kind == "services" || head.kind == "external")
    return fmt::format(
        "it is no result of --fuzz, but of services of your own (kind {}), which are not dealt to "
        "shards: expected what `seawall explore --fuzz` writes",
        *head.kind);
  if (head.kind != "fuzz")
    return fmt::format("it is no result of --fuzz: found kind {}, expected fuzz",
                       head.kind.value_or("none"));
  if (head.schema != 1 || head.version != version)
    return fmt::format(
        "it is of seawall {} (schema {}), and this is {} (schema 1), for which the same run may be "
        "another: join it with the version that wrote it, or run its shard again with this one",
        head.version.value_or("unknown"), head.schema.value_or(0), version);
  return {};
}

}  // namespace

void sort(std::vector<Found>& findings) {
  std::ranges::sort(findings, [](const Found& a, const Found& b) {
    return std::tuple(a.plan.size(), a.orders, a.run) < std::tuple(b.plan.size(), b.orders, b.run);
  });
}

int exit_of(const Result& result) {
  if (!result.findings.empty()) return 1;
  const bool has_ended = result.complete && result.runs > 0 && missing_of_joined(result).empty();
  return has_ended && result.unconfirmed.empty() ? 0 : 5;
}

std::string missing_shards(const Result& result) {
  std::vector<std::string> missing;
  for (std::int64_t shard = 1; shard <= result.shards; ++shard)
    if (std::ranges::find(result.done, shard) == result.done.end())
      missing.push_back(std::to_string(shard));
  return base::join(missing, ", ");
}

std::string result_text(const Result& result) {
  std::string text = fmt::format(
      "{}: fuzzed with seed {}, {} in each run, {} in all\n", result.scenario, result.seed,
      base::counted(result.orders, "order"), base::counted(result.faults, "fault"));
  for (const KindUse& use : result.kinds)
    text += fmt::format("  {:<34}{:>12} drawn{:>12} acted\n", use.kind, base::grouped(use.drawn),
                        base::grouped(use.acted));
  for (std::size_t i = 0; i < result.findings.size(); ++i) text += finding_text(result, i);
  // What was read from a file may hold anything.
  return reports::printable_lines(text + "\n" + headline(result) + "\n");
}

std::string result_json(const Result& result) {
  return reports::indented_json(boost::json::parse(model::encode_json(result)));
}

base::expected<Result, std::string> parse_result(std::string_view text, std::string_view version) {
  const auto head = model::decode_json<Head>(text);
  if (!head) return base::unexpected(head.error());
  if (const std::string why = not_ours(*head, version); !why.empty()) return base::unexpected(why);
  auto result = model::decode_own_json<Result>(text);
  if (!result) return base::unexpected(result.error());
  if (const std::string why = contradiction(*result); !why.empty()) return base::unexpected(why);
  for (std::size_t i = 0; i < result->done.size(); ++i)
    if (result->done[i] > result->shards || (i > 0 && result->done[i] <= result->done[i - 1]))
      return base::unexpected(
          fmt::format("done: shard {} of {}; expected shards in ascending order", result->done[i],
                      result->shards));
  if (result->done.empty()) return base::unexpected<std::string>("done: expected a shard at least");
  for (const Found& found : result->findings)
    if (found.broken.empty())
      return base::unexpected<std::string>("findings.broken: expected an invariant at least");
  return std::move(*result);
}

base::expected<Result, std::string> merge(std::vector<Result> parts) {
  Result whole = std::move(parts.front());
  for (std::size_t i = 1; i < parts.size(); ++i) {
    Result& part = parts[i];
    if (const std::string other = difference(whole, part); !other.empty())
      return base::unexpected(other);
    for (const std::int64_t shard : part.done) {
      if (std::ranges::find(whole.done, shard) != whole.done.end())
        return base::unexpected(
            fmt::format("shard {} of {} is there twice; expected each once", shard, whole.shards));
      whole.done.push_back(shard);
    }
    std::ranges::sort(whole.done);
    whole.runs += part.runs;
    whole.faults += part.faults;
    whole.violations += part.violations;
    whole.complete = whole.complete && part.complete;
    // One that says it is enough, and with two the order of the folders tells nothing.
    whole.unconfirmed = std::max(whole.unconfirmed, part.unconfirmed);
    add(whole.kinds, part.kinds);
    for (Found& found : part.findings) add(whole.findings, std::move(found));
  }
  sort(whole.findings);
  if (missing_shards(whole).empty()) {
    whole.shards = 1;
    whole.done = {1};
  }
  whole.joined = whole.shards > 1;
  whole.exit = exit_of(whole);
  return whole;
}

}  // namespace seawall::swarm
