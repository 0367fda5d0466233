// Whatever a forward proxy is asked, what it passes on is one request in origin-form with the body
// that was asked with, the host of the target and none of the headers that are for the proxy; and
// what it does not pass on it answers with one answer that can be read.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "faults/http/forward_head.hpp"
#include "faults/http/forward_routes.hpp"
#include "harness/base/assert.hpp"

namespace {

using namespace seawall;
using base::require;
using http::HeadReader;

// What was refused is answered by one whole answer.
void check_refusal(const http::ForwardRefusal& refusal) {
  const std::string answer = http::to_answer(refusal);
  HeadReader reader(http::Side::answer);
  require(reader.read(answer) == HeadReader::State::complete, "a refusal is an answer of HTTP");
  const http::Head& head = reader.head();
  require(head.status == refusal.status && head.closes, "which ends the connection");
  require(head.has_length && head.size + head.length == answer.size(), "and is whole");
}

std::size_t count_of(const http::Head& head, std::string_view name) {
  std::size_t count = 0;
  std::string_view lines = head.headers;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n') + 1;
    std::string word(lines.substr(0, lines.find(':')));
    for (char& c : word)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    count += word == name ? 1 : 0;
    lines.remove_prefix(end);
  }
  return count;
}

void check_passed(const http::Head& asked, const http::ForwardRequest& request) {
  require(!request.to.host.empty() && request.to.port != 0, "it goes somewhere");
  HeadReader reader(http::Side::request);
  require(reader.read(request.head) == HeadReader::State::complete, "what passes is a request");
  const http::Head& passed = reader.head();
  require(passed.size == request.head.size(), "and nothing behind it");
  require(passed.method == asked.method && passed.is_1_0 == asked.is_1_0, "asked in the same way");
  require(passed.target.front() == '/' || passed.target == "*", "in origin-form");
  const http::Body before = http::body_of_request(asked);
  const http::Body after = http::body_of_request(passed);
  require(before.kind == after.kind && before.length == after.length, "with the same body");
  require(count_of(passed, "host") == 1, "of one host");
  require(count_of(passed, "proxy-connection") + count_of(passed, "proxy-authorization") == 0,
          "without what was for the proxy");
}

void check_authority(std::string_view text) {
  const auto route = http::make_route(text, "link");
  if (!route) return require(!route.error().empty(), "a host that is none has a reason");
  http::ForwardRoutes routes;
  routes.routes = {*route};
  require(routes.find({route->host, route->port.value_or(1)}) != nullptr, "a route finds itself");
  const auto again = http::make_route(http::to_text(*route), "link");
  require(again && again->host == route->host && again->port == route->port,
          "and is read as it is told");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_authority(text);
  HeadReader reader(http::Side::request);
  if (reader.read(text) != HeadReader::State::complete) return 0;
  const http::Head& asked = reader.head();
  const auto request = http::read_forward_request(asked);
  if (!request) {
    check_refusal(request.error());
  } else if (request->tunnels) {
    require(request->head.empty() && request->to.port != 0, "a tunnel goes somewhere");
  } else {
    check_passed(asked, *request);
  }
  return 0;
}
