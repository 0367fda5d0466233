// How large report.html is, and how long it takes to write, for a long run under much load: what is
// drawn is bounded by time, so the page must not grow with the requests.
#include <chrono>
#include <cstdio>
#include <fstream>

#include "reports/html/page.hpp"

using namespace std::chrono_literals;
using namespace seawall;

namespace {

constexpr std::int64_t seconds = 600;
constexpr std::int64_t rate = 5'000;  // requests a second; of them, those that the links saw:
constexpr std::int64_t every = 10;    // each tenth, which keeps the record within 2 GiB
constexpr base::TimePoint zero{1'000s};

// Latencies of 1 to 50 ms, ten times that for 20 s of each minute.
base::Duration latency_of(std::int64_t i) {
  const base::Duration quick = 1ms + base::Duration(i * 7'919 % 49'000) * 1'000;
  return i / rate % 60 < 20 ? quick * 10 : quick;
}

record::Exchange request(std::int64_t i) {
  record::Exchange row;
  row.link = {"client", "gateway"};
  row.index.subject = {base::Subject::Kind::order, static_cast<std::uint64_t>(i + 1)};
  row.index.n = 1;
  row.method = model::Method::post;
  row.path = "/orders";
  row.intended = row.sent = zero + i * (1'000'000'000ns / rate);
  row.ended = row.sent + latency_of(i);
  row.status = i % 97 == 0 ? 503 : 201;
  row.expected = row.status == 201;
  return row;
}

record::Record make_record() {
  record::Record record;
  record.time_zero = zero;
  record.load_end = zero + std::chrono::seconds(seconds);
  record.end = record.load_end + 5s;
  record.history.reserve(seconds * rate);
  record.exchanges.reserve(seconds * rate / every);
  for (std::int64_t i = 0; i < seconds * rate; ++i) {
    record::Exchange row = request(i);
    if (i % every == 0) {
      row.link = {"order", "payment"};
      row.index.n = i % 7 == 0 ? 2 : 1;
      row.faults.assign(i / rate % 60 < 20 ? 1 : 0, 0);
      record.exchanges.push_back(row);
      row.faults.clear();
    }
    record.history.push_back(std::move(row));
  }
  for (std::int64_t i = 0; i < seconds * 10; ++i)
    for (const char* node : {"gateway", "order", "payment", "inventory", "shipping"}) {
      record::Sample& sample = record.samples.emplace_back();
      sample.t = zero + i * 100ms;
      sample.node = node;
      sample.queued = i % 40;
      sample.in_flight = i % 90;
    }
  for (std::int64_t i = 0; i < seconds; ++i) {
    record::Event& event = record.events.emplace_back();
    event.t = zero + std::chrono::seconds(i);
    event.kind = record::Event::Kind::breaker;
    event.where = "order -> payment";
    event.what = i % 2 == 0 ? "closed open" : "open closed";
  }
  record::FaultUse& use = record.faults.emplace_back();
  use.name = "payment-slow";
  use.was_armed = true;
  use.hit = use.reached = seconds * rate / 3;
  use.armed = zero + 10s;
  use.healed = zero + 500s;
  return record;
}

std::int64_t peak_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6));
  return 0;
}

}  // namespace

int main() {
  model::Scenario scenario;
  scenario.meta.name = "bench/html";
  model::Fault fault;
  fault.name = "payment-slow";
  fault.type = "latency";
  fault.link = base::Link{"order", "payment"};
  scenario.faults = {fault};
  const record::Record record = make_record();
  const std::int64_t before = peak_kib();
  const reports::RunReport report = reports::make_run_report(scenario, record, {}, {});

  const auto started = std::chrono::steady_clock::now();
  const std::string page = reports::report_html(report);
  const auto took = std::chrono::steady_clock::now() - started;
  std::printf(
      "%lld requests, %lld s: %zu bytes in %lld ms, %lld MiB beside the record\n",
      static_cast<long long>(record.history.size()), static_cast<long long>(seconds), page.size(),
      static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()),
      static_cast<long long>((peak_kib() - before) / 1'024));
  return 0;
}
