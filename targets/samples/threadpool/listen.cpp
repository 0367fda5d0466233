#include "targets/samples/threadpool/listen.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

namespace seawall::samples {

int number_from(std::string_view text, std::string_view what, int least, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (whole && number >= least && number <= most) return number;
  fmt::print(stderr, "{}: found \"{}\"; expected a number from {} to {}\n", what, text, least,
             most);
  std::exit(2);
}

int listen(httplib::Server& server, int port) {
  server.new_task_queue = [] { return new httplib::ThreadPool(threads); };
  // A thread stays with its connection. One answer for each, and a thread means a request; a client
  // that keeps its connections would starve the pool without a single slow call.
  server.set_keep_alive_max_count(1);
  server.set_tcp_nodelay(true);
  // Without SO_REUSEPORT, which is the library's default: two services on one port would share what
  // comes, and neither would notice.
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
  server.Get("/health", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("{}", "application/json");
  });
  if (server.listen("127.0.0.1", port)) return 0;
  fmt::print(stderr, "cannot listen on 127.0.0.1:{}\n", port);
  return 1;
}

}  // namespace seawall::samples
