// The real Env: sleeps on the timers of the node's loop, calls over HTTP, and the node's store. One
// for each incarnation, all of it on the node's thread.
//
//   operation --ticket--> table --> timer | HttpClient | Store
//        finish() <-- loop <-- the same ticket, which may be gone by then
//
// Once the incarnation is doomed, nothing that it asks for has an effect and nothing is finished.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "harness/live/notes.hpp"
#include "harness/live/store.hpp"
#include "harness/net/http_client.hpp"
#include "harness/net/loop.hpp"
#include "harness/net/port.hpp"
#include "harness/runtime/task.hpp"

namespace seawall::live {

// Told of a call of which no byte left the node, because nobody listened: its link sees nothing of
// it. `began`: when it was asked for. On the node's thread; may be empty.
using NotSent = std::function<void(const std::string& callee, const model::Request& request,
                                   model::Failure failure, base::TimePoint began)>;

// What an incarnation finds: of its node, and outlives it.
struct Surroundings {
  net::Loop& loop;
  Store* store;  // null: none
  std::uint64_t seed;
  const std::map<std::string, net::Address>& callees;  // where a call to each goes
  const std::map<std::string, std::string>&
      authorities;  // what Host says of it, if not its address
  const std::atomic<bool>& doomed;
  const std::atomic<base::Duration>& wall_offset;  // by which the node's wall clock has jumped
  std::uint64_t& last_ticket;                      // unique over all incarnations
  Notes& notes;
  const NotSent& not_sent;
};

class NodeEnv final : public runtime::Env {
 public:
  // `frames` takes what is spawned.
  NodeEnv(const Surroundings& surroundings, runtime::Scope& frames);
  // Every frame has ended by then.
  ~NodeEnv();

  runtime::TimePoint now() const override;
  runtime::WallTime wall() const override;
  std::uint64_t seed() const override;
  void start(runtime::Sleep& sleep) override;
  void start(runtime::Call& call) override;
  void start(runtime::Read& read) override;
  void start(runtime::Scan& scan) override;
  void start(runtime::Write& write) override;
  void withdraw(runtime::Operation& operation) noexcept override;
  void hasten(runtime::Sleep& sleep) override;
  void emit(record::Event event) override;
  void spawn(runtime::Task<> task) override;

  // What became of an operation of the store; of whatever incarnation it was.
  void complete(Store::Done done);

 private:
  struct Sleeping {
    runtime::Sleep* sleep;
    net::Loop::Timer timer;
  };
  struct Calling {
    runtime::Call* call;
    net::HttpClient* client;
    bool in_time;  // else its deadline had passed before: it was refused here, not by the link
    net::HttpClient::Ticket sent;
    base::TimePoint began;
  };
  using Pending = std::variant<Sleeping, Calling, runtime::Read*, runtime::Scan*, runtime::Write*>;

  bool doomed() const { return around_.doomed.load(std::memory_order_acquire); }
  std::uint64_t add(runtime::Operation& operation, Pending pending);
  void wake(std::uint64_t ticket);
  void answer(std::uint64_t ticket, net::HttpClient::Result result);
  net::HttpClient& client_of(const std::string& callee);

  Surroundings around_;
  runtime::Scope& frames_;
  std::unordered_map<std::uint64_t, Pending> pending_;
  std::map<std::string, std::unique_ptr<net::HttpClient>> clients_;
};

}  // namespace seawall::live
