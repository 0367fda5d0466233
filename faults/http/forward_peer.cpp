#include "faults/http/forward_peer.hpp"

#include <sys/epoll.h>

namespace seawall::http {

using State = relay::Channel::State;

void ForwardPeer::ready(std::uint32_t events) {
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) readable_ = true;
  ready_(*this, events);
}

bool ForwardPeer::fill(std::span<char> scratch) {
  bool any = false;
  while (readable_ && !has_ended() && unread.size() < limit) {
    const auto [state, bytes] = channel.read(scratch.data(), scratch.size());
    unread.append(scratch.data(), bytes);
    readable_ = state == State::done;
    ended_ = state == State::ended;
    broken_ = state == State::broken;
    any = any || bytes > 0 || has_ended();
  }
  return any;
}

bool ForwardPeer::flush() {
  if (to_write.empty() || broken_) return false;
  const auto [state, bytes] = channel.write(to_write.data(), to_write.size());
  to_write.erase(0, bytes);
  if (state == State::broken) broken_ = true;
  return bytes > 0 || broken_;
}

bool ForwardPeer::end_when_flushed() {
  if (told_end_ || broken_ || !to_write.empty()) return false;
  told_end_ = true;
  channel.end();
  return true;
}

}  // namespace seawall::http
