// A target over real sockets, in this process: a thread and a store for each node, and between them
// the links of the proxy. It does what the simulated world does, in real time.
//
//   client --> [client -> gateway] --> gateway --> [gateway -> order] --> order --> ...
//   Node       link of the Proxy       Node, Store
//
// Services that somebody else runs have a link and nothing else.
//
// It is driven from one thread. Nodes die at the request of links and stores too, on their threads.
#pragma once
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "faults/proxy/proxy.hpp"
#include "harness/live/node.hpp"
#include "harness/runtime/world.hpp"

namespace seawall::worlds {

using base::TimePoint;

class InProcess final : public runtime::World {
 public:
  explicit InProcess(const runtime::WorldSetup& setup);
  // Ends it in whatever state it is: no thread, socket or open file is left.
  ~InProcess() override;

  base::expected<void, std::string> start() override;
  TimePoint now() const override;
  void advance(TimePoint until) override;
  void interrupt() override;
  void drive(std::function<runtime::Task<>(runtime::Env&)> make) override;
  [[nodiscard]] runtime::Lease arm(std::uint16_t position) override;
  bool active(std::uint16_t position) const override { return armory_.active(position); }
  bool seen(std::uint16_t position) const override { return armory_.seen(position); }
  void heal_all() override;
  bool quiet() const override;
  // A store that cannot be read gives no more rows; failure() says so, as a verdict on the rest
  // would be worth nothing.
  void read_ledger(std::vector<record::LedgerRow>& rows) override;
  std::vector<record::FaultUse> fault_uses() const override { return armory_.uses(); }
  void finish(record::Record& record) override;
  std::string failure() const override { return unreadable_; }
  std::map<std::string, std::string> addresses() const override;

 private:
  struct Host;

  void disarm(std::uint16_t position) override;
  base::expected<void, std::string> build();
  void await_news_of(const Host& host);
  base::expected<void, std::string> open_store(Host& host);
  live::Node::Setup node_setup(const std::string& name);
  Host& host_named(const std::string& name);

  // Any thread.
  bool strike(const plan::Armed& fault, Host& host);
  bool kill(Host& host, std::uint16_t position);
  bool kill_locked(Host& host, std::uint16_t position);
  void drain(Host& host, const plan::Armed& fault);
  void end_drain(Host& host, std::uint16_t position);
  void changed(Host& host, live::Node::State state);
  bool pause(Host& host);
  void resume(Host& host);
  void lock(Host& host, std::uint16_t position);
  void unlock(Host& host, std::uint16_t position);
  // On the thread of this node, and of each that shares its database.
  void for_each_sharing(Host& host, const std::function<void(Host&)>& action);
  plan::WriteDecision::Fate meet_write(Host& host, const runtime::Batch& batch);
  void emit(record::Event event);

  const runtime::WorldSetup setup_;
  proxy::Armory armory_;
  std::vector<std::unique_ptr<Host>> hosts_;  // as the target's nodes
  std::unique_ptr<proxy::Proxy> proxy_;
  std::unique_ptr<live::Node> client_;
  std::string unreadable_;  // what is wrong with a store that could not be read
  bool over_ = false;

  mutable std::mutex mutex_;  // of the two below, and of what hosts say of themselves
  std::condition_variable woken_;
  bool interrupted_ = false;

  std::mutex events_mutex_;
  live::EventBuffer events_;  // of faults
};

}  // namespace seawall::worlds
