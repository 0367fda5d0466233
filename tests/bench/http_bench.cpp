// The HTTP data path on loopback: our client and wrk against the same trivial server, and wrk
// against our server and the trivial one. One thread on each side. What counts is the processor
// time of the side that is measured: on a machine that does other work, requests per second of wall
// time say little.
#include <array>
#include <atomic>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include <sys/resource.h>
#include <unistd.h>

#include "harness/base/assert.hpp"
#include "harness/base/text.hpp"
#include "harness/live/clock.hpp"
#include "harness/net/http_client.hpp"
#include "harness/net/http_server.hpp"
#include "tests/bench/machine.hpp"
#include "tests/bench/trivial_server.hpp"

namespace {

using namespace seawall;

constexpr int connections = 64;
constexpr int seconds = 3;

double processor_seconds(int who) {
  rusage usage{};
  ::getrusage(who, &usage);
  const auto in_seconds = [](timeval t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
}

struct Figure {
  double per_second = 0;            // of wall time
  double per_processor_second = 0;  // of the side that is measured
};

void print(const char* what, const Figure& figure, const Figure& reference) {
  const auto count = [](double n) { return base::grouped(static_cast<std::int64_t>(n)); };
  std::printf("%-34s %9s/s   %9s per second of processor time", what,
              count(figure.per_second).c_str(), count(figure.per_processor_second).c_str());
  if (reference.per_processor_second > 0)
    std::printf("   %4.2f x wrk", figure.per_processor_second / reference.per_processor_second);
  std::printf("\n");
}

// Requests one after the other on each connection, as a service would send them.
Figure our_client(std::uint16_t port, bool bare) {
  net::Loop loop(live::steady_now);
  net::HttpClient client(loop, net::Address{"127.0.0.1", port});
  std::int64_t answered = 0;
  const base::TimePoint start = loop.now();
  const base::TimePoint end = start + std::chrono::seconds(seconds);
  std::function<void()> send = [&] {
    const base::TimePoint now = loop.now();
    if (now >= end) return loop.stop();
    model::Request request(model::Method::get, "/orders/17");
    request.deadline = now + std::chrono::seconds(5);
    request.pass_deadline = !bare;
    if (!bare) {
      request.idempotency_key = "order-17-charge";
      request.index.subject = {base::Subject::Kind::order, 17};
      request.index.operation = "charge";
      request.trace.low = 17;
      request.trace.span = 1;
    }
    client.send(std::move(request), [&](const net::HttpClient::Result& result) {
      answered += result.has_value();
      send();
    });
  };
  const double before = processor_seconds(RUSAGE_THREAD);
  for (int i = 0; i < connections; ++i) send();
  loop.run();
  const double used = processor_seconds(RUSAGE_THREAD) - before;
  const double elapsed = std::chrono::duration<double>(loop.now() - start).count();
  return {static_cast<double>(answered) / elapsed, static_cast<double>(answered) / used};
}

// Zero where wrk is not installed.
Figure wrk(std::uint16_t port) {
  const std::string command =
      "wrk -t1 -c" + std::to_string(connections) + " -d" + std::to_string(seconds) +
      "s http://127.0.0.1:" + std::to_string(port) + "/orders/17 2>/dev/null";
  const double before = processor_seconds(RUSAGE_CHILDREN);
  FILE* const out = ::popen(command.c_str(), "r");
  double per_second = 0;
  std::array<char, 256> line;
  while (out && std::fgets(line.data(), line.size(), out))
    std::sscanf(line.data(), "Requests/sec: %lf", &per_second);
  if (out) ::pclose(out);
  const double used = processor_seconds(RUSAGE_CHILDREN) - before;
  return {per_second, used > 0 ? per_second * seconds / used : 0};
}

// Our server under wrk: its own processor time counts.
Figure our_server() {
  net::Loop loop(live::steady_now);
  std::int64_t served = 0;
  const auto server = std::move(
      *net::HttpServer::listen(loop, 0, [&](model::Request, net::HttpServer::Reply reply) {
        ++served;
        reply.send(model::Response(200, "ok"));
      }));
  double used = 0;
  std::thread thread([&] {
    const double before = processor_seconds(RUSAGE_THREAD);
    loop.run();
    used = processor_seconds(RUSAGE_THREAD) - before;
  });
  const Figure seen = wrk(server->port());
  loop.stop();
  thread.join();
  return {seen.per_second, static_cast<double>(served) / used};
}

}  // namespace

int main() {
  std::printf("machine: %s\n", bench::machine().c_str());
  const bench::TrivialServer trivial;
  const Figure reference = wrk(trivial.port());
  if (reference.per_second == 0)
    std::printf("wrk is not installed: no ratios, and our server is not measured\n");
  else
    print("wrk", reference, reference);
  print("our client, bare requests", our_client(trivial.port(), true), reference);
  print("our client, all headers of a saga", our_client(trivial.port(), false), reference);
  if (reference.per_second > 0) print("our server (under wrk)", our_server(), reference);
}
