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
// It is driven from one thread. Nodes die of their own words too, each heard on a thread of its
// own.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "harness/worlds/node_process.hpp"
#include "harness/worlds/process_world.hpp"

namespace seawall::worlds {

class Processes final : public ProcessWorld {
 public:
  explicit Processes(const runtime::WorldSetup& setup) : ProcessWorld(setup) {}
  // Ends it in whatever state it is: no process, thread, socket or open file is left.
  ~Processes() override;

  base::expected<void, std::string> start() override;
  void read_ledger(std::vector<record::LedgerRow>& rows) override;

 private:
  struct Node;

  base::expected<void, std::string> build();
  base::expected<void, std::string> make_process(Node& node);
  base::expected<void, std::string> await_serving(const Host& host);
  static Node& node_of(Host& host);  // all hosts are that
  Node& node_named(const std::string& name);
  void end_nodes() override;
  void record_nodes(record::Record& record) override;

  // Of any thread.
  std::optional<bool> strike(const plan::Armed& fault) override;
  void relieve(const plan::Armed& fault) override;
  bool jump(Node& node, base::Duration by);
  void lock(Node& node, std::uint16_t position);
  void unlock(Node& node, std::uint16_t position);
  void for_each_sharing(Node& node, const std::function<void(Node&)>& action);

  // What processes say, each on a thread of its own.
  void heard(Node& node, const Word& word);
  void locked(Node& node, std::uint16_t position);
  void waits(Node& node, std::uint16_t position);
};

}  // namespace seawall::worlds
