// What is asked of a forward proxy, as JSON:
//
//   {"name": "order", "listen": "127.0.0.1:0",
//    "routes": {"payment:3002": "order -> payment", "stock": "stock"}, "unknown": "refuse"}
//
// `routes` names a proxy for each host, with or without a port.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "faults/toxiproxy/object_reader.hpp"

namespace seawall::toxiproxy {

struct ForwardInput {
  std::string name;  // of its caller
  std::string listen;
  std::map<std::string, std::string> routes;  // authority -> proxy
  bool passes_unknown = false;
  std::size_t offset = 0;
};

bool read_forward(ObjectReader& in, ForwardInput& out);
base::expected<ForwardInput, Mistake> read_forward(std::string_view text);

}  // namespace seawall::toxiproxy
