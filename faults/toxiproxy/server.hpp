// The API over HTTP, on cpp-httplib. That library is in http.cpp and nowhere else.
//
//   kernel --accept--> one of a bounded number of threads --> Api::handle
//
// A connection holds a thread, and so must not hold it for long: a request has a total time from
// its first byte to its answer, not only one for each read, and where all threads are busy the
// connections that have waited for their clients for long make room for new ones. Two hundred
// clients that say nothing keep nobody out, and two hundred that ask at once are all answered.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "faults/toxiproxy/api.hpp"
#include "harness/base/result.hpp"

namespace seawall::toxiproxy {

class Server {
 public:
  struct Settings {
    std::string host = "127.0.0.1";  // or a name, or 0.0.0.0 for all addresses
    std::uint16_t port = 8474;       // 0: any free one
    std::size_t threads = 64;
    std::chrono::milliseconds request_time{5000};  // from its first byte to the last of its answer
    std::chrono::milliseconds idle_time{60'000};   // of a kept connection
    // Where all threads are busy, who has not asked after so long has to go. A client that asks at
    // all has done so by then, on a busy machine too.
    std::chrono::milliseconds patience{500};
    std::size_t request_bytes = 4 << 20;  // its head and its body
  };

  // Listens, and answers from the time that this returns. `api` outlives it. The error is a
  // sentence for the user.
  static base::expected<std::unique_ptr<Server>, std::string> listen(const Api& api,
                                                                     Settings settings);
  // Closes every connection.
  ~Server();
  Server(const Server&) = delete;

  std::uint16_t port() const;

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace seawall::toxiproxy
