#include "faults/relay/connection.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <sys/socket.h>

#include "faults/relay/aside.hpp"

namespace seawall::relay {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using net::Close;

}  // namespace

Connection::Connection(Lane& lane, Descriptor caller, std::uint64_t number, Endpoint callee)
    : lane_(lane),
      number_(number),
      callee_(std::move(callee)),
      up_(*this, lane, Direction::up),
      down_(*this, lane, Direction::down),
      caller_(*this, up_, down_),
      upstream_(*this, down_, up_) {
  caller_.channel = Channel(std::move(caller));
}

void Connection::start() {
  add(lane_.open, 1);
  make_interceptor();
  faults_changed();
  if (closed()) return;
  if (!lane_.worker.poller.watch_edges(caller_.channel.socket(), caller_)) return fail(errno);
  error_code no_number;
  const auto address = asio::ip::make_address(callee_.host, no_number);
  if (no_number) return resolve();
  connect({Address(address, callee_.port)});
}

// On a thread of the resolver's own, which keeps those waiting who need it too, and nobody else.
void Connection::resolve() {
  resolver_.emplace(lane_.worker.loop.context());
  resolver_->async_resolve(
      callee_.host, std::to_string(callee_.port), asio::ip::tcp::resolver::numeric_service,
      [this, self = shared_from_this()](const error_code& error, const auto& found) {
        if (closed()) return;
        std::vector<Address> addresses;
        if (!error) addresses.assign(found.begin(), found.end());
        connect(std::move(addresses));
      });
}

void Connection::connect(std::vector<Address> addresses) {
  if (addresses.empty()) return fail(EHOSTUNREACH);
  const Address first = addresses.front();
  addresses.erase(addresses.begin());
  next_ = std::move(addresses);
  constexpr int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  upstream_.channel = Channel(Descriptor(::socket(first.protocol().family(), type, IPPROTO_TCP)));
  if (!upstream_.channel) return connected(errno);
  const int number = upstream_.channel.socket();
  const bool at_once = ::connect(number, first.data(), static_cast<socklen_t>(first.size())) == 0;
  if (!at_once && errno != EINPROGRESS) return connected(errno);
  if (!lane_.worker.poller.watch_edges(number, upstream_)) return connected(errno);
  if (at_once) connected(0);
}

void Connection::connected(int error) {
  if (error == 0) {
    send_at_once(caller_.channel.socket());
    send_at_once(upstream_.channel.socket());
    stage_ = Stage::shaking_hands;
    return shake_hands();
  }
  // It was reset since: who refuses does so by another error.
  if (error == ECONNRESET || error == EPIPE) {
    was_relaying_ = true;
    return close(Close::reset);
  }
  upstream_.channel.close(Close::fin);
  if (error == EMFILE || error == ENFILE || next_.empty()) return fail(error);
  connect(std::exchange(next_, {}));
}

// Where a side speaks TLS. One that speaks none is done at once.
void Connection::shake_hands() {
  const auto caller = caller_.channel.begin(lane_.caller_tls);
  const auto upstream = upstream_.channel.begin(lane_.callee_tls);
  for (const auto state : {caller, upstream})
    if (state == Channel::State::broken || state == Channel::State::ended) {
      add(lane_.distrusted, 1);
      return close(Close::fin);
    }
  if (caller == Channel::State::done && upstream == Channel::State::done) relay();
}

void Connection::relay() {
  stage_ = Stage::relaying;
  was_relaying_ = true;
  up_.set_channels(caller_.channel, upstream_.channel);
  down_.set_channels(upstream_.channel, caller_.channel);
  up_.start();
  if (!closed()) down_.start();
}

// As a callee that hangs up where it is not reachable; and by a reset where it is our own fault.
void Connection::fail(int error) {
  const bool ours = error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOSPC;
  add(ours ? lane_.refused : lane_.unreachable, 1);
  close(ours ? Close::reset : Close::fin);
}

void Connection::ready(Side& side, std::uint32_t events) {
  if (closed()) return;
  if (events == Poller::turn) return side.reads.take_turn();
  // Who has left does not keep a connect that hangs.
  const bool gone = (events & (EPOLLERR | EPOLLHUP)) != 0;
  if (stage_ == Stage::connecting && &side == &caller_ && gone) return close(Close::reset);
  if (stage_ == Stage::connecting && &side == &upstream_) {
    connected(pending_error(upstream_.channel.socket()));
    // What has come together with the connection is told in the same event, and not again.
    if (closed() || stage_ == Stage::connecting) return;
  }
  // A session may have to read before it can write, and the other way round.
  const bool both = !side.channel.is_plain();
  if (both || (events & EPOLLOUT) != 0) side.writes.sink_ready();
  if (both || (events & EPOLLIN) != 0) side.reads.source_ready((events & EPOLLRDHUP) != 0);
  if (stage_ == Stage::shaking_hands) shake_hands();
  if (lost_ != nullptr && (gone || (events & EPOLLRDHUP) != 0)) return close(Close::reset);
  if ((events & EPOLLERR) != 0) lose(side);
}

// It was reset while nothing that it says passes, not even that: its descriptor is of no use any
// more. The other side learns of it when it may, and where that leaves before, nobody is left.
void Connection::lose(Side& side) {
  if (stage_ != Stage::relaying || !side.reads.lose_source()) return;
  lost_ = &side;
  side.writes.stop();
  side.channel.close(Close::reset);
}

void Connection::flow_done() {
  if (up_.done() && down_.done()) close(Close::fin);
}

void Connection::read_again(const Flow& flow) {
  Side& side = &flow == &up_ ? caller_ : upstream_;
  lane_.worker.poller.again({shared_from_this(), &side});
}

void Connection::close(Close how) {
  if (std::exchange(stage_, Stage::closed) == Stage::closed) return;
  net::Loop& loop = lane_.worker.loop;
  loop.cancel(end_);
  loop.cancel(wake_);
  up_.stop();
  down_.stop();
  if (interceptor_calls_ == 0) leave_interceptor();
  if (resolver_) resolver_->cancel();
  // Whoever learns of the end finds it counted.
  lane_.open.store(lane_.open.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
  caller_.channel.close(how);
  upstream_.channel.close(how);
  // The caller of this may be a member function, and the poller may have an event for it yet.
  loop.post([self = shared_from_this()] {});
  lane_.connections.erase(number_);
}

// ---- The interceptor.

void Connection::make_interceptor() {
  const bool late = stage_ == Stage::relaying;
  if (lane_.intercept) interceptor_ = lane_.intercept({lane_.index, number_, now(), late});
  up_.set_intercepted(interceptor_ != nullptr);
  down_.set_intercepted(interceptor_ != nullptr);
}

// What it does may end the connection, and it may leave; both are seen to when it has returned.
template <class Call>
void Connection::call_interceptor(Call call) {
  ++interceptor_calls_;
  call(*interceptor_);
  --interceptor_calls_;
  if (interceptor_calls_ == 0 && (closed() || detached_)) leave_interceptor();
}

void Connection::leave_interceptor() {
  const std::unique_ptr<Interceptor> gone = std::move(interceptor_);
  if (!gone) return;
  lane_.worker.loop.cancel(wake_);
  if (closed()) gone->closed(was_relaying_, now());
  up_.set_intercepted(false);
  down_.set_intercepted(false);
}

// The flow that has read sees to itself after this; the other one learns of what was passed to it.
void Connection::intercept(Direction direction, std::string_view bytes) {
  other(flow_of(direction)).expect();
  call_interceptor([&](Interceptor& one) { one.took(direction, bytes, *this); });
  if (!closed()) other(flow_of(direction)).settle();
}

bool Connection::intercept_end(Direction direction, Close how) {
  bool passes = true;
  up_.expect();
  down_.expect();
  call_interceptor([&](Interceptor& one) { passes = one.source_ended(direction, how, *this); });
  if (!closed()) other(flow_of(direction)).settle();
  // What it passed in its own direction, without an end after it.
  if (!closed() && !passes) flow_of(direction).settle();
  return passes;
}

void Connection::nudge() {
  if (closed() || stage_ != Stage::relaying) return;
  // One that there was and that has left does not come back.
  const bool may_come = !detached_ && up_.may_be_intercepted() && down_.may_be_intercepted();
  if (!interceptor_ && may_come) make_interceptor();
  if (interceptor_) call_and_settle([this](Interceptor& one) { one.nudged(*this); });
}

// Where it may pass bytes that no flow has just read.
template <class Call>
void Connection::call_and_settle(Call call) {
  up_.expect();
  down_.expect();
  call_interceptor(call);
  if (!closed()) up_.settle();
  if (!closed()) down_.settle();
}

void Connection::wake(TimePoint at) {
  net::Loop& loop = lane_.worker.loop;
  loop.cancel(wake_);
  wake_ = loop.at(at, [this] { call_and_settle([this](Interceptor& one) { one.woken(*this); }); });
}

void Connection::went(Direction direction, std::int64_t gone) {
  if (interceptor_) interceptor_->went(direction, gone, now());
}

void Connection::pass(Direction direction, std::string_view bytes, const Timing& timing) {
  flow_of(direction).pass(bytes, timing);
}

void Connection::end(Direction after, Close how, TimePoint at) { flow_of(after).finish(how, at); }

bool Connection::ask_aside(AsideRequest request) {
  Aside::Address callee;
  auto size = static_cast<socklen_t>(callee.capacity());
  const std::size_t bytes = request.bytes.size();
  if (lane_.asides.size() >= Aside::most_waiting || bytes > Aside::largest ||
      bytes > Aside::most_bytes - lane_.aside_bytes ||
      ::getpeername(upstream_.channel.socket(), callee.data(), &size) != 0)
    return false;
  callee.resize(size);
  const std::uint64_t number = ++lane_.last_aside;
  const auto aside = std::make_shared<Aside>(lane_, number, callee, std::move(request));
  lane_.asides.emplace(number, aside);
  lane_.aside_bytes += bytes;
  aside->start();
  return true;
}

}  // namespace seawall::relay
