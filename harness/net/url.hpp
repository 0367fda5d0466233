// A URL of HTTP, taken apart: whom to ask, how, and for what.
#pragma once
#include <cstdint>
#include <string>

#include "harness/base/result.hpp"

namespace seawall::net {

struct Url {
  bool tls = false;
  std::string host;  // a name or an address, without brackets
  std::uint16_t port = 80;
  std::string authority;  // as written, for Host
  std::string path;       // with its query; at least "/"
};

// The error is a sentence for the user, which names the text.
base::expected<Url, std::string> parse_url(const std::string& text);

}  // namespace seawall::net
