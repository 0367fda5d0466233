// A socket of a forward proxy with what came from it and what is to be written to it. Both have a
// limit: what comes beyond it waits in the kernel, and then at its sender.
//
// Of its worker's thread.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "faults/relay/channel.hpp"
#include "faults/relay/poller.hpp"

namespace seawall::http {

class ForwardPeer final : public relay::Poller::Watcher {
 public:
  using Ready = std::function<void(ForwardPeer&, std::uint32_t events)>;
  static constexpr std::size_t limit = 256 * 1024;

  // `ready` is told of each change, with the bits of epoll.
  ForwardPeer(relay::Channel socket, Ready ready)
      : channel(std::move(socket)), ready_(std::move(ready)) {}

  void ready(std::uint32_t events) override;

  // Each says whether it has got on with something. `scratch` is for reading.
  bool fill(std::span<char> scratch);
  bool flush();
  // Tells the peer that nothing more comes, once all is written.
  bool end_when_flushed();

  bool has_room() const { return to_write.size() < limit; }
  bool has_ended() const { return ended_ || broken_; }
  bool is_broken() const { return broken_; }
  // It says no more, and what it said has been taken.
  bool is_over() const { return has_ended() && unread.empty(); }
  // The next `count` bytes of `unread` have been dealt with.
  void take(std::size_t count) { unread.erase(0, count); }

  relay::Channel channel;
  std::string unread;
  std::string to_write;

 private:
  Ready ready_;
  bool readable_ = false;
  bool ended_ = false;
  bool broken_ = false;
  bool told_end_ = false;
};

}  // namespace seawall::http
