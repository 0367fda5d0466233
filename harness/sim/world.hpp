// The simulated world: virtual time, one thread, the same bytes for the same seed on every
// compiler.
//
//   service --Env--> wait, send, write --> Timeline --> dispatch --> finish the operation
//                        |                                  ^
//                        +--> link: counted, decided, journalled, delivered
//
// Nothing is lost but by a fault. A link takes `network_latency` and up to a tenth of it more,
// drawn for each message; a write becomes durable 400 us after it was submitted, in order; a read
// takes 20 us. When a node dies, a prefix of its unfinished writes becomes durable and the rest is
// gone.
//
// What is asked for from inside the dying node's own coroutine marks it dead, so that its effects
// stop; its frames are destroyed when the stack has emptied.
#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "faults/plan/plan.hpp"
#include "harness/runtime/world.hpp"
#include "harness/sim/call_counter.hpp"
#include "harness/sim/fault_desk.hpp"
#include "harness/sim/flight.hpp"
#include "harness/sim/journal.hpp"
#include "harness/sim/node.hpp"
#include "harness/sim/pool.hpp"
#include "harness/sim/timeline.hpp"

namespace seawall::sim {

class World final : public runtime::World {
 public:
  explicit World(const runtime::WorldSetup& setup);
  ~World() override;

  base::expected<void, std::string> start() override;
  TimePoint now() const override { return timeline_.now(); }
  void advance(TimePoint until) override;
  void interrupt() override { interrupted_.store(true, std::memory_order_relaxed); }
  void drive(std::function<runtime::Task<>(runtime::Env&)> make) override;
  [[nodiscard]] runtime::Lease arm(std::uint16_t position) override;
  bool active(std::uint16_t position) const override { return faults_.active(position); }
  bool seen(std::uint16_t position) const override { return faults_.seen(position); }
  void heal_all() override;
  bool quiet() const override;
  void read_ledger(std::vector<record::LedgerRow>& rows) override;
  std::vector<record::FaultUse> fault_uses() const override { return faults_.uses(); }
  void finish(record::Record& record) override;

  // A durable write that has a class: where a fault can be aimed.
  struct ClassedWrite {
    std::string node;
    base::Subject subject;
    std::string write_class;
    std::uint32_t n = 0;                // of (node, subject, class)
    std::vector<std::uint16_t> faults;  // that acted on it, by position
  };
  // For who looks for such places: from now on those that are tried are noted, committed or not, in
  // the order in which they come. Called before start().
  void note_writes() { notes_writes_ = true; }
  const std::vector<ClassedWrite>& noted_writes() const { return noted_writes_; }

 private:
  friend class NodeEnv;
  friend struct Incarnation;

  static constexpr Duration commit_latency = std::chrono::microseconds(400);
  static constexpr Duration read_latency = std::chrono::microseconds(20);

  void disarm(std::uint16_t position) override;
  static bool strikes(plan::NodeEffect effect, const Node& node);
  void strike(const plan::Armed& fault, Node& node);
  // Whether anything happens by then.
  bool due_by(TimePoint limit);
  // What it was scheduled for has moved on.
  bool is_stale(const Due& due);
  void dispatch(const Due& due);
  void take_samples();

  // Nodes (nodes.cpp).
  Node& node_named(std::string_view name);
  void start_node(Node& node);
  runtime::Task<> boot(Node& node, Incarnation& incarnation);
  void serves(Node& node);
  void kill(Node& node, std::uint16_t position);  // by the fault at `position`
  void drain(Node& node, std::uint16_t position);
  void end_drain(Node& node, std::uint16_t position);
  void cancel_drain(Node& node);
  void end_incarnation(Node& node);
  void bury();
  void pause(Node& node);
  void resume(Node& node);
  void lock(Node& node, std::uint16_t position);
  void unlock(Node& node, std::uint16_t position);
  void wait_for_lock(Node& node, const Due& commit);
  void tell(const Node& node, std::string what);

  // Calls and links (calls.cpp).
  enum class Way : std::uint8_t { there, back };
  record::Exchange& row_of(const Flight& flight) { return journal_.exchange(flight.row); }
  Line& line_of(const Node& from, std::string_view to);
  Duration latency(const Flight& flight, Way way) const;
  void schedule(TimePoint at, const Node& node, DueKind kind, const Flight& flight);
  void send(Node& from, runtime::Call& call);
  void enter_link(Flight& flight);
  void number(Flight& flight);
  void decide(Flight& flight);
  void forward(Flight& flight);
  void copy(const Flight& flight, TimePoint at);
  void hang(Flight& flight);
  void connect_again();
  void move(const Due& due);
  void meet_fate(Flight& flight);
  void deliver(Flight& flight);
  runtime::Task<> handle(Incarnation& at, Flight& flight);
  void answered(Flight& flight, model::Response&& response);
  void drip(Flight& flight, TimePoint at);
  void put_off(Flight& flight, TimePoint first, std::int64_t bytes);
  void reply(Flight& flight, TimePoint at);
  void fail(Flight& flight, model::Failure failure, TimePoint at);
  void arrive(Flight& flight);
  void end_call(Flight& flight, runtime::Result<model::Response>&& result);
  void hang_up(Flight& flight);
  void cut(const plan::Armed& fault);
  void drop_kept(const Node& node);
  bool lose(Flight& flight, const plan::Cut& cut);
  void come_to_rest(Flight& flight);
  void reset_flights(Node& node);
  void release_held(const Node* only);

  // Sleeps, reads and writes (operations.cpp).
  static std::uint64_t call_ticket(std::uint32_t slot);
  void wait(const Node& node, runtime::Operation& operation, DueKind kind, TimePoint until);
  void hasten(const Node& node, runtime::Sleep& sleep);
  void end_wait(const Due& due);
  void write(Node& node, runtime::Write& write);
  void commit(const Due& due);
  plan::WriteDecision decide(const Node& node, const runtime::Batch& batch);
  void forget_write(Node& node, std::uint32_t slot);
  void refuse_writes(Node& node);
  void finish_write(Node& node, std::uint32_t slot, runtime::Result<runtime::Unit> result);
  void lose_power(Node& node);
  void withdraw(runtime::Operation& operation);

  const runtime::WorldSetup setup_;
  Timeline timeline_;
  Journal journal_;
  FaultDesk faults_;
  std::vector<std::unique_ptr<Node>> nodes_;  // the first is the client
  std::vector<Line> lines_;                   // as the target's links
  std::vector<std::unique_ptr<Incarnation>> dying_;
  Pool<Flight> flights_;
  Pool<Wait> waits_;
  Pool<Commit> commits_;
  CallCounter calls_;
  CallCounter classed_writes_;
  bool notes_writes_ = false;
  std::vector<ClassedWrite> noted_writes_;
  TimePoint next_sample_;
  bool over_ = false;
  std::atomic<bool> interrupted_ = false;
};

}  // namespace seawall::sim
