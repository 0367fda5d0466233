#include "harness/net/loop.hpp"

#include <map>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace seawall::net {

struct Loop::Parts {
  explicit Parts(Clock c) : clock(c) {}

  // Sees to it that fire() runs when the first timer is due.
  void arm();
  void fire();

  Clock clock;
  std::map<Timer, Action> timers;  // outlives the context: what that destroys may cancel a timer
  // Without the hint that one thread runs it: with it, what that thread posts itself may be
  // overtaken by what others post later.
  boost::asio::io_context context;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
      context.get_executor()};
  boost::asio::steady_timer alarm{context};
  base::TimePoint armed = base::TimePoint::max();  // when `alarm` goes off; max: it does not
  bool firing = false;
  std::uint64_t last_number = 0;
};

void Loop::Parts::arm() {
  if (firing || timers.empty() || timers.begin()->first.at >= armed) return;
  armed = timers.begin()->first.at;
  if (armed == soon) return boost::asio::post(context, [this] { fire(); });
  alarm.expires_at(std::chrono::steady_clock::time_point(
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(armed.time_since_epoch())));
  alarm.async_wait([this](const boost::system::error_code& error) {
    if (!error) fire();
  });
}

void Loop::Parts::fire() {
  armed = base::TimePoint::max();
  firing = true;
  const base::TimePoint now = clock();
  // An action may set timers for moments that have passed: they wait for the next round.
  const std::uint64_t newest = last_number;
  while (!timers.empty()) {
    const auto first = timers.begin();
    if (first->first.at > now || first->first.number > newest) break;
    const Action action = std::move(first->second);
    timers.erase(first);
    action();
  }
  firing = false;
  arm();
}

Loop::Loop(Clock clock) : clock_(clock), parts_(std::make_unique<Parts>(clock)) {}

Loop::~Loop() { parts_->timers.clear(); }

void Loop::run() {
  if (parts_->context.stopped()) parts_->context.restart();
  parts_->context.run();
}

void Loop::stop() {
  post([context = &parts_->context] { context->stop(); });
}

void Loop::post(Action action) { boost::asio::post(parts_->context, std::move(action)); }

Loop::Timer Loop::at(base::TimePoint at, Action action) {
  const Timer timer{at, ++parts_->last_number};
  parts_->timers.emplace(timer, std::move(action));
  parts_->arm();
  return timer;
}

void Loop::cancel(Timer& timer) {
  parts_->timers.erase(timer);
  timer = {};
}

boost::asio::io_context& Loop::context() { return parts_->context; }

}  // namespace seawall::net
