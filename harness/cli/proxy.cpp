#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include <boost/asio/ip/address.hpp>
#include <sys/resource.h>

#include "faults/toxiproxy/config.hpp"
#include "faults/toxiproxy/relay_lines.hpp"
#include "faults/toxiproxy/server.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/shown.hpp"
#include "harness/live/clock.hpp"

namespace seawall::cli {
namespace {

// A connection takes two descriptors, and the default of 1024 is soon used up.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int default_workers() {
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 4);
}

// Makes the proxies and the forwards of the file; the exit status.
int populate(toxiproxy::Proxies& proxies, toxiproxy::Forwards& forwards, const std::string& file) {
  std::ifstream in(file);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in) {
    std::fprintf(stderr, "seawall: --config %s: expected a file that can be read\n", file.c_str());
    return usage;
  }
  const std::string text = bytes.str();
  const auto config = toxiproxy::read_config(file, text);
  if (!config) {
    print({config.error()});
    return usage;
  }
  const auto refused = [&](const toxiproxy::Refusal& refusal) {
    print({toxiproxy::diagnostic_of(file, text, refusal)});
    return refusal.status >= 500 ? environment : usage;
  };
  const auto populated = proxies.populate(config->proxies);
  if (populated.refusal) return refused(*populated.refusal);
  for (const toxiproxy::ForwardInput& forward : config->forwards)
    if (const auto made = forwards.create(forward); !made) return refused(made.error());
  return passed;
}

void tell(const toxiproxy::Proxies& proxies, const toxiproxy::Forwards& forwards,
          const ProxyOptions& options, std::uint16_t port) {
  const std::string address = to_text(relay::Endpoint{options.host, port});
  std::fprintf(stderr, "seawall: the API of Toxiproxy is at http://%s; Ctrl-C ends it\n",
               address.c_str());
  boost::system::error_code is_name;
  const auto number = boost::asio::ip::make_address(options.host, is_name);
  const bool loopback = is_name ? options.host == "localhost" : number.is_loopback();
  if (!loopback && options.allowed_hosts.empty())
    std::fprintf(stderr,
                 "seawall: whoever reaches this address can have connections made from this "
                 "machine; --allow-host narrows to where\n");
  for (const toxiproxy::ProxyState& proxy : proxies.list())
    std::fprintf(stderr, "seawall: proxy %s: %s -> %s%s\n", shown(proxy.name).c_str(),
                 proxy.listen.c_str(), shown(proxy.upstream).c_str(),
                 proxy.enabled ? "" : " (disabled)");
  for (const toxiproxy::ForwardState& forward : forwards.list())
    std::fprintf(stderr, "seawall: forward %s: http_proxy=http://%s\n", shown(forward.name).c_str(),
                 forward.listen.c_str());
}

void wait_for(Interrupt& interrupt) {
  std::mutex mutex;
  std::condition_variable interrupted;
  const Interrupt::Listener listener(interrupt, [&] {
    const std::lock_guard lock(mutex);
    interrupted.notify_all();
  });
  std::unique_lock lock(mutex);
  interrupted.wait(lock, [&] { return interrupt.count() > 0; });
}

}  // namespace

int proxy_command(const ProxyOptions& options, Interrupt& interrupt) {
  interrupt.announce("the proxy ends, and its connections with it");
  raise_descriptor_limit();
  relay::Relay::Settings settings;
  settings.workers = options.workers > 0 ? options.workers : default_workers();
  settings.seed = options.seed;
  settings.tell = [](const std::string& sentence) {
    std::fprintf(stderr, "seawall: %s\n", shown(sentence).c_str());
  };
  relay::Relay relay(live::steady_now, settings);
  toxiproxy::RelayLines lines(relay, settings.seed, settings.tell);
  toxiproxy::Proxies proxies(lines, {options.allowed_hosts});
  toxiproxy::Forwards forwards(lines, proxies);
  if (!options.config.empty())
    if (const int status = populate(proxies, forwards, options.config); status != passed)
      return status;

  const toxiproxy::Api api(proxies, forwards, {options.proxy_metrics, options.runtime_metrics});
  toxiproxy::Server::Settings listening;
  listening.host = options.host;
  listening.port = options.port;
  const auto server = toxiproxy::Server::listen(api, listening);
  if (!server) {
    std::fprintf(stderr, "seawall: %s\n", server.error().c_str());
    return environment;
  }
  tell(proxies, forwards, options, (*server)->port());
  wait_for(interrupt);
  return passed;
}

}  // namespace seawall::cli
