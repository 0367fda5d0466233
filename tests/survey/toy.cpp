// Services whose behaviour under each fault is known. They know nothing of Seawall.
//
//   toy bank PORT FILE     POST /charge {order}   writes a line; with a Key it does so once
//                          GET /rates, GET /stock
//                          GET /audit             {"again": charges of an order beyond its first}
//   toy desk PORT BANK     POST /keyed            3 attempts of 300 ms each, with a key
//                          POST /keyless          the same without one: a lost reply charges twice
//                          POST /rates            one attempt of 300 ms, then what it knows itself
//                          POST /stock            one attempt, for as long as it takes
//
// BANK is HOST:PORT.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include <httplib.h>
#include <sys/socket.h>

namespace {

using namespace std::chrono_literals;

void answer(httplib::Response& response, int status, const std::string& json) {
  response.status = status;
  response.set_content(json, "application/json");
}

int serve(httplib::Server& server, int port) {
  server.set_keep_alive_max_count(1);
  server.set_tcp_nodelay(true);
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
  server.Get("/health", [](const httplib::Request&, httplib::Response& response) {
    answer(response, 200, "{}");
  });
  return server.listen("127.0.0.1", port) ? 0 : 1;
}

// ---- The bank.

// Its charges, one line each: the order, and the key or "-".
class Charges {
 public:
  explicit Charges(std::string file) : file_(std::move(file)) {
    std::ifstream lines(file_);
    for (std::string order, key; lines >> order >> key;) note(order, key);
  }

  void charge(const std::string& order, const std::string& key) {
    const std::lock_guard lock(mutex_);
    if (key != "-" && keys_.contains(key)) return;
    std::ofstream(file_, std::ios::app) << order << ' ' << key << std::endl;
    note(order, key);
  }
  int again() {
    const std::lock_guard lock(mutex_);
    int again = 0;
    for (const auto& [order, times] : times_) again += times - 1;
    return again;
  }

 private:
  void note(const std::string& order, const std::string& key) {
    ++times_[order];
    keys_.insert(key);
  }

  const std::string file_;
  std::mutex mutex_;
  std::map<std::string, int> times_;
  std::set<std::string> keys_;
};

int bank(int port, const std::string& file) {
  Charges charges(file);
  httplib::Server server;
  server.Post("/charge", [&](const httplib::Request& request, httplib::Response& response) {
    const bool keyed = request.has_header("Key");
    charges.charge(request.body, keyed ? request.get_header_value("Key") : "-");
    answer(response, 201, "{}");
  });
  for (const char* path : {"/rates", "/stock"})
    server.Get(path, [](const httplib::Request&, httplib::Response& response) {
      answer(response, 200, "{}");
    });
  server.Get("/audit", [&](const httplib::Request&, httplib::Response& response) {
    answer(response, 200, "{\"again\": " + std::to_string(charges.again()) + "}");
  });
  return serve(server, port);
}

// ---- The desk.

class Desk {
 public:
  explicit Desk(std::string bank) : bank_("http://" + std::move(bank)) {}

  void charge(const std::string& order, bool keyed, httplib::Response& response) const {
    for (int attempt = 1; attempt <= 3; ++attempt) {
      const bool done = ask(300ms, [&](httplib::Client& client) {
        httplib::Headers headers;
        if (keyed) headers.emplace("Key", order);
        return client.Post("/charge", headers, order, "text/plain");
      });
      if (done) return answer(response, 201, "{}");
    }
    answer(response, 503, "{}");
  }

  void show_rates(httplib::Response& response) const {
    const bool fresh = ask(300ms, [](httplib::Client& client) { return client.Get("/rates"); });
    answer(response, 200, fresh ? R"({"from": "bank"})" : R"({"from": "memory"})");
  }

  void show_stock(httplib::Response& response) const {
    const bool known = ask(1h, [](httplib::Client& client) { return client.Get("/stock"); });
    answer(response, known ? 200 : 502, "{}");
  }

 private:
  // Whether the bank answered well.
  bool ask(std::chrono::milliseconds timeout,
           const std::function<httplib::Result(httplib::Client&)>& call) const {
    httplib::Client client(bank_);
    client.set_connection_timeout(timeout);
    client.set_read_timeout(timeout);
    const httplib::Result result = call(client);
    return result && result->status / 100 == 2;
  }

  const std::string bank_;
};

int desk(int port, const std::string& bank) {
  const Desk desk(bank);
  httplib::Server server;
  server.Post("/keyed", [&](const httplib::Request& request, httplib::Response& response) {
    desk.charge(request.body, true, response);
  });
  server.Post("/keyless", [&](const httplib::Request& request, httplib::Response& response) {
    desk.charge(request.body, false, response);
  });
  server.Post("/rates", [&](const httplib::Request&, httplib::Response& response) {
    desk.show_rates(response);
  });
  server.Post("/stock", [&](const httplib::Request&, httplib::Response& response) {
    desk.show_stock(response);
  });
  return serve(server, port);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  // A client that has gone is no reason to end.
  std::signal(SIGPIPE, SIG_IGN);
  // Calls may wait for ever; who is asked to end does.
  std::signal(SIGTERM, [](int) { std::_Exit(0); });
  const std::string role = argv[1];
  const int port = std::atoi(argv[2]);
  return role == "bank" ? bank(port, argv[3]) : desk(port, argv[3]);
}
