// A builtin server in a private folder, as a test wants it. One thread.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "harness/net/port.hpp"
#include "harness/os/private_folder.hpp"
#include "harness/worlds/builtin.hpp"

namespace seawall::worlds::tests {

model::Service service_of(model::Service::Builtin builtin);

// Ready when it is made; whatever fails, fails the test.
class Server {
 public:
  explicit Server(const model::Service& service);

  void start();
  void prepare();
  void crash();
  // What was to be said of it.
  std::string stop() { return supervised_->stop().value_or(""); }
  std::string story() const { return supervised_->story(); }

  std::uint16_t port() const { return port_.number(); }
  std::filesystem::path dir() const { return std::filesystem::path(folder_.path()) / "db"; }
  // What it answers to these bytes, up to the end of a line.
  std::string answer(std::string_view bytes) const;

 private:
  Builtin builtin_of(const model::Service& service) const;

  const std::string family_;
  const os::PrivateFolder folder_;
  const net::ReservedPort port_;
  Builtin builtin_;
  std::unique_ptr<Supervised> supervised_;
};

}  // namespace seawall::worlds::tests
