// Which runs a survey makes of a request, with a world that answers at once.
#include <functional>
#include <map>
#include <set>

#include "faults/kinds/kind.hpp"
#include "harness/check/measures.hpp"
#include "harness/scenario/reader.hpp"
#include "harness/survey/survey.hpp"
#include "harness/survey/texts.hpp"
#include "tests/support/catch.hpp"

namespace seawall::survey {

namespace {

using namespace std::chrono_literals;
using record::Exchange;

const model::Vocabulary& words() {
  static const model::Vocabulary all = [] {
    model::Vocabulary words;
    words.kinds = kinds::words();
    words.measures = check::measure_words();
    return words;
  }();
  return all;
}

constexpr const char* text = R"(schema = 1
scenario = { name = "desk" }
run = { seed = 5 }
target = { kind = "external", base = "http://127.0.0.1:1" }
[[link]]
from = "desk"
to = "bank"
listen = "127.0.0.1:2"
upstream = "127.0.0.1:3"
[[link]]
from = "desk"
to = "audit"
listen = "127.0.0.1:4"
upstream = "127.0.0.1:5"
[[link]]
from = "desk"
to = "store"
listen = "127.0.0.1:6"
upstream = "127.0.0.1:7"
[load]
rate = "5/s"
timeout = "2s"
[[load.request]]
name = "ask"
path = "/"
)";

model::Scenario read(const std::string& text) {
  auto reading = scenario::read_scenario_text("desk.toml", text, {}, words());
  if (!reading) FAIL(base::to_text(reading.error().front()));
  return std::move(reading->scenario);
}
model::Scenario desk() { return read(text); }

// The same started afresh for each run.
model::Scenario own_desk() {
  return read(R"(schema = 1
scenario = { name = "desk" }
run = { seed = 5 }
target = { kind = "services" }
[[service]]
name = "bank"
command = ["bank", "${port}"]
[[service]]
name = "desk"
command = ["desk", "${port}", "${link.desk.bank}"]
[load]
rate = "5/s"
timeout = "2s"
to = "desk"
[[load.request]]
name = "ask"
path = "/"
)");
}

// What is found of an invariant of the user's.
void find(run::Outcome& outcome, const std::string& name, const std::string& value,
          record::Finding::Status status) {
  record::Finding& finding = outcome.verdict.findings.emplace_back();
  finding.name = name;
  finding.value = value;
  finding.status = status;
  if (status == record::Finding::Status::broken)
    finding.why = value + " was measured, == 0 is wanted";
}

// Every request is answered at once and makes one call of the bank. Each fault acts, but on what
// leads to the audit: nothing passes there.
run::Outcome well(const model::Scenario& scenario) {
  run::Outcome outcome;
  record::Record& record = outcome.record;
  record.events.emplace_back();
  record.time_zero = record.warmup_start = base::TimePoint(1s);
  record.load_end = record.time_zero + scenario.run.duration;
  for (const model::Load& load : scenario.loads) {
    const Duration step = Duration(1s) * 1'000'000 / load.rate.micro_per_second;
    for (Duration at = load.start; at < scenario.run.duration; at += step) {
      Exchange& row = record.history.emplace_back();
      row.intended = row.sent = record.time_zero + at;
      row.ended = row.sent + 1ms;
      row.status = 200;
      row.expected = true;
      Exchange& call = record.exchanges.emplace_back(row);
      call.link = {"desk", "bank"};
      call.path = "/charge";
    }
  }
  for (const model::Fault& fault : scenario.faults) {
    record::FaultUse& use = record.faults.emplace_back();
    use.was_armed = true;
    use.hit = fault.link == base::Link{"desk", "audit"} ? 0 : 1;
  }
  return outcome;
}

struct Made {
  Survey survey;
  std::vector<std::uint64_t> seeds;  // of its runs
};

// `change`: what a run came to, by its number, from 1, and by what it is.
using Change = std::function<void(std::size_t, const std::string&, run::Outcome&)>;
Made made(const Change& change = {}, bool confirm = false, const model::Scenario& of = desk()) {
  Made made;
  Setup setup;
  setup.words = &words();
  setup.confirm = confirm;
  setup.run = [&](const model::Scenario& scenario) {
    made.seeds.push_back(scenario.run.seed);
    run::Outcome outcome = well(scenario);
    if (change) change(made.seeds.size(), scenario.meta.description, outcome);
    return std::optional<run::Outcome>(std::move(outcome));
  };
  // There is one of what runs already.
  if (of.target.is_external())
    setup.in_parallel = [](std::size_t, const std::function<void(std::size_t)>&) {
      FAIL("several at a time");
    };
  auto surveyed = survey(of, setup);
  if (!surveyed) FAIL(base::to_text(surveyed.error().front()));
  made.survey = std::move(*surveyed);
  return made;
}

// The request that is sent before the fault.
Exchange& before(run::Outcome& outcome) { return outcome.record.history.front(); }

}  // namespace

TEST_CASE("each run of what runs already has a seed of its own", "[survey]") {
  const Made all = made();
  CHECK(all.survey.complete);
  CHECK(all.survey.runs == std::ssize(all.seeds));
  CHECK(std::set(all.seeds.begin(), all.seeds.end()).size() == all.seeds.size());
}

TEST_CASE("of a link that a request needs not no cell is left, and the others keep theirs",
          "[survey]") {
  const Survey survey = made().survey;
  const Surveyed& one = survey.requests.front();
  REQUIRE(one.places.size() == 2);
  CHECK(to_text(one.places[0]) == "desk -> bank GET /charge");
  CHECK(to_text(one.places[1]) == "desk -> store");
  CHECK(one.unused == std::vector<std::string>{"desk -> audit"});
  std::vector<Trouble> at_store;
  for (const Cell& cell : survey.cells) {
    CHECK(cell.judged.fate == Fate::survives);
    if (cell.place == 1) at_store.push_back(cell.trouble);
  }
  CHECK(at_store == troubles_at(one.places[1], desk()));
  CHECK(survey.cells.size() == troubles_at(one.places[0], desk()).size() + at_store.size());
}

TEST_CASE("a run whose request failed before there was a fault is made once more", "[survey]") {
  const std::int64_t usual = made().survey.runs;
  // The first run is without any fault, the second one of the first cell.
  const Survey once = made([](std::size_t number, const std::string&, run::Outcome& outcome) {
                        if (number == 2) before(outcome).expected = false;
                      }).survey;
  CHECK(once.runs == usual + 1);
  CHECK(once.cells.front().judged.fate == Fate::survives);
  const Survey twice = made([](std::size_t number, const std::string&, run::Outcome& outcome) {
                         if (number == 2 || number == 3) before(outcome).expected = false;
                       }).survey;
  CHECK(twice.runs == usual + 1);
  CHECK(twice.cells.front().judged.fate == Fate::unproven);
  // Who collects what breaks can leave it out.
  const auto kept =
      scenario::read_scenario_text("kept.toml", twice.cells.front().scenario, {}, words());
  REQUIRE(kept.has_value());
  CHECK(kept->scenario.meta.tags == std::vector<std::string>{"unproven"});
}

TEST_CASE("each cell that is kept is a scenario with a name of its own, which says why",
          "[survey]") {
  // Nothing succeeds after the fault.
  const Survey survey = made([](std::size_t, const std::string&, run::Outcome& outcome) {
                          if (outcome.record.faults.empty()) return;
                          auto& history = outcome.record.history;
                          for (std::size_t i = 2; i < history.size(); ++i)
                            history[i].expected = false;
                        }).survey;
  REQUIRE(survey.cells.size() > 10);
  std::set<std::string> names;
  for (const Cell& cell : survey.cells) {
    const auto reading = scenario::read_scenario_text("kept.toml", cell.scenario, {}, words());
    REQUIRE(reading.has_value());
    const model::Meta& meta = reading->scenario.meta;
    CHECK(names.insert(meta.name).second);
    REQUIRE(cell.judged.fate == Fate::breaks);
    CHECK(meta.description ==
          title_of(survey.requests.front(), cell) + ": breaks: " + cell.judged.why);
    CHECK(meta.tags == std::vector<std::string>{"found"});
  }
  CHECK(names.contains("desk-ask-desk-bank-GET-charge-reply-lost"));
  CHECK(names.contains("desk-ask-desk-store-silence"));
}

TEST_CASE("names of what is kept are told apart, however long or foreign they are", "[survey]") {
  CHECK(name_of_kept("shop/slow", "ask: a -> b GET /orders/* #2: sent twice") ==
        "shop/slow-ask-a-b-GET-orders-any-2-sent-twice");
  CHECK(name_of_kept("toy", "a\u00fc: x") != name_of_kept("toy", "a\u00f6: x"));
  const std::string path(200, 'p');
  const std::string one = name_of_kept("toy", "ask: a -> b GET /" + path + ": reset");
  CHECK(one.size() == 120);
  CHECK(one.starts_with("toy-ask-a-b-GET-ppp"));
  CHECK(one != name_of_kept("toy", "ask: a -> b GET /" + path + ": slow"));
  std::string umlauts;  // of two bytes each, so that one of them lies across the middle
  for (int i = 0; i < 59; ++i) umlauts += "\u00fc";
  const std::string cut = name_of_kept("x" + umlauts, "ask: a -> b: " + path);
  CHECK(cut.size() <= 120);
  CHECK(cut.starts_with("x" + umlauts.substr(0, 58) + "-ask-"));
}

// What runs already is never what it was before again.
TEST_CASE(
    "what a cell has left broken is not the doing of later ones, where nothing is added to it",
    "[survey]") {
  int again = 0;
  const auto charges_again = [&again](std::size_t, const std::string& what, run::Outcome& outcome) {
    if (what.ends_with("reply lost") || what.ends_with("sent twice")) ++again;
    record::Finding& finding = outcome.verdict.findings.emplace_back();
    finding.name = "once";
    finding.value = std::to_string(again);
    if (again > 0) finding.status = record::Finding::Status::broken;
    // What cannot be judged now is as broken as it was.
    if (what.ends_with("/charge: reset")) finding.status = record::Finding::Status::inconclusive;
  };
  const Survey survey = made(charges_again, true).survey;
  const std::string bank = "desk -> bank GET /charge: ";
  std::map<std::string, std::string> found;
  for (const Cell& cell : survey.cells) {
    const std::string title = title_of(survey.requests.front(), cell);
    if (cell.judged.fate != Fate::survives) found[title] = cell.judged.why;
    // It cannot be broken once more.
    CHECK_FALSE(cell.again);
  }
  CHECK(found == std::map<std::string, std::string>{
                     {"ask: " + bank + "reply lost", "once: 1"},
                     {"ask: " + bank + "every reply lost",
                      "once was broken before: it was 2, by ask: " + bank + "reply lost, and is 3"},
                     {"ask: " + bank + "reset", "once could not be judged: "},
                     {"ask: " + bank + "sent twice", "once was broken before: it was 3, by ask: " +
                                                         bank + "every reply lost, and is 4"}});
}

TEST_CASE("what is not held without any fault is blamed on no cell, and the others judge them",
          "[survey]") {
  using Status = record::Finding::Status;
  const auto fates_with = [](bool with_other) {
    const Survey survey =
        made(
            [with_other](std::size_t, const std::string& what, run::Outcome& outcome) {
              find(outcome, "never", "7", Status::broken);
              if (!with_other) return;
              const bool is_lost = what.ends_with(": reply lost");
              find(outcome, "other", is_lost ? "1" : "0", is_lost ? Status::broken : Status::held);
            },
            false, own_desk())
            .survey;
    REQUIRE(survey.cells.size() > 10);
    CHECK(survey.requests.front().trouble.empty());
    CHECK(never_held_by(survey.requests.front()) ==
          std::vector<std::string>{"without any fault, never is not held by ask: 7 was measured, "
                                   "== 0 is wanted"});
    std::map<std::string, std::string> fates;
    for (const Cell& cell : survey.cells)
      if (!is_killing(cell.trouble))  // nobody is killed in this world
        fates[std::string(name_of(cell.judged.fate))] = cell.judged.why;
    CHECK(exit_of(survey) == (with_other ? 1 : 5));
    return fates;
  };
  CHECK(fates_with(false) ==
        std::map<std::string, std::string>{
            {"unproven",
             "never is not held without any fault either: 7 was measured, == 0 is wanted"}});
  CHECK(fates_with(true) ==
        std::map<std::string, std::string>{{"corrupts", "other: 1"}, {"survives", ""}});
}

TEST_CASE("what runs already and is broken before is compared with what it was", "[survey]") {
  using Status = record::Finding::Status;
  const auto survey_with = [](Status before, bool heals) {
    return made(
               [before, heals](std::size_t number, const std::string& what, run::Outcome& outcome) {
                 const bool is_twice = what.ends_with("/charge: sent twice");
                 if (number == 1)
                   find(outcome, "once", "45", before);
                 else if (heals && !is_twice)
                   find(outcome, "once", "0", Status::held);
                 else
                   find(outcome, "once", is_twice ? "46" : "45", Status::broken);
               })
        .survey;
  };
  const auto found_in = [](const Survey& survey) {
    std::vector<std::string> found;
    for (const Cell& cell : survey.cells)
      if (cell.judged.fate != Fate::survives)
        found.push_back(std::string(name_of(cell.judged.fate)) + ": " + cell.judged.why);
    return found;
  };
  const Survey broken = survey_with(Status::broken, false);
  // What follows the cell has the value that was there before it.
  REQUIRE(found_in(broken).size() == 2);
  CHECK(found_in(broken).front() ==
        "unproven: once was broken before: it was 45, by what was there without any fault, and is "
        "46");
  CHECK(exit_of(broken) == 5);
  // Of what has been held since, all is known again.
  CHECK(found_in(survey_with(Status::broken, true)) ==
        std::vector<std::string>{"corrupts: once: 46"});
  const Survey unknown = survey_with(Status::inconclusive, false);
  CHECK(found_in(unknown).front() ==
        "unproven: once could not be judged before this fault, and is 45");
  CHECK(exit_of(unknown) == 5);
}

}  // namespace seawall::survey
