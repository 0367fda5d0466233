#include "harness/cli/manual.hpp"

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/cli/exit_status.hpp"

namespace seawall::cli {
namespace {

// Text that roff takes as it is: no request at the start of a line, no escape, no hyphen that would
// be set as a typographic one.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

// Ends with a stop. What it begins with may be a word of the program, and stays as it is.
std::string sentence(const std::string& text) {
  const bool has_end = text.empty() || std::string_view(".?!").find(text.back()) < 3;
  return plain(has_end ? text : text + '.');
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string value_of(const Word& word) {
  if (word.choices.empty()) return "\\fI" + plain(word.value) + "\\fR";
  std::vector<std::string> choices;
  for (const std::string& choice : word.choices) choices.push_back("\\fB" + plain(choice) + "\\fR");
  return base::join(choices, "|");
}

std::string option_head(const Word& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.names) names.push_back("\\fB" + plain(name) + "\\fR");
  return base::join(names, ", ") + (option.value.empty() ? "" : " " + value_of(option));
}

std::string synopsis(const Command& command, const std::string& path) {
  std::string line = "\\fB" + plain(path) + "\\fR";
  if (!command.options.empty()) line += " [\\fIOPTION\\fR...]";
  for (const Word& argument : command.arguments) {
    const std::string one = value_of(argument) + (argument.many ? "..." : "");
    line += argument.required ? " " + one : " [" + one + "]";
  }
  return line;
}

void describe_command(std::string& out, const Command& command, const std::string& path) {
  out += ".SS " + plain(path) + "\n";
  if (!command.arguments.empty() || command.commands.empty())
    out += synopsis(command, path) + "\n.PP\n";
  out += sentence(capital(command.doc)) + "\n";
  for (const Word& argument : command.arguments)
    out += ".TP\n" + value_of(argument) + "\n" + sentence(argument.doc) + "\n";
  for (const Word& option : command.options)
    out += ".TP\n" + option_head(option) + "\n" + sentence(option.doc) + "\n";
  for (const Command& below : command.commands)
    describe_command(out, below, path + " " + below.name);
}

std::string exit_statuses() {
  std::string out = ".SH EXIT STATUS\n";
  for (const ExitWords& row : exit_words)
    out += fmt::format(".TP\n.B {}\n{}\n", row.status, sentence(std::string(row.meaning)));
  return out +
         ".PP\nThe worst of several is chosen in the order 70, 1, 6, 3, 4, 5, 0.\n"
         "With \\fB\\-\\-bisect\\fR, 2, 5, 6 and 70 become 125, and replay ends as its verdict has "
         "it,\nwhatever differs from the recording.\n";
}

constexpr std::string_view description = R"(.SH DESCRIPTION
Seawall reads a scenario (one TOML file), starts a system of services, drives open\-loop load at
it, injects faults into the links between its services, heals them, waits until all has come to
rest, and then judges: the invariants, the service levels, and whether each fault has really hit.
It ends with an exit status that a CI job can trust.
.PP
\fISCENARIO\fR is a file, a folder, or the name or number of one that came with the program
(\fBseawall list\fR).
)";

constexpr std::string_view ending = R"(.SH ENVIRONMENT
.TP
.B TMPDIR
Where runs have their private folders; /tmp where it is not set.
.TP
.B NO_COLOR
Where it is set, there are no colours.
.TP
.B GITHUB_ACTIONS\fR, \fBGITHUB_STEP_SUMMARY
Where they are set, runs write annotations and append to the summary of the step.
.SH FILES
.TP
.I out/latest
The folder of the newest run: run.json, scenario.toml, events.jsonl, journal.jsonl, ledger.jsonl,
latency.hlog, summary.md, junit.xml and others.
.TP
.I share/seawall/scenarios
Beside the folder of the program: the scenarios that came with it.
.TP
.I share/seawall/scenario.schema.json
The JSON Schema of scenario files, for editors.
)";

}  // namespace

std::string manual_page(const Command& program, const std::string& version) {
  std::string out = ".\\\" Written by `seawall man`.\n";
  out += fmt::format(".TH SEAWALL 1 \"\" \"seawall {}\" \"User Commands\"\n", version);
  out += ".SH NAME\nseawall \\- chaos and resilience testing that judges correctness\n";
  out += ".SH SYNOPSIS\n.B seawall\n\\fICOMMAND\\fR [\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]\n";
  out += description;
  out += ".SH OPTIONS\n";
  for (const Word& option : program.options)
    out += ".TP\n" + option_head(option) + "\n" + sentence(option.doc) + "\n";
  out += ".SH COMMANDS\n";
  for (const Command& command : program.commands) describe_command(out, command, command.name);
  return out + exit_statuses() + std::string(ending);
}

}  // namespace seawall::cli
