// A node of the simulated world: its disk, which survives, and its incarnation, which does not.
#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/runtime/capacity.hpp"
#include "harness/runtime/service.hpp"
#include "harness/sim/disk.hpp"
#include "harness/sim/flight.hpp"
#include "harness/sim/timeline.hpp"

namespace seawall::sim {

class World;
struct Node;

// The simulated Env. Once its incarnation is dead, nothing that it is asked for has an effect.
class NodeEnv final : public runtime::Env {
 public:
  NodeEnv(World& world, Node& node) : world_(world), node_(node) {}

  TimePoint now() const override;
  base::WallTime wall() const override;
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

  bool dead() const { return dead_; }
  void die() { dead_ = true; }

 private:
  World& world_;
  Node& node_;
  bool dead_ = false;
};

// One life of a node. Frames end before the service they run in, and that before the Env.
struct Incarnation {
  Incarnation(World& world, Node& node);

  NodeEnv env;
  std::unique_ptr<runtime::Service> service;  // none at the node "client"
  runtime::Capacity capacity;
  runtime::Scope frames;
};

struct Node {
  enum class State : std::uint8_t { down, starting, serving };

  Node(std::uint16_t n, std::string called) : number(n), name(std::move(called)), disk(name) {}

  bool drains() const { return incarnation && incarnation->capacity.drains(); }
  // Whether it does what it is asked for: to end, say.
  bool listens() const { return state == State::serving && pauses == 0 && !drains(); }

  std::uint16_t number;
  std::string name;
  const runtime::Node* plan = nullptr;  // none: the node "client"
  Disk disk;
  State state = State::down;
  std::unique_ptr<Incarnation> incarnation;
  std::uint32_t incarnations = 0;
  bool restarts = false;  // by itself, later
  int pauses = 0;
  Duration wall_offset{};     // by which its wall clock has jumped
  std::vector<Due> deferred;  // came due while it was paused
  // On its database, which outlives its incarnations: by faults at these positions, and whether a
  // write has waited for one; and the commits that came due meanwhile.
  struct Lock {
    std::uint16_t by;
    bool met;
  };
  std::vector<Lock> locks;
  std::vector<Due> locked;
  std::deque<std::uint32_t> writes;  // under way, by submission
  Handled handled;
};

}  // namespace seawall::sim
