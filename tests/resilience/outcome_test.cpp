#include "targets/resilience/outcome.hpp"

#include <initializer_list>

#include "targets/resilience/status_set.hpp"
#include "tests/resilience/client_bench.hpp"
#include "tests/support/catch.hpp"

namespace seawall::resilience {
namespace {

Attempt answer(int status, std::string body = {}) {
  return model::Response(status, std::move(body));
}

CallClass after(std::initializer_list<Attempt> attempts) {
  Outcome outcome;
  for (const Attempt& attempt : attempts) outcome.add(attempt);
  return outcome.call_class;
}

TEST_CASE("an attempt has the class of what its caller may rely on") {
  CHECK(class_of(answer(200)) == CallClass::ok);
  CHECK(class_of(answer(201)) == CallClass::ok);
  CHECK(class_of(answer(402)) == CallClass::refused);
  CHECK(class_of(answer(409, R"({"reason":"out_of_stock"})")) == CallClass::refused);
  CHECK(class_of(answer(422, R"({"reason":"key_reused"})")) == CallClass::refused);
  CHECK(class_of(failure(model::Failure::refused)) == CallClass::not_sent);
  CHECK(class_of(failure(model::Failure::unreachable)) == CallClass::not_sent);
  CHECK(class_of(failure(model::Failure::reset)) == CallClass::in_doubt);
  CHECK(class_of(failure(model::Failure::timed_out)) == CallClass::in_doubt);
  CHECK(class_of(answer(409, R"({"reason":"key_in_flight"})")) == CallClass::in_doubt);
  CHECK(class_of(answer(302)) == CallClass::in_doubt);
  CHECK(class_of(answer(500)) == CallClass::in_doubt);
  CHECK(class_of(answer(504)) == CallClass::in_doubt);
}

TEST_CASE("busy is never a refusal and never not-sent") {
  const std::string body = R"({"accepted":false,"reason":"overloaded"})";
  CHECK(class_of(answer(429, body)) == CallClass::in_doubt);
  CHECK(class_of(answer(503, body)) == CallClass::in_doubt);
  CHECK(class_of(answer(408)) == CallClass::in_doubt);
  CHECK(class_of(answer(425)) == CallClass::in_doubt);
}

TEST_CASE("a call is not-sent only if every attempt was") {
  CHECK(after({}) == CallClass::not_sent);
  CHECK(after({failure(model::Failure::refused), failure(model::Failure::unreachable)}) ==
        CallClass::not_sent);
  CHECK(after({failure(model::Failure::timed_out), failure(model::Failure::refused)}) ==
        CallClass::in_doubt);
  CHECK(after({failure(model::Failure::refused), failure(model::Failure::reset)}) ==
        CallClass::in_doubt);
}

TEST_CASE("an answer that settles the key settles the attempts before it") {
  CHECK(after({failure(model::Failure::timed_out), answer(200)}) == CallClass::ok);
  CHECK(after({failure(model::Failure::timed_out), answer(402)}) == CallClass::refused);
  CHECK(after({answer(503), answer(503)}) == CallClass::in_doubt);
}

TEST_CASE("an outcome keeps the answer of the last attempt that left") {
  Outcome outcome;
  outcome.add(failure(model::Failure::timed_out));
  CHECK(outcome.failure == model::Failure::timed_out);
  outcome.add(answer(503));
  CHECK_FALSE(outcome.failure);
  outcome.add(failure(model::Failure::refused));
  REQUIRE(outcome.response);
  CHECK(outcome.response->status == 503);
  CHECK(outcome.attempts == 3);
}

TEST_CASE("a set of statuses knows single ones and hundreds") {
  const std::vector<std::string> words = {"408", "5xx", "timeout", "4x", "xxx"};
  const StatusSet set(words);
  CHECK(set.has(408));
  CHECK(set.has(500));
  CHECK(set.has(599));
  CHECK_FALSE(set.has(409));
  CHECK_FALSE(set.has(200));
  CHECK_FALSE(set.has(-1));
  CHECK_FALSE(set.has(1000));
}

}  // namespace
}  // namespace seawall::resilience
