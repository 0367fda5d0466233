// Proxies that speak TLS with their callers and with the upstream, so that faults of requests act
// on HTTPS. Between the two proxies of a test the bytes are encrypted:
//
//   plain caller --> "out" (TLS with its upstream) ==TLS==> "in" (TLS with its callers) --> API
#include "faults/relay/tls.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/stat.h>

#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"
#include "tests/toxiproxy/wire.hpp"

namespace fs = std::filesystem;
using namespace seawall::toxiproxy;
using seawall::has;
using test::Heard;
using test::Stand;
using test::text_in;

namespace {

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "seawall-tls-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  std::string file(const std::string& name) const { return (path / name).string(); }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(file(name)) << text;
    return file(name);
  }
  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(file(name)).rdbuf();
    return text.str();
  }
  fs::path path;
};

std::uint16_t port_in(const std::string& told) {
  const std::string listen = text_in(told, "listen");
  return static_cast<std::uint16_t>(std::stoi(listen.substr(listen.rfind(':') + 1)));
}

struct Encrypted {
  Stand stand;
  Folder folder;

  // A proxy of this name to this port; `tls` is JSON.
  Heard make(const std::string& name, std::uint16_t to, const std::string& tls) const {
    return stand.ask("POST", "/seawall/v1/proxies",
                     R"({"name":")" + name + R"(","listen":"127.0.0.1:0","upstream":"127.0.0.1:)" +
                         std::to_string(to) + R"(","tls":)" + tls + "}");
  }
  std::uint16_t made(const std::string& name, std::uint16_t to, const std::string& tls) const {
    const Heard heard = make(name, to, tls);
    INFO(heard.body);
    REQUIRE(heard.status == 201);
    return port_in(heard.body);
  }
};

}  // namespace

TEST_CASE("faults of requests act on HTTPS with a certificate that is made for the run") {
  const Encrypted world;
  const std::string file = world.folder.file("ca.pem");
  const Heard in = world.make("in", world.stand.port(),
                              R"({"callers":{"make_for":["127.0.0.1"],"write":")" + file + "\"}}");
  REQUIRE(in.status == 201);
  const std::string certificate = world.folder.read("ca.pem");
  CHECK(certificate.starts_with("-----BEGIN CERTIFICATE-----"));
  CHECK(has(in.body, "\"certificate\":\"-----BEGIN CERTIFICATE-----\\n"));
  CHECK_FALSE(has(in.body, "PRIVATE KEY"));
  const std::uint16_t out =
      world.made("out", port_in(in.body), R"({"upstream":{"authorities":")" + file + "\"}}");
  CHECK(test::http(out, "GET", "/version").status == 200);
  world.stand.ask("POST", "/seawall/v1/proxies/in/faults",
                  R"({"type":"http_abort","status":503,"match":{"path":"/version"}})");
  CHECK(test::http(out, "GET", "/version").status == 503);
  // The certificate stays while the proxy is there, though its upstream is another.
  world.stand.ask("PATCH", "/proxies/in",
                  R"({"upstream":"localhost:)" + std::to_string(world.stand.port()) + "\"}");
  CHECK(world.folder.read("ca.pem") == certificate);
  CHECK(test::http(out, "GET", "/version").status == 503);
}

TEST_CASE("an upstream that cannot prove its name is not spoken to, and that is counted") {
  const Encrypted world;
  const std::string file = world.folder.file("ca.pem");
  const std::uint16_t in =
      world.made("in", world.stand.port(),
                 R"({"callers":{"make_for":["shop.example"],"write":")" + file + "\"}}");
  const std::string authorities = R"("authorities":")" + file + "\"";
  const auto status = [&](const std::string& name, const std::string& tls) {
    return test::http(world.made(name, in, tls), "GET", "/version").status;
  };
  CHECK(status("other name", R"({"upstream":{)" + authorities + "}}") == 0);
  CHECK(status("unknown", R"({"upstream":{"name":"shop.example"}})") == 0);
  CHECK(status("right", R"({"upstream":{"name":"shop.example",)" + authorities + "}}") == 200);
  CHECK(status("insecure", R"({"upstream":{"verify":false}})") == 200);
  CHECK(has(world.stand.told("GET", "/seawall/v1/proxies/other%20name"), R"("distrusted":1)"));
}

TEST_CASE("certificates and keys are read from files, and what is wrong with them is told") {
  const Encrypted world;
  const auto identity = seawall::relay::make_identity({"127.0.0.1"});
  const auto other = seawall::relay::make_identity({"127.0.0.1"});
  const std::string certificate = world.folder.file("c.pem", identity.certificate);
  const std::string key = world.folder.file("k.pem", identity.key);
  const std::string wrong_key = world.folder.file("w.pem", other.key);
  const std::string text = world.folder.file("t.pem", "hello");
  const auto callers = [](const std::string& one, const std::string& two) {
    return R"({"callers":{"certificate":")" + one + R"(","key":")" + two + "\"}}";
  };
  const std::uint16_t in = world.made("in", world.stand.port(), callers(certificate, key));
  const std::uint16_t out =
      world.made("out", in, R"({"upstream":{"authorities":")" + certificate + "\"}}");
  CHECK(test::http(out, "GET", "/version").status == 200);

  const std::string missing = world.folder.file("missing");
  for (const auto& [tls, words] : std::vector<std::pair<std::string, std::string>>{
           {callers(missing, key), "expected a certificate as PEM in the file '" + missing},
           {callers(certificate, missing), "expected its key as PEM in the file '" + missing},
           {callers(certificate, world.folder.path.string()), "which cannot be read"},
           {callers(text, key), "the certificate is none: expected PEM"},
           {callers(certificate, text), "the key is none: expected PEM"},
           {callers(certificate, wrong_key), "the key is not that of the certificate"},
           {R"({"upstream":{"authorities":")" + missing + "\"}}", "cannot read authorities from '"},
           {R"({"callers":{"make_for":["a,URI:b"]}})", "expected host names and addresses"},
           {R"({"callers":{"make_for":["a"],"write":")" + text + "\"}}", "more than a certificate"},
           {R"({"callers":{"make_for":["a"],"write":"/nowhere/at/all"}})", "cannot be written"},
           {R"({"caller":{}})", "there is no key 'caller' here; expected callers, upstream"}}) {
    const Heard heard = world.make("wrong", 1, tls);
    INFO(tls << "\n" << heard.body);
    CHECK((heard.status == 400 || heard.status == 500));
    CHECK(has(heard.body, words));
    CHECK(world.stand.ask("GET", "/proxies/wrong").status == 404);
  }
  CHECK(world.folder.read("t.pem") == "hello");

  // What is more than a certificate is not overwritten, and a pipe is not waited for.
  const std::string both = world.folder.file("both.pem", identity.certificate + identity.key);
  CHECK(
      world.make("wrong", 1, R"({"callers":{"make_for":["a"],"write":")" + both + "\"}}").status ==
      400);
  CHECK(world.folder.read("both.pem") == identity.certificate + identity.key);
  const std::string pipe = world.folder.file("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(has(world.make("wrong", 1, callers(pipe, key)).body, "no regular file"));
  CHECK(has(world.make("wrong", 1, R"({"upstream":{"authorities":")" + pipe + "\"}}").body,
            "no regular file"));
}
