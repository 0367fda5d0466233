// What the command line said, for the commands. CLI11 stays in main.cpp.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/model/scenario.hpp"

namespace seawall::cli {

// seawall try: what is asked, and how.
struct Trial {
  std::string url;
  std::vector<std::string> faults;  // "KIND KEY=VALUE ..."
  std::vector<std::string> levels;  // expressions, over the whole run
  std::vector<std::string> during;  // while the faults act
  std::string rate = "20/s";
  std::string duration = "15s";
  std::string timeout = "5s";
  std::string max_lateness = "50ms";
  std::string method = "GET";
  std::vector<std::string> headers;  // "NAME: VALUE"
  std::string body;
  std::vector<std::string> allowed_hosts;  // beside this machine
  std::string authorities;  // file of those who may prove the host; empty: the system's
  bool insecure = false;
};

// seawall serve: which service, and what is around it.
struct Serving {
  std::string service;
  std::string scenario;
  std::uint16_t port = 0;
  std::string store;
  std::string book;
  std::vector<std::string> callees;  // "NAME=HOST:PORT"
  std::string drain = "5s";
  bool driven = false;
  bool asks = false;
};

// seawall xray: what is looked at, and how it is told.
struct XrayOptions {
  std::vector<std::string> links;  // "A -> B", "* -> B"; none: all
  std::string patience = "60s";    // of the client
  std::string failing = "75s";     // how long all calls fail, for a breaker to show
  std::string as = "table";        // json policy checks
};

// seawall explore: how far, and for how long.
struct ExploreOptions {
  std::optional<int> depth;           // faults at the same time
  std::string budget;                 // "30s", "100000runs"; empty: none
  std::int64_t orders = 0;            // at the same time; 0: as the way of exploring has it
  bool confirm = false;               // over real sockets too
  std::string matrix;                 // "saga": with one setting of the saga after the other
  bool fuzz = false;                  // many orders under random faults
  std::string shard;                  // fuzz: "2/4"; empty: all
  std::optional<std::int64_t> first;  // fuzz: number of the first run
  std::vector<std::string> shards;    // merge: their folders

  int depth_or_default() const { return depth.value_or(2); }
  std::int64_t orders_or(std::int64_t otherwise) const { return orders > 0 ? orders : otherwise; }
};

// seawall init: what is looked at, and where it goes.
struct InitOptions {
  std::string folder = ".";
  std::string file;  // empty: seawall.toml in the folder
  bool force = false;
  bool print = false;
};

struct Options {
  std::vector<std::string> scenarios;
  std::vector<std::string> sets;
  std::optional<std::uint64_t> seed;
  std::optional<model::Mode> mode;
  std::vector<std::string> tags;      // any of them
  std::vector<std::string> not_tags;  // none of them
  std::string variant;
  bool variants = false;
  bool markdown = false;  // list
  bool names = false;     // list
  int repeat = 1;
  std::string out;
  bool json = false;
  bool quiet = false;
  bool live = true;  // a view that is drawn again and again, on a terminal
  bool color = true;
  std::string ci = "auto";  // github none auto
  std::vector<std::string> fail_on = {"invariant", "slo", "regression", "inconclusive"};
  bool bisect = false;
  int jobs = 0;                          // matrix; 0: as the file has it, else one for each core
  std::string run_folder;                // replay
  std::vector<std::string> run_folders;  // report
  Trial trial;
  Serving serving;
  XrayOptions xray;
  InitOptions init;
  ExploreOptions explore;
};

}  // namespace seawall::cli
