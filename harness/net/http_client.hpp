// An HTTP/1.1 client of one server: a pool of kept connections, one request at a time on each, one
// total deadline for each request (but where its read_timeout says otherwise). It is exact about
// what may have reached the server:
//
//   refused, unreachable   no byte of the request left this machine
//   timed_out, reset       some did, so the server may have acted on it
//
// A kept connection that turns out to be closed before anything was written is replaced by a fresh
// one; a request of which a byte was written is never sent again.
//
// All of it on the loop's thread. The loop must outlive the client, and may be running.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "harness/base/result.hpp"
#include "harness/model/request.hpp"
#include "harness/net/close.hpp"
#include "harness/net/http_parser.hpp"
#include "harness/net/loop.hpp"
#include "harness/net/port.hpp"

namespace seawall::net {

class HttpClient {
 public:
  using Result = base::expected<model::Response, model::Failure>;
  using Done = std::function<void(Result)>;
  using Ticket = std::uint64_t;

  struct Settings {
    // Services of others answer what they like; an answer that is longer is a reset to its caller.
    HttpLimits limits{.body = 64 * 1024 * 1024};
    std::size_t connections = 8192;  // a request for which there is none waits for one
    std::string host;                // what Host says; empty: the address of the server
  };

  // The host of `server` is a numeric address (parse_address).
  HttpClient(Loop& loop, const Address& server, Settings settings);
  HttpClient(Loop& loop, const Address& server) : HttpClient(loop, server, Settings()) {}
  // Cancels everything.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Calls `done` exactly once, by request.deadline at the latest (time 0: no deadline) and never
  // inside this call, unless the request is cancelled first. A connection has to be there by
  // connect_by, else the server is unreachable. `done` may destroy the client.
  Ticket send(model::Request request, Done done);
  // `done` is never called, and the connection that the request uses is closed. Harmless where the
  // request has ended.
  void cancel(Ticket ticket, Close how = Close::fin);

  std::size_t connections() const;  // open or being opened
  std::size_t pending() const;      // requests that have not ended

 private:
  class Connection;
  class Pool;
  std::shared_ptr<Pool> pool_;
};

}  // namespace seawall::net
