// The small change of HTTP that all services share: paths, and answers with a JSON body.
#pragma once
#include <string>
#include <string_view>

#include "harness/model/json_codec.hpp"
#include "harness/runtime/task.hpp"

namespace seawall::shop {

using model::Method;
using model::Request;
using model::Response;

inline std::string_view without_query(std::string_view path) {
  return path.substr(0, path.find('?'));
}
inline std::string_view path_of(const Request& request) { return without_query(request.path); }

// What follows `prefix` in `path` ("/orders/" and "/orders/4711": "4711"); empty where it is
// another path, or where more than one segment follows.
std::string_view last_segment(std::string_view path, std::string_view prefix);

template <model::Described Body>
Response json(int status, const Body& body) {
  return Response(status, model::encode_json(body));
}

// {"reason": ...}
Response refusal(int status, std::string_view reason);
// 400, with what is wrong in the body as the codec says it.
Response bad_request(std::string_view detail);
// 503 with {"accepted": false}: nothing was started, so come again.
Response not_accepted(std::string_view reason);
// 500: the store failed, and what it did with the write is not known.
Response store_failed();
Response not_found();
// 405 with the methods that `path` has.
Response not_allowed(std::string_view allowed);

// An answer that needs no waiting, as a Task.
runtime::Task<Response> answered(Response response);

}  // namespace seawall::shop
