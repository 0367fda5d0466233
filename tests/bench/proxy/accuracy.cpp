// How exactly the proxies with faults do what they are told to.
#include <algorithm>
#include <cmath>

#include "harness/base/assert.hpp"
#include "tests/bench/proxy/measures.hpp"
#include "tests/bench/proxy/stage.hpp"

namespace seawall::bench {

namespace {

constexpr auto answer_limit = std::chrono::seconds(5);
constexpr auto injected = std::chrono::milliseconds(50);
constexpr std::size_t askers = 64;
constexpr std::int64_t bytes_per_second = 1'000'000;

// How long the answer took; the limit where none came.
base::Duration change(Stage& stage, const Fault& fault) {
  const base::TimePoint asked = live::steady_now();
  stage.proxy()->ask(fault);
  // The clients' and the server's sockets are served meanwhile.
  if (!stage.loop.run(answer_limit, [&] { return stage.proxy()->answered(); })) return answer_limit;
  return live::steady_now() - asked;
}

Fault latency() { return {Fault::Kind::latency, injected, 0}; }
Fault bandwidth() { return {Fault::Kind::bandwidth, {}, bytes_per_second}; }

}  // namespace

LatencyErrors latency_errors(const Contestant& contestant, const Cores& cores,
                             base::Duration time) {
  Stage stage(contestant, cores);
  base::require(change(stage, latency()) < answer_limit, contestant.name + " takes a fault");
  stats::Histogram times(std::chrono::seconds(10));
  for (std::size_t i = 0; i < askers; ++i) {
    stage.loop.adopt<Asker>(stage.port(), times).ask();
    // Spread over the time of an answer: independent clients do not ask in step.
    stage.loop.run(base::Duration(injected) / askers);
  }
  stage.loop.run(time);
  return {times.value_at_quantile(base::Share::percent(50)) - injected,
          times.value_at_quantile(base::Share::percent(99)) - injected};
}

LatencyErrors latency_floor(const Contestant& direct, const Cores& cores, base::Duration time) {
  constexpr base::Duration gap = base::Duration(injected) / askers;
  Stage stage(direct, cores);
  stats::Histogram times(std::chrono::seconds(10));
  std::vector<Asker*> all;
  for (std::size_t i = 0; i < askers; ++i) {
    all.push_back(&stage.loop.adopt<Asker>(stage.port(), times));
    all.back()->stop();
  }
  const base::TimePoint start = live::steady_now();
  for (std::int64_t i = 0; i < time / gap; ++i) {
    const base::TimePoint planned = start + i * gap;
    stage.loop.run(planned - live::steady_now());
    all[static_cast<std::size_t>(i) % askers]->ask(planned);
  }
  stage.loop.run(injected);
  return {times.value_at_quantile(base::Share::percent(50)),
          times.value_at_quantile(base::Share::percent(99))};
}

BandwidthError bandwidth_error(const Contestant& contestant, const Cores& cores,
                               base::Duration time) {
  constexpr auto window = std::chrono::milliseconds(100);
  const auto windows = static_cast<std::size_t>(time / window);
  Stage stage(contestant, cores);
  base::require(change(stage, bandwidth()) < answer_limit, contestant.name + " takes a fault");
  const Receiver& receiver =
      stage.loop.adopt<Receiver>(stage.port(), Wish::stream, Receiver::How::count);
  stage.loop.run(std::chrono::seconds(1));  // what a full bucket lets through at first
  std::vector<double> counts(windows);
  const base::TimePoint start = live::steady_now();
  std::uint64_t seen = receiver.received();
  // From the first arrival to the last, so that pieces in which bytes arrive do not blur the mean.
  base::TimePoint first{}, last{};
  std::uint64_t bytes = 0;
  stage.loop.run(time, [&] {
    const std::uint64_t more = receiver.received() - seen;
    if (more == 0) return false;
    seen += more;
    const base::TimePoint now = live::steady_now();
    const auto at = static_cast<std::size_t>((now - start) / window);
    if (at < windows) counts[at] += static_cast<double>(more);
    if (first == base::TimePoint{})
      first = now;
    else
      bytes += more, last = now;
    return false;
  });
  const double share =
      static_cast<double>(bytes_per_second) * std::chrono::duration<double>(window).count();
  double squares = 0;
  for (const double count : counts) squares += (count / share - 1) * (count / share - 1);
  const double elapsed = std::chrono::duration<double>(last - first).count();
  const double mean = static_cast<double>(bytes) / elapsed / static_cast<double>(bytes_per_second);
  return {mean - 1, std::sqrt(squares / static_cast<double>(windows))};
}

namespace {

// The connections of change_of_faults.
class Crowd {
 public:
  static constexpr std::size_t active = 900;
  static constexpr std::size_t stalled = 100;

  explicit Crowd(Stage& stage) : stage_(stage) {
    const std::uint64_t accepted = stage.server().accepted();
    for (std::size_t i = 0; i < active + stalled; ++i) {
      if (i < stalled) {
        stalled_.push_back(
            &stage.loop.adopt<Receiver>(stage.port(), Wish::part, Receiver::How::check));
        stalled_.back()->pause();
      } else {
        active_.push_back(&stage.loop.adopt<Echoer>(stage.port()));
      }
      // One after the other: what is measured is not how fast they come.
      stage.loop.run(answer_limit, [&] { return stage.server().accepted() > accepted + i; });
    }
    // Until what waits for those that do not read fills every buffer on the way.
    for (std::uint64_t before = 0; before != stage.server().streamed();) {
      before = stage.server().streamed();
      talk(std::chrono::milliseconds(200));
    }
  }
  // Messages on the active ones, one after the other, 2,000 a second.
  void talk(base::Duration time) {
    constexpr auto gap = std::chrono::microseconds(500);
    for (base::TimePoint end = live::steady_now() + time; live::steady_now() < end;) {
      active_[next_++ % active]->send();
      stage_.loop.run(gap);
    }
  }
  // Reads everything to its end.
  void finish(ChangeFigures& figures) {
    for (Receiver* receiver : stalled_) receiver->resume();
    stage_.loop.run(std::chrono::seconds(20), [&] { return lost() == 0; });
    figures.lost = lost();
    for (const Receiver* receiver : stalled_) figures.intact &= receiver->intact();
    for (const Echoer* echoer : active_) figures.intact &= echoer->intact();
  }

 private:
  std::int64_t lost() const {
    std::uint64_t sum = 0;
    for (const Receiver* receiver : stalled_) sum += streamed_part - receiver->received();
    for (const Echoer* echoer : active_) sum += echoer->sent() - echoer->received();
    return static_cast<std::int64_t>(sum);
  }

  Stage& stage_;
  std::vector<Receiver*> stalled_;
  std::vector<Echoer*> active_;
  std::size_t next_ = 0;
};

}  // namespace

ChangeFigures change_of_faults(const Contestant& contestant, const Cores& cores) {
  Stage stage(contestant, cores);
  Crowd crowd(stage);
  ChangeFigures figures;
  for (const Fault& fault : {latency(), Fault{}, bandwidth(), Fault{}, latency(), Fault{}}) {
    const base::Duration took = change(stage, fault);
    figures.slowest = std::max(figures.slowest, took);
    if (took == answer_limit) {
      figures.answered = false;
      break;  // one that hangs is asked no more
    }
    crowd.talk(std::chrono::milliseconds(200));
  }
  crowd.finish(figures);
  return figures;
}

}  // namespace seawall::bench
