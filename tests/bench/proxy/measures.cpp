#include "tests/bench/proxy/measures.hpp"

#include <cstdio>

#include "tests/bench/proxy/stage.hpp"

namespace seawall::bench {

namespace {

constexpr auto settle = std::chrono::milliseconds(200);  // windows and caches grow first
constexpr auto connect_limit = std::chrono::seconds(10);
constexpr int request_connections = 32;
constexpr int visitors = 32;
constexpr int idle_connections = 1000;

double in_seconds(base::Duration time) { return std::chrono::duration<double>(time).count(); }

// A contestant that fails a measurement is told of and left out of it: the others are still
// compared.
Figures failed(const Contestant& contestant, const char* what) {
  std::printf("%s: %s\n", contestant.name.c_str(), what);
  return {};
}

// Rate, cost and share of the core, of what `count` counts while the loop runs.
template <class Count>
Figures over_time(Stage& stage, base::Duration time, Count count) {
  stage.loop.run(settle);
  const auto count_before = count();
  const base::Duration used_before = stage.processor_time();
  const base::Duration waited_before = stage.waiting_time();
  const base::TimePoint start = live::steady_now();
  stage.loop.run(time);
  const double elapsed = in_seconds(live::steady_now() - start);
  const double used = in_seconds(stage.processor_time() - used_before);
  const double waited = in_seconds(stage.waiting_time() - waited_before);
  const double counted = static_cast<double>(count() - count_before);
  if (counted == 0) return {};
  return {{figure::rate, counted / elapsed},
          {figure::cost, used / counted},
          {figure::busy, used / elapsed},
          {figure::waited, waited / elapsed}};
}

Figures bulk(int connections, const Contestant& contestant, const Cores& cores,
             base::Duration time) {
  Stage stage(contestant, cores);
  std::vector<Receiver*> receivers;
  for (int i = 0; i < connections; ++i)
    receivers.push_back(
        &stage.loop.adopt<Receiver>(stage.port(), Wish::stream, Receiver::How::count));
  const Figures figures = over_time(stage, time, [&] {
    std::uint64_t sum = 0;
    for (const Receiver* receiver : receivers) sum += receiver->received();
    return sum;
  });
  return figures.empty() ? failed(contestant, "nothing passed") : figures;
}

Figures requests(const Contestant& contestant, const Cores& cores, base::Duration time) {
  Stage stage(contestant, cores);
  stats::Histogram times(std::chrono::seconds(10));
  std::vector<Asker*> askers;
  for (int i = 0; i < request_connections; ++i) {
    askers.push_back(&stage.loop.adopt<Asker>(stage.port(), times));
    askers.back()->ask();
  }
  Figures figures = over_time(stage, time, [&] {
    std::uint64_t sum = 0;
    for (const Asker* asker : askers) sum += asker->answered();
    return sum;
  });
  for (const Asker* asker : askers)
    if (asker->broken()) return failed(contestant, "a connection ended before the client did");
  if (figures.empty()) return failed(contestant, "no request was answered");
  figures[figure::p50] = in_seconds(times.value_at_quantile(base::Share::percent(50)));
  figures[figure::p99] = in_seconds(times.value_at_quantile(base::Share::percent(99)));
  return figures;
}

Figures new_connections(const Contestant& contestant, const Cores& cores, base::Duration time) {
  Stage stage(contestant, cores);
  Visits visits;
  for (int i = 0; i < visitors; ++i) stage.loop.adopt<Visitor>(stage.port(), visits);
  const Figures figures = over_time(stage, time, [&] { return visits.complete; });
  if (visits.broken > 0) return failed(contestant, "a new connection was not answered in full");
  return figures;
}

// Each has been used once, as those of a pool are.
Figures idle(const Contestant& contestant, const Cores& cores, base::Duration) {
  if (!contestant.start) return {};
  Stage stage(contestant, cores);
  stats::Histogram times(connect_limit);
  std::vector<Asker*> askers;
  for (int i = 0; i < idle_connections; ++i) {
    askers.push_back(&stage.loop.adopt<Asker>(stage.port(), times));
    askers.back()->ask();
    askers.back()->stop();
    // No more at once than a listener's queue takes: one that overflows answers a second later.
    const auto all = static_cast<std::int64_t>(askers.size());
    if (!stage.loop.run(connect_limit, [&] { return times.count() == all; }))
      return failed(contestant, "1,000 connections were not answered");
  }
  stage.loop.run(settle);
  return {{figure::memory, static_cast<double>(stage.proxy()->child().resident_bytes())}};
}

}  // namespace

std::vector<Measure> measures() {
  return {
      {"bulk 1", false, std::bind_front(bulk, 1)},   {"bulk 8", false, std::bind_front(bulk, 8)},
      {"bulk 32", false, std::bind_front(bulk, 32)}, {"requests", true, requests},
      {"connections", true, new_connections},        {"idle", false, idle}};
}

}  // namespace seawall::bench
