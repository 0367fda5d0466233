// A link over real sockets between a caller and a callee that do what a test says. The proxy has
// its own thread; caller and callee share the loop of the test, which until() runs.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "faults/kinds/kind.hpp"
#include "faults/proxy/proxy.hpp"
#include "harness/live/clock.hpp"
#include "harness/net/http_client.hpp"
#include "harness/net/http_server.hpp"
#include "support/catch.hpp"
#include "tests/net/run_until.hpp"

namespace seawall::proxy::test {

using namespace std::chrono_literals;
using model::Failure;
using model::Request;
using model::Response;

inline const base::Link link_under_test{"front", "back"};

inline runtime::Target target() {
  runtime::Target target;
  target.nodes.resize(2);
  target.nodes[0].name = "back";
  target.nodes[1].name = "front";
  target.links = {link_under_test};
  target.told = [](model::Method, std::string_view, int status, std::string_view body) {
    model::Told told;
    if (!body.starts_with("own:")) return told;
    told.kind = status == 201 ? model::Told::Kind::confirmed : model::Told::Kind::other;
    return told;
  };
  return target;
}

inline model::Fault fault(const std::string& type, const std::string& on = "front -> back") {
  model::Fault fault;
  fault.name = type;
  fault.type = type;
  fault.link = base::parse_link(on);
  if (!fault.link) fault.node = on;
  return fault;
}

inline Request request(std::uint64_t order, base::Duration time = 2s) {
  Request request(model::Method::post, "/charge", "{}");
  request.deadline = live::steady_now() + time;
  request.index.subject = {base::Subject::Kind::order, order};
  request.index.operation = "charge";
  return request;
}

class Rig {
 public:
  using Answer = std::optional<net::HttpClient::Result>;

  // `callee`: who stands behind the link; absent: one that does what handler says.
  explicit Rig(std::vector<model::Fault> faults = {},
               std::optional<std::uint16_t> callee = std::nullopt, bool is_foreign = false)
      : loop_(live::steady_now), target_(target()), faults_(std::move(faults)) {
    armory_ = std::make_unique<Armory>(kinds::arm_all(faults_), [](const record::Event&) {});
    if (callee)
      callee_port_ = *callee;
    else
      serve();
    proxy_ = std::make_unique<Proxy>(
        target_, 1, *armory_,
        [this](const std::string& node, std::uint16_t) {
          loop_.post([this, node] { crashed.push_back(node); });
        },
        live::steady_now);
    REQUIRE(proxy_->reserve([this, is_foreign](const base::Link&) {
      Way way;
      way.callers_tell = way.callee_finishes = !is_foreign;
      way.callee.port = callee_port_;
      return way;
    }));
    caller_ = std::make_unique<net::HttpClient>(loop_, address());
    proxy_->node_up("back");
    proxy_->sync();
  }

  Proxy& proxy() { return *proxy_; }
  Armory& armory() { return *armory_; }
  net::Loop& loop() { return loop_; }
  net::HttpClient& caller() { return *caller_; }
  net::Address address() const { return proxy_->address(link_under_test); }

  void arm(std::uint16_t position) {
    armory_->arm(position, live::steady_now());
    proxy_->faults_changed();
  }
  void disarm(std::uint16_t position) {
    armory_->disarm(position, live::steady_now());
    proxy_->faults_changed();
  }

  // The callee ends or begins to listen; the proxy is told of it.
  void callee_down() {
    callee_->stop(net::Close::reset);
    callee_.reset();
    proxy_->node_down("back");
    proxy_->sync();
  }
  void callee_up() {
    serve();
    proxy_->node_up("back");
    proxy_->sync();
  }

  std::shared_ptr<Answer> send(Request request) {
    auto answer = std::make_shared<Answer>();
    caller_->send(std::move(request),
                  [answer](net::HttpClient::Result result) { *answer = std::move(result); });
    return answer;
  }
  net::HttpClient::Result ask(Request request) {
    const auto answer = send(std::move(request));
    until([&] { return answer->has_value(); });
    return **answer;
  }
  // "201 own:1", or the name of the failure.
  std::string told(Request request) {
    const auto answer = ask(std::move(request));
    if (!answer) return std::string(model::name_of(answer.error()));
    return std::to_string(answer->status) + " " + answer->body;
  }
  template <class Condition>
  void until(Condition condition) {
    REQUIRE(net::run_until(loop_, condition));
  }
  std::vector<record::Exchange> finish() {
    record::Record record;
    proxy_->finish(record);
    return std::move(record.exchanges);
  }

  std::vector<Request> arrived;      // at the callee, in order
  std::vector<std::string> crashed;  // the deaths that were asked for
  // What the callee answers; absent: nothing, for ever.
  std::function<std::optional<Response>(const Request&)> handler = [](const Request& request) {
    Response response(201, "own:" + std::to_string(request.index.subject.number));
    response.durable_lsn = 42;
    return std::optional(response);
  };

 private:
  void serve() {
    auto server = net::HttpServer::listen(loop_, callee_port_,
                                          [this](Request request, net::HttpServer::Reply reply) {
                                            arrived.push_back(request);
                                            if (const auto response = handler(request))
                                              reply.send(*response);
                                            else
                                              unanswered_.push_back(std::move(reply));
                                          });
    REQUIRE(server);
    callee_ = std::move(*server);
    callee_port_ = callee_->port();
  }

  net::Loop loop_;
  runtime::Target target_;
  std::vector<model::Fault> faults_;
  std::unique_ptr<Armory> armory_;
  std::uint16_t callee_port_ = 0;
  std::unique_ptr<net::HttpServer> callee_;
  std::vector<net::HttpServer::Reply> unanswered_;
  std::unique_ptr<Proxy> proxy_;
  std::unique_ptr<net::HttpClient> caller_;
};

}  // namespace seawall::proxy::test
