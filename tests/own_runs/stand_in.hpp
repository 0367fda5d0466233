// A small service of somebody else's, in a thread of the test: it has a stock, sells from it, and
// counts what it was asked.
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "harness/live/clock.hpp"
#include "harness/net/http_server.hpp"
#include "tests/cli/program.hpp"

namespace seawall::tests {

//   GET /stock          {"available": N, "state": "open"}
//   POST /sell          N goes down; 201 {"id": "s1"}
//   POST /login/USER    200 {"token": "USER-1"}
//   GET /view/TOKEN     200 if it was given, else 404
class StandIn {
 public:
  StandIn();
  ~StandIn();
  StandIn(const StandIn&) = delete;

  std::string url() const;
  // Every path that was asked for, in order.
  std::vector<std::string> asked() const;
  std::size_t asked(const std::string& begin) const;

  std::atomic<int> stock = 1'000'000;
  std::atomic<int> wrong_looks = 0;  // that find a stock of -1, until it is put right
  std::atomic<bool> mute = false;    // /stock is answered with what is no JSON

 private:
  model::Response answer(const model::Request& request);

  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
  std::map<std::string, int> tokens_;
  net::Loop loop_{live::steady_now};
  std::unique_ptr<net::HttpServer> server_;
  std::thread thread_;
};

// A scenario about it: 50 sales a second for two seconds, and whatever is given.
std::string about(const StandIn& service, const std::string& more, const std::string& load = "");

}  // namespace seawall::tests
