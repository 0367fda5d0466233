// One node of a live world: a thread with its loop, on which the incarnations of a service live one
// after the other. Nobody else ever touches what lives there: everything crosses by post().
//
//   start() --> starting --> serving --crash()--> down --restart()--> starting --> ...
//   HTTP --> HttpServer --> Capacity --> Service::handle --> answer with the store's durable lsn
//
// It listens only while it serves; at other times a connect to its port is refused. A crash stops
// every effect of the incarnation at once and ends its frames when the stack is empty, so it may be
// asked for from inside one of them. Functions are for any thread but where they say otherwise.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "harness/live/env.hpp"
#include "harness/net/http_server.hpp"
#include "harness/runtime/capacity.hpp"
#include "harness/runtime/service.hpp"

namespace seawall::live {

class Node {
 public:
  enum class State : std::uint8_t { down, starting, serving };

  struct Setup {
    std::string name;
    // What runs here. Empty at a node that only drives, such as "client": it has no server.
    std::optional<runtime::Node> plan;
    std::optional<net::ReservedPort> port;           // of its server
    std::map<std::string, net::Address> callees;     // where a call to each of them goes (its link)
    std::map<std::string, std::string> authorities;  // what Host says of it, if not its address
    Store* store = nullptr;                          // outlives the node; null: it has none
    std::uint64_t seed = 1;
    NotSent not_sent;  // may be empty
    // Told of every change of state, on the node's thread; may be empty.
    std::function<void(State)> on_change;
    // Where its events, samples and patterns go, which then outlives it; null: see move_to(). What
    // its patterns did is told anew with each sample there, as the process may be killed.
    Notes* notes = nullptr;
    // Where it counts the requests that came and are not answered; null: of its own.
    std::atomic<std::int64_t>* in_flight = nullptr;
    std::int64_t incarnations = 0;  // that the node has had, in processes before this one
    base::Duration wall_offset{};   // by which its wall clock has jumped
  };

  explicit Node(Setup setup);
  // As stop().
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  const std::string& name() const { return setup_.name; }
  net::Address address() const;

  // Starts the thread and the first incarnation; once.
  void start();
  // Waits until the node serves. The error is a sentence for the user: it failed to start, or did
  // not within `limit`.
  base::expected<void, std::string> wait_until_serving(base::Duration limit);
  // Down from the crash() on.
  State state() const { return doomed_ ? State::down : state_.load(); }
  // Requests that came and are not answered.
  std::int64_t in_flight() const { return in_flight_; }

  // Ends the incarnation; another one begins after `restart` (absent: none by itself). False where
  // the node is down already, or about to be.
  bool crash(std::optional<base::Duration> restart);
  // Turns new requests away from now on, and calls `end`, which ends the incarnation, on the node's
  // thread after this time; not if it is gone by then. Once at a time, and only where it serves.
  void drain(base::Duration time, std::function<void()> end);
  // Takes requests again. An `end` that is under way is not stopped.
  void cancel_drain();
  // Starts what is down; harmless where it is not.
  void restart();
  // Between pause() and its resume() the node's thread stands still: its sockets stay open and the
  // queues of the kernel fill. Pauses nest; a crash ends them all. False where the node is down: a
  // start that is under way stands still too.
  bool pause();
  void resume();
  // Its wall clock jumps, whether or not anybody is there to look. False where the node is down.
  // One thread at a time.
  bool jump(base::Duration by);

  // Runs `action` on the node's thread.
  void post(std::function<void()> action);
  // Spawns a coroutine in the incarnation that is there; none there: nothing happens. `make` and
  // the coroutine run on the node's thread.
  void drive(std::function<runtime::Task<>(runtime::Env&)> make);

  // Ends the incarnation and the thread, in whatever state they are. Twice is harmless; not from
  // the node's own thread.
  void stop();
  // After stop(): moves the events, samples and patterns of all incarnations to `record`; nothing
  // where the setup has notes.
  void move_to(record::Record& record);

 private:
  struct Incarnation;
  class Visit;

  void begin();
  runtime::Task<> boot(Incarnation& at);
  runtime::Task<> answer(Incarnation& at, std::unique_ptr<Visit> visit);
  void serve(Incarnation& at);
  void bury();
  void hold();
  void sample(base::TimePoint t);
  void note_patterns();
  void change(State state);
  void tell(std::string what);
  void fail(std::string why);

  Setup setup_;
  net::Loop loop_;
  std::thread thread_;

  // Shared by all threads.
  std::atomic<State> state_{State::down};
  std::atomic<std::int64_t> own_in_flight_{0};
  std::atomic<std::int64_t>& in_flight_;
  std::atomic<base::Duration> wall_offset_;
  std::atomic<bool> doomed_{false};  // the incarnation is to be buried: it has no effects any more
  std::mutex mutex_;                 // of the four below
  std::condition_variable changed_;
  int pauses_ = 0;
  std::string failure_;  // why the last incarnation failed to start
  bool stopping_ = false;

  // Of the node's thread; after stop(), of whoever stopped it.
  std::uint64_t last_ticket_ = 0;
  std::int64_t incarnations_;
  NotesInMemory own_notes_;
  Notes& notes_;
  net::Loop::Timer next_sample_;
  net::Loop::Timer next_restart_;
  net::Loop::Timer drained_;
  std::unique_ptr<Incarnation> incarnation_;
};

}  // namespace seawall::live
