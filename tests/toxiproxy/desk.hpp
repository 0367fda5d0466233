// The API over lines that do not listen, asked without HTTP.
#pragma once
#include "faults/toxiproxy/api.hpp"
#include "tests/toxiproxy/fake_lines.hpp"

namespace seawall::toxiproxy::test {

struct Desk {
  FakeLines lines;
  Proxies proxies;
  Forwards forwards;
  Api api;

  explicit Desk(Proxies::Settings settings = {}, Api::Settings metrics = {})
      : proxies(lines, std::move(settings)),
        forwards(lines, proxies),
        api(proxies, forwards, metrics) {}

  Answer ask(const std::string& method, const std::string& target, const std::string& body = "") {
    Request request;
    request.method = method;
    request.target = target;
    request.body = body;
    request.host = "127.0.0.1:8474";
    return api.handle(request);
  }
  // "201 {...}"
  std::string told(const std::string& method, const std::string& target,
                   const std::string& body = "") {
    const Answer answer = ask(method, target, body);
    return std::to_string(answer.status) + " " + answer.body;
  }
};

}  // namespace seawall::toxiproxy::test
