// From what files tell to services that run side by side on one machine, each reached through a
// link: in containers every service has a network of its own, and here all share one.
//
//   env = { PAYMENTS_URL = "http://payments:3000" }  ──▶  "http://${link.orders.payments}"
//   ports 3000 and 3000                              ──▶  ${port}, or a fixed one where none is
//   told
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/link.hpp"
#include "harness/init/part.hpp"
#include "harness/model/services.hpp"

namespace seawall::init {

struct Service {
  std::string name;
  std::optional<model::Service::Builtin> builtin;
  std::vector<std::string> databases;  // of postgres
  std::string user;                    //
  Words command;                       // texts with templates; empty: unknown, if no builtin
  std::string folder;
  std::vector<std::pair<std::string, std::string>> env;  // texts with templates
  std::optional<int> port;                               // fixed
  bool listens = false;
  std::string health;  // a path; empty: unknown
  std::vector<std::string> needs;
  std::vector<std::string> remarks;  // what was guessed, what is to be filled in

  bool is_missing_command() const { return !builtin && command.empty(); }
};

struct System {
  std::string source;
  std::vector<Service> services;
  std::vector<base::Link> links;  // that templates name, each once
  std::string entry;              // that gets the load
  std::vector<std::string> remarks;
};

System wired(Parts parts);

}  // namespace seawall::init
