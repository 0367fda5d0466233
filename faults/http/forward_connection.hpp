// One connection of a caller to its forward proxy: requests go one after the other, each to the
// link that its authority names, and answers come back as they are. Bodies stream.
//
//   head --> route --connect--> exchange --both have been read--> head ...
//              |                    \--101, or what cannot be read--> tunnel
//              |--CONNECT---------> tunnel
//              \--no route--------> our own answer, and the end
//
// Connections to links are kept for the next request to the same one, as a client without a proxy
// would keep them, so that a fault of connections means what it means elsewhere. How a link ends a
// connection is how that of its caller ends: by a reset, or after what came.
//
// Of its worker's thread.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "faults/http/forward_head.hpp"
#include "faults/http/forward_peer.hpp"
#include "faults/http/forward_routes.hpp"
#include "faults/relay/worker.hpp"

namespace seawall::http {

class ForwardConnection;

// What the connections of one forward proxy share.
struct ForwardDesk {
  using Count = std::atomic<std::uint64_t>;

  explicit ForwardDesk(relay::Worker& w) : worker(w) {}

  relay::Worker& worker;
  std::shared_ptr<const ForwardRoutes> routes = std::make_shared<ForwardRoutes>();
  std::function<bool(const std::string& host)> may_pass;  // where there is no route; empty: any
  std::map<std::uint64_t, std::shared_ptr<ForwardConnection>> connections;  // by number
  Count open = 0;
  Count requests = 0;  // that went to a link, or on to a host
  Count tunnels = 0;   // likewise
  Count refused = 0;   // that were answered here
  // Whom nobody may ask here, as HOST:PORT: the first of them, for whoever runs it.
  static constexpr std::size_t most_strangers = 5;
  std::set<std::string> strangers;
};

class ForwardConnection final : public std::enable_shared_from_this<ForwardConnection> {
 public:
  // Links that connections are kept to, at most.
  static constexpr std::size_t most_kept = 16;

  // `caller` is connected.
  ForwardConnection(ForwardDesk& desk, std::uint64_t number, relay::Descriptor caller);

  // Once.
  void start();
  // Ends it and takes it from its desk. Twice is harmless.
  void close(net::Close how);

 private:
  using Address = boost::asio::ip::tcp::endpoint;
  using Peer = ForwardPeer;
  enum class Stage : std::uint8_t { head, connecting, exchange, tunnel, ending, closed };

  void ready(Peer& peer, std::uint32_t events);
  void go_on();
  // True: something was got on with, and there may be more.
  bool step();
  void see_to_ends();
  bool fill(Peer& peer) { return peer.fill(desk_.worker.scratch); }

  bool read_head();
  void route(const Head& head);
  void refuse(const ForwardRefusal& refusal);
  void go_to(const relay::Endpoint& at);
  void connect(std::vector<Address> addresses);
  void connected(int error);
  void begin();

  bool pass_request();
  bool pass_answer();
  std::size_t pass_answer_head(std::string_view bytes);
  std::size_t pass_answer_body(std::string_view bytes);
  void pass_answer_to_its_end();
  void see_to_exchange();
  bool pass_all(Peer& from, Peer& to);
  // A kept connection is kept no longer.
  void drop(const std::string& key);

  ForwardDesk& desk_;
  const std::uint64_t number_;
  Peer caller_;
  std::map<std::string, std::shared_ptr<Peer>> kept_;  // by where they go; the current one too
  std::shared_ptr<Peer> callee_;
  std::string callee_key_;
  bool to_link_ = false;
  std::optional<boost::asio::ip::tcp::resolver> resolver_;
  std::vector<Address> next_;  // to be tried where this one fails
  Stage stage_ = Stage::head;

  HeadReader request_head_{Side::request};
  HeadReader answer_head_{Side::answer};
  ForwardRequest request_;  // under way
  std::string method_;      // of it
  BodyReader request_body_;
  BodyReader answer_body_;
  bool request_done_ = false;
  bool in_answer_ = false;
  bool answer_done_ = false;
  bool last_ = false;  // the connection ends with this exchange
};

}  // namespace seawall::http
