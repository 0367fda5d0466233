#include "faults/http/forward_connection.hpp"

#include <cerrno>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace seawall::http {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using net::Close;
using relay::Channel;

constexpr std::string_view established = "HTTP/1.1 200 Connection established\r\n\r\n";

// What goes on for longer lets others have their turn.
constexpr int most_steps = 64;

}  // namespace

ForwardConnection::ForwardConnection(ForwardDesk& desk, std::uint64_t number,
                                     relay::Descriptor caller)
    : desk_(desk),
      number_(number),
      caller_(Channel(std::move(caller)),
              [this](Peer& peer, std::uint32_t events) { ready(peer, events); }) {}

void ForwardConnection::start() {
  ++desk_.open;
  relay::send_at_once(caller_.channel.socket());
  if (!desk_.worker.poller.watch_edges(caller_.channel.socket(), caller_)) close(Close::reset);
}

void ForwardConnection::close(Close how) {
  if (std::exchange(stage_, Stage::closed) == Stage::closed) return;
  if (resolver_) resolver_->cancel();
  --desk_.open;  // whoever learns of the end finds it counted
  caller_.channel.close(how);
  for (const auto& [key, peer] : kept_) peer->channel.close(how);
  // The caller of this may be a member function, and the poller may have an event for it yet.
  desk_.worker.loop.post([self = shared_from_this()] {});
  desk_.connections.erase(number_);
}

void ForwardConnection::ready(Peer& peer, std::uint32_t events) {
  if (stage_ == Stage::closed) return;
  const bool gone = (events & (EPOLLERR | EPOLLHUP)) != 0;
  if (stage_ == Stage::connecting) {
    if (&peer == callee_.get()) return connected(relay::pending_error(peer.channel.socket()));
    // Who has left does not keep a connect that hangs.
    if (&peer == &caller_ && gone) return close(Close::reset);
  }
  go_on();
}

void ForwardConnection::go_on() {
  const auto self = shared_from_this();
  for (int i = 0; i < most_steps; ++i) {
    if (stage_ == Stage::closed) return;
    if (!step()) return see_to_ends();
  }
  desk_.worker.loop.post([this, self] {
    if (stage_ != Stage::closed) go_on();
  });
}

bool ForwardConnection::step() {
  bool moved = fill(caller_);
  if (callee_) moved = fill(*callee_) || moved;
  switch (stage_) {
    case Stage::head:
      moved = read_head() || moved;
      break;
    case Stage::exchange:
      moved = pass_request() || moved;
      moved = pass_answer() || moved;
      see_to_exchange();
      break;
    case Stage::tunnel:
      moved = pass_all(caller_, *callee_) || moved;
      moved = pass_all(*callee_, caller_) || moved;
      break;
    case Stage::connecting:
    case Stage::ending:
    case Stage::closed:
      break;
  }
  if (stage_ == Stage::closed) return false;
  moved = caller_.flush() || moved;
  if (callee_ && stage_ != Stage::connecting) moved = callee_->flush() || moved;
  return moved;
}

// Nothing more can be done for now: what has ended is dealt with.
void ForwardConnection::see_to_ends() {
  if (caller_.is_broken()) return close(Close::reset);
  if (stage_ == Stage::connecting) return;
  if (stage_ == Stage::ending) {
    if (caller_.to_write.empty()) close(Close::fin);
    return;
  }
  if (stage_ == Stage::head) {
    for (auto one = kept_.begin(); one != kept_.end();) {
      Peer& peer = *(one++)->second;
      fill(peer);
      if (peer.has_ended() || !peer.unread.empty()) drop(std::prev(one)->first);
    }
    // What it has not said to its end is no request.
    if (caller_.has_ended() && caller_.to_write.empty()) close(Close::fin);
    return;
  }
  if (callee_->is_broken() && callee_->unread.empty() && caller_.to_write.empty())
    return close(Close::reset);
  if (caller_.is_over()) callee_->end_when_flushed();
  if (!callee_->is_over() || !caller_.to_write.empty()) return;
  if (stage_ == Stage::exchange) return close(Close::fin);
  caller_.end_when_flushed();
  if (caller_.is_over() && callee_->to_write.empty()) close(Close::fin);
}

// ---- Where a request goes.

bool ForwardConnection::read_head() {
  if (caller_.unread.empty()) return false;
  const HeadReader::State state = request_head_.read(caller_.unread);
  if (state == HeadReader::State::more) return false;
  if (state == HeadReader::State::trouble) {
    refuse({400, "expected a request of HTTP/1.0 or HTTP/1.1, but " +
                     std::string(reason_of(request_head_.trouble()))});
    return true;
  }
  const std::size_t size = request_head_.head().size;
  route(request_head_.head());
  caller_.take(size);
  request_head_.reset();
  return true;
}

void ForwardConnection::route(const Head& head) {
  auto request = read_forward_request(head);
  if (!request) return refuse(request.error());
  const ForwardRoutes& routes = *desk_.routes;
  const ForwardRoute* const found = routes.find(request->to);
  const std::string asked = to_text(request->to);
  const bool may_pass =
      routes.passes_unknown && (!desk_.may_pass || desk_.may_pass(request->to.host));
  if (!found && !may_pass && desk_.strangers.size() < ForwardDesk::most_strangers)
    desk_.strangers.insert(asked);
  if (!found && !routes.passes_unknown)
    return refuse({403, "there is no link to " + asked + " here: there is one to " +
                            routes.known() + ", and what is unknown is refused"});
  if (!found && !may_pass)
    return refuse({403, "there is no link to " + asked +
                            ", and its host is none that --allow-host "
                            "names"});
  if (found && !found->at)
    return refuse({502, "the link '" + found->link + "' to " + asked + " is gone"});
  ++(request->tunnels ? desk_.tunnels : desk_.requests);
  to_link_ = found != nullptr;
  request_ = *std::move(request);
  method_ = head.method;
  last_ = head.closes;
  request_body_.begin(request_.tunnels ? Body{} : body_of_request(head));
  go_to(found ? *found->at : request_.to);
}

// It ends the connection: what comes behind it may be the body of what was refused.
void ForwardConnection::refuse(const ForwardRefusal& refusal) {
  ++desk_.refused;
  caller_.to_write += to_answer(refusal);
  stage_ = Stage::ending;
}

void ForwardConnection::go_to(const relay::Endpoint& at) {
  callee_key_ = to_text(at);
  if (const auto kept = kept_.find(callee_key_); kept != kept_.end() && !request_.tunnels) {
    fill(*kept->second);
    if (!kept->second->has_ended() && kept->second->unread.empty()) {
      callee_ = kept->second;
      return begin();
    }
  }
  drop(callee_key_);
  if (kept_.size() >= most_kept) drop(kept_.begin()->first);
  stage_ = Stage::connecting;
  boost::system::error_code is_name;
  const auto number = asio::ip::make_address(at.host, is_name);
  if (!is_name) return connect({Address(number, at.port)});
  resolver_.emplace(desk_.worker.loop.context());
  resolver_->async_resolve(at.host, std::to_string(at.port), tcp::resolver::numeric_service,
                           [this, self = shared_from_this()](const auto& error, const auto& found) {
                             if (stage_ == Stage::closed) return;
                             std::vector<Address> addresses;
                             if (!error) addresses.assign(found.begin(), found.end());
                             connect(std::move(addresses));
                             go_on();
                           });
}

void ForwardConnection::connect(std::vector<Address> addresses) {
  if (addresses.empty()) return connected(EHOSTUNREACH);
  const Address first = addresses.front();
  addresses.erase(addresses.begin());
  next_ = std::move(addresses);
  constexpr int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  relay::Descriptor socket(::socket(first.protocol().family(), type, IPPROTO_TCP));
  if (!socket) return connected(errno);
  const int number = socket.number();
  callee_ =
      std::make_shared<Peer>(Channel(std::move(socket)),
                             [this](Peer& peer, std::uint32_t events) { ready(peer, events); });
  kept_[callee_key_] = callee_;
  // The poller tells of it as soon as it is connected, though that may be at once.
  const bool begun = ::connect(number, first.data(), static_cast<socklen_t>(first.size())) == 0 ||
                     errno == EINPROGRESS;
  const int error = begun ? 0 : errno;
  if (!begun) return connected(error);
  if (!desk_.worker.poller.watch_edges(number, *callee_)) connected(errno);
}

// A link that refuses is seen as who connects to it himself would see it: there is no answer. Of a
// host that is no link of ours, a proxy says so.
void ForwardConnection::connected(int error) {
  if (error != 0) {
    drop(callee_key_);
    if (!next_.empty()) return connect(std::exchange(next_, {}));
    if (to_link_) return close(Close::reset);
    refuse({502, "cannot connect to " + to_text(request_.to)});
    return go_on();
  }
  relay::send_at_once(callee_->channel.socket());
  begin();
  go_on();
}

void ForwardConnection::begin() {
  if (request_.tunnels) {
    caller_.to_write += established;
    stage_ = Stage::tunnel;
    return;
  }
  callee_->to_write += request_.head;
  stage_ = Stage::exchange;
  request_done_ = request_body_.kind() == Body::Kind::none;
  in_answer_ = answer_done_ = false;
  answer_head_.reset();
}

// Its poller may have an event for it yet.
void ForwardConnection::drop(const std::string& key) {
  const auto kept = kept_.find(key);
  if (kept == kept_.end()) return;
  const std::shared_ptr<Peer> gone = kept->second;
  kept_.erase(kept);
  if (callee_ == gone) callee_.reset();
  gone->channel.close(Close::fin);
  desk_.worker.loop.post([gone, self = shared_from_this()] {});
}

// ---- An exchange.

bool ForwardConnection::pass_request() {
  std::string_view left = caller_.unread;
  while (!request_done_ && !left.empty() && callee_->has_room()) {
    const BodyReader::Part part = request_body_.read(left);
    callee_->to_write += left.substr(0, part.size);
    left.remove_prefix(part.size);
    request_done_ = part.complete;
    if (part.trouble == Trouble::none) continue;
    stage_ = Stage::tunnel;  // where it ends, nobody knows
    break;
  }
  const std::size_t passed = caller_.unread.size() - left.size();
  caller_.take(passed);
  return passed > 0 || stage_ == Stage::tunnel;
}

bool ForwardConnection::pass_answer() {
  std::string_view left = callee_->unread;
  while (stage_ == Stage::exchange && !answer_done_ && !left.empty() && caller_.has_room()) {
    const std::size_t passed = in_answer_ ? pass_answer_body(left) : pass_answer_head(left);
    caller_.to_write += left.substr(0, passed);
    left.remove_prefix(passed);
    if (passed == 0 && !in_answer_) break;  // the head is not complete
  }
  const std::size_t passed = callee_->unread.size() - left.size();
  callee_->take(passed);
  return passed > 0;
}

// Both say how many of the bytes pass.
std::size_t ForwardConnection::pass_answer_head(std::string_view bytes) {
  const HeadReader::State state = answer_head_.read(bytes);
  if (state == HeadReader::State::more) return 0;
  if (state == HeadReader::State::trouble) {
    in_answer_ = true;
    pass_answer_to_its_end();
    return 0;
  }
  const Head& head = answer_head_.head();
  const std::size_t size = head.size;
  if (head.status == 101) {
    stage_ = Stage::tunnel;
  } else if (head.status >= 200) {
    in_answer_ = true;
    answer_body_.begin(body_of_answer(head, method_));
    answer_done_ = answer_body_.kind() == Body::Kind::none;
    last_ = last_ || head.closes || answer_body_.kind() == Body::Kind::until_close;
  }
  answer_head_.reset();
  return size;
}

std::size_t ForwardConnection::pass_answer_body(std::string_view bytes) {
  const BodyReader::Part part = answer_body_.read(bytes);
  answer_done_ = part.complete;
  if (part.trouble != Trouble::none) pass_answer_to_its_end();
  return part.size;
}

// Where another would begin, nobody knows.
void ForwardConnection::pass_answer_to_its_end() {
  answer_body_.begin({Body::Kind::until_close, 0});
  last_ = true;
}

// When both have been read, the next request has its turn.
void ForwardConnection::see_to_exchange() {
  if (stage_ != Stage::exchange || !answer_done_) return;
  if (last_) {
    stage_ = Stage::ending;
  } else if (request_done_ && callee_->to_write.empty()) {
    stage_ = Stage::head;
    callee_.reset();  // it is kept
  }
}

bool ForwardConnection::pass_all(Peer& from, Peer& to) {
  if (from.unread.empty() || !to.has_room()) return false;
  to.to_write += std::exchange(from.unread, {});
  return true;
}

}  // namespace seawall::http
