// What the retries of the seeds do, and how long that takes.
#include "targets/shop/shop.hpp"
#include "tests/resilience/client_bench.hpp"
#include "tests/support/catch.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;
using base::Duration;

const base::Link gateway_to_payment{"gateway", "payment"};

model::LinkPolicy policy_of_seed(const std::string& preset, const base::Link& link) {
  return shop::presets().at(preset).policy.of(link);
}

model::Request read() {
  model::Request request(model::Method::get, "/payments/1");
  request.index.subject = {base::Subject::Kind::request, 1};
  request.index.operation = "read-payment";
  return request;
}

// One call of a client of this policy, from its beginning to its end.
struct Story {
  Story(const model::LinkPolicy& policy, model::Request request, const FakeEnv::Reply& reply)
      : client(env, gateway_to_payment, policy) {
    env.callee = replies({reply});
    const base::TimePoint start = env.now();
    request.deadline = start + 5s;  // of the gateway's client, which leaves then
    Calling calling(env, client.call(std::move(request)));
    env.run();
    REQUIRE(calling.ended());
    outcome = *calling.value();
    took = env.now() - start;
  }
  // Between the start of one attempt and that of the next.
  std::vector<Duration> pauses() const {
    std::vector<Duration> pauses;
    for (std::size_t i = 1; i < env.sent.size(); ++i)
      pauses.push_back(env.sent[i].t - env.sent[i - 1].t);
    return pauses;
  }

  FakeEnv env;
  Client client;
  Outcome outcome;
  Duration took{};
};

const FakeEnv::Reply answers_503 = FakeEnv::answer(0ms, 503);

}  // namespace

TEST_CASE("000 tries three times with exponential waits and no jitter", "[exhibit]") {
  const Story story(policy_of_seed("seed-000", gateway_to_payment), read(), answers_503);
  CHECK(story.pauses() == std::vector<Duration>{1s, 2s});
}

TEST_CASE("000 retries what its caller did wrong", "[exhibit]") {
  for (const int status : {400, 404, 409, 422}) {
    const Story story(policy_of_seed("seed-000", gateway_to_payment), read(),
                      FakeEnv::answer(0ms, status));
    CHECK(story.env.sent.size() == 3);
  }
}

TEST_CASE("another helper of 000 retries timeouts and 4xx but no connection error", "[exhibit]") {
  model::Retry settings;
  settings.retry_on = {"timeout", "4xx", "5xx"};
  settings.initial_interval = 2s;
  settings.max_interval = 10s;
  const Retry helper(settings);
  CHECK(helper.mends(base::unexpected(model::Failure::timed_out)));
  CHECK(helper.mends(model::Response(404)));
  CHECK_FALSE(helper.mends(base::unexpected(model::Failure::refused)));
  CHECK_FALSE(helper.mends(base::unexpected(model::Failure::reset)));
}

TEST_CASE("002 retries every error", "[exhibit]") {
  const std::vector<FakeEnv::Reply> errors = {answers_503, FakeEnv::answer(0ms, 404),
                                              FakeEnv::fails(0ms, model::Failure::refused),
                                              FakeEnv::fails(0ms, model::Failure::reset)};
  for (const FakeEnv::Reply& error : errors) {
    const Story story(policy_of_seed("seed-002", gateway_to_payment), read(), error);
    CHECK(story.pauses() == std::vector<Duration>{2s, 2s});
  }
}

TEST_CASE("a call takes 19 s in the worst case, under a client that leaves at 5 s", "[exhibit]") {
  const Story story(policy_of_seed("seed-002", gateway_to_payment), read(), FakeEnv::silence());
  CHECK(story.env.sent.size() == 3);
  CHECK(story.took == 3 * 5s + 2s + 2s);
  // In the field the call ends with its client.
  const Story field(policy_of_seed("field", gateway_to_payment), read(), FakeEnv::silence());
  CHECK(field.took <= 1s);
}

TEST_CASE("003 waits a constant second, also after the last try, and loses the cause",
          "[exhibit]") {
  const model::LinkPolicy policy = policy_of_seed("seed-003", gateway_to_payment);
  const Story story(policy, read(), FakeEnv::answer(0ms, 402, R"({"reason":"declined"})"));
  CHECK(story.pauses() == std::vector<Duration>{1s, 1s});
  CHECK(story.took == 3s);
  CHECK_FALSE(story.outcome.response);
  CHECK_FALSE(story.outcome.failure);
  CHECK(story.outcome.call_class == CallClass::in_doubt);

  // It does not know either that nothing was sent.
  const Story refused(policy, read(), FakeEnv::fails(0ms, model::Failure::refused));
  CHECK(refused.outcome.call_class == CallClass::in_doubt);

  const Story good(policy, read(), FakeEnv::answer(0ms, 200));
  CHECK(good.outcome.ok());
  CHECK(good.took == 0s);
}

TEST_CASE("003 sends a POST again that has no key", "[exhibit]") {
  model::Request post(model::Method::post, "/charge", "{}");
  const Story story(policy_of_seed("seed-003", {"order", "payment"}), post, answers_503);
  CHECK(story.env.sent.size() == 3);
  const Story field(policy_of_seed("field", {"order", "payment"}), post, answers_503);
  CHECK(field.env.sent.size() == 1);
}

}  // namespace seawall::resilience
