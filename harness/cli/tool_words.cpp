#include "harness/cli/tool_words.hpp"

#include <algorithm>
#include <cstdio>
#include <set>

#include <boost/version.hpp>
#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/cli/completion.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/manual.hpp"
#include "harness/cli/words.hpp"
#include "harness/scenario/schema.hpp"
#include "reports/json_text.hpp"

namespace seawall::cli {
namespace {

// What the parser calls a value of its own accord; behind a colon it adds what it checks.
std::string value_name(const CLI::Option& option) {
  std::string name = option.get_type_name();
  for (const char* type : {"TEXT", "INT", "UINT", "FLOAT"})
    if (name.starts_with(std::string(type) + ":")) name = type;
  if (name == "INT" || name == "UINT" || name == "FLOAT") return "NUMBER";
  return name == "TEXT" ? "VALUE" : name;
}

Word word_of(const CLI::Option& option) {
  Word word;
  word.doc = option.get_description();
  word.required = option.get_required();
  const std::string positional = option.get_name(true);
  const bool is_argument = option.get_lnames().empty() && option.get_snames().empty();
  for (const std::string& name : option.get_lnames()) word.names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) word.names.push_back("-" + name);
  const bool is_switch = option.get_items_expected_max() == 0;
  word.many = !is_switch && option.get_expected_max() > 1;
  if (is_switch) return word;
  word.value = value_name(option);
  // Words stand as they are, what a value is called in capitals.
  const bool are_words = std::any_of(word.value.begin(), word.value.end(),
                                     [](char c) { return c >= 'a' && c <= 'z'; });
  if (are_words)
    for (const std::string_view choice : base::split(word.value, '|'))
      word.choices.emplace_back(choice);
  if (is_argument) word.value = positional;
  return word;
}

ValueWords value_words() {
  const model::Vocabulary& all = words();
  ValueWords values;
  values["SERVICE"] = all.services;
  for (const model::KindWords& kind : all.kinds)
    if (!kind.on_node && !kind.on_groups) values["TYPE"].push_back(kind.name);
  return values;
}

int print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return passed;
}

}  // namespace

Command tree_of(const CLI::App& command) {
  Command tree;
  tree.name = command.get_name();
  tree.doc = command.get_description();
  const auto shown = [](const auto* one) { return !one->get_group().empty(); };
  for (const CLI::Option* option : command.get_options(shown)) {
    Word word = word_of(*option);
    (word.names.empty() ? tree.arguments : tree.options).push_back(std::move(word));
  }
  for (const CLI::App* below : command.get_subcommands(shown))
    tree.commands.push_back(tree_of(*below));
  return tree;
}

std::string version_text() {
  return fmt::format("seawall {}\nbuilt with {}, Boost {}.{}, fmt {}.{}\n", SEAWALL_VERSION,
                     SEAWALL_COMPILER, BOOST_VERSION / 100'000, BOOST_VERSION / 100 % 1000,
                     FMT_VERSION / 10'000, FMT_VERSION / 100 % 100);
}

ToolWords::ToolWords(CLI::App& app) : app_(app) {
  doctor_ = app.add_subcommand(
      "doctor", "is this machine quiet enough for a verdict, and fit for what a scenario asks?");
  doctor_->add_option("SCENARIO", doctor_options_.scenario,
                      "a file, or the name or number of one under scenarios/");
  doctor_->add_flag("--json", doctor_options_.json, "print the findings as JSON");
  doctor_->add_flag("--quiet", doctor_options_.quiet, "no progress");

  schema_ = app.add_subcommand("schema", "print the JSON Schema of scenario files, for editors");
  completion_ =
      app.add_subcommand("completion", "print the script by which a shell completes these words");
  completion_->add_option("SHELL", shell_, "which one")
      ->required()
      ->type_name("bash|zsh|fish")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}).description(""));
  manual_ = app.add_subcommand("man", "print the manual page: seawall man | man -l -");
}

bool ToolWords::chosen() const {
  for (const CLI::App* const one : {schema_, completion_, manual_, doctor_})
    if (*one) return true;
  return false;
}

int ToolWords::run() const {
  if (*doctor_) return doctor_command(doctor_options_);
  if (*schema_) return print(reports::indented_json(scenario::scenario_schema(words())));
  Command program = tree_of(app_);
  program.name = "seawall";
  if (*manual_) return print(manual_page(program, SEAWALL_VERSION));
  if (shell_ == "bash") return print(bash_completion(program, value_words()));
  if (shell_ == "zsh") return print(zsh_completion(program, value_words()));
  return print(fish_completion(program, value_words()));
}

}  // namespace seawall::cli
