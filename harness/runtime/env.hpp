// The waist: all that a service may know of the world it runs in.
//
//     targets: handlers, saga, resilience                     written once
//     --- call . read . scan . write . sleep . spawn . emit -- this header
//     sim::Env (virtual time)      live::Env (Asio, HTTP, SQLite)
//
// An Operation lives in the frame that waits for it; destroying the frame withdraws it. Deadline,
// hedge, crash and shutdown are all this one rule. A world never finishes an operation inside
// start(), nor from another thread: a store's thread posts a ticket, which may be gone by then.
// Nothing may ask "am I simulated?".
#pragma once
#include <coroutine>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "harness/base/keyed_random.hpp"
#include "harness/base/result.hpp"
#include "harness/base/units.hpp"
#include "harness/model/request.hpp"
#include "harness/record/record.hpp"

namespace seawall::runtime {

using base::Duration;
using base::TimePoint;
using base::WallTime;
using model::Failure;
using model::Request;
using model::Response;
using Unit = std::monostate;
template <class T = void>
using Resume = std::coroutine_handle<T>;
template <class T>
using Result = base::expected<T, Failure>;

class Env;
template <class T>
class Task;

// What becomes durable together: state by key, and the ledger rows that tell what changed.
struct Batch {
  Batch() {}
  void put(std::string key, std::string value) {
    rows.emplace_back(std::move(key), std::move(value));
  }
  std::vector<std::pair<std::string, std::string>> rows;
  std::vector<std::string> absent;        // keys that must not exist at commit, else conflict
  std::vector<record::LedgerRow> ledger;  // the store sets node, lsn, batch and t
  // Where a fault can be aimed: "saga.charged", "capture"; and whose order it is. A batch without a
  // class is no point.
  std::string write_class;
  base::Subject subject;
};
static_assert(!std::is_aggregate_v<Batch>);

// One thing that the world will finish later.
class Operation {
 public:
  explicit Operation(Env& env) : env_(env) {}
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  // The world's: ends the wait, once, from its loop, after the value has been set.
  void finish() {
    ticket = 0;
    waiter_.resume();
  }
  // The world's key for this operation from start() on; 0: at rest.
  std::uint64_t ticket = 0;

 protected:
  ~Operation();
  Env& env_;
  Resume<> waiter_;
};

template <class Self, class Value>
struct Awaitable : Operation {
  using Operation::Operation;
  bool await_ready() const noexcept { return false; }
  void await_suspend(Resume<> waiter);
  Value await_resume() { return std::move(*value); }
  std::optional<Value> value;  // the world sets it, then calls finish()
};

struct Sleep : Awaitable<Sleep, Unit> {
  Sleep(Env& env, TimePoint t) : Awaitable(env), until(t) {}
  TimePoint until;
};

// Ends by request.deadline, whatever happens.
struct Call : Awaitable<Call, Result<Response>> {
  Call(Env& env, std::string callee, Request&& r)
      : Awaitable(env), to(std::move(callee)), request(std::move(r)) {}
  std::string to;
  Request request;
};

// Sees every finished Write of this node.
struct Read : Awaitable<Read, Result<std::optional<std::string>>> {
  Read(Env& env, std::string k) : Awaitable(env), key(std::move(k)) {}
  std::string key;
};

using Rows = std::vector<std::pair<std::string, std::string>>;
// All rows whose key starts with `prefix`, in the order of their keys.
struct Scan : Awaitable<Scan, Result<Rows>> {
  Scan(Env& env, std::string p) : Awaitable(env), prefix(std::move(p)) {}
  std::string prefix;
};

// Atomic; durable when it has finished. Withdrawn, it may still happen. A conflict (a key that must
// be absent exists) writes nothing.
struct Write : Awaitable<Write, Result<Unit>> {
  Write(Env& env, Batch&& b) : Awaitable(env), batch(std::move(b)) {}
  Batch batch;
};

// One for each incarnation of a node; all of it on that node's thread.
class Env {
 public:
  virtual TimePoint now() const = 0;  // steady: the only clock that decides
  virtual WallTime wall() const = 0;  // may jump; for people, never for decisions
  // The run's. Draw with base::KeyedRandom(seed()).with(subject).with(...): pure, never a stream.
  virtual std::uint64_t seed() const = 0;

  virtual void start(Sleep& sleep) = 0;
  virtual void start(Call& call) = 0;
  virtual void start(Read& read) = 0;
  virtual void start(Scan& scan) = 0;
  virtual void start(Write& write) = 0;
  virtual void withdraw(Operation& operation) noexcept = 0;
  // A sleep that has not ended is to end now: through the loop, never inside this call. This is
  // what lets one coroutine wake another (notification.hpp).
  virtual void hasten(Sleep& sleep) = 0;

  virtual void emit(record::Event event) = 0;  // the world sets t
  virtual void spawn(Task<Unit> task) = 0;     // outlives its request, never its incarnation

 protected:
  ~Env() = default;
};

inline Operation::~Operation() {
  if (ticket) env_.withdraw(*this);
}

template <class Self, class Value>
void Awaitable<Self, Value>::await_suspend(Resume<> waiter) {
  waiter_ = waiter;
  env_.start(static_cast<Self&>(*this));
}

}  // namespace seawall::runtime
