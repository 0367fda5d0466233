#include "faults/relay/aside.hpp"

#include <cerrno>
#include <tuple>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace seawall::relay {

Aside::Aside(Lane& lane, std::uint64_t number, Address callee, AsideRequest request)
    : lane_(lane), number_(number), callee_(std::move(callee)), request_(std::move(request)) {}

void Aside::start() {
  net::Loop& loop = lane_.worker.loop;
  if (request_.at <= loop.now()) return hurry();
  timer_ = loop.at(request_.at, [this] { hurry(); });
}

void Aside::hurry() {
  if (!std::exchange(waits_, false)) return;
  lane_.worker.loop.cancel(timer_);
  lane_.due_asides.push_back(shared_from_this());
  send_due(lane_);
}

void Aside::hold() {
  if (waits_) lane_.worker.loop.cancel(timer_);
}

bool Aside::comes_before(const Aside& other) const {
  const auto place = [](const AsideRequest& request) {
    const base::ExecutionIndex& index = request.index;
    return std::tie(index.subject, index.operation, index.label, index.n, request.is_copy);
  };
  return place(request_) < place(other.request_);
}

// One that fails at once makes room for the next, in the same loop.
void Aside::send_due(Lane& lane) {
  if (std::exchange(lane.sends_asides, true)) return;
  while (lane.sent_asides < most_sent && !lane.due_asides.empty()) {
    const std::shared_ptr<Aside> next = std::move(lane.due_asides.front());
    lane.due_asides.pop_front();
    if (next->closed_) continue;
    ++lane.sent_asides;
    next->counts_ = true;
    net::Loop& loop = lane.worker.loop;
    next->timer_ = loop.at(loop.now() + patience, [next = next.get()] { next->close(); });
    next->connect();
  }
  lane.sends_asides = false;
}

void Aside::connect() {
  constexpr int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  channel_ = Channel(Descriptor(::socket(callee_.protocol().family(), type, IPPROTO_TCP)));
  if (!channel_) return close();
  const auto size = static_cast<socklen_t>(callee_.size());
  const bool at_once = ::connect(channel_.socket(), callee_.data(), size) == 0;
  if (!at_once && errno != EINPROGRESS) return close();
  if (!lane_.worker.poller.watch_edges(channel_.socket(), *this)) close();
}

// Whether it has been connected is told by the first thing that is done with it.
void Aside::ready(std::uint32_t) {
  if (closed_) return;
  if (!greeted_) {
    const Channel::State state = channel_.begin(lane_.callee_tls);
    if (state == Channel::State::later) return;
    if (state != Channel::State::done) return close();
    greeted_ = true;
    // It may have been refused: then nothing of it has come to anybody.
    if (pending_error(channel_.socket()) != 0) return close();
    if (request_.delivered) request_.delivered();
  }
  send();
  if (!closed_) receive();
}

void Aside::send() {
  if (sent_ == request_.bytes.size()) return;
  const auto [state, sent] =
      channel_.write(request_.bytes.data() + sent_, request_.bytes.size() - sent_);
  sent_ += sent;
  if (state == Channel::State::broken) close();
}

void Aside::receive() {
  auto& scratch = lane_.worker.scratch;
  for (;;) {
    const auto [state, bytes] = channel_.read(scratch.data(), scratch.size());
    if (state == Channel::State::later) return;
    if (state != Channel::State::done) return close();
    if (request_.is_answered && request_.is_answered({scratch.data(), bytes})) return close();
  }
}

void Aside::close() {
  if (std::exchange(closed_, true)) return;
  net::Loop& loop = lane_.worker.loop;
  loop.cancel(timer_);
  channel_.close(net::Close::fin);
  // The caller of this may be a member function, and the poller may have an event for it yet.
  loop.post([self = shared_from_this()] {});
  lane_.aside_bytes -= size();
  lane_.asides.erase(number_);
  if (!std::exchange(counts_, false)) return;
  --lane_.sent_asides;
  send_due(lane_);
}

}  // namespace seawall::relay
