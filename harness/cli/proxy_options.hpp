// What the command line said of the fault proxy, for its commands.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace seawall::cli {

// seawall proxy
struct ProxyOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8474;
  std::string config;
  std::uint64_t seed = 0;
  int workers = 0;  // 0: by the number of cores
  std::vector<std::string> allowed_hosts;
  bool proxy_metrics = false;
  bool runtime_metrics = false;
};

// seawall proxies, toxic, fault, cut, forward and journal: what to ask a proxy that runs.
struct ProxyQuestion {
  std::string action;  // the name of the subcommand; empty: list
  std::string api = "127.0.0.1:8474";
  bool json = false;
  std::string proxy;
  // proxies create
  std::string listen;
  std::string upstream;
  bool disabled = false;
  std::string caller;
  std::string callee;
  struct Tls {
    // With callers: files, or one that is made for these names and written to a file.
    std::string certificate;
    std::string key;
    std::vector<std::string> make_for;
    std::string write;
    // With the upstream.
    bool upstream = false;
    bool insecure = false;
    std::string authorities;
    std::string name;
  };
  Tls tls;
  // toxic
  std::string toxic;
  std::string type;
  std::vector<std::string> attributes;  // "latency=1000"
  std::optional<double> toxicity;
  bool to_upstream = false;
  bool to_downstream = false;  // as if neither was given
  // fault
  std::string fault;
  std::vector<std::string> words;  // "KEY=VALUE"
  // cut
  std::string cut;
  std::string on;
  std::vector<std::string> groups;  // "a,b"
  std::string mode;
  std::string direction;
  // forward
  std::string forward;
  std::vector<std::string> routes;  // "HOST:PORT=PROXY"
  bool pass_unknown = false;
  // journal
  bool keep = false;
  bool do_not_keep = false;
  bool empty = false;
  std::string method;
  std::string path;
  std::string status;
  std::string since;
  std::string limit;
};

}  // namespace seawall::cli
