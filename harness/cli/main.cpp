// seawall: the command line. Words become Options here, those of the fault proxy in
// proxy_words.cpp, those of comparisons in compare_words.cpp, those about the program itself in
// tool_words.cpp, and nowhere else is CLI11 included.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/check/judge.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/compare_words.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/one_of.hpp"
#include "harness/cli/proxy_words.hpp"
#include "harness/cli/tool_words.hpp"
#include "harness/cli/whole_number.hpp"
#include "harness/os/shim.hpp"
#include "harness/os/undo_guard.hpp"

namespace {

using seawall::cli::one_of;
using seawall::cli::Options;
using seawall::cli::seed_number;
using seawall::cli::whole_number;

// A value that is empty is that of a variable which was not set, and no wish for the default.
CLI::Validator not_empty() {
  static constexpr auto refusal =
      "expected a value, found an empty one; give it one, or leave it out";
  return {[](const std::string& value) { return std::string(value.empty() ? refusal : ""); }, ""};
}

void add_scenarios(CLI::App& command, Options& options, bool required) {
  auto* scenarios =
      command.add_option("SCENARIO", options.scenarios,
                         "a file, a folder, or the name or number of one under scenarios/");
  if (required) scenarios->required();
}

void add_reading(CLI::App& command, Options& options, std::string& mode) {
  command.add_option("--set", options.sets, "overlay one value, e.g. run.duration=10s")
      ->type_name("PATH=VALUE")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--seed", options.seed, "every random choice is derived from it")
      ->transform(seed_number());
  one_of(*command.add_option(
             "--mode", mode,
             "sim (virtual time), inprocess (real sockets) or processes (each service a process)"),
         {"sim", "inprocess", "processes"});
  command.add_option("--variant", options.variant, "run this variant of the scenario")
      ->type_name("NAME");
  command.add_option("--tag", options.tags, "only scenarios with one of these tags; -T: without T")
      ->type_name("TAG");
}

// What the exit status is to say.
void add_ending(CLI::App& command, Options& options, std::string& fail_on) {
  command
      .add_option("--fail-on", fail_on,
                  "classes that give a non-zero exit: invariant,slo,regression,inconclusive")
      ->type_name("CLASS,...");
  command.add_flag("--bisect", options.bisect, "125 instead of 2, 5, 6 and 70, for git bisect run");
}

void add_running(CLI::App& command, Options& options, std::string& fail_on) {
  command
      .add_option("--out", options.out, "folder of the run (of the runs, where there are several)")
      ->type_name("FOLDER");
  command.add_flag("--json", options.json, "print run.json instead of text");
  command.add_flag("--quiet", options.quiet, "no progress");
  command.add_flag("!--no-live", options.live, "plain lines of progress, on a terminal too");
  command.add_flag("!--no-color", options.color, "no colours");
  one_of(*command.add_option("--ci", options.ci, "github: annotations and the step summary"),
         {"github", "none", "auto"});
  add_ending(command, options, fail_on);
}

void add_trial(CLI::App& command, Options& options) {
  seawall::cli::Trial& trial = options.trial;
  const auto add_each = [&](const char* name, std::vector<std::string>& values, const char* text) {
    command.add_option(name, values, text)->take_all()->allow_extra_args(false);
  };
  command.add_option("URL", trial.url, "what is asked: http://127.0.0.1:8080/orders")->required();
  add_each("--fault", trial.faults,
           "\"KIND KEY=VALUE ...\", as in \"latency latency=300ms\" or \"http_abort status=503 "
           "probability=20%\"; it acts in the middle third, where it says no 'at' and 'for'");
  command.add_option("--rate", trial.rate, "of requests; they wait for no answer")
      ->capture_default_str();
  command.add_option("--for", trial.duration, "how long the load lasts")->capture_default_str();
  command.add_option("--timeout", trial.timeout, "how long the client waits for an answer")
      ->capture_default_str();
  command
      .add_option("--max-lateness", trial.max_lateness,
                  "of one request in a hundred; a load that is later judges nothing")
      ->capture_default_str();
  command.add_option("--method", trial.method, "of the requests")->capture_default_str();
  add_each("--header", trial.headers, "\"NAME: VALUE\"");
  command.add_option("--body", trial.body, "of the requests");
  add_each("--slo", trial.levels, "a level for the whole run, as in \"latency.p99 <= 200ms\"");
  add_each("--during", trial.during, "a level while the faults act, as in \"ok_share >= 80%\"");
  add_each("--allow-host", trial.allowed_hosts, "a host other than this machine that may be asked");
  command.add_option("--ca", trial.authorities, "file with the authorities to trust (https)")
      ->type_name("FILE");
  command.add_flag("--insecure", trial.insecure, "trust whoever answers (https)");
  command.add_option("--seed", options.seed, "every random choice is derived from it")
      ->transform(seed_number());
  command.add_flag("--json", options.json, "print run.json instead of text");
  command.add_flag("--quiet", options.quiet, "no progress");
  command.add_flag("!--no-color", options.color, "no colours");
}

void add_serving(CLI::App& command, Options& options) {
  seawall::cli::Serving& serving = options.serving;
  command.add_option("SERVICE", serving.service, "gateway, order, payment, inventory or shipping")
      ->required();
  command
      .add_option("--scenario", serving.scenario,
                  "whose policies, saga, capacity and stock it has: a file, name or number")
      ->type_name("SCENARIO")
      ->required();
  command.add_option("--store", serving.store, "its SQLite file; made where there is none")
      ->type_name("FILE")
      ->required();
  command.add_option("--port", serving.port, "of 127.0.0.1; default: any free one")
      ->transform(whole_number(0, 65'535));
  command
      .add_option("--callee", serving.callees,
                  "NAME=HOST:PORT: where a service that it calls is; once for each")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--drain", serving.drain, "how long it may finish what it has, at its end")
      ->capture_default_str();
  command.add_option("--seed", options.seed, "every random choice is derived from it")
      ->transform(seed_number());
  // What only the driver of a run says.
  command.add_option("--book", serving.book)->group("");
  command.add_flag("--driven", serving.driven)->group("");
  command.add_flag("--asks", serving.asks)->group("");
}

void add_fuzzing(CLI::App& command, Options& options, CLI::Option& matrix) {
  seawall::cli::ExploreOptions& explore = options.explore;
  auto* const fuzz = command
                         .add_flag("--fuzz", explore.fuzz,
                                   "many orders at a time under random faults, run after run")
                         ->excludes(&matrix);
  command.add_option("--shard", explore.shard, "I/N: only each N-th run, from the I-th on")
      ->type_name("I/N")
      ->check(not_empty())
      ->needs(fuzz);
  command.add_option("--first", explore.first, "number of the first run; 1 unless given")
      ->transform(whole_number(1, 1'000'000'000'000))
      ->needs(fuzz);
  CLI::App* merge = command.add_subcommand("merge", "join what the shards of --fuzz have found");
  merge->add_option("FOLDER", explore.shards, "of one shard, its --out")->required();
  merge->add_option("--out", options.out, "folder of its files")->required()->check(not_empty());
  merge->add_flag("--json", options.json, "print explore.json instead of text");
}

void add_exploring(CLI::App& command, Options& options) {
  add_scenarios(command, options, false);  // one, but for `explore merge`
  seawall::cli::ExploreOptions& explore = options.explore;
  command.add_option("--set", options.sets, "PATH=VALUE: overlay one value, e.g. saga.log=memory")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--variant", options.variant, "explore this variant of the scenario");
  command
      .add_option("--depth", explore.depth,
                  "so many faults at the same time, at most; 2 unless given")
      ->transform(whole_number(1, 4));
  command.add_option("--orders", explore.orders, "so many orders: 1, or 20 with --fuzz")
      ->transform(whole_number(1, 100));
  auto* const matrix =
      command.add_option("--matrix", explore.matrix,
                         "a table of what breaks with one setting of the saga after the other");
  one_of(*matrix, {"saga"});
  command.add_option("--budget", explore.budget, "what ends it at the latest: 30s, 100000runs")
      ->excludes(matrix)
      ->check(not_empty());
  command
      .add_flag("--confirm", explore.confirm,
                "run what hangs on no timing over real sockets, too; of services of your own, run "
                "what does not survive once more")
      ->excludes(matrix);
  command.add_option("--seed", options.seed, "every random choice is derived from it")
      ->transform(seed_number());
  command.add_option("--out", options.out, "folder of its files")
      ->excludes(matrix)
      ->check(not_empty());
  command
      .add_option("--jobs", options.jobs,
                  "runs at the same time; of services of your own 1 unless given")
      ->transform(whole_number(1, 64));
  command.add_flag("--json", options.json, "print explore.json instead of text")->excludes(matrix);
  command.add_flag("--quiet", options.quiet, "no progress");
  add_fuzzing(command, options, *matrix);
}

void add_init(CLI::App& command, seawall::cli::InitOptions& init) {
  command.add_option("FOLDER", init.folder, "that of your services")->capture_default_str();
  command.add_option("-o,--output", init.file, "where it goes; default: FOLDER/seawall.toml")
      ->type_name("FILE");
  command.add_flag("--force", init.force, "write over a file that is there");
  command.add_flag("--print", init.print, "print it, and write nothing");
}

// "a,-b" -> wanted and unwanted.
void split_tags(Options& options) {
  std::vector<std::string> wanted;
  for (const std::string& tag : options.tags)
    (tag.starts_with('-') ? options.not_tags : wanted).push_back(tag.substr(tag.starts_with('-')));
  options.tags = std::move(wanted);
}

int usage_error(const std::string& message) {
  std::fprintf(stderr, "seawall: %s\n", message.c_str());
  return seawall::cli::usage;
}

// "Could not convert: --seed = x". All values that are no texts are whole numbers.
std::string not_a_number(std::string said) {
  constexpr std::string_view could_not = "Could not convert: ";
  if (said.starts_with(could_not)) said.erase(0, could_not.size());
  return said + ": expected a whole number";
}

// "a whole number from 1 to 4": CLI11 has "INT:1 to 4".
std::string value_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t colon = std::min(type.find(':'), type.size());
  const std::string name = type.substr(0, colon);
  const std::string check = type.substr(std::min(colon + 1, type.size()));
  if (name == "INT" || name == "UINT")
    return "a whole number" + (check.empty() ? std::string() : " from " + check);
  const std::string known = name == "TEXT" || name == "FLOAT" ? check : name;
  if (known.find('|') != known.npos) return "one of " + known;
  return "a value" + (known.empty() ? known : " (" + known + ")");
}

// The command that was asked for, behind those that it is a part of.
std::vector<CLI::App*> chosen_commands(CLI::App& app) {
  std::vector<CLI::App*> commands;
  for (CLI::App* command = &app; command;) {
    commands.push_back(command);
    const auto chosen = command->get_subcommands();
    command = chosen.empty() ? nullptr : chosen.front();
  }
  return commands;
}

// "--depth: 1 required INT:1 to 4 missing", in our words; nothing where it is another mistake.
std::string missing_value(CLI::App& app, const std::string& said) {
  const std::string name = said.substr(0, said.find(": "));
  if (!said.ends_with(" missing")) return {};
  for (CLI::App* command : chosen_commands(app))
    if (const CLI::Option* option = command->get_option_no_throw(name))
      return name + ": expected " + value_of(*option) + " behind it, found none";
  return {};
}

// CLI11 takes an option for the value of the one before it: `--out --quiet` would be a folder.
std::string option_as_value(CLI::App& app) {
  for (CLI::App* command : chosen_commands(app))
    for (const CLI::Option* option : command->get_options())
      for (const std::string& value : option->results())
        if (value.starts_with("--") && command->get_option_no_throw(value))
          return fmt::format("{}: expected {} behind it, found the option {}", option->get_name(),
                             value_of(*option), value);
  return {};
}

// What a word that no option has may have been meant for.
void suggest_option(CLI::App& app) {
  std::vector<std::string> known;
  for (CLI::App* command : chosen_commands(app))
    for (const CLI::Option* option : command->get_options())
      for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  for (const std::string& word : app.remaining(true)) {
    const auto meant = word.starts_with("--")
                           ? seawall::base::nearest(word.substr(0, word.find('=')), known)
                           : std::nullopt;
    if (meant) std::fprintf(stderr, "Did you mean %s?\n", meant->c_str());
  }
}

std::vector<std::string> commands_of(CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

int no_command(CLI::App& app, const std::string& word) {
  const std::vector<std::string> known = commands_of(app);
  std::fprintf(stderr, "seawall: %s: there is no such command; expected one of %s\n", word.c_str(),
               seawall::base::join(known, ", ").c_str());
  if (const auto meant = seawall::base::nearest(word, known))
    std::fprintf(stderr, "Did you mean %s?\n", meant->c_str());
  std::fputs("Run with --help for more information.\n", stderr);
  return seawall::cli::usage;
}

// The word that stands where a command is wanted, and whose command that would be; nothing: there
// is none.
std::optional<std::pair<CLI::App*, std::string>> wrong_command(CLI::App& app) {
  CLI::App* const at = chosen_commands(app).back();
  if (at->get_require_subcommand_min() == 0) return std::nullopt;
  for (const std::string& word : app.remaining(true))
    if (!word.starts_with('-')) return std::pair(at, word);
  return std::nullopt;
}

// "help toxic add" is "toxic add --help". The word of it that is no command, else nothing.
std::optional<std::pair<CLI::App*, std::string>> rewrite_help(CLI::App& app,
                                                              std::vector<std::string>& words) {
  if (words.empty() || words.front() != "help") return std::nullopt;
  words.erase(words.begin());
  CLI::App* at = &app;
  for (const std::string& word : words) {
    if (word.starts_with('-')) break;
    const auto commands = at->get_subcommands({});
    const auto known = std::ranges::find(commands, word, &CLI::App::get_name);
    if (known == commands.end()) return std::pair(at, word);
    at = *known;
  }
  words.emplace_back("--help");
  return std::nullopt;
}

}  // namespace

int run_main(int argc, char** argv) {
  Options options;
  std::string mode, fail_on;
  CLI::App app{
      "Seawall: does your system stay correct, and within its service levels, while things fail?\n"
      "Exit: 0 pass, 1 invariant broken, 2 usage, 3 service level missed, 5 inconclusive,\n"
      "      6 target or environment failed, 130/143 interrupted"};
  app.set_version_flag("--version", seawall::cli::version_text());
  app.require_subcommand(1);

  CLI::App* run = app.add_subcommand("run", "run scenarios and judge them");
  add_scenarios(*run, options, true);
  add_reading(*run, options, mode);
  add_running(*run, options, fail_on);
  run->add_flag("--variants", options.variants,
                "the scenario and all its variants; each must break what it says");
  run->add_option("--repeat", options.repeat, "so many times, with seed, seed + 1, ...")
      ->transform(whole_number(1, 1000));

  CLI::App* matrix = app.add_subcommand(
      "matrix", "run every cell of [matrix] and [ablation]: what does each pattern buy?");
  add_scenarios(*matrix, options, true);
  add_reading(*matrix, options, mode);
  matrix->add_option("--out", options.out, "folder of its files")->type_name("FOLDER");
  matrix->add_option("--jobs", options.jobs, "cells at the same time, in virtual time alone")
      ->transform(whole_number(1, 64));
  matrix->add_flag("--json", options.json, "print matrix.json instead of the table");
  matrix->add_flag("--quiet", options.quiet, "no progress");
  add_ending(*matrix, options, fail_on);

  CLI::App* tune = app.add_subcommand(
      "tune", "search the settings of [tune] for those that nothing betters, in virtual time");
  add_scenarios(*tune, options, true);
  tune->add_option("--set", options.sets, "overlay one value, e.g. tune.candidates=100")
      ->type_name("PATH=VALUE")
      ->take_all()
      ->allow_extra_args(false);
  tune->add_option("--seed", options.seed, "every random choice is derived from it")
      ->transform(seed_number());
  tune->add_option("--out", options.out, "folder of its files")->type_name("FOLDER");
  tune->add_option("--jobs", options.jobs, "candidates at the same time")
      ->transform(whole_number(1, 64));
  tune->add_flag("--json", options.json, "print tune.json instead of the table");
  tune->add_flag("--quiet", options.quiet, "no progress");

  CLI::App* explore = app.add_subcommand(
      "explore",
      "try one order under every fault and every pair of faults, in virtual time; of services of "
      "your own, each call of each request under one fault after the other");
  add_exploring(*explore, options);

  CLI::App* validate = app.add_subcommand("validate", "read scenarios and say what is wrong");
  add_scenarios(*validate, options, true);
  add_reading(*validate, options, mode);

  CLI::App* explain =
      app.add_subcommand("explain", "time line, load, checks and cost; nothing is started");
  add_scenarios(*explain, options, true);
  add_reading(*explain, options, mode);

  CLI::App* list = app.add_subcommand("list", "the scenarios there are");
  add_scenarios(*list, options, false);
  list->add_option("--tag", options.tags, "only with one of these tags; -T: without T");
  list->add_flag("--names", options.names, "the names alone, one a line");
  list->add_flag("--markdown", options.markdown,
                 "as the table of scenarios/README.md: number, name, what it shows, variants, what "
                 "each breaks; write it with `seawall list --markdown > scenarios/README.md`");

  CLI::App* replay = app.add_subcommand("replay", "run a recorded run again and compare the trace");
  replay->add_option("RUN", options.run_folder, "folder of a run; default out/latest");
  add_running(*replay, options, fail_on);

  CLI::App* report = app.add_subcommand(
      "report", "what recorded runs came to, and their pages; of several, an index of them");
  report->add_option("RUN", options.run_folders,
                     "folders of runs, or one that holds runs; default out/latest");
  report->add_option("--out", options.out, "folder of the index; default: where the runs lie")
      ->type_name("FOLDER");
  report->add_flag("!--no-color", options.color, "no colours");

  CLI::App* trial = app.add_subcommand(
      "try", "a load on a URL through a proxy with faults, and a verdict, without any file");
  add_trial(*trial, options);

  CLI::App* xray = app.add_subcommand(
      "xray", "measure the timeouts, repeats, breakers and limits that callers really have");
  add_scenarios(*xray, options, true);
  add_reading(*xray, options, mode);
  xray->add_option("--link", options.xray.links, "only this one, \"A -> B\"")
      ->take_all()
      ->allow_extra_args(false);
  xray->add_option("--patience", options.xray.patience,
                   "of the client: who waits longer for a silent callee has no timeout")
      ->capture_default_str();
  xray->add_option("--failing", options.xray.failing,
                   "how long all calls fail, twice as long as a breaker stays open at least")
      ->capture_default_str();
  one_of(*xray->add_option("--as", options.xray.as, "how it is told")->capture_default_str(),
         {"table", "json", "policy", "checks"});
  xray->add_flag("--quiet", options.quiet, "no progress");

  CLI::App* init = app.add_subcommand(
      "init", "write a first scenario from a compose file, a Procfile or package.json");
  add_init(*init, options.init);

  CLI::App* up = app.add_subcommand("up", "start the target and its links, until Ctrl-C");
  add_scenarios(*up, options, true);
  add_reading(*up, options, mode);

  CLI::App* serve =
      app.add_subcommand("serve", "run one service of the shop, until TERM or Ctrl-C");
  add_serving(*serve, options);

  seawall::cli::ProxyWords proxy(app);
  seawall::cli::CompareWords comparing(app);
  seawall::cli::ToolWords tool(app);

  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (const auto wrong = rewrite_help(app, arguments))
    return no_command(*wrong->first, wrong->second);
  try {
    app.parse(seawall::cli::ProxyWords::rewritten(std::move(arguments)));
  } catch (const CLI::ParseError& error) {
    const bool asked_for_help = error.get_exit_code() == 0;
    if (dynamic_cast<const CLI::ConversionError*>(&error))
      return usage_error(not_a_number(error.what()));
    const auto wrong = wrong_command(app);
    if (wrong && dynamic_cast<const CLI::RequiredError*>(&error))
      return no_command(*wrong->first, wrong->second);
    if (const std::string missing = missing_value(app, error.what()); !missing.empty())
      return usage_error(missing);
    app.exit(error);
    if (dynamic_cast<const CLI::ExtrasError*>(&error)) suggest_option(app);
    return asked_for_help ? seawall::cli::passed : seawall::cli::usage;
  }

  if (const std::string mistaken = option_as_value(app); !mistaken.empty())
    return usage_error(mistaken);

  split_tags(options);
  if (!mode.empty()) options.mode = seawall::model::enum_of<seawall::model::Mode>(mode);
  if (!fail_on.empty() && !seawall::cli::parse_classes(fail_on, options.fail_on))
    return usage_error("--fail-on " + fail_on +
                       ": expected some of invariant,slo,regression,inconclusive");
  if (options.variants && !options.variant.empty())
    return usage_error("--variant and --variants exclude each other");

  if (proxy.chosen()) return proxy.run();
  if (comparing.chosen()) return comparing.run();
  if (tool.chosen()) return tool.run();
  if (*validate) return seawall::cli::validate_command(options);
  if (*explain) return seawall::cli::explain_command(options);
  if (*list) return seawall::cli::list_command(options);
  if (*init) return seawall::cli::init_command(options);
  if (*report) return seawall::cli::report_command(options);
  if (*serve) return seawall::cli::serve_command(options);
  seawall::cli::Interrupt interrupt;
  if (*replay) return seawall::cli::replay_command(options, interrupt);
  if (*trial) return seawall::cli::try_command(options, interrupt);
  if (*xray) return seawall::cli::xray_command(options, interrupt);
  if (*up) return seawall::cli::up_command(options, interrupt);
  if (explore->got_subcommand("merge")) return seawall::cli::explore_merge_command(options);
  if (*explore) return seawall::cli::explore_command(options, interrupt);
  if (*tune) return seawall::cli::tune_command(options, interrupt);
  if (*matrix) return seawall::cli::matrix_command(options, interrupt);
  return seawall::cli::run_command(options, interrupt);
}

namespace {

// A result that did not get where it was to go is no result. Who closed the pipe has seen enough.
int with_output(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  if (errno == EPIPE) return status;
  std::fprintf(stderr, "seawall: cannot write to standard output: %s\n", std::strerror(errno));
  return seawall::check::worse_exit(status, seawall::cli::environment);
}

// Exceptions end here where no frame may let them through: in a coroutine, in another thread.
template <int status>
[[noreturn]] void end_of_memory() {
  std::fputs("seawall: internal error: out of memory, or an exception that nobody expected\n",
             stderr);
  std::_Exit(status);
}

// Before it is parsed: a commit that is bisected may not know an option that stands beside it.
bool asks_for_bisect(int argc, char** argv) {
  return std::any_of(argv, argv + argc, [](std::string_view word) { return word == "--bisect"; });
}

// What tells nothing of a commit is none of its faults: a scenario with a key that it does not
// know (2), no verdict (5, 6), a mistake of its own seawall (70).
int as_bisect_has_it(int status) {
  const bool untold = status == seawall::cli::usage || status == seawall::cli::inconclusive ||
                      status == seawall::cli::environment || status == seawall::cli::internal;
  return untold ? seawall::cli::skip_this_commit : status;
}

int run_or_tell(int argc, char** argv) {
  try {
    return with_output(run_main(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "seawall: internal error: %s\n", error.what());
    return seawall::cli::internal;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const bool bisects = asks_for_bisect(argc, argv);
  std::set_terminate(bisects ? end_of_memory<seawall::cli::skip_this_commit>
                             : end_of_memory<seawall::cli::internal>);
  if (argc > 1 && argv[1] == seawall::os::shim_word) return seawall::os::run_shim(argv + 2);
  if (argc > 1 && argv[1] == seawall::os::guard_word) return seawall::os::run_guard(argv + 2);
  const int status = run_or_tell(argc, argv);
  return bisects ? as_bisect_has_it(status) : status;
}
