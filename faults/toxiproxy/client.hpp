// Asks the API of a running proxy, blocking, for the command line.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "harness/base/result.hpp"

namespace seawall::toxiproxy {

struct ClientAnswer {
  int status = 0;
  std::string body;
};

class Client {
 public:
  struct Settings {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8474;
    std::chrono::milliseconds total_time{10'000};  // of one request, whatever the server does
  };
  explicit Client(Settings settings) : settings_(std::move(settings)) {}

  // The error says in a sentence why there is no answer. `body` is JSON, or empty.
  base::expected<ClientAnswer, std::string> ask(const std::string& method, const std::string& path,
                                                const std::string& body) const;

 private:
  Settings settings_;
};

// A name as one segment of a path.
std::string path_segment(const std::string& name);

}  // namespace seawall::toxiproxy
