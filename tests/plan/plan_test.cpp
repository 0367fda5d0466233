#include "faults/plan/plan.hpp"

#include <limits>

#include "tests/support/catch.hpp"

namespace seawall::plan {

namespace {

using namespace std::chrono_literals;
using base::Link;
using base::Subject;
using Positions = std::vector<std::uint16_t>;

const Link charge_link{"order", "payment"};

model::Request charge(std::uint64_t order = 3, std::uint32_t n = 1) {
  model::Request request(model::Method::post, "/charge?fast=1", "{}");
  request.index.subject = {Subject::Kind::order, order};
  request.index.operation = "charge";
  request.index.n = n;
  request.headers.emplace_back("X-Test-Id", "t42");
  request.idempotency_key = "k-1";
  return request;
}

model::Fault on_link(const std::string& from = "order", const std::string& to = "payment") {
  model::Fault fault;
  fault.name = "f";
  fault.link = Link{from, to};
  return fault;
}

model::Point point() {
  model::Point point;
  point.subject = {Subject::Kind::order, 3};
  point.link = charge_link;
  point.operation = "charge";
  return point;
}

void refuse(const model::Fault&, const base::KeyedRandom&, const Link&, Effect& effect) {
  effect.before = Effect::Before::refuse;
}
void lose_answer(const model::Fault&, const base::KeyedRandom&, const Link&, Effect& effect) {
  effect.after = Effect::After::silence;
}
void reset_answer(const model::Fault&, const base::KeyedRandom&, const Link&, Effect& effect) {
  effect.after = Effect::After::reset;
}
void delay(const model::Fault&, const base::KeyedRandom&, const Link&, Effect& effect) {
  effect.request_delay = 10ms;
  effect.response_delay = 5ms;
}
void duplicate(const model::Fault&, const base::KeyedRandom&, const Link&, Effect& effect) {
  effect.duplicate = true;
}
void arrive_late(const model::Fault&, const base::KeyedRandom&, const Link&, Effect& effect) {
  effect.late = true;
  effect.late_by = 1s;
}
void answer_instead(const model::Fault&, const base::KeyedRandom&, const Link&, Effect& effect) {
  effect.after = Effect::After::answer;
  effect.status = 503;
}
void nothing(const model::Fault&, const base::KeyedRandom&, const Link&, Effect&) {}

bool meets(const model::Fault& fault, const model::Request& request,
           const Link& link = charge_link) {
  const Armed armed{&fault, refuse};
  return !decide(1, {&armed, 1}, link, request).reached.empty();
}

// All of these on one link, by position.
Decision decide_all(const std::vector<Apply>& applies) {
  const model::Fault fault = on_link();
  std::vector<Armed> armed;
  for (const Apply apply : applies)
    armed.push_back({&fault, apply, NodeEffect::none, static_cast<std::uint16_t>(armed.size())});
  return decide(1, armed, charge_link, charge());
}

}  // namespace

TEST_CASE("what never leaves its caller is not delayed") {
  const auto hang = [](const model::Fault&, const base::KeyedRandom&, const Link&, Effect& effect) {
    effect.before = Effect::Before::hang;
  };
  const Decision decision = decide_all({delay, hang, delay});
  CHECK(decision.reached == Positions{0, 1, 2});
  CHECK(decision.hit == Positions{1});
}

TEST_CASE("a kind may concern the connections that are there, or those that are not") {
  const model::Fault fault = on_link();
  const base::TimePoint armed_at = base::TimePoint(5s);
  const auto hits = [&](Over over, std::optional<base::TimePoint> opened) {
    Armed armed{&fault, refuse};
    armed.over = over;
    armed.armed = armed_at;
    return decide(1, {&armed, 1}, charge_link, charge(), armed_at + 1s, opened).hit.size();
  };
  CHECK(hits(Over::kept, armed_at - 1ns) == 1);
  CHECK(hits(Over::kept, armed_at) == 0);
  CHECK(hits(Over::kept, std::nullopt) == 0);
  CHECK(hits(Over::fresh, armed_at - 1ns) == 0);
  CHECK(hits(Over::fresh, std::nullopt) == 1);
  CHECK(hits(Over::any, armed_at) == 1);
  CHECK(hits(Over::any, std::nullopt) == 1);
}

TEST_CASE("a fault meets the requests of its link", "[plan]") {
  CHECK(meets(on_link(), charge()));
  CHECK(meets(on_link("*", "payment"), charge()));
  CHECK(meets(on_link("order", "*"), charge()));
  CHECK_FALSE(meets(on_link("order", "shipping"), charge()));
  CHECK_FALSE(meets(on_link(), charge(), {"gateway", "payment"}));
}

TEST_CASE("a fault meets what its match says", "[plan]") {
  model::Fault fault = on_link();
  const auto with = [&](auto change) {
    model::Fault changed = fault;
    change(changed.match);
    return meets(changed, charge());
  };
  CHECK(with([](model::Match& match) { match.method = "POST"; }));
  CHECK_FALSE(with([](model::Match& match) { match.method = "GET"; }));
  CHECK(with([](model::Match& match) { match.path = "/charge"; }));
  CHECK(with([](model::Match& match) { match.path = "/ch*"; }));
  CHECK(with([](model::Match& match) { match.path = "*?fast=1"; }));
  CHECK_FALSE(with([](model::Match& match) { match.path = "/refund*"; }));
  CHECK(with([](model::Match& match) { match.header["x-test-id"] = "t42"; }));
  CHECK(with([](model::Match& match) { match.header["Idempotency-Key"] = "k-1"; }));
  CHECK_FALSE(with([](model::Match& match) { match.header["X-Test-Id"] = "t4"; }));
  CHECK_FALSE(with([](model::Match& match) {
    match.method = "POST";
    match.header["X-Other"] = "t42";
  }));
}

TEST_CASE("a fault at a point meets that call alone", "[plan]") {
  model::Fault fault;
  fault.name = "f";
  fault.at_call = {point()};
  CHECK(meets(fault, charge()));
  CHECK_FALSE(meets(fault, charge(4)));
  CHECK_FALSE(meets(fault, charge(3, 2)));
  CHECK_FALSE(meets(fault, charge(), {"gateway", "payment"}));

  model::Request other = charge();
  other.index.operation = "refund";
  CHECK_FALSE(meets(fault, other));
  other = charge();
  other.index.label = "hedge";
  CHECK_FALSE(meets(fault, other));
  fault.at_call[0].label = "hedge";
  CHECK(meets(fault, other));
}

TEST_CASE("ordinals are a range and any means every numbered request", "[plan]") {
  model::Fault fault;
  fault.name = "f";
  fault.at_call = {point()};
  fault.at_call[0].first = 2;
  fault.at_call[0].last = std::numeric_limits<std::uint32_t>::max();
  CHECK_FALSE(meets(fault, charge(3, 1)));
  CHECK(meets(fault, charge(3, 2)));
  CHECK(meets(fault, charge(3, 77)));

  fault.at_call[0].any_subject = true;
  CHECK(meets(fault, charge(4, 2)));
  model::Request request = charge(4, 2);
  request.index.subject.kind = Subject::Kind::foreign;
  CHECK(meets(fault, request));
  request.index.subject.kind = Subject::Kind::warmup;
  CHECK_FALSE(meets(fault, request));
  request.index.subject = {};
  CHECK_FALSE(meets(fault, request));
}

TEST_CASE("a fault in a window that names no link meets no request", "[plan]") {
  model::Fault crash;
  crash.node = "payment";
  CHECK_FALSE(meets(crash, charge()));
}

TEST_CASE("probability decides by the execution index and nothing else", "[plan]") {
  model::Fault fault = on_link();
  fault.probability = base::Share::percent(30);
  const Armed armed{&fault, refuse};
  std::vector<bool> first, again;
  for (std::uint64_t order = 1; order <= 2000; ++order) {
    const Decision decision = decide(7, {&armed, 1}, charge_link, charge(order));
    CHECK(decision.reached == Positions{0});
    first.push_back(!decision.hit.empty());
  }
  for (std::uint64_t order = 2000; order >= 1; --order)
    again.insert(again.begin(), !decide(7, {&armed, 1}, charge_link, charge(order)).hit.empty());
  CHECK(first == again);
  const auto hits = std::count(first.begin(), first.end(), true);
  CHECK(hits > 500);
  CHECK(hits < 700);
}

TEST_CASE("another seed or name or ordinal draws anew", "[plan]") {
  model::Fault fault = on_link();
  fault.probability = base::Share::percent(50);
  const auto pattern = [&](std::uint64_t seed, std::uint32_t n) {
    const Armed armed{&fault, refuse};
    std::vector<bool> hits;
    for (std::uint64_t order = 1; order <= 64; ++order)
      hits.push_back(!decide(seed, {&armed, 1}, charge_link, charge(order, n)).hit.empty());
    return hits;
  };
  const auto base_pattern = pattern(1, 1);
  CHECK(pattern(1, 1) == base_pattern);
  CHECK(pattern(2, 1) != base_pattern);
  CHECK(pattern(1, 2) != base_pattern);
  fault.name = "g";
  CHECK(pattern(1, 1) != base_pattern);
}

TEST_CASE("delays add up", "[plan]") {
  const Decision decision = decide_all({delay, delay});
  CHECK(decision.effect.request_delay == 20ms);
  CHECK(decision.effect.response_delay == 10ms);
  CHECK(decision.hit == Positions{0, 1});
}

TEST_CASE("the first fate on each way wins and the others have not acted", "[plan]") {
  const Decision decision = decide_all({lose_answer, reset_answer, delay});
  CHECK(decision.effect.after == Effect::After::silence);
  CHECK(decision.reached == Positions{0, 1, 2});
  CHECK(decision.hit == Positions{0, 2});
}

TEST_CASE("a request that is stopped has no answer to lose", "[plan]") {
  const Decision decision = decide_all({lose_answer, duplicate, refuse, answer_instead, delay});
  CHECK(decision.effect.before == Effect::Before::refuse);
  CHECK(decision.effect.after == Effect::After::pass);
  CHECK_FALSE(decision.effect.duplicate);
  CHECK(decision.effect.request_delay == 10ms);
  CHECK(decision.effect.response_delay == 0ms);
  CHECK(decision.hit == Positions{2, 4});
}

TEST_CASE("a late request may be doubled and its answer goes nowhere", "[plan]") {
  const Decision decision = decide_all({arrive_late, duplicate, reset_answer});
  CHECK(decision.effect.late);
  CHECK(decision.effect.late_by == 1s);
  CHECK(decision.effect.duplicate);
  CHECK(decision.effect.after == Effect::After::pass);
  CHECK(decision.hit == Positions{0, 1});
}

TEST_CASE("what changes nothing has not acted", "[plan]") {
  const Decision decision = decide_all({nothing});
  CHECK(decision.effect.neutral());
  CHECK(decision.reached == Positions{0});
  CHECK(decision.hit.empty());
}

TEST_CASE("a fault between groups meets the requests that cross", "[plan]") {
  model::Fault fault;
  fault.name = "f";
  fault.groups = {{"order"}, {"payment", "inventory"}};
  CHECK(meets(fault, charge()));
  CHECK(meets(fault, charge(), {"order", "inventory"}));
  CHECK(meets(fault, charge(), {"inventory", "order"}));
  CHECK_FALSE(meets(fault, charge(), {"payment", "inventory"}));
  CHECK_FALSE(meets(fault, charge(), {"order", "shipping"}));
  CHECK_FALSE(meets(fault, charge(), {"gateway", "order"}));
}

TEST_CASE("a fault on a service meets each of its instances", "[plan]") {
  CHECK(meets(on_link(), charge(), {"order", "payment/2"}));
  CHECK(meets(on_link("*", "*"), charge(), {"order", "payment/2"}));
  CHECK_FALSE(meets(on_link("*", "*"), charge(), {"payment/2", "payment"}));
  CHECK(meets(on_link("order", "payment/2"), charge(), {"order", "payment/2"}));
  CHECK_FALSE(meets(on_link("order", "payment/2"), charge(), {"order", "payment/1"}));
}

TEST_CASE("a fault in a zone meets the instances that stand there", "[plan]") {
  model::Fault fault = on_link("*", "payment");
  fault.zone = model::Zone{2, 2};
  CHECK(model::site_of(fault) == "* -> payment, zone 2");
  CHECK(meets(fault, charge(), {"order", "payment/2"}));
  CHECK(meets(fault, charge(), {"gateway", "payment/4"}));
  CHECK_FALSE(meets(fault, charge(), {"order", "payment/1"}));
  CHECK_FALSE(meets(fault, charge(), {"order", "payment"}));
  fault.zone = model::Zone{3, 3};
  CHECK(meets(fault, charge(), {"order", "payment/12"}));
  CHECK_FALSE(meets(fault, charge(), {"order", "payment/13"}));
}

TEST_CASE("groups may part the instances of a service", "[plan]") {
  model::Fault fault;
  fault.name = "f";
  fault.groups = {{"order"}, {"payment/1", "inventory"}};
  CHECK(meets(fault, charge(), {"order", "payment/1"}));
  CHECK_FALSE(meets(fault, charge(), {"order", "payment/2"}));
  CHECK_FALSE(meets(fault, charge(), {"payment/1", "payment"}));
  fault.groups = {{"order"}, {"payment"}};
  CHECK(meets(fault, charge(), {"order", "payment/2"}));
}

TEST_CASE("first and every count the requests that match", "[plan]") {
  model::Fault fault = on_link();
  const auto turns = [&](std::optional<std::int64_t> first, std::int64_t every) {
    fault.first = first;
    fault.every = every;
    std::string pattern;
    for (std::int64_t met = 0; met < 7; ++met) {
      Armed armed{&fault, refuse};
      armed.met = &met;
      const Decision decision = decide(1, {&armed, 1}, charge_link, charge());
      CHECK(decision.reached == Positions{0});
      pattern += decision.hit.empty() ? '-' : '+';
    }
    return pattern;
  };
  CHECK(turns(std::nullopt, 1) == "+++++++");
  CHECK(turns(3, 1) == "+++----");
  CHECK(turns(std::nullopt, 3) == "--+--+-");
  CHECK(turns(4, 2) == "-+-+---");
  CHECK_FALSE(is_unconditional(fault));
}

TEST_CASE("a ramp is a line over the window in integers", "[plan]") {
  model::Fault fault = on_link();
  fault.window.length = 10s;
  const auto delay_at = [&](model::Ramp ramp, Duration since_start) {
    fault.ramp = ramp;
    Armed armed{&fault, [](const model::Fault& now, const base::KeyedRandom&, const Link&,
                           Effect& effect) { effect.request_delay = now.latency; }};
    armed.since = TimePoint(5s);
    return decide(1, {&armed, 1}, charge_link, charge(), TimePoint(5s) + since_start)
        .effect.request_delay;
  };
  CHECK(delay_at({0ms, 800ms}, 0s) == 0ms);
  CHECK(delay_at({0ms, 800ms}, 5s) == 400ms);
  CHECK(delay_at({0ms, 800ms}, 10s) == 800ms);
  CHECK(delay_at({0ms, 800ms}, 11s) == 800ms);
  CHECK(delay_at({800ms, 200ms}, 2500ms) == 650ms);
  CHECK(delay_at({0h, 1000h}, 5s) == 500h);
}

TEST_CASE("what a fault does to open requests follows from its effect", "[plan]") {
  const model::Fault fault = on_link();
  const auto cut = [&](Apply apply, const Link& link = charge_link) {
    return cut_by(Armed{&fault, apply}, link);
  };
  CHECK(cut(refuse).resets);
  CHECK(cut(reset_answer).resets);
  CHECK_FALSE(cut(refuse, {"order", "shipping"}).any());
  CHECK_FALSE(cut(lose_answer).any());  // it is about requests to come
  CHECK_FALSE(cut(delay).any());
  const auto reset_later = [](const model::Fault&, const base::KeyedRandom&, const Link&,
                              Effect& effect) {
    effect.request_delay = base::Duration(1);
    effect.before = Effect::Before::reset;
  };
  CHECK_FALSE(cut(reset_later).any());  // what is under way has its own time
  const auto sever = [](const model::Fault&, const base::KeyedRandom&, const Link&,
                        Effect& effect) {
    effect.severs = true;
    effect.after = Effect::After::silence;
  };
  CHECK(cut(sever).loses_answers);
  CHECK_FALSE(cut(sever).loses_requests);
  CHECK_FALSE(cut(sever).resets);
}

TEST_CASE("an answer that nobody gets whole does not drip", "[plan]") {
  const auto drip = [](const model::Fault&, const base::KeyedRandom&, const Link&, Effect& effect) {
    effect.byte_gap = 2ms;
  };
  const auto cut_short = [](const model::Fault&, const base::KeyedRandom&, const Link&,
                            Effect& effect) { effect.after = Effect::After::truncate; };
  const Decision alone = decide_all({drip, drip});
  CHECK(alone.effect.byte_gap == 4ms);
  CHECK_FALSE(alone.effect.neutral());
  CHECK(alone.hit == Positions{0, 1});
  CHECK(decide_all({drip, answer_instead}).hit == Positions{0, 1});
  for (const Apply fate : std::vector<Apply>{lose_answer, reset_answer, cut_short, refuse}) {
    const Decision decision = decide_all({drip, fate});
    CHECK(decision.effect.byte_gap == 0ms);
    CHECK(decision.hit == Positions{1});
  }
  CHECK(decide_all({drip, arrive_late}).hit == Positions{1});
}

TEST_CASE("a body that is corrupt begins with a byte that begins no text", "[plan]") {
  const std::string body = "{\"status\": \"confirmed\", \"id\": \"o-17\"}";
  std::string once = body, again = body, other = body;
  corrupt(once, 1);
  corrupt(again, 1);
  corrupt(other, 2);
  CHECK(once == again);
  CHECK(once != other);
  CHECK(once.size() == body.size());
  CHECK(static_cast<unsigned char>(once[0]) >= 0x80);
  CHECK(once.substr(1) != body.substr(1));
  std::string empty;
  corrupt(empty, 1);
  CHECK(empty.size() == 1);
}

TEST_CASE("what a fault waits for is an answer on its link", "[plan]") {
  model::Seen seen;
  seen.link = charge_link;
  const auto sees = [&](model::Method method, std::string_view path, int status,
                        const Link& link = charge_link) {
    return is_seen(seen, link, method, path, status);
  };
  CHECK(sees(model::Method::get, "/x", 503));
  CHECK_FALSE(sees(model::Method::get, "/x", 200, {"order", "shipping"}));
  seen.match.method = "POST";
  seen.match.path = "/charge*";
  seen.status = 200;
  CHECK(sees(model::Method::post, "/charge?fast=1", 200));
  CHECK_FALSE(sees(model::Method::post, "/charge", 402));
  CHECK_FALSE(sees(model::Method::post, "/refund", 200));
  CHECK_FALSE(sees(model::Method::get, "/charge", 200));
}

TEST_CASE("a crash at a durable write meets that write of that node", "[plan]") {
  model::Fault fault;
  fault.node = "order";
  fault.at_call = {point()};
  fault.at_call[0].durable_write = true;
  fault.at_call[0].link = {"order", ""};
  fault.at_call[0].operation = "saga.charged";
  const Armed armed{&fault, nullptr, NodeEffect::crash, 5};
  const Subject third{Subject::Kind::order, 3};
  const auto fate = [&](std::string_view node, Subject subject, std::string_view write_class,
                        std::uint32_t n) {
    return decide_write({&armed, 1}, node, subject, write_class, n).fate;
  };
  using Fate = WriteDecision::Fate;
  CHECK(fate("order", third, "saga.charged", 1) == Fate::crash_before);
  CHECK(fate("order", third, "saga.charged", 2) == Fate::pass);
  CHECK(fate("order", third, "saga.reserved", 1) == Fate::pass);
  CHECK(fate("payment", third, "saga.charged", 1) == Fate::pass);
  CHECK(fate("order", {Subject::Kind::order, 4}, "saga.charged", 1) == Fate::pass);
  fault.effect = model::When::after;
  CHECK(fate("order", third, "saga.charged", 1) == Fate::crash_after);
  CHECK(decide_write({&armed, 1}, "order", third, "saga.charged", 1).hit == Positions{5});
  // A point of a write is no point of a call.
  CHECK_FALSE(meets(fault, charge()));
  const Armed failing{&fault, nullptr, NodeEffect::disk_error, 6};
  CHECK(decide_write({&failing, 1}, "order", third, "saga.charged", 1).fate == Fate::fail);
  CHECK(decide_write({&failing, 1}, "order", third, "saga.charged", 2).fate == Fate::pass);
}

}  // namespace seawall::plan
