#include "reports/terminal.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/shell_word.hpp"
#include "reports/finding_text.hpp"

namespace seawall::reports {
namespace {

using record::Finding;
using Status = Finding::Status;

constexpr std::size_t kind_width = 9;  // "invariant"

constexpr std::string_view red = "\x1b[31m";
constexpr std::string_view yellow = "\x1b[33m";
constexpr std::string_view green = "\x1b[32m";
constexpr std::string_view grey = "\x1b[90m";

std::string_view colour_of(Status status) {
  switch (status) {
    case Status::broken:
      return red;
    case Status::inconclusive:
      return yellow;
    case Status::held:
      return green;
    default:
      return grey;
  }
}

std::string paint(std::string_view text, std::string_view with, bool colour) {
  return colour ? fmt::format("{}{}\x1b[0m", with, text) : std::string(text);
}

std::string printed(const record::Verdict& verdict, std::string_view folder, bool colour,
                    bool is_brief) {
  std::vector<const Finding*> findings = by_urgency(verdict);
  if (is_brief)
    std::erase_if(findings, [](const Finding* finding) { return !needs_attention(*finding); });
  std::size_t label_width = 4;
  for (const Finding* finding : findings)
    label_width = std::max(label_width, status_label(finding->status).size());

  std::string out;
  for (const Finding* finding : findings) {
    const std::string label = fmt::format("{:<{}}", status_label(finding->status), label_width);
    out += fmt::format("{}  {:<{}}  {}\n", paint(label, colour_of(finding->status), colour),
                       model::name_of(finding->kind), kind_width, printable(line_of(*finding)));
    const bool explain = finding->status != Status::held && !finding->why.empty();
    if (explain) out += wrapped(printable(finding->why), label_width + kind_width + 4);
  }
  const std::string_view word = verdict_word(verdict);
  const std::string_view with = word == "pass" ? green : word == "fail" ? red : yellow;
  if (verdict.findings.empty() && word == "pass")  // which nothing was there to fail
    out += paint("NOTHING JUDGED", yellow, colour) + ": no check is in it, so it proves nothing\n";
  else
    out += fmt::format("{}: {}\n", paint(verdict_label(verdict), with, colour), counts_of(verdict));
  if (!folder.empty())
    out += fmt::format("replay: seawall replay {}   ", printable(base::shell_word(folder)));
  return out + fmt::format("exit {}\n", verdict.exit);
}

}  // namespace

std::string terminal_text(const RunReport& report, std::string_view folder, bool colour) {
  const auto& tags = report.scenario->meta.tags;
  const bool is_kept = std::ranges::any_of(
      tags, [](const std::string& tag) { return tag == found_tag || tag == unproven_tag; });
  return printed(report.verdict, folder, colour, is_kept);
}

std::string terminal_text(const record::Verdict& verdict, std::string_view folder, bool colour) {
  return printed(verdict, folder, colour, false);
}

}  // namespace seawall::reports
