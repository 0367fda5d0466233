// How a service of the user's own is started: what its [[service]] says, with the addresses that
// its late texts stand for, as what a Supervisor takes.
//
//   model::Service + Addresses --> commands to run before, ServiceSpec, what to do when it is ready
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/model/services.hpp"
#include "harness/worlds/supervised.hpp"

namespace seawall::worlds {

struct OwnStart {
  ServiceSpec spec;
  std::vector<os::Command> setup;  // once, before the first start; each ends with 0
  // Once it is ready for the first time; may be empty.
  std::function<base::expected<void, std::string>()> after;
};

struct OwnSurroundings {
  std::filesystem::path root;                      // where paths of services start
  std::map<std::string, std::string> environment;  // of this service; its own `env` is laid over it
  model::Addresses addresses;                      // with the port and the folder of this service
  std::uint16_t port = 0;
};

// The error is a sentence for the user, which begins with the service's name.
base::expected<OwnStart, std::string> own_start(const model::Service& service,
                                                const OwnSurroundings& around);

// Runs the commands one after the other, each for at most two minutes, until nobody wants that any
// more. The error is a sentence with the last lines of the one that failed.
base::expected<void, std::string> run_setup(const OwnStart& start,
                                            const std::vector<std::string>& shim,
                                            const std::function<bool()>& unwanted);

}  // namespace seawall::worlds
