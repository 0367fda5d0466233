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
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/live/breaker_board.hpp"
#include "harness/worlds/over_sockets.hpp"

namespace seawall::worlds {

class InProcess final : public OverSockets {
 public:
  // The board, if there is one, hears of breakers, and outlives the world.
  explicit InProcess(const runtime::WorldSetup& setup, live::BreakerBoard* board = nullptr);
  // Ends it in whatever state it is: no thread, socket or open file is left.
  ~InProcess() override;

  base::expected<void, std::string> start() override;
  void heal_all() override;
  bool quiet() const override;
  // A store that cannot be read gives no more rows; failure() says so, as a verdict on the rest
  // would be worth nothing.
  void read_ledger(std::vector<record::LedgerRow>& rows) override;

 private:
  struct Host;

  base::expected<void, std::string> build();
  void await_news_of(const Host& host);
  base::expected<void, std::string> open_store(Host& host);
  void end_nodes() override;
  void record_nodes(record::Record& record) override;

  // Any thread.
  void crash(const std::string& node, std::uint16_t position) override;
  std::optional<bool> strike(const plan::Armed& fault) override;
  void relieve(const plan::Armed& fault) override;
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

  live::BreakerBoard* const board_;
  std::vector<std::unique_ptr<Host>> hosts_;  // as the target's nodes
};

}  // namespace seawall::worlds
