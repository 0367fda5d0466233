#include "faults/toxiproxy/metrics.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

namespace seawall::toxiproxy {
namespace {

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

std::string labels(const ProxyState& proxy) {
  return fmt::format(R"(proxy="{}",listener="{}",upstream="{}")", escaped(proxy.name),
                     escaped(proxy.listen), escaped(proxy.upstream));
}

struct TrafficRow {
  const char* name;
  const char* help;
  std::uint64_t relay::Traffic::* value;
};
constexpr TrafficRow traffic_rows[] = {
    {"toxiproxy_proxy_received_bytes_total", "Bytes that the proxy received from the sender.",
     &relay::Traffic::received_bytes},
    {"toxiproxy_proxy_sent_bytes_total", "Bytes that the proxy sent to the receiver.",
     &relay::Traffic::sent_bytes},
};

struct CounterRow {
  const char* name;
  const char* type;
  const char* help;
  std::uint64_t relay::Counters::* value;
};
constexpr CounterRow counter_rows[] = {
    {"seawall_proxy_connections_total", "counter", "Connections that were accepted.",
     &relay::Counters::accepted},
    {"seawall_proxy_connections_open", "gauge", "Connections that are open.",
     &relay::Counters::open},
    {"seawall_proxy_unreachable_total", "counter",
     "Connections that ended because the upstream could not be reached.",
     &relay::Counters::unreachable},
    {"seawall_proxy_refused_total", "counter",
     "Connections that ended because a file descriptor was missing.", &relay::Counters::refused},
    {"seawall_proxy_distrusted_total", "counter",
     "Connections that ended because TLS was not agreed on.", &relay::Counters::distrusted},
};

struct FaultRow {
  const char* name;
  const char* help;
  std::int64_t HttpFaultState::* value;
};
constexpr FaultRow fault_rows[] = {
    {"seawall_fault_matched_total", "Requests that a fault matched.", &HttpFaultState::matched},
    {"seawall_fault_hits_total", "Requests that a fault acted on.", &HttpFaultState::acted},
};

struct ToxicRow {
  const char* name;
  const char* help;
  std::int64_t relay::Link::Hits::* value;
};
constexpr ToxicRow toxic_rows[] = {
    {"seawall_toxic_connections_total", "Connections that a toxic came to.",
     &relay::Link::Hits::came},
    {"seawall_toxic_hits_total", "Connections that a toxic acted on.", &relay::Link::Hits::acted},
};

double seconds(base::Duration duration) { return std::chrono::duration<double>(duration).count(); }

void injection_error(std::string& out, const std::vector<ProxyNumbers>& proxies) {
  constexpr std::string_view name = "seawall_proxy_injection_error_seconds";
  head(out, name, "summary", "How much later than its deadline each delayed chunk was written.");
  for (const ProxyNumbers& proxy : proxies) {
    if (!proxy.injection_error) continue;
    const stats::Histogram& error = *proxy.injection_error;
    const std::string about = labels(proxy.state);
    for (const auto& [quantile, ppm] :
         {std::pair{"0.5", 500'000}, {"0.9", 900'000}, {"0.99", 990'000}, {"0.999", 999'000}})
      out += fmt::format("{}{{{},quantile=\"{}\"}} {}\n", name, about, quantile,
                         seconds(error.value_at_quantile({ppm})));
    // The histogram keeps no sum; the mean of its buckets is as exact as they are.
    out += fmt::format("{}_sum{{{}}} {}\n{}_count{{{}}} {}\n", name, about,
                       seconds(error.mean()) * static_cast<double>(error.count()), name, about,
                       error.count());
  }
}

template <class Number>
void single(std::string& out, std::string_view name, std::string_view type, std::string_view help,
            std::optional<Number> value) {
  if (!value) return;
  head(out, name, type, help);
  out += fmt::format("{} {}\n", name, *value);
}

// The fields of /proc/self/stat from its third (state) on, whose place a name with blanks does not
// move; proc(5) counts from 1.
std::vector<std::string> process_status() {
  std::ifstream in("/proc/self/stat");
  std::string text;
  std::getline(in, text);
  std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
  std::vector<std::string> words = {"", "", ""};
  for (std::string word; fields >> word;) words.push_back(word);
  return words;
}

std::optional<std::uint64_t> number_of(const std::vector<std::string>& words, std::size_t field,
                                       std::uint64_t unit) {
  if (field >= words.size()) return std::nullopt;
  return std::strtoull(words[field].c_str(), nullptr, 10) * unit;
}

std::optional<std::int64_t> open_descriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator folder("/proc/self/fd", error);
  std::optional<std::int64_t> count;
  if (!error) count = std::distance(begin(folder), end(folder));
  return count;
}

}  // namespace

std::string proxy_metrics(const std::vector<ProxyNumbers>& proxies) {
  std::string out;
  for (const TrafficRow& row : traffic_rows) {
    head(out, row.name, "counter", row.help);
    for (const ProxyNumbers& proxy : proxies)
      for (const auto direction : {relay::Direction::up, relay::Direction::down}) {
        const relay::Traffic& traffic =
            direction == relay::Direction::up ? proxy.counters.up : proxy.counters.down;
        out += fmt::format("{}{{direction=\"{}\",{}}} {}\n", row.name, to_text(direction),
                           labels(proxy.state), traffic.*row.value);
      }
  }
  for (const CounterRow& row : counter_rows) {
    head(out, row.name, row.type, row.help);
    for (const ProxyNumbers& proxy : proxies)
      out += fmt::format("{}{{{}}} {}\n", row.name, labels(proxy.state), proxy.counters.*row.value);
  }
  for (const ToxicRow& row : toxic_rows) {
    head(out, row.name, "counter", row.help);
    for (const ProxyNumbers& proxy : proxies)
      for (std::size_t i = 0; i < proxy.state.toxics.size(); ++i)
        out +=
            fmt::format("{}{{proxy=\"{}\",toxic=\"{}\"}} {}\n", row.name, escaped(proxy.state.name),
                        escaped(proxy.state.toxics[i].name), proxy.toxic_hits.at(i).*row.value);
  }
  for (const FaultRow& row : fault_rows) {
    head(out, row.name, "counter", row.help);
    for (const ProxyNumbers& proxy : proxies)
      for (const HttpFaultState& fault : proxy.faults)
        out +=
            fmt::format("{}{{proxy=\"{}\",fault=\"{}\"}} {}\n", row.name, escaped(proxy.state.name),
                        escaped(fault.fault.fault.name), fault.*row.value);
  }
  injection_error(out, proxies);
  return out;
}

std::string process_metrics() {
  std::string out;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto time = [](const timeval& value) {
    return static_cast<double>(value.tv_sec) + static_cast<double>(value.tv_usec) / 1e6;
  };
  single(out, "process_cpu_seconds_total", "counter", "CPU time of the process, user and system.",
         std::optional(time(usage.ru_utime) + time(usage.ru_stime)));
  single(out, "process_open_fds", "gauge", "File descriptors that are open.", open_descriptors());
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  single(out, "process_max_fds", "gauge", "File descriptors that may be open.",
         std::optional(limit.rlim_cur));
  // Fields 20, 23 and 24 of proc(5).
  const std::vector<std::string> status = process_status();
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  single(out, "process_threads", "gauge", "Threads of the process.", number_of(status, 20, 1));
  single(out, "process_virtual_memory_bytes", "gauge", "Size of the virtual memory.",
         number_of(status, 23, 1));
  single(out, "process_resident_memory_bytes", "gauge", "Size of the memory that is resident.",
         number_of(status, 24, page));
  return out;
}

}  // namespace seawall::toxiproxy
