#include "harness/cli/gate_plan.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "harness/base/keyed_random.hpp"
#include "harness/base/text.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/comparing.hpp"
#include "harness/os/process.hpp"
#include "harness/scenario/canonical.hpp"
#include "harness/scenario/document.hpp"

namespace seawall::cli {
namespace {

namespace fs = std::filesystem;

Options reading_of(const GateOptions& options, const GateSide& side) {
  Options reading;
  reading.scenarios = {options.scenario};
  reading.sets = options.sets;
  reading.sets.insert(reading.sets.end(), side.sets.begin(), side.sets.end());
  reading.variant = side.variant;
  reading.seed = options.seed;
  if (!options.mode.empty()) reading.mode = model::enum_of<model::Mode>(options.mode);
  return reading;
}

std::optional<Job> only_job(const Options& reading) {
  auto jobs = read_jobs(reading, false);
  if (!jobs || !can_run(*jobs)) return std::nullopt;
  if (jobs->size() == 1 && !jobs->front().matrix) return std::move(jobs->front());
  usage_mistake("gate: expected one scenario, without [matrix] and [ablation]");
  return std::nullopt;
}

// In virtual time the shop's differences are exact, and cost next to nothing.
std::optional<Job> job_of(const GateOptions& options, const GateSide& side) {
  Options reading = reading_of(options, side);
  auto job = only_job(reading);
  if (!job || reading.mode || !job->scenario.target.is_shop()) return job;
  reading.mode = model::Mode::sim;
  return only_job(reading);
}

std::vector<std::string> words_of(const Job& job, const GateOptions& options,
                                  const GateSide& side) {
  std::vector<std::string> words = {"run", job.file, "--quiet", "--ci", "none"};
  const auto add = [&](const char* option, const std::string& value) {
    words.emplace_back(option);
    words.push_back(value);
  };
  // Services of the user's own run as they do: a scenario of theirs refuses the word.
  const model::Target& target = job.scenario.target;
  if (target.is_shop()) add("--mode", std::string(model::name_of(target.mode)));
  for (const auto* sets : {&options.sets, &side.sets})
    for (const std::string& set : *sets) add("--set", set);
  if (!side.variant.empty()) add("--variant", side.variant);
  return words;
}

std::string name_of(const GateSide& side) {
  std::vector<std::string> parts;
  if (!side.program.empty()) parts.push_back(side.program);
  if (!side.variant.empty()) parts.push_back("variant " + side.variant);
  for (const std::string& set : side.sets) parts.push_back(set);
  return parts.empty() ? "as the file has it" : base::join(parts, ", ");
}

// A program that is built anew while a gate pauses is another program.
std::optional<std::uint64_t> hash_of_program(const std::string& program) {
  std::ifstream in(program, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in || bytes.str().empty()) return std::nullopt;
  return base::hash_bytes(bytes.str());
}

// What the gate gives to all its runs itself, and what would be lost in `sets` therefore. Settings
// that are none are told by who reads the scenario.
bool has_no_lost_key(const char* option, const std::vector<std::string>& sets, bool of_both) {
  for (const std::string& set : sets) {
    scenario::Sources sources;
    scenario::Problems unread(sources);
    const auto overlay = scenario::parse_setting(option, set, sources, unread);
    const auto says = [&](const char* table, const char* key) {
      const scenario::Value* found = overlay ? overlay->get(table) : nullptr;
      return found && found->is_table() && found->get(key);
    };
    if (says("target", "mode")) {
      usage_mistake(
          fmt::format("gate: {} {}: A and B run in one world, which --mode names; "
                      "default: sim for the shop",
                      option, set));
      return false;
    }
    if (!of_both && says("run", "seed")) {
      usage_mistake(
          fmt::format("gate: {} {}: both runs of a pair have one seed, or the draws would "
                      "differ; expected --seed, which is for both",
                      option, set));
      return false;
    }
  }
  return true;
}

std::optional<PlannedSide> side_of(const char* letter, const GateOptions& options,
                                   const GateSide& given, std::string& question) {
  auto job = job_of(options, given);
  if (!job) return std::nullopt;
  PlannedSide side;
  side.letter = letter;
  side.name = name_of(given);
  side.program = given.program.empty() ? os::own_program() : fs::absolute(given.program).string();
  side.words = words_of(*job, options, given);
  side.scenario = std::move(job->scenario);
  const auto program = hash_of_program(side.program);
  if (!program) {
    usage_mistake("gate: " + side.program + " cannot be read; expected a seawall that runs " +
                  letter);
    return std::nullopt;
  }
  question = fmt::format("{} {}\n", *program, scenario::canonical_text(side.scenario));
  return side;
}

// What the runs of both sides must be judged by alike, of one table of a scenario.
struct Judged {
  const char* table;
  void (*keep)(const model::Scenario& from, model::Scenario& into);
};

constexpr Judged judged_alike[] = {
    {"slo", [](const auto& from, auto& into) { into.levels = from.levels; }},
    {"invariant", [](const auto& from, auto& into) { into.invariants = from.invariants; }},
    {"steady_state", [](const auto& from, auto& into) { into.steady_state = from.steady_state; }},
};

// A level that B is spared would hide what B does worse.
bool is_judged_alike(const model::Scenario& a, const model::Scenario& b) {
  for (const Judged& judged : judged_alike) {
    model::Scenario of_a, of_b;
    judged.keep(a, of_a);
    judged.keep(b, of_b);
    if (scenario::canonical_text(of_a) == scenario::canonical_text(of_b)) continue;
    usage_mistake(
        fmt::format("gate: A and B differ in [{}]: both must be judged by the same; expected "
                    "--set, which is for both",
                    judged.table));
    return false;
  }
  return true;
}

bool read_share(const char* option, const std::string& text, base::Share& share) {
  const auto read = base::parse_share(text);
  if (read) share = *read;
  if (!read) usage_mistake(fmt::format("{} {}: {}", option, text, read.error()));
  return read.has_value();
}

}  // namespace

std::optional<GatePlan> plan_gate(const GateOptions& options) {
  GatePlan plan;
  if (!read_share("--most-foreign", options.most_foreign, plan.most_foreign) ||
      !read_share("--most-stolen", options.most_stolen, plan.most_stolen))
    return std::nullopt;
  if (!has_no_lost_key("--set", options.sets, true) ||
      !has_no_lost_key("--a-set", options.a.sets, false) ||
      !has_no_lost_key("--b-set", options.b.sets, false))
    return std::nullopt;
  std::string question_a, question_b;
  auto a = side_of("A", options, options.a, question_a);
  if (!a) return std::nullopt;
  auto b = side_of("B", options, options.b, question_b);
  if (!b) return std::nullopt;
  plan.sides = {std::move(*a), std::move(*b)};
  const model::Scenario& first = plan.sides[0].scenario;
  const model::Scenario& second = plan.sides[1].scenario;
  if (first.target.mode != second.target.mode) {
    usage_mistake("gate: A and B run in different worlds; nothing of them can be compared");
    return std::nullopt;
  }
  if (first.run.seed != second.run.seed) {
    usage_mistake(
        fmt::format("gate: A has the seed {} and B {}: their draws would differ; expected "
                    "--seed, which is for both",
                    first.run.seed, second.run.seed));
    return std::nullopt;
  }
  if (!is_judged_alike(first, second)) return std::nullopt;
  plan.is_virtual = first.target.mode == model::Mode::sim;
  plan.is_same = question_a == question_b;
  if (plan.is_virtual && plan.is_same) {
    usage_mistake(
        "gate: A and B are the same program with the same settings, so in virtual time nothing can "
        "differ; expected what B is: --b-set PATH=VALUE, --b-variant NAME or --b-bin PROGRAM (or "
        "the same of A)");
    return std::nullopt;
  }
  plan.seed = first.run.seed;
  plan.pairs = static_cast<std::size_t>(options.seeds);
  plan.question = base::hex(base::hash_bytes("A " + question_a + "B " + question_b));
  return plan;
}

}  // namespace seawall::cli
