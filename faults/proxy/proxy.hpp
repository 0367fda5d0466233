// All links of a run over sockets, on one thread: the network between the nodes of a live world,
// and the faults on it.
//
//   Proxy proxy(target, seed, armory, crash, clock);
//   proxy.reserve(way_of);       // every link has its address from here on
//   proxy.node_up("payment");    // links to it begin to listen
//   ...                          // faults are armed in the Armory; faults_changed() says so
//   proxy.finish(record);
//
// They run on a relay with one worker: what one link decides, and the order in which requests come
// to all of them, is that of one thread. Any thread may call anything; what has to be done by the
// links is done on their thread.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "faults/proxy/link.hpp"

namespace seawall::proxy {

class Proxy {
 public:
  // How the death of a node is asked for: see Surroundings.
  using AskCrash = std::function<void(const std::string& node, std::uint16_t position)>;

  // `target` and `armory` outlive it. `clock` is that of CLOCK_MONOTONIC.
  Proxy(const runtime::Target& target, std::uint64_t seed, Armory& armory, AskCrash crash,
        net::Loop::Clock clock);
  // Resets every connection.
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  // Gives every link of the target a port of 127.0.0.1 and the way to its callee. Before anything
  // else, once. The error is a sentence for the user.
  base::expected<void, std::string> reserve(const std::function<Way(const base::Link&)>& way_of);
  // Where callers find the callee of this link, which is one of the target's.
  net::Address address(const base::Link& link) const;

  // The node serves, or is down. Like all below but sync(), these wait for nobody.
  void node_up(const std::string& node);
  void node_down(const std::string& node);
  void faults_changed();
  // Delivers what links hold: by link, in order of the index.
  void release_held();
  // See Link.
  void not_sent(const base::Link& link, model::Request request, model::Failure failure,
                TimePoint began);

  // Has this done to a link of the target on the links' thread, and waits for it. Not after stop().
  void on(const base::Link& link, const std::function<void(Link&)>& action);

  // Returns when the links have done all that was asked for before. Not after stop().
  void sync();
  // Whether no request is on any link, and the links have done all that was asked for.
  bool quiet() const;
  // Ends all links; what is asked for after that is not done. Twice is harmless.
  void stop();
  // Stops, and appends the rows of all requests by arrival.
  void finish(record::Record& record);
  // After stop(): the links along which nobody ever called.
  const std::vector<base::Link>& unused() const { return unused_; }

 private:
  // On the thread of the links: soon; done when this returns.
  void ask(std::function<void()> action);
  void run(const std::function<void()>& action);
  Link& named(const base::Link& link) const;

  void sample(TimePoint t);

  std::unique_ptr<relay::Relay> relay_;
  net::Loop& loop_;  // of its worker
  Numbering numbering_;
  std::deque<record::Exchange> journal_;
  std::vector<record::Sample> samples_;  // every 100 ms, of the links' thread
  net::Loop::Timer next_sample_;
  Surroundings around_;
  std::vector<std::unique_ptr<Link>> links_;  // as the target's
  std::vector<base::Link> unused_;            // of them, once they have ended
  std::atomic<int> asked_ = 0;                // and not done yet
};

}  // namespace seawall::proxy
