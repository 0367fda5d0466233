// What was injected, and why the run did not pass: a card for each cause.
#include <algorithm>
#include <initializer_list>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "reports/causes.hpp"
#include "reports/charts/html.hpp"
#include "reports/finding_text.hpp"
#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"

namespace seawall::reports {
namespace {

using charts::html_text;
using record::Finding;
using Status = Finding::Status;

constexpr std::size_t most_cards = 12;
constexpr std::size_t most_faults = 6;

// Findings about the same orders: what broke them broke all of these checks.
using Cause = std::vector<const Finding*>;

std::string_view card_style_of(Status status) { return status == Status::broken ? "bad" : "warn"; }

// Those that need attention, what is most urgent first.
std::vector<Cause> causes_of(const record::Verdict& verdict) {
  std::vector<Cause> causes;
  for (const Finding* finding : by_urgency(verdict)) {
    if (!needs_attention(*finding)) continue;
    const auto is_same = [&](const Cause& cause) {
      const Finding& first = *cause.front();
      return first.status == finding->status && !first.orders.empty() && !finding->orders.empty() &&
             first.orders.front() == finding->orders.front();
    };
    const auto known = std::find_if(causes.begin(), causes.end(), is_same);
    if (known == causes.end())
      causes.push_back({finding});
    else
      known->push_back(finding);
  }
  return causes;
}

std::string measured(const Finding& finding) {
  if (finding.limit.empty()) return finding.value;
  // Why there is no value stands above.
  const bool has_value = !finding.value.empty() && finding.value != finding.why;
  return fmt::format("{}, expected {}", has_value ? finding.value : "nothing", finding.limit);
}

// The sentences of a reason: "order 79: ...; order 80: ..." is a line for each.
std::vector<std::string> sentences_of(std::string_view why) {
  std::vector<std::string> sentences;
  while (!why.empty()) {
    std::size_t end = std::min(why.find("; order "), why.find("; and "));
    std::size_t next = end == why.npos ? end : end + 2;
    const bool is_list = why.starts_with("order ") || why.starts_with("and ");
    if (end == why.npos && is_list) {
      end = why.find(". ");
      next = end == why.npos ? end : end + 2;
    }
    sentences.emplace_back(why.substr(0, end));
    why = next == why.npos ? std::string_view() : why.substr(next);
  }
  return sentences;
}

std::string entry(std::string_view name, std::string_view markup) {
  return fmt::format("<dt>{}</dt><dd>{}</dd>", html_text(name), markup);
}

std::string faults_behind(const RunReport& report, const Finding& finding) {
  const Suspects found = suspects_of(report, finding);
  std::vector<std::string> parts;
  for (const Suspect& suspect : found.faults)
    if (parts.size() < most_faults)
      parts.push_back(fmt::format("<a href=\"#injected\"><b>{}</b></a> {}",
                                  html_text(suspect.fault), html_text(suspect.remark)));
  std::string markup = parts.empty() ? "none acted" : base::join(parts, "; ");
  if (found.faults.size() > most_faults)
    markup +=
        fmt::format(" and <a href=\"#faults\">{} more</a>", found.faults.size() - most_faults);
  if (found.none_on_orders && !parts.empty())
    markup = "none acted on these orders themselves; in this run " + markup;
  return markup;
}

void collect_measures(const model::Expression& that, std::set<std::string>& names) {
  if (that.kind == model::Expression::Kind::measure) names.insert(that.name);
  for (const model::Expression& child : that.children) collect_measures(child, names);
}

// The section that draws what a service level measures; latencies and answers where it is no other.
std::vector<std::pair<std::string_view, std::string_view>> charts_for(const RunReport& report,
                                                                      const Finding& level) {
  const record::Record& record = *report.record;
  std::set<std::string> measures;
  for (const model::ServiceLevel& each : report.scenario->levels)
    if (each.name == level.name) collect_measures(each.that, measures);
  const auto measures_any = [&](std::initializer_list<const char*> names) {
    return std::any_of(names.begin(), names.end(),
                       [&](const char* name) { return measures.contains(name); });
  };
  const bool has_breakers = std::any_of(
      record.events.begin(), record.events.end(),
      [](const record::Event& event) { return event.kind == record::Event::Kind::breaker; });
  std::vector<std::pair<std::string_view, std::string_view>> charts;
  if (measures_any({"opens", "time_to_open", "calls_while_open", "probes"}) && has_breakers)
    charts.emplace_back("breakers", "breakers");
  if (measures_any({"attempts", "retries", "amplification", "calls", "peak_to_mean"}) &&
      !record.exchanges.empty())
    charts.emplace_back("repeats", "retries and amplification");
  if (measures_any({"in_flight", "oldest_in_flight"}) && !record.samples.empty())
    charts.emplace_back("capacity", "requests in flight");
  if (charts.empty() && !record.history.empty())
    charts = {{"latency", "latency"}, {"outcome", "answers"}};
  return charts;
}

// Where on this page, and in which file, it shows.
std::string places_for(const RunReport& report, const Finding& finding,
                       const std::optional<Story>& story) {
  const auto link = [](std::string_view id, std::string_view text) {
    return fmt::format("<a href=\"#{}\">{}</a>", id, text);
  };
  std::vector<std::string> places;
  const bool is_told = story && std::find(finding.orders.begin(), finding.orders.end(),
                                          story->subject.order) != finding.orders.end();
  if (is_told)
    places.push_back(
        link("story", fmt::format("the story of order {}", html_text(story->subject.order))));
  switch (finding.kind) {
    case Finding::Kind::slo:
    case Finding::Kind::stop:
      for (const auto& [id, text] : charts_for(report, finding)) places.push_back(link(id, text));
      break;
    case Finding::Kind::fault:
      places.push_back(link("faults", "faults"));
      break;
    case Finding::Kind::pattern:
      if (!report.record->patterns.empty()) places.push_back(link("patterns", "patterns"));
      break;
    case Finding::Kind::load:
    case Finding::Kind::environment:
      places.push_back(link("validity", "the load and the machine"));
      break;
    case Finding::Kind::invariant:
      break;
  }
  if (!is_told && !finding.orders.empty())
    if (const auto subject = subject_of(*report.record, finding.orders.front()))
      places.push_back(fmt::format("<code>grep &#39;&quot;{}&quot;&#39; journal.jsonl</code>",
                                   html_text(base::to_text(*subject))));
  return base::join(places, " · ");
}

// The rule of one of our invariants is the last sentence, behind what proves it; here it goes
// first.
std::string sentences_markup(const Finding& finding) {
  const std::string_view why = finding.why;
  const std::size_t end = finding.id.empty() ? why.npos : why.rfind(". ");
  std::string out;
  if (end != why.npos) out += html_paragraph(why.substr(end + 2), "mute");
  for (const std::string& sentence : sentences_of(why.substr(0, end)))
    out += html_paragraph(sentence);
  return out;
}

std::string heading(const Finding& finding) {
  return fmt::format("<h3>{} <small>{}{}</small></h3>\n", html_text(title_of(finding)),
                     status_label(finding.status),
                     finding.kind == Finding::Kind::invariant
                         ? ""
                         : fmt::format(", {}", model::name_of(finding.kind)));
}

// What differs from one check to the other: what was measured, of which orders.
std::string measures_markup(const Finding& finding, const Finding* before) {
  std::string out;
  if (const std::string text = measured(finding); !text.empty())
    out += entry("measured", html_text(text));
  if (!finding.phase.empty() && finding.phase != "all")
    out += entry("phase", html_text(finding.phase));
  const bool is_told = before != nullptr && before->orders == finding.orders &&
                       before->offending == finding.offending;
  if (!finding.orders.empty())
    out += entry("orders", is_told ? "the same" : html_text(orders_words(finding)));
  return out.empty() ? "" : "<dl>" + out + "</dl>";
}

std::string card_of(const RunReport& report, const Cause& cause,
                    const std::optional<Story>& story) {
  const Finding& first = *cause.front();
  std::string out = fmt::format("<div class=\"card {}\">", card_style_of(first.status));
  const Finding* before = nullptr;
  for (const Finding* finding : cause) {
    out += heading(*finding) + sentences_markup(*finding) + measures_markup(*finding, before);
    before = finding;
  }
  std::string behind;
  if (first.status == Status::broken && !report.record->faults.empty())
    behind += entry("faults", faults_behind(report, first));
  if (const std::string places = places_for(report, first, story); !places.empty())
    behind += entry("look at", places);
  return out + (behind.empty() ? "" : "<dl>" + behind + "</dl>") + "</div>\n";
}

}  // namespace

std::string injected_section(const RunReport& report) {
  const record::Record& record = *report.record;
  if (record.faults.empty())
    return html_section("injected", "What was injected", "nothing: this run has no faults", "");
  // What acted most stands first; where all are few, in the order of the scenario.
  std::vector<const record::FaultUse*> uses;
  for (const record::FaultUse& use : record.faults) uses.push_back(&use);
  if (uses.size() > most_faults) {
    std::stable_sort(uses.begin(), uses.end(),
                     [](const auto* a, const auto* b) { return a->hit > b->hit; });
    uses.resize(most_faults);
  }
  std::vector<std::vector<Cell>> rows;
  for (const record::FaultUse* use : uses)
    rows.push_back({{use->name, "k", ""},
                    {fault_words(*report.scenario, use->name), "o", ""},
                    {window_words(*use, record), "", ""},
                    {use->hit == 0 ? "never" : times_words(use->hit), "n", ""}});
  std::string markup =
      stacking_table({{"fault", ""}, {"what", ""}, {"when", ""}, {"acted", "n"}}, rows);
  if (record.faults.size() > uses.size())
    markup += fmt::format("<p class=\"mute\"><a href=\"#faults\">{} more</a> acted less.</p>\n",
                          record.faults.size() - uses.size());
  return html_section("injected", "What was injected", "", markup);
}

std::string reasons_section(const RunReport& report, const std::optional<Story>& story) {
  const std::vector<Cause> causes = causes_of(report.verdict);
  std::string cards;
  for (std::size_t i = 0; i < causes.size() && i < most_cards; ++i)
    cards += card_of(report, causes[i], story);
  if (causes.size() > most_cards)
    cards +=
        html_paragraph(fmt::format("{} more are in the table below.", causes.size() - most_cards));
  const std::string_view word = verdict_word(report.verdict);
  if (word == "error")
    cards.insert(0, html_paragraph(fmt::format(
                        "The run has no verdict (exit {}): the target or its environment failed, "
                        "or it was interrupted. What was found until then is below.",
                        report.verdict.exit)));
  if (cards.empty()) return {};
  return html_section("why", word == "fail" ? "Why it failed" : "Why it is no pass", "", cards);
}

}  // namespace seawall::reports
