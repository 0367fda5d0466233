// What a request to a forward proxy asks for, and the request as its callee is to have it.
//
//   GET http://payment:3002/charge HTTP/1.1  -->  GET /charge HTTP/1.1     of payment:3002
//   CONNECT payment:3002 HTTP/1.1            -->  a tunnel                 to payment:3002
//
// Pure: it knows no sockets and no routes. The rules are those of RFC 9112, 3.2 and 3.3.
#pragma once
#include <string>
#include <string_view>

#include "faults/http/framing.hpp"
#include "faults/relay/relay.hpp"
#include "harness/base/result.hpp"

namespace seawall::http {

// What is asked for, when it is found: the host in lower case, without brackets and without a last
// dot.
struct ForwardRequest {
  bool tunnels = false;  // CONNECT
  relay::Endpoint to;
  std::string
      head;  // in origin-form, with all headers that are not for this proxy; of a tunnel: none
};

// Why a request is not passed on: what its caller is answered.
struct ForwardRefusal {
  int status = 400;
  std::string sentence;
};

// `head` is of a request.
base::expected<ForwardRequest, ForwardRefusal> read_forward_request(const Head& head);

// A whole answer in plain text that ends the connection.
std::string to_answer(const ForwardRefusal& refusal);

// "payment:3002", "payment", "[::1]:80": the error is a sentence. Port 0 where there is none.
base::expected<relay::Endpoint, std::string> parse_authority(std::string_view text);

}  // namespace seawall::http
