// Which order is told, and how.
#include "reports/html/story.hpp"

#include <algorithm>

#include "example_run.hpp"
#include "reports/causes.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;

namespace seawall::reports {
namespace {

using charts::SpaceTimeStep;
using Kind = SpaceTimeStep::Kind;
using record::Exchange;

// Order 79 is charged twice: the answer to the first charge got lost.
class DoubleCharge : public ExampleRun {
 public:
  DoubleCharge() {
    record.ledger = {row(281, 9ms), row(371, 560ms)};
    record.exchanges = {call("client", "gateway", "/orders", 0ms, 600ms, 201),
                        call("order", "payment", "/charge", 5ms, 500ms, 0),
                        call("order", "payment", "/charge?x=1", 550ms, 15ms, 200)};
    record.exchanges[1].failure = model::Failure::timed_out;
    record.exchanges[1].faults = {1};
    record.exchanges[2].index.n = 2;
    record.sort();
    record::Finding broken;
    broken.status = record::Finding::Status::broken;
    broken.id = "A1";
    broken.name = "no-double-charge";
    broken.orders = {"79", "80"};
    broken.why =
        "order 79: charged twice under key 79/charge: write 281 of payment and write 371 of "
        "payment; "
        "order 80: charged twice; and 3 more. A customer pays at most once";
    verdict.findings = {broken};
  }

  base::Subject subject() const { return {base::Subject::Kind::order, 79}; }
  Story story() const {
    const RunReport made = report();
    const auto chosen = story_subject(made);
    REQUIRE(chosen);
    const auto told = story_of(made, *chosen);
    REQUIRE(told);
    return *told;
  }

 private:
  Exchange call(std::string from, std::string to, std::string path, base::Duration at,
                base::Duration took, int status) const {
    Exchange made;
    made.link = {std::move(from), std::move(to)};
    made.index.subject = subject();
    made.index.operation = "charge";
    made.index.n = 1;
    made.method = model::Method::post;
    made.path = path;
    made.sent = record.time_zero + at;
    made.ended = made.sent + took;
    made.status = status;
    return made;
  }
  record::LedgerRow row(std::uint64_t lsn, base::Duration at) const {
    record::LedgerRow made;
    made.node = "payment";
    made.lsn = lsn;
    made.t = record.time_zero + at;
    made.machine = record::LedgerRow::Machine::charge;
    made.order = "79";
    made.subject = subject();
    made.to = "captured";
    made.amount = {1'999};
    return made;
  }
};

std::vector<std::string> texts(const Story& story) {
  std::vector<std::string> texts;
  for (const SpaceTimeStep& step : story.messages.steps) texts.push_back(step.text);
  return texts;
}

TEST_CASE("the first order that broke something is told") {
  const Story story = DoubleCharge().story();
  CHECK(story.subject.order == "79");
  CHECK(story.subject.reason == "the first that broke A1 no-double-charge");
  CHECK(story.messages.lanes == std::vector<std::string>{"client", "gateway", "order", "payment"});
  CHECK(
      texts(story) ==
      std::vector<std::string>{
          "POST /orders", "POST /charge", "charge: captured 19.99  (write 281)", "answer",
          "timed out after 500 ms", "POST /charge #2", "charge: captured 19.99  (write 371)",
          "A1 no-double-charge is broken: charged twice under key 79/charge: write 281 of payment "
          "and write 371 of payment",
          "200", "201"});
}

TEST_CASE("the answer that a fault took is lost behind the work that was done") {
  const Story story = DoubleCharge().story();
  const auto lost = std::find_if(story.messages.steps.begin(), story.messages.steps.end(),
                                 [](const SpaceTimeStep& step) { return step.is_lost; });
  REQUIRE(lost != story.messages.steps.end());
  CHECK(lost->kind == Kind::reply);
  CHECK(lost->fault == "lost-replies");
  CHECK(lost->at == 9ms);
  CHECK(std::prev(lost)->is_offending);
}

TEST_CASE("a request that never arrived ends on its way") {
  DoubleCharge run;
  run.record.exchanges[1].copies = 0;
  const Story story = run.story();
  const SpaceTimeStep& out = story.messages.steps[1];
  CHECK(out.kind == Kind::call);
  CHECK(out.is_lost);
  CHECK(out.fault == "lost-replies");
}

TEST_CASE("a request that was held is told when it was sent and when it arrives") {
  DoubleCharge run;
  run.scenario.faults[1].type = "late_request";
  run.scenario.faults[1].delay = 3s;
  run.record.faults[1].healed = {};
  const Story story = run.story();
  const std::vector<SpaceTimeStep>& steps = story.messages.steps;
  const auto with = [&](const std::string& text) {
    return std::find_if(steps.begin(), steps.end(),
                        [&](const SpaceTimeStep& step) { return step.text == text; });
  };
  const auto held = with("POST /charge, held for 3 s");
  REQUIRE(held != steps.end());
  CHECK(held->is_held);
  CHECK(held->fault == "lost-replies");
  const auto late = with("POST /charge arrives late, its caller had left after 500 ms");
  REQUIRE(late != steps.end());
  CHECK(late->at == 3'005ms);
  CHECK(late->kind == Kind::call);
  CHECK(late->fault.empty());
  CHECK(with("answer") == steps.end());  // none was ever on its way
  const std::string list = charts::list_of(story.messages);
  CHECK(list.find("did not arrive") == std::string::npos);
}

TEST_CASE("a copy of a request is a message of its own") {
  DoubleCharge run;
  run.scenario.faults[1].type = "duplicate_request";
  run.scenario.faults[1].gap = 2s;
  run.record.faults[1].healed = {};
  run.record.exchanges[1].copies = 2;
  const auto all = texts(run.story());
  CHECK(std::find(all.begin(), all.end(), "POST /charge, delivered 2 times") != all.end());
  CHECK(std::find(all.begin(), all.end(), "POST /charge arrives once more") != all.end());
}

TEST_CASE("who answers with success and writes nothing is told") {
  DoubleCharge run;
  Exchange refund = run.record.exchanges[2];
  refund.path = "/refund";
  refund.index.operation = "refund";
  refund.index.n = 1;
  refund.sent += 100ms;
  refund.ended += 100ms;
  run.record.exchanges.push_back(refund);
  const auto all = texts(run.story());
  const auto is_about = [](const std::string& text) {
    return text.find("wrote nothing") != std::string::npos;
  };
  CHECK(std::count_if(all.begin(), all.end(), is_about) == 1);
  CHECK(std::find(all.begin(), all.end(),
                  "payment answered refund #1 with 200 and wrote nothing") != all.end());
}

TEST_CASE("a reset is drawn when it came, on the caller that had waited") {
  DoubleCharge run;
  run.record.exchanges[1].failure = model::Failure::reset;
  const Story story = run.story();
  const auto reset = std::find_if(
      story.messages.steps.begin(), story.messages.steps.end(),
      [](const SpaceTimeStep& step) { return step.text.starts_with("reset after 500 ms"); });
  REQUIRE(reset != story.messages.steps.end());
  CHECK(reset->at == 505ms);
  CHECK(reset->is_lost);
  CHECK(reset->text == "reset after 500 ms  ✕ lost-replies");
  CHECK(story.messages.steps[1].text == "POST /charge");
  CHECK_FALSE(story.messages.steps[1].is_lost);
  CHECK(story.messages.steps[1].fault.empty());
}

TEST_CASE("what was never sent is told where something is left") {
  DoubleCharge run;
  record::LedgerRow held = run.record.ledger[0];
  held.node = "inventory";
  held.machine = record::LedgerRow::Machine::reservation;
  held.to = "held";
  held.t = run.record.time_zero + 6ms;
  run.record.ledger.push_back(held);
  const auto has_absence = [&] {
    const auto all = texts(run.story());
    return std::find(all.begin(), all.end(),
                     "no POST /confirm and no POST /release was ever sent") != all.end();
  };
  CHECK(has_absence());
  run.record.exchanges[2].path = "/release";
  CHECK_FALSE(has_absence());
}

TEST_CASE("a refusal of a breaker says for how long it had been open") {
  DoubleCharge run;
  const auto at = [&](base::Duration t, record::Event::Kind kind, const char* name,
                      const char* what) {
    record::Event event;
    event.t = run.record.time_zero + t;
    event.kind = kind;
    event.where = "order -> payment";
    event.name = name;
    event.what = what;
    event.subject = run.subject();
    run.record.events.push_back(event);
  };
  at(10ms, record::Event::Kind::breaker, "", "closed open");
  at(430ms, record::Event::Kind::reject, "circuit_breaker", "");
  run.record.sort();
  const auto all = texts(run.story());
  CHECK(std::find(all.begin(), all.end(), "refused by circuit breaker, open for 420 ms") !=
        all.end());
}

TEST_CASE("the order that is told went as most of them did") {
  DoubleCharge run;
  for (const std::uint64_t order : {80, 81}) {
    Exchange call = run.record.exchanges[2];
    call.index.subject.number = order;
    run.record.exchanges.push_back(call);
  }
  run.verdict.findings[0].orders = {"79", "80", "81"};
  const Story story = run.story();
  CHECK(story.subject.order == "80");  // of those that the judge tells in full
  CHECK(story.subject.reason ==
        "2 of the 3 named orders that broke A1 no-double-charge went like this one");
}

TEST_CASE("the wait between two attempts is a bar of its own") {
  const Story story = DoubleCharge().story();
  const auto wait =
      std::find_if(story.time.rows.begin(), story.time.rows.end(),
                   [](const charts::WaterfallRow& row) { return row.name == "wait before #2"; });
  REQUIRE(wait != story.time.rows.end());
  CHECK(wait->from == 505ms);
  CHECK(wait->to == 550ms);
}

TEST_CASE("where nothing broke the slowest that a fault acted on is told") {
  DoubleCharge run;
  run.verdict.findings.clear();
  for (int i : {77, 78, 79}) {  // 77 is slower, and no fault acted on it
    Exchange seen = run.record.history.front();
    seen.index.subject = {base::Subject::Kind::order, static_cast<std::uint64_t>(i)};
    seen.ended = seen.intended + (i == 77 ? 5s : 1s);
    run.record.history.push_back(seen);
  }
  const Story story = run.story();
  CHECK(story.subject.broken == nullptr);
  CHECK(story.subject.subject == run.subject());
  run.record.exchanges[1].faults.clear();
  CHECK(run.story().subject.subject.number == 77);  // the slowest of all
}

TEST_CASE("what never came breaks at the end of a story") {
  DoubleCharge run;
  run.verdict.findings[0].why =
      "order 79: 1 sku still held at the end of the run (write 281 of payment)";
  const Story story = run.story();
  CHECK(story.messages.steps.back().kind == Kind::broken);
}

TEST_CASE("calls without a trace are told beside a request, as what may be its own") {
  DoubleCharge run;
  run.verdict.findings.clear();
  run.record.exchanges[1].index.subject = {};
  run.record.exchanges[1].ended = run.record.exchanges[1].sent + 90ms;
  Exchange seen = run.record.exchanges[0];
  seen.intended = seen.sent;
  seen.ended = seen.sent + 5s;  // the slowest of all
  run.record.history.push_back(seen);
  const Story story = run.story();
  CHECK(story.subject.subject == run.subject());
  CHECK(story.untold_calls == 1);
}

TEST_CASE("a long story keeps what matters") {
  DoubleCharge run;
  for (int i = 0; i < 500; ++i) {
    Exchange call = run.record.exchanges[2];
    call.sent += i * 1us;
    call.index.n = static_cast<std::uint32_t>(3 + i);
    run.record.exchanges.push_back(call);
  }
  const Story story = run.story();
  CHECK(story.messages.steps.size() <= 64);
  CHECK(story.steps_omitted > 900);
  CHECK(story.time.rows.size() <= 44);
  const auto count = std::count_if(story.messages.steps.begin(), story.messages.steps.end(),
                                   [](const SpaceTimeStep& step) { return step.is_offending; });
  CHECK(count == 3);
}

TEST_CASE("what the judge says of an order is found in its sentence") {
  const DoubleCharge run;
  CHECK(reason_for(run.verdict.findings[0], "80") == "charged twice");
  CHECK(reason_for(run.verdict.findings[0], "8").empty());
  CHECK(faults_on(run.record, run.subject()) == std::vector<std::string>{"lost-replies"});
  CHECK(subject_of(run.record, "79") == run.subject());
  CHECK(subject_of(run.record, "request 7") == base::Subject{base::Subject::Kind::request, 7});
  CHECK_FALSE(subject_of(run.record, "o-4711"));
}

}  // namespace
}  // namespace seawall::reports
