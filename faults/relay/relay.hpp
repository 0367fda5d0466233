// Links that pass TCP on, with faults that come and go while connections live.
//
//   caller --> [listener] --accept, number--> worker: connection --connect--> upstream
//                                               up:   read --> queue --deadline--> write
//                                               down: write <--deadline-- queue <-- read
//
// A connection without a fault has no queue: its bytes go straight through, and those of a bulk
// transfer never leave the kernel (splice). One with faults has one queue and one timer for each
// direction, and a pure function says which bytes are due when (schedule.hpp).
//
// Each worker is a thread with an event loop. A connection belongs to one worker from its first to
// its last byte, so that nothing on the data path is locked. Connections are numbered by the one
// thread that accepts for their link, in the order in which the kernel completed them; what a fault
// draws depends on that number, the direction and the byte's offset, and so neither on the workers
// nor on how the bytes of several connections interleave.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "faults/relay/draws.hpp"
#include "faults/relay/interceptor.hpp"
#include "faults/relay/stream_fault.hpp"
#include "faults/relay/tls.hpp"
#include "harness/base/result.hpp"
#include "harness/net/loop.hpp"
#include "harness/stats/histogram.hpp"

namespace seawall::relay {

// "127.0.0.1:80", "localhost:80", "[::1]:80", ":80" (all addresses of the machine). The host may be
// a name: a listener's is resolved when it starts, an upstream's for each connection.
struct Endpoint {
  std::string host;  // without brackets; empty: all addresses, or for an upstream this machine
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
};
std::string to_text(const Endpoint& endpoint);
// The error is a sentence for the user: what was expected and what was found.
base::expected<Endpoint, std::string> parse_endpoint(std::string_view text);

// Counted while it happens.
struct Traffic {
  std::uint64_t received_bytes = 0;  // from the sender
  std::uint64_t sent_bytes = 0;      // to the receiver
};
struct Counters {
  Traffic up;
  Traffic down;
  std::uint64_t accepted = 0;     // connections so far
  std::uint64_t open = 0;         // now
  std::uint64_t unreachable = 0;  // ended because the upstream could not be reached
  std::uint64_t refused = 0;      // ended because a descriptor was missing
  std::uint64_t distrusted = 0;   // ended because TLS was not agreed on, with either side
};

struct StartError {
  std::string operation;  // "bind", "listen", "resolve"
  std::string reason;     // "address already in use"
};

class Relay;

// All of it from any thread, and none of it waits for a peer: it returns when the workers have done
// it. The thread of a worker may call it too, but for calls of an interceptor, where no other
// thread does. The Relay outlives it.
class Link {
 public:
  struct Settings {
    std::string name;  // keys its draws
    Endpoint listen;   // port 0: any free one
    Endpoint upstream;
    // What it speaks TLS with to its callers and to the upstream; null: it passes on what comes.
    std::shared_ptr<const TlsSettings> caller_tls;
    std::shared_ptr<const TlsSettings> callee_tls;
    // Makes the interceptor of each connection, on the thread of its worker; empty: there is none.
    // Where it makes none, it is asked again at each nudge().
    Interceptor::Make intercept;
  };

  // Ends as stop() does.
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Listens. Where it has listened before on port 0, on the port that it had then. Started twice is
  // harmless.
  base::expected<void, StartError> start();
  // Refuses new connections and closes the open ones. Faults stay. Twice is harmless.
  void stop();
  bool started() const;
  // As settings, with the address and the port in the place of name and 0 once it has started.
  Endpoint listen() const;

  // What becomes of those who want to connect; who is connected stays so. The error is that of
  // listening again: then they are refused.
  enum class Admission : std::uint8_t {
    open,
    refused,
    hanging,  // neither connected nor refused
  };
  base::expected<void, StartError> admit(Admission admission);

  // These are the faults from now on, in this order. What is queued on live connections is held or
  // let go as they say; no byte is lost, doubled or reordered.
  void set_faults(std::vector<StreamFault> faults);

  // Of the faults that there are, in their order. One that was there before, by its name and its
  // direction, counts on.
  struct Hits {
    std::int64_t came = 0;   // to so many connections, by its draws
    std::int64_t acted = 0;  // on so many of them: on a byte, or on an end
  };
  std::vector<Hits> hits() const;
  // The newest draws, by the number of the connection; however many workers there are, the same.
  std::vector<Draw> draws() const;

  // Every live connection asks its interceptor to look after itself.
  void nudge();
  // Every live connection is reset; it listens on.
  void reset_connections();
  // Requests of interceptors that wait for their time wait no longer, in the order of their
  // indexes; or they wait until they are told so, whatever their time.
  void hurry_asides();
  void hold_asides();

  Counters counters() const;
  // How many connects the kernel has let hang: each try of each caller.
  std::uint64_t hung_connects() const;
  // How much later than its deadline each piece was written that waited for it; absent where none
  // did.
  std::optional<stats::Histogram> injection_error() const;

 private:
  friend class Relay;
  struct Parts;
  explicit Link(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

class Relay {
 public:
  struct Settings {
    int workers = 1;
    std::uint64_t seed = 0;
    // The most that each direction of a connection holds back: what comes beyond it waits in the
    // kernel's buffers, and then at the sender.
    std::int64_t queue = 1 << 20;
    // Takes a sentence for whoever runs it ("redis cannot accept connections: ..."). Any thread.
    std::function<void(const std::string&)> tell;
  };
  explicit Relay(net::Loop::Clock clock, Settings settings);
  // Its links are gone before.
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  // Not started.
  std::unique_ptr<Link> add(Link::Settings settings);

  std::size_t workers() const;
  net::Loop::Clock clock() const;
  // That of a worker, for who wants to do something on its thread.
  net::Loop& loop(std::size_t worker);

  struct Parts;

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace seawall::relay
