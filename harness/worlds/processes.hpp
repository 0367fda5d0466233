// A target as processes of the operating system: one for each node, with a store of its own, and
// between them the links of the proxy, which run here, as the client does. What is done to a node
// is done for real.
//
//   client --> [client -> gateway] --> gateway --> [gateway -> order] --> order --> ...
//   Node here   link of the Proxy here  process, store, book
//
// A crash is SIGKILL, a pause SIGSTOP. At a write that a fault aims at, the process asks here what
// is to become of it, and kills itself before the commit or after. The ledger is read from the
// stores, events from the books, both of which outlive the processes.
//
// It is driven from one thread. Nodes die at the request of links too, on their thread, and of
// their own words, each on its own; processes are started again on one more.
#pragma once
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "faults/proxy/proxy.hpp"
#include "harness/live/node.hpp"
#include "harness/runtime/world.hpp"
#include "harness/worlds/node_process.hpp"
#include "harness/worlds/supervisor.hpp"

namespace seawall::worlds {

using base::TimePoint;

class Processes final : public runtime::World {
 public:
  explicit Processes(const runtime::WorldSetup& setup);
  // Ends it in whatever state it is: no process, thread, socket or open file is left.
  ~Processes() override;

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
  void read_ledger(std::vector<record::LedgerRow>& rows) override;
  std::vector<record::FaultUse> fault_uses() const override { return armory_.uses(); }
  void finish(record::Record& record) override;
  // A process that ended though no fault had killed it, or a file that cannot be read.
  std::string failure() const override;
  std::map<std::string, std::string> addresses() const override;

 private:
  struct Host;

  void disarm(std::uint16_t position) override;
  base::expected<void, std::string> build();
  base::expected<void, std::string> make_process(Host& host);
  base::expected<void, std::string> launch(Host& host);
  void await_serving(Host& host);
  void launch_again(Host& host);
  Host& host_named(const std::string& name);
  void end_processes();

  // Of any thread.
  bool strike(const plan::Armed& fault, Host& host);
  bool kill(Host& host, std::uint16_t position);
  bool kill_locked(Host& host, std::uint16_t position);
  void mark_dead_locked(Host& host);
  bool jump(Host& host, base::Duration by);
  void drain(Host& host, const plan::Armed& fault);
  void end_drain(Host& host);
  bool pause(Host& host);
  void resume(Host& host);
  void lock(Host& host, std::uint16_t position);
  void unlock(Host& host, std::uint16_t position);
  void for_each_sharing(Host& host, const std::function<void(Host&)>& action);

  // What processes say, each on a thread of its own, and that they are gone.
  void heard(Host& host, const Word& word);
  void serves(Host& host);
  void locked(Host& host, std::uint16_t position);
  void waits(Host& host, std::uint16_t position);
  plan::WriteDecision::Fate meet_write(Host& host, const Word& word);
  void gone(Host& host);

  void tell(const Host& host, std::string what);
  void fail(std::string why);
  void emit(record::Event event);

  const runtime::WorldSetup setup_;
  proxy::Armory armory_;
  net::Loop loop_;                            // on which processes are started again
  std::vector<std::unique_ptr<Host>> hosts_;  // as the target's nodes
  std::unique_ptr<proxy::Proxy> proxy_;
  std::unique_ptr<live::Node> client_;
  Supervisor supervisor_;  // after those whose functions its processes call

  mutable std::mutex mutex_;  // of the three below, and of what hosts say of themselves
  std::condition_variable changed_;
  bool interrupted_ = false;
  bool over_ = false;

  mutable std::mutex events_mutex_;  // of the two below; taken under the other one, never around it
  live::EventBuffer events_;         // of faults, and of deaths
  std::string failure_;

  std::thread thread_;  // of the loop
};

}  // namespace seawall::worlds
