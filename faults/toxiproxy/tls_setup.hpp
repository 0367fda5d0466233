// TLS of a proxy, made from what was asked for: files are read and written here, and nowhere else.
#pragma once
#include <memory>
#include <string>

#include "faults/relay/tls.hpp"
#include "faults/toxiproxy/refusal.hpp"
#include "faults/toxiproxy/tls_input.hpp"

namespace seawall::toxiproxy {

struct CallerTls {
  std::shared_ptr<const relay::TlsSettings> settings;
  std::string certificate;  // of one that was made, as PEM; else empty
};

// Whether the files can be read and fit, and the names can stand in a certificate. Nothing is made.
Outcome<void> check_tls(const TlsInput& tls, const std::string& upstream_host);

// Whether a certificate may be written there: into a new file, an empty one, or one that has
// certificates and nothing else.
Outcome<void> check_place_of_certificate(const std::string& path);
Outcome<void> write_certificate(const std::string& path, const std::string& certificate);

// Made anew for each call, and written where it is to be.
Outcome<CallerTls> make_caller_tls(const TlsInput::Callers& callers);
Outcome<std::shared_ptr<const relay::TlsSettings>> make_upstream_tls(
    const TlsInput::Upstream& upstream, const std::string& host);

}  // namespace seawall::toxiproxy
