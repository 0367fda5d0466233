// The HTTP API as a function from a request to an answer. It knows no sockets: server.hpp brings
// requests to it, and a test can ask it directly.
//
// Everything outside /seawall/ is Toxiproxy's API, version 2; what is under /seawall/v1 is our own
// and strict: what it does not know is an error.
#pragma once
#include <string>
#include <string_view>

#include "faults/toxiproxy/forwards.hpp"
#include "faults/toxiproxy/proxies.hpp"

namespace seawall::toxiproxy {

// The version of Toxiproxy whose API this is; clients choose their verbs by it.
inline constexpr std::string_view api_version = "2.12.0";

struct Request {
  std::string method;  // "GET"
  std::string target;  // as it stands in the request line: "/proxies/a%3Eb?x=1"
  std::string body;
  // Headers, empty where there is none.
  std::string host;
  std::string origin;
  std::string user_agent;
};

struct Answer {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::string allow;  // the header Allow, with 405
};

class Api {
 public:
  struct Settings {
    bool proxy_metrics = false;
    bool runtime_metrics = false;  // of this process
  };

  // Both outlive it.
  Api(Proxies& proxies, Forwards& forwards, Settings settings)
      : proxies_(proxies), forwards_(forwards), settings_(settings) {}

  // From any thread.
  Answer handle(const Request& request) const;
  // By the clock of the proxies.
  base::TimePoint now() const { return proxies_.now(); }

 private:
  Proxies& proxies_;
  Forwards& forwards_;
  const Settings settings_;
};

}  // namespace seawall::toxiproxy
