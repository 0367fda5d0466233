#include "tests/supervisor/builtin_rig.hpp"

#include "tests/net/peer.hpp"
#include "tests/os/survivors.hpp"
#include "tests/os/unruly.hpp"
#include "tests/support/catch.hpp"

namespace seawall::worlds::tests {

namespace {

using namespace std::chrono_literals;
using os::test::comes_true;

void run(const os::Command& command) {
  auto child = os::Child::start(os::test::shim, command);
  if (!child) FAIL(child.error());
  const auto end = (*child)->wait(120s);
  REQUIRE(end);
  INFO((*child)->output().last_lines());
  CHECK(os::to_text(*end) == "exited with status 0");
}

}  // namespace

model::Service service_of(model::Service::Builtin builtin) {
  model::Service service;
  service.name = "db";
  service.builtin = builtin;
  service.stop.grace = 60s;
  return service;
}

Server::Server(const model::Service& service)
    : family_(os::test::new_family()),
      folder_(os::PrivateFolder::make().value()),
      port_(net::ReservedPort::reserve(0).value()),
      builtin_(builtin_of(service)) {
  builtin_.spec.command.environment[os::test::family_variable] = family_;
  for (const os::Command& command : builtin_.setup) run(command);
  supervised_ = std::make_unique<Supervised>(builtin_.spec, os::test::shim);
  start();
  prepare();
}

void Server::start() {
  if (const auto launched = supervised_->launch(); !launched) FAIL(launched.error());
  if (const auto ready = supervised_->wait_until_ready(); !ready) FAIL(ready.error());
}

void Server::prepare() {
  if (!builtin_.after) return;
  if (const auto done = builtin_.after(); !done) FAIL(done.error());
}

void Server::crash() {
  supervised_->kill();
  REQUIRE(supervised_->wait(60s));
  CHECK(os::test::living(family_).empty());
}

std::string Server::answer(std::string_view bytes) const {
  net::Peer peer = net::Peer::connect_to(port());
  peer.say(bytes);
  comes_true([&] { return peer.heard().find('\n') != std::string::npos; });
  return peer.heard();
}

Builtin Server::builtin_of(const model::Service& service) const {
  std::filesystem::create_directory(dir());
  auto made = builtin(service, port(), dir().string());
  if (!made) FAIL(made.error());
  return std::move(*made);
}

}  // namespace seawall::worlds::tests
