#include "reports/finding_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/model/hidden_text.hpp"

namespace seawall::reports {
namespace {

using record::Finding;
using record::Verdict;
using Status = Finding::Status;

struct StatusWords {
  Status status;
  std::string_view label;
  std::string_view counted;
};
// In the order of urgency.
constexpr auto words = std::to_array<StatusWords>({
    {Status::broken, "FAIL", "failed"},
    {Status::inconclusive, "INCONCLUSIVE", "inconclusive"},
    {Status::not_judged, "NOT JUDGED", "not judged"},
    {Status::not_exercised, "NOT EXERCISED", "not exercised"},
    {Status::held, "ok", "passed"},
    {Status::not_applicable, "NOT APPLICABLE", "not applicable"},
});

std::int64_t count(const Verdict& verdict, Status status) {
  return std::count_if(verdict.findings.begin(), verdict.findings.end(),
                       [&](const Finding& finding) { return finding.status == status; });
}

std::string orders_of(const Finding& finding) {
  if (finding.orders.empty()) return {};
  return fmt::format(" (order{} {})", finding.orders.size() == 1 ? "" : "s", orders_words(finding));
}

// What comes right by itself where a system recovers: what is under way ends (B), service is as it
// was (C, and the levels), nothing stays held (A9). A1 to A8 are of what cannot be undone.
bool recovery_would_mend(const Finding& finding) {
  return finding.kind == Finding::Kind::slo || finding.id == "A9" || finding.id.starts_with('B') ||
         finding.id.starts_with('C');
}

}  // namespace

std::string_view verdict_word(const Verdict& verdict) {
  if (verdict.exit > 5) return "error";
  if (count(verdict, Status::broken) > 0) return "fail";
  return count(verdict, Status::inconclusive) > 0 ? "inconclusive" : "pass";
}

std::string verdict_label(const Verdict& verdict) {
  std::string label(verdict_word(verdict));
  for (char& c : label) c = static_cast<char>(c - 'a' + 'A');
  return label;
}

std::string_view status_label(Status status) {
  return std::find_if(words.begin(), words.end(),
                      [&](const StatusWords& row) { return row.status == status; })
      ->label;
}

std::string title_of(const Finding& finding) {
  return finding.id.empty() ? finding.name : finding.id + " " + finding.name;
}

std::string line_of(const Finding& finding) {
  std::string line = title_of(finding);
  if (!finding.phase.empty() && finding.phase != "all") line += fmt::format(" [{}]", finding.phase);
  std::string measured = finding.value;
  if (!finding.limit.empty()) {
    const bool compare = finding.status == Status::held && !measured.empty();
    measured += compare ? " " : measured.empty() ? "expected " : ", expected ";
    measured += finding.limit;
  }
  if (!measured.empty()) line += ": " + measured;
  return line + orders_of(finding);
}

bool needs_attention(const Finding& finding) {
  return finding.status == Status::broken || finding.status == Status::inconclusive;
}

std::string orders_words(const Finding& finding) {
  std::string text = base::join(finding.orders, ", ");
  const auto shown = static_cast<std::int64_t>(finding.orders.size());
  if (finding.offending > shown)
    text += fmt::format(" and {} more", base::grouped(finding.offending - shown));
  return text;
}

std::string counts_of(const Verdict& verdict) {
  std::vector<std::string> parts;
  for (const StatusWords& row : words)
    if (const std::int64_t found = count(verdict, row.status); found > 0)
      parts.push_back(fmt::format("{} {}", found, row.counted));
  return parts.empty() ? "nothing was judged" : base::join(parts, ", ");
}

std::vector<const Finding*> by_urgency(const Verdict& verdict) {
  std::vector<const Finding*> sorted;
  for (const StatusWords& row : words)
    for (const Finding& finding : verdict.findings)
      if (finding.status == row.status) sorted.push_back(&finding);
  // A system that keeps itself down is why what it would mend by itself stays broken, and stands
  // before that. What was lost or done twice no recovery mends: it stays in front.
  const auto first_mended = std::find_if(sorted.begin(), sorted.end(), [](const Finding* finding) {
    return finding->status == Status::broken && recovery_would_mend(*finding);
  });
  std::stable_partition(first_mended, sorted.end(), [](const Finding* finding) {
    return finding->status == Status::broken && finding->why.starts_with(record::metastable);
  });
  return sorted;
}

std::string printable(std::string_view text) {
  std::string out = printable_lines(text);
  std::replace(out.begin(), out.end(), '\n', ' ');
  return out;
}

std::string printable_lines(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F) c = ' ';
  return model::without_hidden(out);
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t more) {
  constexpr std::size_t columns = 96;
  std::string out;
  while (!text.empty()) {
    const std::size_t width = indent + 40 < columns ? columns - indent : 40;
    std::size_t length = text.size();
    if (length > width) {
      const std::size_t blank = text.rfind(' ', width);
      length = blank == text.npos || blank == 0 ? std::min(text.find(' '), text.size()) : blank;
    }
    out.append(indent, ' ').append(text.substr(0, length)).append("\n");
    text.remove_prefix(std::min(text.size(), length + 1));
    indent += std::exchange(more, 0);
  }
  return out;
}

}  // namespace seawall::reports
