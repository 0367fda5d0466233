// TCP proxies side by side, on loopback, in one run: no proxy, ours, HAProxy with and without
// splicing, nginx, and Toxiproxy where SEAWALL_TOXIPROXY names its server. Each has one core, and
// the clients and the server have another one. Rounds are interleaved, because the machine is never
// the same for long, and medians are shown.
//
// "busy" is the share of its core that a proxy had: well below 100 % it was not the proxy that was
// the limit, but the core of the clients and the server (or another program on that of the proxy),
// and the processor time for each byte, request or connection says more than the rate. "waited" is
// the time that threads of either side were ready and other work had their core. Beside other
// work it is best run by root with the weight of its session raised:
//
//   setsid -w sh -c 'echo -15 >/proc/self/autogroup; exec build/release/tests/bench/proxy_bench'
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/bench/proxy/report.hpp"

namespace {

using namespace seawall;

struct Options {
  bool quick = false;
  int rounds = 0;                        // 0: as the mode says
  int seconds = 0;                       // of each measurement; 0: as the mode says
  std::vector<std::string> measures;     // empty: all
  std::vector<std::string> contestants;  // empty: all
  // Many short ones: other work on the machine comes and goes, and a median leaves it out.
  int number_of_rounds() const {
    if (rounds > 0) return rounds;
    return quick ? 3 : 5;
  }
  base::Duration time() const {
    if (seconds > 0) return std::chrono::seconds(seconds);
    return std::chrono::milliseconds(quick ? 400 : 900);
  }
};

void usage() {
  std::printf(
      "proxy_bench [--quick] [--rounds N] [--seconds N] [--only MEASURE]... [--with "
      "CONTESTANT]...\n"
      "MEASURE: 'bulk 1', 'bulk 8', 'bulk 32', requests, connections, idle, latency,\n"
      "bandwidth, change\n"
      "CONTESTANT: direct, seawall, haproxy, 'haproxy splice', 'nginx stream', toxiproxy\n");
}

bool parse(int count, char** words, Options& options) {
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const bool has_value = i + 1 < count;
    if (word == "--quick")
      options.quick = true;
    else if (word == "--rounds" && has_value)
      options.rounds = std::max(1, std::atoi(words[++i]));
    else if (word == "--seconds" && has_value)
      options.seconds = std::max(1, std::atoi(words[++i]));
    else if (word == "--only" && has_value)
      options.measures.emplace_back(words[++i]);
    else if (word == "--with" && has_value)
      options.contestants.emplace_back(words[++i]);
    else
      return false;
  }
  return true;
}

bool wanted(const std::vector<std::string>& names, const std::string& name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

// A measurement during which other work had one of the cores is taken again, a few times: of those,
// the least disturbed counts. Bounded, because a machine may never be quiet.
bench::Figures measure_quietly(const bench::Measure& measure, const bench::Contestant& contestant,
                               const bench::Cores& cores, base::Duration time, int& repeats_left) {
  constexpr int most_tries = 3;
  constexpr double tolerable = 0.05;  // of the time, summed over both cores
  bench::Figures best;
  for (int i = 0; i < most_tries; ++i) {
    bench::Figures figures = measure.run(contestant, cores, time);
    const double waited = figures[bench::figure::waited];
    if (i == 0 || waited < best[bench::figure::waited]) best = std::move(figures);
    if (best[bench::figure::waited] <= tolerable || repeats_left-- <= 0) break;
  }
  return best;
}

void compare(const Options& options, const std::vector<bench::Contestant>& all,
             const bench::Cores& cores, bench::Report& report) {
  for (const bench::Measure& measure : bench::measures()) {
    int repeats_left = options.quick ? 3 : 5;
    if (!wanted(options.measures, measure.name)) continue;
    for (int round = 0; round < options.number_of_rounds(); ++round)
      for (std::size_t i = 0; i < all.size(); ++i) {
        // Another one begins each round: what one leaves behind meets not always the same one.
        const bench::Contestant& contestant =
            all[(i + static_cast<std::size_t>(round)) % all.size()];
        if (contestant.layer == bench::Contestant::Layer::http && !measure.http) continue;
        report.add(measure.name, contestant.name,
                   measure_quietly(measure, contestant, cores, options.time(), repeats_left));
      }
    report.print_table(measure.name, all);
    std::fflush(stdout);
  }
}

void measure_accuracy(const Options& options, const std::vector<bench::Contestant>& all,
                      const bench::Cores& cores) {
  const auto seconds = [&](int whole) { return std::chrono::seconds(options.quick ? 1 : whole); };
  std::printf("\n");
  const auto each = [&](const char* name, auto measure) {
    if (!wanted(options.measures, name)) return;
    for (const bench::Contestant& contestant : all)
      if (contestant.has_faults) {
        bench::print(contestant.name, measure(contestant));
        std::fflush(stdout);
      }
  };
  using bench::Contestant;
  if (wanted(options.measures, "latency"))
    bench::print_floor(
        bench::latency_floor({.name = bench::direct_name, .start = nullptr}, cores, seconds(2)));
  each("latency", [&](const Contestant& contestant) {
    return bench::latency_errors(contestant, cores, seconds(3));
  });
  each("bandwidth", [&](const Contestant& contestant) {
    return bench::bandwidth_error(contestant, cores, seconds(5));
  });
  each("change",
       [&](const Contestant& contestant) { return bench::change_of_faults(contestant, cores); });
}

}  // namespace

int main(int count, char** words) {
  Options options;
  if (!parse(count, words, options)) {
    usage();
    return 2;
  }
  const bench::Cores cores = bench::Cores::choose();
  bench::print_machine(cores);
  bench::pin_this_thread(cores.ends);
  std::vector<std::string> absent;
  std::vector<bench::Contestant> all = bench::contestants(absent);
  for (const std::string& sentence : absent) std::printf("left out: %s\n", sentence.c_str());
  std::erase_if(all, [&](const auto& one) { return !wanted(options.contestants, one.name); });
  std::fflush(stdout);
  bench::Report report;
  compare(options, all, cores, report);
  measure_accuracy(options, all, cores);
  report.print_promises();
}
