#include "harness/live/node.hpp"

#include <functional>
#include <thread>

#include "harness/live/clock.hpp"
#include "support/catch.hpp"

namespace seawall::live {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using model::Failure;
using model::Request;
using model::Response;
using runtime::Env;
using runtime::Task;
using runtime::Unit;

// Waits for what another thread does; false where it is not done within ten seconds.
bool eventually(const std::function<bool()>& holds) {
  const base::TimePoint limit = steady_now() + 10s;
  while (!holds()) {
    if (steady_now() > limit) return false;
    std::this_thread::yield();
  }
  return true;
}

// What the service of these tests shares with the test: how it starts, and what it saw.
struct Notes {
  std::atomic<int> made{0};
  std::atomic<int> destroyed{0};
  std::atomic<int> handled{0};
  std::atomic<int> went_on{0};  // past a point that a crash should have prevented
  std::atomic<bool> can_start{true};
  std::function<void()> crash;  // of its own node
};

// GET /now: 200 at once. /slow: after ten seconds. /put: writes a row. /rows: how many rows there
// are. /call: what the node "other" answers. /crash: crashes its node and then goes on.
class Probe final : public runtime::Service {
 public:
  Probe(Env& env, Notes& notes) : env_(env), notes_(notes) { ++notes_.made; }
  ~Probe() override { ++notes_.destroyed; }

  Task<bool> start() override {
    runtime::Sleep sleep(env_, env_.now() + 1ms);
    co_await sleep;
    co_return notes_.can_start.load();
  }
  Task<Response> handle(Request request) override {
    ++notes_.handled;
    if (request.path == "/slow") {
      runtime::Sleep sleep(env_, env_.now() + 10s);
      co_await sleep;
    } else if (request.path == "/put") {
      co_return co_await put(std::move(request));
    } else if (request.path == "/rows") {
      runtime::Scan scan(env_, "row/");
      const auto rows = co_await scan;
      co_return Response(200, std::to_string(rows->size()));
    } else if (request.path == "/call") {
      Request onward(model::Method::get, "/now");
      onward.deadline = env_.now() + 5s;
      runtime::Call call(env_, "other", std::move(onward));
      const auto answer = co_await call;
      co_return answer ? Response(answer->status, "other says " + answer->body) : Response(502);
    } else if (request.path == "/crash") {
      notes_.crash();
      runtime::Sleep sleep(env_, env_.now());
      co_await sleep;
      ++notes_.went_on;
    }
    co_return Response(200, "now");
  }
  std::vector<record::PatternUse> patterns() const override {
    record::PatternUse use;
    use.pattern = "probe";
    use.acted = 1;
    use.peak_in_flight = 2;
    return {use};
  }

 private:
  Task<Response> put(Request request) {
    runtime::Batch batch;
    batch.put("row/" + request.body, "x");
    batch.absent.push_back("row/" + request.body);
    record::LedgerRow row;
    row.to = request.body;
    batch.ledger.push_back(row);
    runtime::Write write(env_, std::move(batch));
    const auto written = co_await write;
    co_return Response(written ? 201 : written.error() == Failure::conflict ? 409 : 500);
  }

  Env& env_;
  Notes& notes_;
};

// A node with a probe and a store in memory, and a node "client" that calls it.
struct House {
  explicit House(std::map<std::string, net::Address> callees = {}) {
    Node::Setup setup;
    setup.name = "probe";
    setup.plan.emplace();
    setup.plan->name = "probe";
    setup.plan->capacity.service_time = 0ms;
    setup.plan->make = [this](Env& env) { return std::make_unique<Probe>(env, notes); };
    setup.port = std::move(*net::ReservedPort::reserve(0));
    setup.callees = std::move(callees);
    setup.store = store.get();
    node = std::make_unique<Node>(std::move(setup));
    notes.crash = [this] { node->crash(std::nullopt); };

    Node::Setup caller;
    caller.name = "client";
    caller.callees = {{"probe", node->address()}};
    client = std::make_unique<Node>(std::move(caller));
    client->start();
  }
  ~House() { client->stop(); }

  void start() {
    node->start();
    REQUIRE(node->wait_until_serving(10s));
  }
  // What the client gets; the call goes on while the test does other things.
  struct Answer {
    std::atomic<bool> there{false};
    std::optional<runtime::Result<Response>> result;
  };
  std::shared_ptr<Answer> ask(std::string path, std::string body = {}, Duration limit = 5s) {
    auto answer = std::make_shared<Answer>();
    Request request(model::Method::post, std::move(path), std::move(body));
    request.deadline = steady_now() + limit;
    client->drive([answer, request](Env& env) { return ask(env, Question(answer, request)); });
    return answer;
  }
  const runtime::Result<Response>& wait(const std::shared_ptr<Answer>& answer) {
    REQUIRE(eventually([&] { return answer->there.load(); }));
    return *answer->result;
  }
  int status(std::string path, std::string body = {}) {
    const auto result = wait(ask(std::move(path), std::move(body)));
    return result ? result->status : 0;
  }
  Failure failure(const std::shared_ptr<Answer>& answer) {
    REQUIRE_FALSE(wait(answer).has_value());
    return wait(answer).error();
  }

  struct Question {
    Question(std::shared_ptr<Answer> a, Request r) : answer(std::move(a)), request(std::move(r)) {}
    std::shared_ptr<Answer> answer;
    Request request;
  };
  static Task<> ask(Env& env, Question question) {
    runtime::Call call(env, "probe", std::move(question.request));
    question.answer->result = co_await call;
    question.answer->there = true;
    co_return Unit{};
  }

  Notes notes;
  std::unique_ptr<Store> store = make_memory_store("probe", {});
  std::unique_ptr<Node> node;
  std::unique_ptr<Node> client;
};

std::vector<std::string> told(Node& node) {
  node.stop();
  record::Record record;
  node.move_to(record);
  std::vector<std::string> whats;
  for (const record::Event& event : record.events)
    if (event.kind == record::Event::Kind::node) whats.push_back(event.what);
  return whats;
}

}  // namespace

TEST_CASE("a node serves once it is ready and refuses before") {
  House house;
  CHECK(house.failure(house.ask("/now")) == Failure::refused);
  house.start();
  CHECK(house.node->state() == Node::State::serving);
  CHECK(house.wait(house.ask("/now"))->body == "now");
  CHECK(eventually([&] { return house.node->in_flight() == 0; }));
}

TEST_CASE("a service that cannot start is told") {
  House house;
  house.notes.can_start = false;
  house.node->start();
  const auto ready = house.node->wait_until_serving(10s);
  REQUIRE_FALSE(ready);
  CHECK(ready.error() == "probe cannot start: its service could not start");
  CHECK(eventually([&] { return house.node->state() == Node::State::down; }));
  house.notes.can_start = true;
  house.node->restart();
  CHECK(house.node->wait_until_serving(10s));
}

TEST_CASE("a port that somebody took is told") {
  House house;
  net::Loop loop(steady_now);
  const auto squatter = net::HttpServer::listen(loop, house.node->address().port,
                                                [](Request, net::HttpServer::Reply) {});
  REQUIRE(squatter);
  house.node->start();
  CHECK(house.node->wait_until_serving(10s).error() ==
        "probe cannot start: port " + std::to_string(house.node->address().port) + " is in use");
}

TEST_CASE("an answer carries the durable position of the store") {
  House house;
  house.start();
  CHECK(house.wait(house.ask("/put", "a"))->durable_lsn == 1);
  CHECK(house.wait(house.ask("/put", "b"))->durable_lsn == 2);
  CHECK(house.status("/put", "a") == 409);
  CHECK(house.wait(house.ask("/rows"))->body == "2");
}

TEST_CASE("a crash resets its callers and the next incarnation finds what was durable") {
  House house;
  house.start();
  const net::Address address = house.node->address();
  REQUIRE(house.status("/put", "a") == 201);
  const auto slow = house.ask("/slow", {}, 30s);
  REQUIRE(eventually([&] { return house.notes.handled == 2; }));
  CHECK(house.node->crash(1ms));
  CHECK(house.failure(slow) == Failure::reset);
  CHECK(house.node->wait_until_serving(10s));
  CHECK(eventually([&] { return house.notes.made == 2 && house.notes.destroyed == 1; }));
  REQUIRE(eventually([&] { return house.node->state() == Node::State::serving; }));
  CHECK(house.node->address().port == address.port);
  CHECK(house.wait(house.ask("/rows"))->body == "1");
  CHECK(eventually([&] { return house.node->in_flight() == 0; }));
  CHECK(told(*house.node) == std::vector<std::string>{"up", "down", "up", "down"});
}

TEST_CASE("a crash from inside the node stops its effects at once") {
  House house;
  house.start();
  CHECK(house.failure(house.ask("/crash")) == Failure::reset);
  CHECK(eventually([&] { return house.node->state() == Node::State::down; }));
  CHECK(house.notes.went_on == 0);
  CHECK_FALSE(house.node->crash(1ms));
  CHECK(house.failure(house.ask("/now")) == Failure::refused);
  house.node->restart();
  house.node->restart();
  CHECK(house.node->wait_until_serving(10s));
  CHECK(house.status("/now") == 200);
  CHECK(house.notes.made == 2);
}

TEST_CASE("a paused node takes requests and does nothing until it is resumed") {
  House house;
  house.start();
  REQUIRE(house.status("/now") == 200);
  house.node->pause();
  house.node->pause();
  const auto stalled = house.ask("/now", {}, 30s);
  const auto impatient = house.ask("/now", {}, 50ms);
  CHECK(house.failure(impatient) == Failure::timed_out);
  CHECK(house.notes.handled == 1);
  CHECK_FALSE(stalled->there);
  house.node->resume();
  CHECK(house.notes.handled == 1);
  house.node->resume();
  CHECK(house.wait(stalled)->status == 200);
  CHECK(told(*house.node) == std::vector<std::string>{"up", "paused", "resumed", "down"});
}

TEST_CASE("a paused node can crash and be stopped") {
  House house;
  house.start();
  house.node->pause();
  CHECK(house.node->crash(std::nullopt));
  CHECK(eventually([&] { return house.node->state() == Node::State::down; }));
  house.node->restart();
  REQUIRE(eventually([&] { return house.node->state() == Node::State::serving; }));
  house.node->pause();
  house.node->stop();
  CHECK(house.notes.made == house.notes.destroyed);
}

TEST_CASE("a node can be stopped in any state and before it was started") {
  {
    const House never_started;
  }
  for (int i = 0; i < 20; ++i) {
    House house;
    house.node->start();
    if (i % 2 == 1) house.node->crash(0ms);
    if (i % 5 == 0) house.node->pause();
    house.ask("/slow");
    house.node->stop();
    house.node->stop();
    house.node->crash(1ms);
    house.node->restart();
    CHECK(house.notes.made == house.notes.destroyed);
  }
}

TEST_CASE("nodes call each other and patterns of all incarnations are summed") {
  House other;
  other.start();
  House house({{"other", other.node->address()}});
  house.start();
  CHECK(house.wait(house.ask("/call"))->body == "other says now");
  house.node->crash(0ms);
  REQUIRE(eventually([&] { return house.notes.made == 2; }));
  REQUIRE(house.node->wait_until_serving(10s));
  other.node->stop();
  REQUIRE(eventually([&] { return house.node->state() == Node::State::serving; }));
  CHECK(house.status("/call") == 502);
  house.node->stop();
  record::Record record;
  house.node->move_to(record);
  REQUIRE(record.patterns.size() == 1);
  CHECK(record.patterns[0].acted == 2);
  CHECK(record.patterns[0].peak_in_flight == 2);
  REQUIRE_FALSE(record.samples.empty());
  CHECK(record.samples[0].node == "probe");
}

TEST_CASE("an operation that is withdrawn is never finished") {
  House house;
  house.start();
  std::atomic<bool> ended{false};
  struct Static {
    static Task<> race(Env& env, std::atomic<bool>& done) {
      Request request(model::Method::get, "/slow");
      request.deadline = env.now() + 30s;
      runtime::Call call(env, "probe", std::move(request));
      struct Waits {
        static Task<bool> answer(runtime::Call& c) {
          const auto result = co_await c;
          co_return result.has_value();
        }
      };
      const auto answered = co_await runtime::before(env, env.now() + 20ms, Waits::answer(call));
      done = !answered.has_value();
      co_return Unit{};
    }
  };
  house.client->drive([&](Env& env) { return Static::race(env, ended); });
  CHECK(eventually([&] { return ended.load(); }));
  CHECK(house.status("/now") == 200);
}

TEST_CASE("crashes at any moment of a busy node leave nothing behind") {
  House house;
  house.start();
  for (int round = 0; round < 30; ++round) {
    for (int i = 0; i < 5; ++i) {
      house.ask("/put", std::to_string(5 * round + i));
      house.ask("/rows");
      house.ask("/slow", {}, 20ms);
    }
    house.node->crash(0ms);
    REQUIRE(eventually([&] { return house.notes.destroyed > round; }));
    REQUIRE(eventually([&] { return house.node->state() == Node::State::serving; }));
  }
  house.node->stop();
  CHECK(house.notes.made == 31);
  CHECK(house.notes.destroyed == 31);
  CHECK(house.node->in_flight() == 0);
}

}  // namespace seawall::live
