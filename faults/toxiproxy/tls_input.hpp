// What is asked of a proxy about TLS, as JSON:
//
//   "tls": {"callers":  {"certificate": "FILE", "key": "FILE"},
//           "upstream": {"verify": true, "authorities": "FILE", "name": "db.internal"}}
//
// or "callers": {"make_for": ["localhost"], "write": "FILE"}, for which a certificate is made for
// the run. Without `callers` it speaks none with them, without `upstream` none with the upstream.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "faults/toxiproxy/object_reader.hpp"

namespace seawall::toxiproxy {

struct CallerTlsInput {
  // PEM, either both or neither.
  std::string certificate;
  std::string key;
  // Or for these names and addresses.
  std::vector<std::string> make_for;
  std::string write;  // the file that takes the certificate then; empty: none
  bool operator==(const CallerTlsInput&) const = default;
};

struct UpstreamTlsInput {
  bool verify = true;
  std::string authorities;  // PEM; empty: those of the system
  std::string name;         // that it has to prove; empty: the host of the upstream
  bool operator==(const UpstreamTlsInput&) const = default;
};

// Not within it: clang does not know their defaults before its end.
struct TlsInput {
  using Callers = CallerTlsInput;
  using Upstream = UpstreamTlsInput;
  std::optional<Callers> callers;
  std::optional<Upstream> upstream;
  bool operator==(const TlsInput&) const = default;
};

bool read_tls(ObjectReader& in, std::optional<TlsInput>& out);
std::string to_json(const TlsInput& tls);

}  // namespace seawall::toxiproxy
