// The commands about the program itself: schema, completion, the manual, and what --version says.
#include <fstream>
#include <iterator>

#include <boost/json.hpp>

#include "harness/cli/completion.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/manual.hpp"
#include "harness/cli/words.hpp"
#include "harness/scenario/schema.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

namespace cli = seawall::cli;
using seawall::has;
using seawall::tests::Desk;
using seawall::tests::Ended;

namespace {

// A command with what is awkward in shells and in roff.
cli::Command awkward() {
  cli::Command command;
  command.name = "cut";
  command.doc = ".it's \"50%\" of $HOME `here`";
  command.options.push_back({{"--as", "-a"}, "as|is", {"as", "is"}, "\\fB'quoted'", false, false});
  command.arguments.push_back({{}, "FILE", {}, "what", true, true});
  cli::Command program;
  program.name = "seawall";
  program.commands.push_back(command);
  return program;
}

}  // namespace

TEST_CASE("the schema knows every kind of fault and each invariant") {
  const auto& words = cli::words();
  const std::string schema = boost::json::serialize(seawall::scenario::scenario_schema(words));
  for (const auto& kind : words.kinds) CHECK(has(schema, '"' + kind.name + '"'));
  for (const std::string& name : words.invariants) CHECK(has(schema, '"' + name + '"'));
}

TEST_CASE("the README has the exit statuses as the manual has them") {
  std::ifstream in(SEAWALL_SOURCE_DIR "/README.md");
  std::string readme{std::istreambuf_iterator<char>(in), {}};
  std::erase(readme, '`');
  for (const cli::ExitWords& row : cli::exit_words) {
    INFO(row.status << ": " << row.meaning);
    CHECK(has(readme, "| " + std::string(row.status) + " | " + std::string(row.meaning)));
  }
}

TEST_CASE("a word that is no command is named, with what may have been meant") {
  const Desk desk;
  const auto said_of = [&desk](const std::vector<std::string>& words) {
    const Ended ended = desk.seawall(words);
    CHECK(ended.status == 2);
    return ended.err;
  };
  const std::string mistyped = said_of({"exploer", "--fuzz"});
  CHECK(has(mistyped, "seawall: exploer: there is no such command; expected one of run, matrix"));
  CHECK(has(mistyped, "Did you mean explore?"));
  CHECK(has(said_of({"toxic", "ad"}), "Did you mean add?"));
  CHECK_FALSE(has(said_of({"zzzzzzzz"}), "Did you mean"));
  CHECK(has(said_of({"help", "exploer"}), "Did you mean explore?"));
  CHECK(has(said_of({}), "A subcommand is required"));
  CHECK(has(said_of({"run"}), "SCENARIO is required"));
}

TEST_CASE("help is what --help says") {
  const Desk desk;
  const auto is_same = [&desk](const std::vector<std::string>& one,
                               const std::vector<std::string>& other) {
    const Ended help = desk.seawall(one);
    INFO(help.out << help.err);
    CHECK(help.status == 0);
    CHECK(has(help.out, "Usage: "));
    CHECK(help.out == desk.seawall(other).out);
  };
  is_same({"help"}, {"--help"});
  is_same({"help", "explore"}, {"explore", "--help"});
  is_same({"help", "toxic", "add"}, {"toxic", "add", "--help"});
}

TEST_CASE("of many kinds of faults, those are named that may have been meant") {
  const Desk desk;
  const auto said_of = [&](const std::string& kind) {
    desk.write("wrong.toml",
               "schema = 1\n[scenario]\nname = \"wrong\"\n[load]\nrate = \"1/s\"\n"
               "[[load.request]]\nuse = \"place-order\"\n[[fault]]\ntype = \"" +
                   kind + "\"\non = \"order -> payment\"\nat = \"1s\"\nfor = \"1s\"\n");
    return desk.seawall({"validate", "wrong.toml"}).err;
  };
  CHECK(has(said_of("late_reply"), "hint: did you mean one of drop_reply, late_request?"));
  const std::string others = said_of("frobnicate");
  CHECK(has(others, "hint: the others are "));
  CHECK(has(others, "late_request"));
}

TEST_CASE("completions are printed for the shells that there are, and for no other") {
  const Desk desk;
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Ended ended = desk.seawall({"completion", shell});
    CHECK(ended.status == 0);
    CHECK(has(ended.out, "proxies create"));
    CHECK(has(ended.out, "sim inprocess processes"));
    CHECK_FALSE(has(ended.out, "--driven"));  // hidden: for the driver of a run alone
  }
  CHECK(desk.seawall({"completion", "csh"}).status == 2);
  CHECK(desk.seawall({"completion"}).status == 2);
}

TEST_CASE("what shells and roff would obey is quoted in completions and in the manual") {
  const cli::ValueWords none;
  CHECK(has(cli::bash_completion(awkward(), none), "'cut:'[0-9]*) echo 'files'"));
  CHECK(has(cli::bash_completion(awkward(), none), "'cut:--as') echo 'words as is'"));
  CHECK(has(cli::fish_completion(awkward(), none), "-d '\\fB'\\''quoted'\\'''"));
  const std::string page = cli::manual_page(awkward(), "0.1.0");
  CHECK(has(page, "\n\\&.it's"));
  CHECK(has(page, "\\efB'quoted'"));
}

TEST_CASE("the manual has every command, and every exit status") {
  const Desk desk;
  const Ended page = desk.seawall({"man"});
  const Ended help = desk.seawall({"--help"});
  REQUIRE(page.status == 0);
  for (const char* command : {"run", "matrix", "doctor", "proxies create", "completion", "man"})
    CHECK(has(page.out, std::string(".SS ") + command + "\n"));
  for (const cli::ExitWords& row : cli::exit_words)
    CHECK(has(page.out, ".B " + std::string(row.status) + "\n"));
  CHECK(has(help.out, "doctor"));
}

TEST_CASE("the version says what the program was built with") {
  const Desk desk;
  const Ended ended = desk.seawall({"--version"});
  CHECK(ended.status == 0);
  CHECK(ended.out.starts_with("seawall " SEAWALL_VERSION "\nbuilt with "));
  CHECK(has(ended.out, "Boost 1."));
}

TEST_CASE("the names that list gives alone are those that run takes") {
  const Desk desk;
  const Ended names = desk.seawall({"list", SEAWALL_SOURCE_DIR "/scenarios", "--names"});
  CHECK(names.status == 0);
  CHECK(has(names.out, "quickstart\n"));
  CHECK_FALSE(has(names.out, " "));
}

TEST_CASE("what came with the program is found by name beside scenarios of one's own") {
  const Desk desk;
  std::filesystem::create_directory(desk.path() / "scenarios");
  desk.write("scenarios/7-mine.toml",
             "schema = 1\n[scenario]\nname = \"mine\"\n[[load]]\nrate = \"5/s\"\n"
             "[[load.request]]\nuse = \"place-order\"\n");
  for (const char* word : {"mine", "7", "quickstart", "payment-refused"}) {
    const Ended ended = desk.seawall({"validate", word});
    INFO(word << ended.err);
    CHECK(ended.status == 0);
  }
  CHECK(desk.seawall({"list", "--names"}).out == "mine\n");
  CHECK(desk.seawall({"validate", "quickstrat"}).status == 2);
}
