// A world: where a target runs. Simulated (virtual time, one thread) or real (sockets, threads).
// The phases of a run drive it from one thread, the same way for both.
//
//   World: nodes of the target + a node "client" + links between them, on which armed faults act
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "faults/plan/plan.hpp"
#include "harness/runtime/service.hpp"

namespace seawall::runtime {

// A service of the target that somebody else runs: links lead to it, and nothing else is known of
// it.
struct Outside {
  std::string host;  // a numeric address
  std::uint16_t port = 0;
  std::string authority;  // what requests name it, in Host; empty: as the address
};

// How the processes of a world of processes are started.
struct Programs {
  std::vector<std::string> shim;  // the words of a program that is one: os/shim.hpp
  std::vector<std::string>
      serve;  // of one that serves a node, whose name follows: worlds/serve.hpp
};

// What a world is made from. Everything in it outlives the world.
struct WorldSetup {
  const Target* target = nullptr;
  std::uint64_t seed = 1;
  std::vector<plan::Armed> faults;  // all of the scenario, by position; none is armed yet
  std::string dir;                  // private and existing; for stores (live); empty in sim
  model::Target::Store store = model::Target::Store::sqlite;
  Programs programs;                       // processes
  std::map<std::string, Outside> outside;  // by name, beside the target's nodes; live
  base::Duration network_latency = std::chrono::microseconds(250);  // sim: one way, each link
  // sim: a run of a few requests, one of thousands of runs: little room is asked for at once, no
  // samples of queues are taken, and patterns are not asked what they did.
  bool is_brief = false;
};

class World;

// An armed fault. It heals when its lease ends.
class Lease {
 public:
  Lease() = default;
  Lease(World& world, std::uint16_t position) : world_(&world), position_(position) {}
  Lease(Lease&& other) noexcept
      : world_(std::exchange(other.world_, nullptr)), position_(other.position_) {}
  Lease& operator=(Lease&& other) noexcept {
    std::swap(world_, other.world_);
    std::swap(position_, other.position_);
    return *this;
  }
  ~Lease();

 private:
  World* world_ = nullptr;
  std::uint16_t position_ = 0;
};

class World {
 public:
  virtual ~World() = default;

  // Starts the nodes in order and waits until each can serve. The error is a sentence for the user.
  virtual base::expected<void, std::string> start() = 0;
  virtual TimePoint now() const = 0;
  // Lets the world run until `until`; earlier only after interrupt().
  virtual void advance(TimePoint until) = 0;
  // Any thread, and signal-safe enough to be called from a signal thread: makes advance() return.
  virtual void interrupt() = 0;

  // Spawns a coroutine at the node "client"; `make` and the coroutine run on that node's thread. It
  // is ended by finish() at the latest.
  virtual void drive(std::function<Task<Unit>(Env&)> make) = 0;

  // Arms the fault at this position of the setup. Link faults act from now on; a node fault is done
  // to its node now (crash, restart: it starts by itself after `restart`). Emits armed, hit,
  // healed.
  [[nodiscard]] virtual Lease arm(std::uint16_t position) = 0;
  // Whether it still acts: a crash or a restart does until its node serves again, others until they
  // are healed.
  virtual bool active(std::uint16_t position) const = 0;
  // Whether an answer has been on its link that this fault waits for (`when`). The first time, it
  // interrupts.
  virtual bool seen(std::uint16_t position) const = 0;
  // After all leases have ended: delivers what links hold, in order of its index (over sockets it
  // is sent in that order, and may overtake on the way), resumes what is paused and starts what is
  // down and stays down ("never"). Returns at once; see quiet().
  virtual void heal_all() = 0;
  // Every node serves, and no message is in any link, queue or handler.
  virtual bool quiet() const = 0;

  // Appends the durable rows that no earlier call has given, of all nodes, read from their stores.
  virtual void read_ledger(std::vector<record::LedgerRow>& rows) = 0;
  // What faults did so far, by position; for progress and for the time line.
  virtual std::vector<record::FaultUse> fault_uses() const = 0;

  // Ends every node and link, and appends all that was recorded (exchanges, events, samples,
  // patterns, fault uses, the rest of the ledger) to `record`. The world is over then.
  virtual void finish(record::Record& record) = 0;

  // What broke in the world itself: the environment's fault, not the target's. Empty where nothing
  // did so far; after finish() for good.
  virtual std::string failure() const { return {}; }

  // After finish(): what a user wants to hear of and nobody is to blame for, a sentence each: a
  // service that had to be killed, a link that nobody used.
  virtual std::vector<std::string> remarks() const { return {}; }

  // HOST:PORT of each node (direct) and each link, "A -> B" (through its proxy); empty in sim.
  virtual std::map<std::string, std::string> addresses() const { return {}; }

 protected:
  friend class Lease;
  virtual void disarm(std::uint16_t position) = 0;
};

inline Lease::~Lease() {
  if (world_) world_->disarm(position_);
}

}  // namespace seawall::runtime
