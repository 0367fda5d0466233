// One node of a target as this whole process: `seawall serve SERVICE`. It builds the same node as
// the world inprocess does; the links that it calls are elsewhere, and their addresses are given.
//
//   driver --orders--> this process: live::Node, store --words--> driver
//                             \-- book: events, samples, patterns (shared memory) --/
//
// Without a driver it serves for anybody, until TERM or Ctrl-C.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/net/port.hpp"
#include "harness/runtime/service.hpp"

namespace seawall::worlds {

struct ServeSetup {
  std::uint64_t seed = 1;
  std::uint16_t port = 0;  // 0: any free one
  std::string store;       // SQLite file
  std::string book;        // empty: nobody wants to know
  std::map<std::string, net::Address> callees;
  // A driver gives orders and hears words (orders.hpp).
  bool driven = false;
  // Each write with a class asks the driver for its fate: a fault of the run may be aimed at it.
  bool asks = false;
  // By hand: how long it finishes what it has, once it is to end.
  base::Duration drain = std::chrono::seconds(5);
};

// The same as words of a command line, and back: what a driver and a program that serves agree on.
std::vector<std::string> to_words(const ServeSetup& setup);
// "order=127.0.0.1:8080"; the error is a sentence for the user.
base::expected<std::pair<std::string, net::Address>, std::string> parse_callee(
    const std::string& text);

// Serves until it is to end. Once it serves it says so on stdout, "NAME serves on HOST:PORT"; why
// it cannot is said on stderr. The exit status: 0, or 6 where it could not start.
int serve(const runtime::Node& plan, const ServeSetup& setup);

}  // namespace seawall::worlds
