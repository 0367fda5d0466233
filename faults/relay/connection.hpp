// One connection of a link: the caller's socket, the upstream's, and a flow for each direction. It
// ends when both directions have, when either side is reset (then the other is reset too), or when
// a fault says so.
//
// Held by its lane until it is closed, and by what the loop still owes it. Of its worker's thread.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "faults/relay/descriptor.hpp"
#include "faults/relay/flow.hpp"
#include "faults/relay/interceptor.hpp"
#include "harness/net/close.hpp"

namespace seawall::relay {

class Connection final : public std::enable_shared_from_this<Connection>, Interceptor::Actions {
 public:
  // `caller` is connected; `number`: see relay.hpp.
  Connection(Lane& lane, Descriptor caller, std::uint64_t number, Endpoint callee);

  // Connects to the callee, and relays. Once.
  void start();
  // The faults of its lane are others than before.
  void faults_changed();
  // Its interceptor is asked to look after itself. Where it has had none, it may get one now.
  void nudge();
  // Ends it and takes it from its lane. What has been written arrives, but for a reset. Twice is
  // harmless.
  void close(net::Close how);

 private:
  friend class Flow;

  // One side, which reads into a flow and is written to by the other.
  struct Side final : Poller::Watcher {
    Side(Connection& c, Flow& from, Flow& to) : connection(c), reads(from), writes(to) {}
    void ready(std::uint32_t events) override { connection.ready(*this, events); }

    Connection& connection;
    Flow& reads;
    Flow& writes;
    Channel channel;
  };
  using Address = boost::asio::ip::tcp::endpoint;

  void ready(Side& side, std::uint32_t events);
  void resolve();
  // The first of them; where it fails, the rest.
  void connect(std::vector<Address> addresses);
  void connected(int error);
  void shake_hands();
  void relay();
  void fail(int error);
  void lose(Side& side);
  void flow_done();
  // Its source has more, which waits until others have had their turn.
  void read_again(const Flow& flow);

  // To the interceptor, for a flow. While there is one, nothing else reads.
  void intercept(Direction direction, std::string_view bytes);
  bool intercept_end(Direction direction, net::Close how);
  void went(Direction direction, std::int64_t gone);
  void make_interceptor();
  template <class Call>
  void call_interceptor(Call call);
  template <class Call>
  void call_and_settle(Call call);
  void leave_interceptor();
  // From it.
  TimePoint now() const override { return lane_.worker.loop.now(); }
  void pass(Direction direction, std::string_view bytes, const Timing& timing) override;
  void end(Direction after, net::Close how, TimePoint at) override;
  std::int64_t passed(Direction direction) const override { return flow_of(direction).passed(); }
  std::int64_t gone(Direction direction) const override { return flow_of(direction).offset(); }
  void drop(Direction direction) override { flow_of(direction).drop(); }
  void wake(TimePoint at) override;
  void detach() override;
  bool ask_aside(AsideRequest request) override;
  Flow& flow_of(Direction direction) { return direction == Direction::up ? up_ : down_; }
  const Flow& flow_of(Direction direction) const {
    return direction == Direction::up ? up_ : down_;
  }
  Flow& other(const Flow& flow) { return &flow == &up_ ? down_ : up_; }

  void apply_faults(Flow& flow, Direction direction);
  std::vector<Applied> drawn_for(const Flow& flow, Direction direction);
  Applied new_for(const Flow& flow, std::size_t position) const;
  void set_end();

  Lane& lane_;
  const std::uint64_t number_;
  const Endpoint callee_;
  std::optional<boost::asio::ip::tcp::resolver> resolver_;
  std::vector<Address> next_;  // to be tried where this one fails
  Flow up_;
  Flow down_;
  Side caller_;
  Side upstream_;
  std::unique_ptr<Interceptor> interceptor_;
  int interceptor_calls_ = 0;  // that have not returned
  bool detached_ = false;      // the interceptor is to go
  bool is_read_along() const { return interceptor_ && !detached_; }
  enum class Stage : std::uint8_t { connecting, shaking_hands, relaying, closed };
  Stage stage_ = Stage::connecting;
  bool was_relaying_ = false;  // it has met its callee
  bool has_drawn_ = false;     // for the faults of its lane
  Side* lost_ = nullptr;       // see lose()
  bool closed() const { return stage_ == Stage::closed; }

  net::Loop::Timer end_;
  net::Loop::Timer wake_;
};

}  // namespace seawall::relay
