// The engine alone, over a scripted callee and store: what is durable when, and how it repeats.
// What it makes of the shop under faults is tested with the shop.
#include "targets/saga/engine.hpp"

#include <algorithm>

#include "harness/base/text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_env.hpp"

namespace seawall::saga {

namespace {

using testing::FakeEnv;
using namespace std::chrono_literals;

struct Trip final : Saga {
  using Saga::Saga;
};

// A journey: hold a seat, pay, print the ticket.
Definition journey() {
  Definition definition;
  definition.begun = "pending";
  definition.steps = {{"hold", "seats", "held", "free"},
                      {"pay", "bank", "paid", "repay"},
                      {"print", "printer", "printed", ""}};
  definition.pivot = 1;
  definition.decided = "printed";
  definition.way_back = "seat_gone";
  return definition;
}

class Agency final : public Owner {
 public:
  explicit Agency(FakeEnv& env, const model::Saga& settings = {},
                  const model::LinkPolicy& policy = {})
      : env_(env),
        seats_(env, {"agency", "seats"}, policy),
        bank_(env, {"agency", "bank"}, policy),
        printer_(env, {"agency", "printer"}, policy),
        engine(env, "agency", *this, journey(), settings, {&seats_, &bank_, &printer_}) {}

  Trip& add(const std::string& id) {
    auto& trip = trips_[id] = std::make_unique<Trip>(env_, id);
    trip->subject = {base::Subject::Kind::order, trips_.size()};
    return *trip;
  }
  runtime::Task<bool> go(Trip& trip) {
    runtime::Batch batch;
    const auto begun = co_await engine.begin(trip, batch);
    if (begun) co_await engine.run(trip);
    co_return begun.has_value();
  }

  Saga* find(std::string_view id) override {
    const auto trip = trips_.find(id);
    return trip == trips_.end() ? nullptr : trip->second.get();
  }
  model::Request request(const Saga&, std::string_view operation) override {
    return model::Request(model::Method::post, "/" + std::string(operation), "{}");
  }
  std::string reason(const model::Response& answer) override { return answer.body; }
  Found found(const model::Response& answer) override {
    return answer.body == "done" ? Found::done : Found::nothing;
  }
  void fill(const Saga&, record::LedgerRow& row) override { row.sku = "seat"; }

 private:
  FakeEnv& env_;
  std::map<std::string, std::unique_ptr<Trip>, std::less<>> trips_;
  resilience::Client seats_, bank_, printer_;

 public:
  Engine engine;
};

// The rows of the ledger, "order pending" and so on.
std::vector<std::string> told_by(const FakeEnv& env) {
  std::vector<std::string> rows;
  for (const record::LedgerRow& row : env.ledger)
    rows.push_back(base::concat({model::name_of(row.machine), " ", row.to}));
  return rows;
}

std::vector<std::string> calls_of(const FakeEnv& env) {
  std::vector<std::string> calls;
  for (const FakeEnv::Sent& sent : env.sent) calls.push_back(sent.request.path.substr(1));
  return calls;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("each intent is durable before its call", "[saga]") {
  FakeEnv env;
  Agency agency(env);
  env.callee = [&](const FakeEnv::Sent& sent) {
    const std::string intent = "saga " + sent.request.path.substr(1);
    CHECK(told_by(env).back() == intent);
    return FakeEnv::answer(1ms, 200);
  };
  FakeEnv::Running<bool> running(env, agency.go(agency.add("1")));
  env.run();
  CHECK(running.value() == true);
  CHECK(told_by(env) == Texts{"order pending", "saga hold", "order held", "saga pay", "order paid",
                              "saga print", "order printed", "saga completed"});
  CHECK(env.sent.front().request.idempotency_key == "1/hold");
}

TEST_CASE("a refusal takes back what was done and what was refused with the newest first",
          "[saga]") {
  FakeEnv env;
  Agency agency(env);
  env.callee = [](const FakeEnv::Sent& sent) {
    return FakeEnv::answer(1ms, sent.request.path == "/pay" ? 402 : 200, "no_money");
  };
  Trip& trip = agency.add("1");
  FakeEnv::Running<bool> running(env, agency.go(trip));
  env.run();
  CHECK(calls_of(env) == Texts{"hold", "pay", "repay", "free"});
  CHECK(trip.told_state == "failed");
  CHECK(trip.told_cause == "no_money");
  CHECK(told_by(env).back() == "saga compensated");
}

TEST_CASE("what was refused may be left alone where the settings say so", "[saga]") {
  FakeEnv env;
  model::Saga settings;
  settings.compensate = model::Saga::Compensate::unless_refused;
  Agency agency(env, settings);
  env.callee = [](const FakeEnv::Sent& sent) {
    return FakeEnv::answer(1ms, sent.request.path == "/pay" ? 402 : 200, "no_money");
  };
  FakeEnv::Running<bool> running(env, agency.go(agency.add("1")));
  env.run();
  CHECK(calls_of(env) == Texts{"hold", "pay", "free"});
}

TEST_CASE("behind the pivot a step is repeated until it is done", "[saga]") {
  FakeEnv env;
  Agency agency(env);
  int prints = 0;
  env.callee = [&](const FakeEnv::Sent& sent) {
    CHECK(sent.request.index.attempt == 1);
    const bool jam = sent.request.path == "/print" && ++prints < 6;
    return jam ? FakeEnv::answer(1ms, prints % 2 == 0 ? 409 : 500, "jam")
               : FakeEnv::answer(1ms, 200);
  };
  Trip& trip = agency.add("1");
  FakeEnv::Running<bool> running(env, agency.go(trip));
  env.run();
  CHECK(prints == 6);
  CHECK(trip.told_state == "printed");
}

TEST_CASE("only the refusal that the definition names turns back behind the pivot", "[saga]") {
  FakeEnv env;
  Agency agency(env);
  env.callee = [](const FakeEnv::Sent& sent) {
    const bool gone = sent.request.path == "/print";
    return FakeEnv::answer(1ms, gone ? 409 : 200, "seat_gone");
  };
  Trip& trip = agency.add("1");
  FakeEnv::Running<bool> running(env, agency.go(trip));
  env.run();
  CHECK(calls_of(env) == Texts{"hold", "pay", "print", "repay", "free"});
  CHECK(trip.told_cause == "commit-refused");
}

TEST_CASE("a step that never left owes nothing and one in doubt does", "[saga]") {
  for (const auto& [failure, calls] :
       {std::pair{model::Failure::refused, Texts{"hold", "pay", "free"}},
        std::pair{model::Failure::timed_out, Texts{"hold", "pay", "repay", "free"}}}) {
    FakeEnv env;
    Agency agency(env);
    env.callee = [failure = failure](const FakeEnv::Sent& sent) {
      return sent.request.path == "/pay" ? FakeEnv::fails(1ms, failure) : FakeEnv::answer(1ms, 200);
    };
    FakeEnv::Running<bool> running(env, agency.go(agency.add("1")));
    env.run();
    CHECK(calls_of(env) == calls);
  }
}

TEST_CASE("a doubt is asked about before anything else is done", "[saga]") {
  FakeEnv env;
  model::Saga settings;
  settings.in_doubt = model::Saga::InDoubt::query;
  Agency agency(env, settings);
  env.callee = [](const FakeEnv::Sent& sent) {
    if (sent.request.path == "/pay") return FakeEnv::fails(1ms, model::Failure::reset);
    return FakeEnv::answer(1ms, 200, "done");
  };
  Trip& trip = agency.add("1");
  FakeEnv::Running<bool> running(env, agency.go(trip));
  env.run();
  CHECK(calls_of(env) == Texts{"hold", "pay", "query", "print"});
  CHECK(trip.told_state == "printed");
}

TEST_CASE("a success wakes the repeat that waits longest and no other", "[saga]") {
  FakeEnv env;
  model::Saga settings;
  settings.repeat.initial = 1s;
  settings.repeat.max = 1s;
  Agency agency(env, settings);
  bool jam = true;
  env.callee = [&](const FakeEnv::Sent& sent) {
    const bool stuck = jam && sent.request.path == "/print";
    return FakeEnv::answer(1ms, stuck ? 500 : 200);
  };
  Trip& first = agency.add("1");
  Trip& second = agency.add("2");
  FakeEnv::Running<bool> one(env, agency.go(first));
  env.run_until(testing::at(10ms));
  FakeEnv::Running<bool> two(env, agency.go(second));
  env.run_until(testing::at(100ms));
  CHECK(env.sent.size() == 6);
  jam = false;
  Trip& third = agency.add("3");
  FakeEnv::Running<bool> three(env, agency.go(third));
  // The third's own success wakes the first, whose success wakes the second.
  env.run_until(testing::at(200ms));
  CHECK(third.told_state == "printed");
  CHECK(first.told_state == "printed");
  CHECK(second.told_state == "printed");
  REQUIRE(env.sent.size() == 11);
  CHECK(env.sent[9].request.idempotency_key == "1/print");
  CHECK(env.sent[10].request.idempotency_key == "2/print");
}

TEST_CASE("a repeat that was woken in vain waits its time from then on", "[saga]") {
  FakeEnv env;
  model::Saga settings;
  settings.repeat.initial = 1s;
  settings.repeat.max = 1s;
  Agency agency(env, settings);
  env.callee = [](const FakeEnv::Sent& sent) {
    if (sent.request.path == "/free") return FakeEnv::answer(1ms, 500);
    const bool broke = sent.request.idempotency_key == "1/pay";
    return FakeEnv::answer(1ms, broke ? 402 : 200, "broke");
  };
  FakeEnv::Running<bool> stuck(env, agency.go(agency.add("1")));
  env.run_until(testing::at(10ms));
  // Its seat cannot be freed, while the seats of others are held well.
  std::vector<std::unique_ptr<FakeEnv::Running<bool>>> others;
  for (int i = 2; i < 102; ++i) {
    Trip& other = agency.add(std::to_string(i));
    others.push_back(std::make_unique<FakeEnv::Running<bool>>(env, agency.go(other)));
    env.run_until(testing::at(i * 20ms));
  }
  const Texts calls = calls_of(env);
  CHECK(std::count(calls.begin(), calls.end(), "hold") == 101);
  // The first, the one that was woken, and those after pauses of 0.5 to 1 s each.
  const auto freed = std::count(calls.begin(), calls.end(), "free");
  CHECK(freed >= 3);
  CHECK(freed <= 5);
}

TEST_CASE("a store that fails holds the next call back and not for ever", "[saga]") {
  FakeEnv env;
  Agency agency(env);
  int failures = 3;
  env.write_fails = [&](const runtime::Batch& batch) -> std::optional<model::Failure> {
    if (batch.write_class != "saga.held" || failures == 0) return std::nullopt;
    --failures;
    return model::Failure::disk;
  };
  Trip& trip = agency.add("1");
  FakeEnv::Running<bool> running(env, agency.go(trip));
  env.run_until(testing::at(150ms));
  CHECK(calls_of(env) == Texts{"hold"});
  env.run();
  CHECK(trip.told_state == "printed");
}

TEST_CASE("nothing begins when the store refuses the first row", "[saga]") {
  FakeEnv env;
  Agency agency(env);
  env.write_fails = [](const runtime::Batch&) { return model::Failure::disk; };
  FakeEnv::Running<bool> running(env, agency.go(agency.add("1")));
  env.run();
  CHECK(running.value() == false);
  CHECK(env.sent.empty());
}

TEST_CASE("a call of a saga has a deadline of its own", "[saga]") {
  FakeEnv env;
  model::LinkPolicy policy;
  policy.timeout.emplace();
  policy.timeout->attempt = 700ms;
  Agency agency(env, {}, policy);
  FakeEnv::Running<bool> running(env, agency.go(agency.add("1")));
  env.run();
  REQUIRE(env.sent.size() == 3);
  for (const FakeEnv::Sent& sent : env.sent) CHECK(sent.request.deadline == sent.t + 700ms);
}

TEST_CASE("progress survives the store", "[saga]") {
  Progress progress;
  progress.phase = Phase::backward;
  progress.state = "compensating";
  progress.cause = "payment in doubt";
  progress.marks[0] = Mark::done;
  progress.marks[1] = Mark::undoing;
  progress.marks.back() = Mark::undone;
  progress.began = 5s;
  progress.stamp = 7s;
  const auto loaded = from_row(to_row(progress, {base::Subject::Kind::order, 12}));
  REQUIRE(loaded);
  CHECK(loaded->progress.phase == progress.phase);
  CHECK(loaded->progress.state == progress.state);
  CHECK(loaded->progress.cause == progress.cause);
  CHECK(loaded->progress.marks[1] == Mark::undoing);
  CHECK(loaded->progress.marks.back() == Mark::undone);
  CHECK(loaded->progress.began == progress.began);
  CHECK(loaded->progress.stamp == progress.stamp);
  CHECK(loaded->subject == base::Subject{base::Subject::Kind::order, 12});
  CHECK_FALSE(from_row(""));
  CHECK_FALSE(from_row("0 1 2 three 4 iiii pending "));
}

}  // namespace seawall::saga
