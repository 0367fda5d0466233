// An HTTP/1.1 server on 127.0.0.1: kept connections, requests of one connection answered in order,
// everything bounded. What is no HTTP is answered 400, 413, 431 or 501, and closed.
//
//   auto server = HttpServer::listen(loop, 0, [](model::Request request, HttpServer::Reply reply) {
//     reply.send(model::Response(200, "hello"));      // now, or whenever
//   });
//
// All of it on the loop's thread. The loop must outlive the server, and may be running.
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

namespace seawall::net {

class HttpServer {
  class Connection;
  class Listener;

 public:
  // The way back to one caller. Destroyed without an answer, it resets the connection. It may
  // outlive the server; then there is nobody left to hear it.
  class Reply {
   public:
    Reply(Reply&&) noexcept = default;
    Reply& operator=(Reply&& other) noexcept;
    ~Reply();

    // Whether the caller is still connected. One that has closed its side counts as gone.
    bool open() const;
    // Answers. Bytes go out before this returns, as far as the kernel takes them.
    void send(const model::Response& response);
    // Closes the connection instead of an answer.
    void close(Close how);

   private:
    friend class HttpServer;
    explicit Reply(std::shared_ptr<Connection> connection);
    std::shared_ptr<Connection> connection_;  // empty when it has been used
  };
  // Must not destroy the server.
  using Handler = std::function<void(model::Request, Reply)>;

  struct Settings {
    HttpLimits limits;
    std::size_t connections = 8192;  // more wait in the kernel's queue
  };

  // `port` 0: any free one. The error is a sentence for the user ("port 8080 is in use").
  static base::expected<std::unique_ptr<HttpServer>, std::string> listen(Loop& loop,
                                                                         std::uint16_t port,
                                                                         Handler handler,
                                                                         Settings settings);
  static base::expected<std::unique_ptr<HttpServer>, std::string> listen(Loop& loop,
                                                                         std::uint16_t port,
                                                                         Handler handler) {
    return listen(loop, port, std::move(handler), Settings());
  }
  // As stop(Close::fin).
  ~HttpServer();

  std::uint16_t port() const;
  std::size_t connections() const;
  // Listens no more and closes every connection, whatever is under way on it.
  void stop(Close how);

 private:
  explicit HttpServer(std::shared_ptr<Listener> listener);
  std::shared_ptr<Listener> listener_;
};

}  // namespace seawall::net
