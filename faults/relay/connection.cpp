#include "faults/relay/connection.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <sys/socket.h>

namespace seawall::relay {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using net::Close;

// A socket that is closed with bytes unread sends a reset after its last bytes, and the peer may
// lose them. What comes after this much is a flood that ends as it may.
void discard_input(tcp::socket& socket) {
  constexpr int most = 64;
  constexpr std::size_t each = 1 << 20;
  for (int i = 0; i < most; ++i)
    if (::recv(socket.native_handle(), nullptr, each, MSG_TRUNC | MSG_DONTWAIT) <= 0) break;
}

void close(tcp::socket& socket, Close how) {
  error_code ignored;  // it is gone in any case
  if (!socket.is_open()) return;
  if (how == Close::reset)
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
  else
    discard_input(socket);
  socket.close(ignored);
}

void set_options(tcp::socket& socket) {
  error_code ignored;  // slower, and right all the same
  socket.set_option(tcp::no_delay(true), ignored);
}

bool lacks_descriptor(const error_code& error) {
  return error == asio::error::no_descriptors || error.value() == ENFILE;
}

}  // namespace

Connection::Connection(Lane& lane, Socket caller, std::uint64_t number, Endpoint callee)
    : lane_(lane),
      number_(number),
      callee_(std::move(callee)),
      caller_(std::move(caller)),
      upstream_(lane.worker.loop.context()),
      up_(*this, lane, Direction::up, caller_, upstream_),
      down_(*this, lane, Direction::down, upstream_, caller_) {}

void Connection::start() {
  add(lane_.open, 1);
  faults_changed();
  error_code no_number;
  const auto address = asio::ip::make_address(callee_.host, no_number);
  if (no_number) return resolve();
  connect({tcp::endpoint(address, callee_.port)});
}

// On a thread of the resolver's own, which keeps those waiting who need it too, and nobody else.
void Connection::resolve() {
  resolver_.emplace(lane_.worker.loop.context());
  resolver_->async_resolve(
      callee_.host, std::to_string(callee_.port), tcp::resolver::numeric_service,
      [this, self = shared_from_this()](const error_code& error, const auto& found) {
        if (closed_) return;
        Addresses addresses;
        if (!error) addresses.assign(found.begin(), found.end());
        connect(std::move(addresses));
      });
}

void Connection::connect(Addresses addresses) {
  if (addresses.empty()) {
    add(lane_.unreachable, 1);
    return close(Close::fin);
  }
  const tcp::endpoint first = addresses.front();
  addresses.erase(addresses.begin());
  upstream_.async_connect(first, [this, self = shared_from_this(),
                                  rest = std::move(addresses)](const error_code& error) mutable {
    if (closed_) return;
    if (!error) return relay();
    error_code ignored;
    upstream_.close(ignored);
    if (!lacks_descriptor(error)) return connect(std::move(rest));
    add(lane_.refused, 1);
    close(Close::reset);
  });
}

void Connection::relay() {
  set_options(caller_);
  set_options(upstream_);
  up_.start();
  if (!closed_) down_.start();
}

void Connection::flow_done() {
  if (up_.done() && down_.done()) close(Close::fin);
}

void Connection::close(Close how) {
  if (std::exchange(closed_, true)) return;
  net::Loop& loop = lane_.worker.loop;
  loop.cancel(end_);
  up_.stop();
  down_.stop();
  if (resolver_) resolver_->cancel();
  relay::close(caller_, how);
  relay::close(upstream_, how);
  lane_.open.store(lane_.open.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
  // The caller of this may be a member function.
  loop.post([self = shared_from_this()] {});
  lane_.connections.erase(number_);
}

void Connection::faults_changed() {
  if (!closed_) apply_faults(up_, Direction::up);
  if (!closed_) apply_faults(down_, Direction::down);
  if (!closed_) set_end();
}

void Connection::apply_faults(Flow& flow, Direction direction) {
  std::vector<Applied> faults = drawn_for(flow, direction);
  const Schedule* before = flow.schedule();
  const auto same = [](const Applied& a, const Applied& b) { return a.fault == b.fault; };
  if (before ? std::equal(faults.begin(), faults.end(), before->faults().begin(),
                          before->faults().end(), same)
             : faults.empty())
    return;
  std::unique_ptr<Schedule> schedule;
  if (!faults.empty()) {
    const auto key = lane_.key.with(number_).with(static_cast<int>(direction));
    schedule = std::make_unique<Schedule>(std::move(faults), key);
  }
  flow.set_schedule(std::move(schedule));
}

// One that it had already goes on as it was.
std::vector<Applied> Connection::drawn_for(const Flow& flow, Direction direction) const {
  const Snapshot& snapshot = *lane_.snapshot;
  const TimePoint now = lane_.worker.loop.now();
  std::vector<Applied> drawn;
  for (std::size_t i = 0; i < snapshot.faults.size(); ++i) {
    const StreamFault& fault = snapshot.faults[i];
    if (fault.direction != direction) continue;
    const auto key = lane_.key.with(number_).with(fault.name).with("probability");
    if (!key.hits(fault.probability)) continue;
    const Applied* had = nullptr;
    if (flow.schedule())
      for (const Applied& one : flow.schedule()->faults())
        if (one.fault == fault) had = &one;
    if (had) {
      drawn.push_back(*had);
      continue;
    }
    Applied applied{fault, now, flow.offset(), nullptr};
    if (const auto shared = snapshot.shared.find(i); shared != snapshot.shared.end())
      applied.pacer = shared->second;
    else if (fault.effect.rate.value_or(0) > 0)
      applied.pacer = std::make_shared<Pacer>(*fault.effect.rate, now);
    drawn.push_back(std::move(applied));
  }
  return drawn;
}

void Connection::set_end() {
  net::Loop& loop = lane_.worker.loop;
  loop.cancel(end_);
  TimePoint first = never;
  Close how = Close::fin;
  const auto consider = [&](TimePoint since, const std::optional<Duration>& after, Close end) {
    if (!after || since + *after >= first) return;
    first = since + *after;
    how = end;
  };
  for (const Flow* flow : {&up_, &down_}) {
    if (!flow->schedule()) continue;
    for (const Applied& applied : flow->schedule()->faults()) {
      consider(applied.since, applied.fault.effect.close_after, Close::fin);
      consider(applied.since, applied.fault.effect.reset_after, Close::reset);
    }
  }
  if (first != never) end_ = loop.at(first, [this, how] { close(how); });
}

}  // namespace seawall::relay
