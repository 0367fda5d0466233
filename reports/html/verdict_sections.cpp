// The verdict, why it is what it is, and every check.
#include <algorithm>
#include <initializer_list>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "reports/charts/html.hpp"
#include "reports/finding_text.hpp"
#include "reports/html/faults.hpp"
#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"
#include "reports/redaction.hpp"

namespace seawall::reports {
namespace {

using charts::html_text;
using record::Finding;
using Status = Finding::Status;

constexpr std::size_t most_cards = 12;

std::string_view style_of(Status status) {
  switch (status) {
    case Status::broken:
      return "bad";
    case Status::inconclusive:
      return "warn";
    case Status::held:
      return "good";
    default:
      return "none";
  }
}

std::string_view cell_style_of(Status status) {
  switch (status) {
    case Status::broken:
      return "s bad";
    case Status::inconclusive:
      return "s warn";
    case Status::held:
      return "s good";
    default:
      return "s none";
  }
}

bool needs_attention(const Finding& finding) {
  return finding.status == Status::broken || finding.status == Status::inconclusive;
}

std::string measured(const Finding& finding) {
  if (finding.limit.empty()) return finding.value;
  return fmt::format("{}, expected {}", finding.value.empty() ? "nothing" : finding.value,
                     finding.limit);
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

std::string orders_listed(const Finding& finding) {
  std::string text = base::join(finding.orders, ", ");
  const auto shown = static_cast<std::int64_t>(finding.orders.size());
  if (finding.offending > shown) text += fmt::format(" and {} more", finding.offending - shown);
  return text;
}

std::string times(std::int64_t count) {
  return count == 1 ? "once" : base::grouped(count) + " times";
}

// Which faults may be the cause: those that acted on the first order, else those of its phase, else
// all that acted.
std::string faults_behind(const RunReport& report, const Finding& finding) {
  constexpr std::size_t most = 6;
  const record::Record& record = *report.record;
  std::vector<std::string> parts;
  const auto add = [&](const std::string& name, std::string_view remark) {
    parts.push_back(fmt::format("<b>{}</b> ({}){}", html_text(name),
                                html_text(fault_words(*report.scenario, name)), html_text(remark)));
  };
  std::string none;  // acted on the order itself
  if (!finding.orders.empty())
    if (const auto subject = subject_of(record, finding.orders.front())) {
      for (const std::string& name : faults_on(record, *subject))
        add(name, fmt::format(", acted on order {}", finding.orders.front()));
      none = fmt::format("none acted on order {}; in this run acted ",
                         html_text(finding.orders.front()));
    }
  if (!parts.empty()) return base::join(parts, "; ");
  for (const bool of_its_phase : {true, false}) {
    for (const record::FaultUse& use : record.faults)
      if (use.hit > 0 && (!of_its_phase || finding.phase.find(use.name) != std::string::npos))
        add(use.name, ", " + times(use.hit));
    if (!parts.empty()) break;
  }
  if (parts.empty()) return "none acted";
  const std::size_t all = parts.size();
  if (all > most) parts.resize(most);
  return none + base::join(parts, "; ") +
         (all > most ? fmt::format(" and <a href=\"#faults\">{} more</a>", all - most) : "");
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
  std::optional<base::Subject> subject;
  if (!finding.orders.empty()) subject = subject_of(*report.record, finding.orders.front());
  const bool is_told = story && subject && story->subject.subject == *subject;
  if (is_told)
    places.push_back(
        link("story", fmt::format("the story of order {}", html_text(finding.orders.front()))));
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
      places.push_back(link("validity", "the load and the machine"));
      break;
    case Finding::Kind::invariant:
      break;
  }
  if (subject && !is_told)
    places.push_back(fmt::format("<code>grep &#39;&quot;{}&quot;&#39; journal.jsonl</code>",
                                 html_text(base::to_text(*subject))));
  return base::join(places, " · ");
}

std::string card_of(const RunReport& report, const Finding& finding,
                    const std::optional<Story>& story) {
  std::string out = fmt::format(
      "<div class=\"card {}\"><h3>{} <small>{}{}</small></h3>\n", style_of(finding.status),
      html_text(title_of(finding)), status_label(finding.status),
      finding.kind == Finding::Kind::invariant ? ""
                                               : fmt::format(", {}", model::name_of(finding.kind)));
  // The rule that is broken stands behind what proves it; here it goes first.
  std::vector<std::string> sentences = sentences_of(finding.why);
  if (sentences.size() > 1) std::rotate(sentences.begin(), sentences.end() - 1, sentences.end());
  for (const std::string& sentence : sentences)
    out += html_paragraph(sentence,
                          &sentence == &sentences.front() && sentences.size() > 1 ? "mute" : "");
  out += "<dl>";
  if (const std::string text = measured(finding); !text.empty())
    out += entry("measured", html_text(text));
  if (!finding.phase.empty() && finding.phase != "all")
    out += entry("phase", html_text(finding.phase));
  if (!finding.orders.empty()) out += entry("orders", html_text(orders_listed(finding)));
  if (finding.status == Status::broken && !report.record->faults.empty())
    out += entry("faults", faults_behind(report, finding));
  if (const std::string places = places_for(report, finding, story); !places.empty())
    out += entry("look at", places);
  return out + "</dl></div>\n";
}

const std::vector<Column> check_columns = {{"result", ""},   {"check", ""},    {"kind", ""},
                                           {"expected", ""}, {"measured", ""}, {"", ""}};

std::vector<Cell> row_of(const Finding& finding) {
  std::string kind(model::name_of(finding.kind));
  if (!finding.phase.empty() && finding.phase != "all") kind += ", " + finding.phase;
  const bool is_explained = finding.status == Status::not_judged ||
                            finding.status == Status::not_exercised ||
                            finding.status == Status::not_applicable;
  std::string note = finding.orders.empty() ? "" : "orders " + orders_listed(finding);
  if (note.empty() && is_explained) note = finding.why;
  return {{std::string(status_label(finding.status)), cell_style_of(finding.status), ""},
          {title_of(finding), "k", ""},
          {std::move(kind), "", ""},
          {finding.limit, "", ""},
          {finding.value, "", ""},
          {std::move(note), "o", ""}};
}

std::string load_words(const record::Record& record) {
  std::int64_t sent = 0;
  for (const record::LoadUse& use : record.loads) sent += use.sent;
  if (record.load_end <= record.time_zero) return "the load was never started";
  return fmt::format("{} requests in {}", base::grouped(sent),
                     charts::duration_label(record.load_end - record.time_zero));
}

}  // namespace

std::string headline_section(const RunReport& report) {
  const model::Scenario& scenario = *report.scenario;
  const record::Record& record = *report.record;
  const std::string_view word = verdict_word(report.verdict);
  const std::string_view style = word == "pass" ? "good" : word == "fail" ? "bad" : "warn";
  std::string out =
      fmt::format("<header><h1><span class=\"tag {}\">{}</span>{}{}</h1>\n", style,
                  verdict_label(report.verdict), html_text(scenario.meta.name),
                  scenario.variant.empty() ? "" : " [" + html_text(scenario.variant) + "]");
  const Redaction redaction(scenario.redact_headers);
  if (!scenario.meta.description.empty())
    out += html_paragraph(redaction.apply(scenario.meta.description));
  const auto variant =
      std::find_if(scenario.variants.begin(), scenario.variants.end(),
                   [&](const model::Variant& each) { return each.name == scenario.variant; });
  if (variant != scenario.variants.end() && !variant->why.empty())
    out += fmt::format("<p><b>Variant {}:</b> {}</p>\n", html_text(variant->name),
                       html_text(redaction.apply(variant->why)));
  out += fmt::format("<p class=\"facts\">{} · seed {} · {} · {} · exit {} · {}</p>\n",
                     html_text(counts_of(report.verdict)), scenario.run.seed,
                     model::name_of(scenario.target.mode), load_words(record), report.verdict.exit,
                     html_text(report.facts.started_utc));
  if (record.interrupted)
    out += html_paragraph("The run was interrupted: this is a part of it.", "badtext");
  if (!record.stopped_by.empty())
    out += html_paragraph("Stopped early, because this was met: " + record.stopped_by, "badtext");
  return out + "</header>\n";
}

std::string reasons_section(const RunReport& report, const std::optional<Story>& story) {
  std::string cards;
  std::size_t count = 0;
  for (const Finding* finding : by_urgency(report.verdict)) {
    if (!needs_attention(*finding)) continue;
    if (++count <= most_cards) cards += card_of(report, *finding, story);
  }
  if (count > most_cards)
    cards += html_paragraph(fmt::format("{} more are in the table below.", count - most_cards));
  const std::string_view word = verdict_word(report.verdict);
  if (word == "error")
    cards.insert(0, html_paragraph(fmt::format(
                        "The run has no verdict (exit {}): the target or its environment failed, "
                        "or it was interrupted. What was found until then is below.",
                        report.verdict.exit)));
  if (cards.empty()) return {};
  return html_section("why", word == "fail" ? "Why it failed" : "Why it is no pass", "", cards);
}

std::string checks_section(const RunReport& report) {
  std::vector<std::vector<Cell>> passed, others;
  for (const Finding* finding : by_urgency(report.verdict))
    (finding->status == Status::held ? passed : others).push_back(row_of(*finding));
  std::string markup;
  if (!others.empty()) markup += html_table(check_columns, others);
  if (!passed.empty())
    markup += fmt::format("<details{}><summary>{} passed</summary>\n{}</details>\n",
                          others.empty() ? " open" : "", passed.size(),
                          html_table(check_columns, passed));
  return html_section("checks", "All checks", counts_of(report.verdict), markup);
}

}  // namespace seawall::reports
