#include "tests/own_runs/stand_in.hpp"

#include <algorithm>

namespace seawall::tests {

StandIn::StandIn()
    : server_(std::move(
          *net::HttpServer::listen(loop_, 0,
                                   [this](model::Request request, net::HttpServer::Reply reply) {
                                     reply.send(answer(request));
                                   }))),
      thread_([this] { loop_.run(); }) {}

StandIn::~StandIn() {
  loop_.stop();
  thread_.join();
  server_.reset();
}

model::Response StandIn::answer(const model::Request& request) {
  const std::lock_guard lock(mutex_);
  asked_.push_back(request.path);
  if (request.path == "/stock") {
    const int seen = wrong_looks > 0 ? -1 : stock.load();
    if (wrong_looks > 0) --wrong_looks;
    return model::Response(
        200, mute ? "<html>" : R"({"state": "open", "available": )" + std::to_string(seen) + "}");
  }
  if (request.path == "/sell") {
    --stock;
    return model::Response(201, R"({"id": "s1"})");
  }
  if (request.path.starts_with("/login/")) {
    const std::string user = request.path.substr(7);
    const std::string token = user + "-" + std::to_string(++tokens_[user]);
    tokens_.emplace("/view/" + token, 0);
    return model::Response(200, R"({"token": ")" + token + "\"}");
  }
  return model::Response(tokens_.contains(request.path) ? 200 : 404);
}

std::string StandIn::url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

std::vector<std::string> StandIn::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

std::size_t StandIn::asked(const std::string& begin) const {
  const auto all = asked();
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [&](const std::string& path) { return path.starts_with(begin); }));
}

// A machine that is busy with other tests is late, and that is not what is tried here.
std::string about(const StandIn& service, const std::string& more, const std::string& load) {
  const std::string sales =
      "[load]\nrate = \"50/s\"\nmax_lateness = \"10s\"\n"
      "[[load.request]]\nname = \"sell\"\nmethod = \"POST\"\npath = \"/sell\"\n";
  return "schema = 1\nscenario = { name = \"own\" }\n"
         "run = { seed = 7, duration = \"2s\", settle = \"5s\" }\n"
         "[target]\nkind = \"external\"\nbase = \"" +
         service.url() + "\"\n" + (load.empty() ? sales : load) + more;
}

}  // namespace seawall::tests
