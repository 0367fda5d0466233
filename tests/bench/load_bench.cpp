// The load generator over a live node against a trivial server, at rising rates: how many requests
// a second one core sends without losing the schedule, and what wrk does with the same server. The
// generator, the Env, the HTTP client and the recording of every request are all in it.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>
#include <sys/resource.h>

#include "harness/base/text.hpp"
#include "harness/live/clock.hpp"
#include "harness/live/node.hpp"
#include "harness/load/generator.hpp"
#include "tests/bench/machine.hpp"
#include "tests/bench/trivial_server.hpp"

namespace {

using namespace seawall;

constexpr int seconds = 4;

double processor_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  const auto in_seconds = [](timeval t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
}

model::Template text(const char* literal) {
  model::Template::Part part;
  part.text = literal;
  return {{part}};
}

// Runs `action` on the node's thread and waits for it.
template <class Action>
void on_thread(live::Node& node, Action action) {
  std::atomic<bool> done = false;
  node.post([&] {
    action();
    done = true;
    done.notify_all();
  });
  done.wait(false);
}

// Whether the schedule was held at this rate.
bool measure(std::int64_t rate, std::uint16_t port) {
  std::vector<model::Load> loads(1);
  loads[0].rate = base::Rate::per_second(rate);
  loads[0].arrivals = model::Load::Arrivals::constant;
  loads[0].max_in_flight = 100'000;
  model::RequestSpec request;
  request.name = "read";
  request.path = text("/orders/17");
  loads[0].requests = {request};
  runtime::Target target;
  load::Generator generator(loads, target, 1);

  live::Node::Setup setup;
  setup.name = "client";
  setup.callees["gateway"] = net::Address{"127.0.0.1", port};
  live::Node node(std::move(setup));
  node.start();
  double before = 0;
  on_thread(node, [&] { before = processor_seconds(); });
  const base::TimePoint zero = live::steady_now() + std::chrono::milliseconds(100);
  node.drive([&](runtime::Env& env) {
    return generator.run(env, load::Arrivals::Part::load, std::chrono::seconds(seconds), zero);
  });
  const base::TimePoint limit = zero + std::chrono::seconds(3 * seconds);
  // Rows are collected at the end: the generator and the server have a core each, and there is no
  // third for whoever collects meanwhile.
  while (live::steady_now() < zero + std::chrono::seconds(seconds) ||
         (!generator.idle() && live::steady_now() < limit))
    ::poll(nullptr, 0, 100);
  double used = 0;
  on_thread(node, [&] { used = processor_seconds() - before; });
  node.stop();
  std::vector<record::Exchange> history;
  generator.collect(history);

  const record::LoadUse use = generator.uses().front();
  std::int64_t answered = 0;
  for (const record::Exchange& row : history) answered += row.status == 200;
  const bool held = use.lateness_p99 <= std::chrono::milliseconds(5) && answered == use.planned;
  std::printf(
      "%9s/s  answered %9s of %9s  late p50 %-8s p99 %-8s  %s per second of processor  %s\n",
      base::grouped(rate).c_str(), base::grouped(answered).c_str(),
      base::grouped(use.planned).c_str(), base::to_text(use.lateness_p50).c_str(),
      base::to_text(use.lateness_p99).c_str(),
      base::grouped(static_cast<std::int64_t>(static_cast<double>(answered) / used)).c_str(),
      held ? "held" : "NOT HELD");
  return held;
}

}  // namespace

// load_bench [RATE...], in requests a second.
int main(int count, char** words) {
  std::printf("%s\n", bench::machine().c_str());
  const bench::TrivialServer server;
  std::vector<std::int64_t> rates;
  for (int i = 1; i < count; ++i) rates.push_back(std::atoll(words[i]));
  if (rates.empty()) rates = {20'000, 40'000, 60'000, 80'000, 100'000};
  for (const std::int64_t rate : rates) measure(rate, server.port());
  std::printf("wrk, one thread, 64 connections, the same server:\n");
  std::fflush(stdout);
  const std::string wrk = "wrk -t1 -c64 -d" + std::to_string(seconds) +
                          "s http://127.0.0.1:" + std::to_string(server.port()) +
                          "/ 2>&1 | grep -E 'Requests/sec|not found'";
  return std::system(wrk.c_str()) == -1 ? 1 : 0;
}
