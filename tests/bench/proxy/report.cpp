#include "tests/bench/proxy/report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

#include <sys/utsname.h>

#include "tests/bench/machine.hpp"

namespace seawall::bench {

namespace {

// How the figures of a measure are printed.
struct Units {
  const char* rate;
  double rate_scale;
  const char* cost;
  double cost_scale;
};
Units units_of(const std::string& measure) {
  if (measure.starts_with("bulk")) return {"GB/s", 1e-9, "CPU s/GB", 1e9};
  if (measure == "requests") return {"1000/s", 1e-3, "CPU us each", 1e6};
  return {"1000/s", 1e-3, "CPU us each", 1e6};
}

// One promise: a figure of ours, as a ratio to that of another or, where there is none, by itself.
struct Promise {
  const char* measure;
  const char* figure;
  const char* against;  // empty: nobody
  bool at_least;        // or at most
  double limit;
  const char* text;
};
constexpr const char* splice = haproxy_splice_name;
constexpr const char* toxi = toxiproxy_name;
const Promise promises[] = {
    {"bulk 1", figure::rate, splice, true, 1.4, "bulk, 1 connection"},
    {"bulk 8", figure::rate, splice, true, 0.9, "bulk, 8 connections"},
    {"bulk 32", figure::rate, splice, true, 0.9, "bulk, 32 connections"},
    {"bulk 1", figure::cost, splice, false, 0.9, "CPU per GB, 1 connection"},
    {"bulk 8", figure::cost, splice, false, 0.9, "CPU per GB, 8 connections"},
    {"bulk 32", figure::cost, splice, false, 0.9, "CPU per GB, 32 connections"},
    {"requests", figure::rate, splice, true, 1.0, "requests"},
    {"requests", figure::p99, splice, false, 1.0, "p99 of requests"},
    {"requests", figure::rate, haproxy_name, true, 1.0, "requests"},
    {"requests", figure::p99, haproxy_name, false, 1.0, "p99 of requests"},
    {"connections", figure::rate, splice, true, 0.95, "new connections"},
    {"connections", figure::rate, haproxy_name, true, 0.95, "new connections"},
    {"idle", figure::memory, "", false, 12e6, "memory with 1,000 connections, MB"},
    {"bulk 1", figure::rate, toxi, true, 1.9, "bulk, 1 connection"},
    {"requests", figure::rate, toxi, true, 1.3, "requests"},
    {"connections", figure::rate, toxi, true, 1.7, "new connections"},
    {"idle", figure::memory, toxi, false, 0.25, "memory with 1,000 connections"},
};

// "1.52", or "-" for what was not measured.
std::string number(double value, int digits) {
  if (!std::isfinite(value)) return "-";
  char text[32];
  std::snprintf(text, sizeof(text), "%.*f", digits, value);
  return text;
}

double milliseconds(base::Duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

const char* met(bool is) { return is ? "met" : "MISSED"; }

}  // namespace

void Report::add(const std::string& measure, const std::string& contestant,
                 const Figures& figures) {
  for (const auto& [name, value] : figures) rounds_[measure][contestant][name].push_back(value);
}

std::vector<double> Report::sorted(const std::string& measure, const std::string& contestant,
                                   const std::string& figure) const {
  const auto of_measure = rounds_.find(measure);
  if (of_measure == rounds_.end()) return {};
  const auto of_contestant = of_measure->second.find(contestant);
  if (of_contestant == of_measure->second.end()) return {};
  const auto values = of_contestant->second.find(figure);
  if (values == of_contestant->second.end()) return {};
  std::vector<double> result = values->second;
  std::sort(result.begin(), result.end());
  return result;
}

double Report::median(const std::string& measure, const std::string& contestant,
                      const std::string& figure) const {
  const std::vector<double> values = sorted(measure, contestant, figure);
  if (values.empty()) return std::nan("");
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double Report::spread(const std::string& measure, const std::string& contestant,
                      const std::string& figure) const {
  const std::vector<double> values = sorted(measure, contestant, figure);
  if (values.empty()) return std::nan("");
  return (values.back() - values.front()) / median(measure, contestant, figure);
}

void Report::print_table(const std::string& measure, const std::vector<Contestant>& all) const {
  const bool latencies = measure == "requests";
  const Units units = units_of(measure);
  if (measure == "idle")
    std::printf("\n%-16s %10s\n", "1,000 idle", "MB");
  else
    std::printf("\n%-16s %10s %8s %8s %12s %8s %7s %7s%s\n", measure.c_str(), units.rate, "spread",
                "x splice", units.cost, "x splice", "busy", "waited",
                latencies ? "   p50 us   p99 us" : "");
  for (const Contestant& contestant : all) {
    const auto value = [&](const char* name) { return median(measure, contestant.name, name); };
    const auto ratio = [&](const char* name) {
      return value(name) / median(measure, splice, name);
    };
    if (measure == "idle") {
      if (contestant.start)
        std::printf("%-16s %10s\n", contestant.name.c_str(),
                    number(value(figure::memory) * 1e-6, 1).c_str());
      continue;
    }
    std::printf("%-16s %10s %7s%% %8s %12s %8s %6s%% %6s%%", contestant.name.c_str(),
                number(value(figure::rate) * units.rate_scale, 2).c_str(),
                number(100 * spread(measure, contestant.name, figure::rate), 0).c_str(),
                number(ratio(figure::rate), 2).c_str(),
                number(value(figure::cost) * units.cost_scale, 3).c_str(),
                number(ratio(figure::cost), 2).c_str(),
                number(100 * value(figure::busy), 0).c_str(),
                number(100 * value(figure::waited), 0).c_str());
    if (latencies)
      std::printf(" %8s %8s", number(value(figure::p50) * 1e6, 0).c_str(),
                  number(value(figure::p99) * 1e6, 0).c_str());
    std::printf("\n");
  }
}

void Report::print_promises() const {
  std::printf("\n%-36s %-16s %8s %10s\n", "seawall", "against", "ratio", "promised");
  for (const Promise& promise : promises) {
    const bool alone = !*promise.against;
    const double ours = median(promise.measure, ours_name, promise.figure);
    const double ratio =
        ours / (alone ? 1 : median(promise.measure, promise.against, promise.figure));
    if (!std::isfinite(ratio)) continue;
    const double scale = alone ? 1e-6 : 1;  // memory by itself
    std::printf("%-36s %-16s %8s %s %7s  %s\n", promise.text, promise.against,
                number(ratio * scale, 2).c_str(),
                promise.at_least ? ">=" : "<=", number(promise.limit * scale, 2).c_str(),
                met(promise.at_least ? ratio >= promise.limit : ratio <= promise.limit));
  }
}

void print_machine(const Cores& cores) {
  std::ifstream averages("/proc/loadavg");
  std::string load;
  averages >> load;
  std::ifstream control("/proc/sys/net/ipv4/tcp_congestion_control");
  std::string congestion;
  control >> congestion;
  utsname kernel{};
  ::uname(&kernel);
  std::printf("machine: %s, Linux %s, TCP with %s, load before the run %s\n", machine().c_str(),
              kernel.release, congestion.c_str(), load.c_str());
  std::printf("proxies on core %d, clients and server on core %d%s\n", cores.proxy, cores.ends,
              cores.proxy == cores.ends ? ": ONE CORE FOR ALL, the figures say little" : "");
}

void print(const std::string& contestant, const LatencyErrors& errors) {
  const double median = milliseconds(errors.median);
  const double p99 = milliseconds(errors.p99);
  std::printf("%-16s 50 ms injected on 64 connections: median %+.2f ms, p99 %+.2f ms",
              contestant.c_str(), median, p99);
  if (contestant == ours_name)
    std::printf("  (<= 0.6, <= 1.5: %s)", met(median <= 0.6 && p99 <= 1.5));
  std::printf("\n");
}

void print_floor(const LatencyErrors& errors) {
  std::printf("%-16s nothing injected, the machine itself:   median %+.2f ms, p99 %+.2f ms\n",
              direct_name, milliseconds(errors.median), milliseconds(errors.p99));
}

void print(const std::string& contestant, const BandwidthError& error) {
  std::printf("%-16s 1 MB/s: mean %+.3f %%, sd of windows of 100 ms %.2f %%", contestant.c_str(),
              100 * error.mean, 100 * error.deviation);
  if (contestant == ours_name)
    std::printf("  (0.1, <= 1: %s)", met(std::abs(error.mean) <= 0.001 && error.deviation <= 0.01));
  std::printf("\n");
}

void print(const std::string& contestant, const ChangeFigures& figures) {
  std::printf("%-16s faults changed on 1,000 connections, 100 not reading: ", contestant.c_str());
  if (figures.answered)
    std::printf("answered in %.2f ms at most", milliseconds(figures.slowest));
  else
    std::printf("NO ANSWER in %.0f s", milliseconds(figures.slowest) / 1000);
  std::printf(", %lld bytes lost%s", static_cast<long long>(figures.lost),
              figures.intact ? "" : ", ORDER BROKEN");
  if (contestant == ours_name)
    std::printf("  (<= 10 ms, 0: %s)", met(figures.slowest <= std::chrono::milliseconds(10) &&
                                           figures.lost == 0 && figures.intact));
  std::printf("\n");
}

}  // namespace seawall::bench
