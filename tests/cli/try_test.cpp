// seawall try: a service that a test runs, a fault and a verdict from the words of the command
// line.
#include <thread>

#include "faults/relay/relay.hpp"
#include "harness/live/clock.hpp"
#include "harness/net/http_server.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

namespace seawall::tests {

namespace {

// Answers 200 to /well and, with 3 MiB, to /big, 500 to /ill, and tells Host in the body.
class Service {
 public:
  Service()
      : server_(std::move(*net::HttpServer::listen(
            loop_, 0,
            [](model::Request request, net::HttpServer::Reply reply) {
              if (request.path == "/big")
                return reply.send(model::Response(200, std::string(3 << 20, 'b')));
              reply.send(model::Response(request.path.starts_with("/ill") ? 500 : 200, "{}"));
            }))),
        thread_([this] { loop_.run(); }) {}
  ~Service() {
    loop_.stop();
    thread_.join();
    server_.reset();
  }
  std::uint16_t port() const { return server_->port(); }
  std::string url(const std::string& path = "/well") const {
    return "http://127.0.0.1:" + std::to_string(port()) + path;
  }

 private:
  net::Loop loop_{live::steady_now};
  std::unique_ptr<net::HttpServer> server_;
  std::thread thread_;
};

// A machine that is busy with other tests is late, and that is not what is tried here.
Ended try_url(const Desk& desk, std::vector<std::string> words) {
  words.insert(words.begin(), "try");
  words.insert(words.end(), {"--quiet", "--max-lateness", "10s"});
  return desk.seawall(words);
}

}  // namespace

TEST_CASE("a fault on a service is tried from words alone", "[cli][try]") {
  const Service service;
  const Desk desk;
  const Ended kept = try_url(desk, {service.url(), "--fault", "latency latency=50ms", "--for", "2s",
                                    "--rate", "100/s", "--during", "latency.p50 >= 50ms"});
  INFO(kept.out << kept.err);
  CHECK(kept.status == 0);
  CHECK(has(kept.out, "it serves where no fault acts"));
  CHECK_FALSE(has(kept.out, "every-saga-settled"));
  CHECK(std::filesystem::is_empty(desk.path()));  // and leaves no file

  const Ended missed =
      try_url(desk, {service.url(), "--fault", "http_abort status=503 probability=60%", "--for",
                     "2s", "--rate", "50/s", "--during", "ok_share >= 90%"});
  INFO(missed.out << missed.err);
  CHECK(missed.status == 3);
}

TEST_CASE("a service is found by the name of this machine", "[cli][try]") {
  const Service service;
  const Desk desk;
  const Ended ended = try_url(
      desk, {"http://LocalHost:" + std::to_string(service.port()) + "/well", "--for", "1s"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
}

TEST_CASE("answers of several MiB are answers like others", "[cli][try]") {
  const Service service;
  const Desk desk;
  const Ended ended = try_url(desk, {service.url("/big"), "--for", "1s", "--rate", "5/s"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
}

TEST_CASE("a service that fails by itself fails its trial", "[cli][try]") {
  const Service service;
  const Desk desk;
  const Ended ended = try_url(desk, {service.url("/ill"), "--for", "1s"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 3);
  CHECK(has(ended.out, "it serves"));
  CHECK(has(ended.out, "not as expected: "));
  CHECK(has(ended.out, " x 500"));
}

TEST_CASE("a trial over TLS needs the proof of its host or says why", "[cli][try][tls]") {
  const Service service;
  const Desk desk;
  const relay::Identity identity = relay::make_identity({"localhost"});
  desk.write("authority.pem", identity.certificate);
  relay::Relay front(live::steady_now, {});
  relay::Link::Settings settings{"front", {"127.0.0.1", 0}, {"127.0.0.1", service.port()}};
  settings.caller_tls = relay::TlsSettings::server(identity).value();
  const auto link = front.add(std::move(settings));
  REQUIRE(link->start());
  const std::string url = "https://localhost:" + std::to_string(link->listen().port) + "/well";

  const Ended stranger = try_url(desk, {url, "--for", "1s"});
  CHECK(stranger.status == 6);
  CHECK(has(stranger.err, "--ca FILE"));
  for (const std::vector<std::string>& trust :
       {std::vector<std::string>{"--ca", "authority.pem"}, {"--insecure"}}) {
    std::vector<std::string> words = {url, "--for", "2s", "--fault", "http_abort status=503"};
    words.insert(words.end(), trust.begin(), trust.end());
    const Ended ended = try_url(desk, words);
    INFO(ended.out << ended.err);
    CHECK(ended.status == 0);
  }
}

TEST_CASE("what cannot be tried is refused with the reason", "[cli][try]") {
  const Service service;
  const Desk desk;
  struct Refused {
    std::vector<std::string> words;
    int status;
    std::string reason;
  };
  const std::string url = service.url();
  const std::vector<Refused> all = {
      {{"try"}, 2, "URL"},
      {{"try", "127.0.0.1:80"}, 2, "no URL"},
      {{"try", "ftp://127.0.0.1/"}, 2, "expected http or https"},
      {{"try", "http://127.0.0.1:99999/"}, 2, "port from 1"},
      {{"try", "http://u:p@127.0.0.1/"}, 2, "--header"},
      {{"try", "http://example.com/"}, 2, "--allow-host example.com"},
      {{"try", "http://127.0.0.1.example/"}, 2, "127.0.0.1.example"},
      {{"try", url, "--header", "host: x"}, 2, "by the client itself"},
      {{"try", "http://127.0.0.1:1/", "--for", "1s"}, 6, "nobody listens"},
      {{"try", "http://localhost:1/", "--for", "1s"}, 6, "nobody listens"},
      {{"try", url, "--fault", ""}, 2, "--fault is empty"},
      {{"try", url, "--fault", "latancy latency=1s"}, 2, "latency"},
      {{"try", url, "--fault", "latency 300ms"}, 2, "no KEY=VALUE"},
      {{"try", url, "--fault", "latency latency=fast"}, 2, "fast"},
      {{"try", url, "--fault", "latency latency=1s name=x"}, 2, "no name of its own"},
      {{"try", url, "--fault", "crash"}, 2, "crash"},
      {{"try", url, "--for", "soon"}, 2, "expected a duration"},
      {{"try", url, "--for", "10ms"}, 2, "1s or more"},
      {{"try", url, "--for", "999999h"}, 2, "at most 8760h"},
      {{"try", url, "--header", "A: b", "--header", "a: c"}, 2, "a second a"},
      {{"try", url, "--slo", "ok_share > 1%", "--slo", "ok_share > 1%"}, 2, "given twice"},
      {{"try", "https://127.0.0.1:1/", "--ca", "nofile"}, 2, "No such file"},
      {{"try", "HTTP://127.0.0.1:1/", "--for", "1s"}, 6, "nobody listens"},
      {{"try", url, "--rate", "many"}, 2, "many"},
      {{"try", url, "--header", "no colon"}, 2, "NAME: VALUE"},
      {{"try", url, "--method", "get\"\n[run]"}, 2, "method"},
      {{"try", url, "--during", "ok_share >= 1%"}, 2, "without a --fault"},
      {{"try", url, "--slo", "latency <="}, 2, "latency"},
  };
  for (const Refused& one : all) {
    const Ended ended = desk.seawall(one.words);
    INFO(one.words.back() << "\n" << ended.out << ended.err);
    CHECK(ended.status == one.status);
    CHECK(has(ended.out + ended.err, one.reason));
  }
}

}  // namespace seawall::tests
