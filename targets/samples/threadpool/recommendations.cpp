// What others bought: a service that answers from memory, at once. It is slow only when the way to
// it is.
//
//   sample_recommendations PORT
#include <fmt/format.h>
#include <httplib.h>

#include "targets/samples/threadpool/listen.hpp"

namespace samples = seawall::samples;

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: sample_recommendations PORT\n");
    return 2;
  }
  const int port = samples::number_from(argv[1], "PORT", 1, 65535);

  httplib::Server server;
  server.Get(R"(/related/(\d+))", [](const httplib::Request& request, httplib::Response& response) {
    response.set_content(
        fmt::format(R"({{"product": {}, "related": [7, 11, 13]}})", request.matches[1].str()),
        "application/json");
  });
  return samples::listen(server, port);
}
