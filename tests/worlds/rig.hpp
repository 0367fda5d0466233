// The toy in a world, with a client that asks one thing after the other (or several at once).
//
//   Rig<Factory> rig({drop_reply("front -> back")});
//   auto lease = rig.arm(0);
//   auto answer = rig.ask(rig.request("/put/a", "1"));
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "faults/kinds/kind.hpp"
#include "harness/runtime/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/worlds/toy.hpp"

namespace seawall::test {

using Answer = runtime::Result<Response>;

// One call of the client, under way or ended.
struct Asked {
  Request request{Method::get, {}};
  std::optional<Answer> answer;
  std::atomic<bool> ended = false;

  static Task<> ask(Env& env, Asked* asked) {
    runtime::Call call(env, "front", model::Request(asked->request));
    asked->answer = co_await call;
    asked->ended = true;
    co_return runtime::Unit{};
  }
};

template <class Factory>
class Rig {
 public:
  explicit Rig(std::vector<model::Fault> faults = {}, std::uint64_t seed = 1,
               runtime::Target target = toy())
      : target_(std::move(target)), faults_(std::move(faults)) {
    runtime::WorldSetup setup;
    setup.target = &target_;
    setup.seed = seed;
    setup.faults = kinds::arm_all(faults_);
    world_ = factory_.make(setup);
    const auto started = world_->start();
    REQUIRE(started);
  }

  runtime::World& world() { return *world_; }
  [[nodiscard]] runtime::Lease arm(std::uint16_t position) { return world_->arm(position); }

  // A request of order `number`, whose operation is the first part of its path.
  Request request(const std::string& path, const std::string& body = {}, std::uint64_t number = 1,
                  Method method = Method::post) const {
    Request request(method, path, body);
    request.deadline = world_->now() + 2s;
    request.index.subject = {base::Subject::Kind::order, number};
    request.index.operation = path.substr(1, path.find('/', 1) - 1);
    return request;
  }

  // Sends; the answer comes while the world advances.
  std::shared_ptr<Asked> send(Request request) {
    auto asked = std::make_shared<Asked>();
    asked->request = std::move(request);
    world_->drive([asked](Env& env) { return Asked::ask(env, asked.get()); });
    asked_.push_back(asked);
    return asked;
  }
  Answer ask(Request request) {
    const auto asked = send(std::move(request));
    until([&] { return asked->ended.load(); });
    return *asked->answer;
  }
  // "201 toy:a", or the name of the failure.
  std::string told(Request request) {
    const Answer answer = ask(std::move(request));
    if (!answer) return std::string(model::name_of(answer.error()));
    return std::to_string(answer->status) + " " + answer->body;
  }
  std::string put(const std::string& key, const std::string& value, std::uint64_t number = 1) {
    return told(request("/put/" + key, value, number));
  }
  std::string get(const std::string& key) {
    return told(request("/get/" + key, "", 99, Method::get));
  }

  // Lets the world run until `condition` holds.
  void until(const std::function<bool()>& condition) {
    for (int i = 0; i < 4000 && !condition(); ++i) world_->advance(world_->now() + 5ms);
    REQUIRE(condition());
  }
  void until_quiet() {
    until([&] { return world_->quiet(); });
  }
  record::Record finish() {
    record::Record record;
    world_->finish(record);
    record.sort();
    return record;
  }

 private:
  runtime::Target target_;
  std::vector<model::Fault> faults_;
  Factory factory_;
  std::vector<std::shared_ptr<Asked>> asked_;  // outlives the world, whose client writes to it
  std::unique_ptr<runtime::World> world_;
};

inline model::Fault fault(const std::string& type, const std::string& on) {
  model::Fault fault;
  fault.name = type;
  fault.type = type;
  fault.link = base::parse_link(on);
  if (!fault.link) fault.node = on;
  return fault;
}

// A call of `order 1` on "front -> back".
inline model::Point call_point(const std::string& operation, std::uint32_t n = 1) {
  model::Point point;
  point.subject = {base::Subject::Kind::order, 1};
  point.link = {"front", "back"};
  point.operation = operation;
  point.first = point.last = n;
  return point;
}

inline model::Point write_point(const std::string& write_class, std::uint32_t n = 1) {
  model::Point point;
  point.subject = {base::Subject::Kind::order, 1};
  point.durable_write = true;
  point.link.from = "back";
  point.operation = write_class;
  point.first = point.last = n;
  return point;
}

// Of the toy.
inline const std::string back_link = "front -> back";
inline std::int64_t handled_by_back(const record::Record& record) {
  for (const record::PatternUse& use : record.patterns)
    if (use.pattern == "handled") return use.acted;
  return 0;
}

// The rows of a link, in the order in which requests reached it.
inline std::vector<record::Exchange> rows_of(const record::Record& record,
                                             const std::string& link) {
  std::vector<record::Exchange> rows;
  for (const record::Exchange& row : record.exchanges)
    if (base::to_text(row.link) == link) rows.push_back(row);
  return rows;
}

}  // namespace seawall::test
