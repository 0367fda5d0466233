// What all worlds over sockets have in common: the links of the proxy with the faults on them, the
// client, and the one thread that drives it all. What runs behind the links is what they differ in.
//
//   client --> [link: the Proxy] --> a node of the world --> [link] --> ...
//                    Armory: what is armed
//
// It is driven from one thread. What a world does to its nodes (crash, strike, relieve) is asked
// for on that thread and on the links', so that it locks what it changes.
#pragma once
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "faults/proxy/proxy.hpp"
#include "harness/base/assert.hpp"
#include "harness/live/node.hpp"
#include "harness/runtime/world.hpp"

namespace seawall::worlds {

using base::TimePoint;

class OverSockets : public runtime::World {
 public:
  TimePoint now() const final;
  void advance(TimePoint until) final;
  void interrupt() final;
  void drive(std::function<runtime::Task<>(runtime::Env&)> make) final;
  [[nodiscard]] runtime::Lease arm(std::uint16_t position) final;
  bool active(std::uint16_t position) const final { return armory_.active(position); }
  bool seen(std::uint16_t position) const final { return armory_.seen(position); }
  std::vector<record::FaultUse> fault_uses() const final { return armory_.uses(); }
  void finish(record::Record& record) final;
  std::string failure() const final;
  std::map<std::string, std::string> addresses() const final;

 protected:
  explicit OverSockets(const runtime::WorldSetup& setup);

  // ---- What a world has to say of its nodes.
  // By the crash at this position, whichever thread asks for it.
  virtual void crash(const std::string& node, std::uint16_t position) = 0;
  // A fault is done to its node: whether it struck; nothing where the armory is told later.
  virtual std::optional<bool> strike(const plan::Armed& fault) = 0;
  // And taken back, where it does not end with its node.
  virtual void relieve(const plan::Armed& fault) = 0;
  // Whoever does something to links from outside the run does it no more. They have not ended yet.
  virtual void end_control() {}
  // Ends all of them, in whatever state they are, once their links have ended; and appends what
  // they have recorded, but for the ledger.
  virtual void end_nodes() = 0;
  virtual void record_nodes(record::Record& record) = 0;
  // Where a link leads to: a node, or a service that somebody else runs.
  virtual proxy::Way way_of(const base::Link& link) const;

  // ---- For its start: a port for each node of the target, in its order; the links; the client.
  base::expected<std::vector<net::ReservedPort>, std::string> reserve_nodes();
  base::expected<void, std::string> make_links();
  base::expected<void, std::string> start_client();
  // A node that calls along the links of the target.
  live::Node::Setup node_setup(const std::string& name) const;
  // For its end: before anything that links and the client ask is gone.
  void end_links();

  // ---- For its nodes.
  // What one of them has written so far, and the fault that struck at a write: of the thread on
  // which its store asks.
  struct Writes {
    std::map<std::tuple<base::Subject, std::string>, std::uint32_t> count;  // by class
    std::uint16_t crash = 0;
  };
  plan::WriteDecision::Fate meet_write(Writes& writes, const std::string& node,
                                       base::Subject subject, const std::string& write_class);
  // Links and faults name nodes of the target.
  template <class Hosts>
  static auto& host_named(const Hosts& hosts, const std::string& name) {
    for (const auto& host : hosts)
      if (host->name == name) return *host;
    base::fail_promise("links and faults name nodes of the target",
                       std::source_location::current());
  }
  bool is_over() const;
  // During a start: nobody waits for it any more.
  bool is_interrupted() const;
  // The first reason stays.
  void fail(std::string why);
  void emit(record::Event event);

  runtime::WorldSetup setup_;  // a world may add to what runs outside, before it makes links
  proxy::Armory armory_;
  std::map<std::string, net::Address> nodes_;  // where each listens
  std::unique_ptr<proxy::Proxy> proxy_;
  std::unique_ptr<live::Node> client_;

  mutable std::mutex mutex_;  // of the three below, and of what hosts say of themselves
  std::condition_variable changed_;
  bool interrupted_ = false;
  bool over_ = false;

 private:
  void disarm(std::uint16_t position) final;

  mutable std::mutex events_mutex_;  // of the two below; taken under the other one, never around it
  live::EventBuffer events_;         // of faults, and of nodes where they tell of none themselves
  std::string failure_;
};

}  // namespace seawall::worlds
