// A text of which some parts are known only once the services have their ports:
// "http://${service.orders}/health". harness/scenario reads it; who starts the services, or asks
// them, completes it.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/base/link.hpp"
#include "harness/base/result.hpp"

namespace seawall::model {

struct LateText {
  struct Part {
    enum class Kind : std::uint8_t { text, secret, port, dir, service, link };
    Kind kind = Kind::text;
    std::string text;  // text; secret: the value of ${env.NAME}; service: its name
    base::Link link;   // link
  };
  std::vector<Part> parts;

  bool empty() const { return parts.empty(); }
};

// A text without late parts.
LateText plain_text(std::string text);

// What the late parts stand for.
struct Addresses {
  std::map<std::string, std::string> services;  // by name: HOST:PORT, past the proxies
  std::map<base::Link, std::string> links;      // HOST:PORT of the proxy on it
  std::string port;                             // of the service whose text it is
  std::string dir;                              // its private folder
};

// The whole text, secrets included. The error names the part that nothing is known of.
base::expected<std::string, std::string> complete(const LateText& text, const Addresses& known);

// As people may see it: late parts as they are written, secrets as ***.
std::string shown(const LateText& text);

// The values of its secrets, to keep them out of messages about what became of the text.
void collect_secrets(const LateText& text, std::vector<std::string>& secrets);

// Every occurrence of a secret in `text` as ***.
std::string without_secrets(std::string text, const std::vector<std::string>& secrets);

}  // namespace seawall::model
