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

// Made anew for each call, and written where it is to be. A file that is there is overwritten only
// where it holds a certificate.
Outcome<CallerTls> make_caller_tls(const TlsInput::Callers& callers);
Outcome<std::shared_ptr<const relay::TlsSettings>> make_upstream_tls(
    const TlsInput::Upstream& upstream, const std::string& host);

}  // namespace seawall::toxiproxy
