// Reads HTTP/1.1 messages from a stream of bytes, one after the other, and makes model requests and
// responses of them. Everything is bounded, and what is wrong is told as the status that answers
// it. The grammar is Boost.Beast's, which no other file includes.
//
//   bytes --feed()--> need more | complete --take()--> message, and the next one begins
#pragma once
#include <cstddef>
#include <memory>
#include <string_view>

#include "harness/base/units.hpp"
#include "harness/model/request.hpp"

namespace seawall::net {

struct HttpLimits {
  std::size_t head = 32 * 1024;    // bytes of the first line and the headers
  std::size_t body = 1024 * 1024;  // bytes
};

struct Fed {
  enum class State : std::uint8_t { need_more, complete, failed };
  State state = State::need_more;
  std::size_t consumed = 0;  // bytes that need not be presented again
  int status = 0;            // failed: 400, 413, 431 or 501
};

class RequestParser {
 public:
  explicit RequestParser(HttpLimits limits);
  ~RequestParser();

  // `bytes`: all that came and was not consumed. After complete: take(). After failed: nothing.
  Fed feed(std::string_view bytes);
  // The request that is complete. Its deadline is `now` and the time that its caller had left, and
  // its pass_deadline says whether it came with one.
  model::Request take(base::TimePoint now);

  // Of the request that is complete: whether the connection may be used for another one.
  bool keep_alive() const;
  // Of the request that is not: its caller waits for "100 Continue" before it sends the body. True
  // once.
  bool wants_continue();

 private:
  class Reader;
  HttpLimits limits_;
  std::unique_ptr<Reader> reader_;
};

class ResponseParser {
 public:
  explicit ResponseParser(HttpLimits limits);
  ~ResponseParser();

  // The next response answers a HEAD request: it has no body, whatever its headers say. Before its
  // first byte.
  void expect_no_body();
  // As above. Interim responses (1xx) are passed over.
  Fed feed(std::string_view bytes);
  // The peer has closed: true where that completes the response.
  bool feed_end();
  model::Response take();
  bool keep_alive() const;

 private:
  class Reader;
  HttpLimits limits_;
  std::unique_ptr<Reader> reader_;
};

}  // namespace seawall::net
