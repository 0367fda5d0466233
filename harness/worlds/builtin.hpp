// Servers that Seawall knows how to start: `builtin = "postgres"`, "redis" and "nats". Each listens
// on 127.0.0.1 alone, keeps everything in the private folder of its service, and finds it there
// again after a crash, but for redis, which keeps nothing.
//
//   setup commands, in order ──▶ the server, until it is ready ──▶ after()
//
// They write without fsync: what a killed server has written is with the kernel and stays; only a
// machine that fails would lose it. A postgres that is killed for good leaves 56 bytes of shared
// memory with the kernel, in which nothing of it is.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/model/services.hpp"
#include "harness/worlds/supervised.hpp"

namespace seawall::worlds {

struct Builtin {
  ServiceSpec spec;
  std::vector<os::Command> setup;  // once, before the first start; each ends with 0
  // Once it is ready for the first time; may be empty. Blocks for some seconds at most; the error
  // is a sentence for the user.
  std::function<base::expected<void, std::string>()> after;
};

// Of a service with `builtin`. `dir` exists and is the service's own; where the server must not run
// as root and we do, it becomes another user's. The error names the service, and which program of
// which Debian package is missing.
base::expected<Builtin, std::string> builtin(const model::Service& service, std::uint16_t port,
                                             const std::string& dir);

}  // namespace seawall::worlds
