#include "harness/runtime/service.hpp"

#include "tests/support/catch.hpp"

namespace seawall::runtime {

TEST_CASE("an operation is the target's name of a request or its method and path") {
  Target target;
  CHECK(operation_of(target, Request(model::Method::get, "/x")) == "GET /x");
  CHECK(operation_of(target, Request(model::Method::get, "/x?fresh=1")) == "GET /x");
  CHECK(operation_of(target, Request(model::Method::post, "/")) == "POST /");
  target.operation = [](const Request& request) {
    return std::string(request.method == model::Method::post ? "place" : "");
  };
  CHECK(operation_of(target, Request(model::Method::post, "/x")) == "place");
  CHECK(operation_of(target, Request(model::Method::get, "/x?a")) == "GET /x");
}

}  // namespace seawall::runtime
