#include "faults/toxiproxy/tls_setup.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace seawall::toxiproxy {
namespace {

using Settings = std::shared_ptr<const relay::TlsSettings>;

constexpr std::size_t most_file = 1 << 20;
constexpr std::string_view begin_of_certificate = "-----BEGIN CERTIFICATE-----";

base::unexpected<Refusal> refuse_tls(int status, std::string message) {
  return base::unexpected(Refusal{status, "tls: " + std::move(message), {}});
}

// Whoever opens a pipe or a device may wait for ever.
bool may_block(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored);
}

Outcome<std::string> read_file(const std::string& path, std::string_view what) {
  if (may_block(path))
    return refuse_tls(400,
                      fmt::format("expected {} in the file '{}', which cannot be read: it is no "
                                  "regular file",
                                  what, path));
  std::ifstream in(path, std::ios::binary);
  std::string text;
  char byte = 0;
  while (text.size() < most_file && in.get(byte)) text += byte;
  if (in.is_open() && !in.bad() && in.eof()) return text;
  return refuse_tls(400,
                    fmt::format("expected {} in the file '{}', which cannot be read, or is larger "
                                "than 1 MiB",
                                what, path));
}

Outcome<relay::Identity> read_identity(const TlsInput::Callers& callers) {
  auto certificate = read_file(callers.certificate, "a certificate as PEM");
  if (!certificate) return base::unexpected(certificate.error());
  auto key = read_file(callers.key, "its key as PEM");
  if (!key) return base::unexpected(key.error());
  return relay::Identity{*std::move(certificate), *std::move(key)};
}

Outcome<Settings> settings_of(const relay::Identity& identity, const TlsInput::Callers& callers) {
  auto settings = relay::TlsSettings::server(identity);
  if (settings) return *std::move(settings);
  return refuse_tls(400, fmt::format("{} (certificate '{}', key '{}')", settings.error(),
                                     callers.certificate, callers.key));
}

// What a certificate may be made for: OpenSSL reads more into other characters.
bool may_be_certified(const std::string& name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == ':' || c == '*' || c == '_';
  };
  return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), plain);
}

Outcome<void> check_names(const std::vector<std::string>& names) {
  constexpr std::size_t most = 100;
  if (names.size() > most) return refuse_tls(400, "make_for: expected no more than 100 names");
  for (const std::string& name : names)
    if (!may_be_certified(name))
      return refuse(
          400, fmt::format("make_for: expected host names and addresses, found '{:.100}'", name));
  return {};
}

// A file of which nobody misses anything: it is empty, or has certificates and no key.
bool may_be_replaced(const std::string& path) {
  const auto text = read_file(path, "a certificate");
  if (!text) return false;
  return text->empty() || (text->starts_with(begin_of_certificate) &&
                           text->find("PRIVATE KEY") == std::string::npos);
}

}  // namespace

Outcome<void> check_place_of_certificate(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(std::filesystem::symlink_status(path, ignored))) return {};
  if (may_be_replaced(path)) return {};
  return refuse_tls(400,
                    fmt::format("write: '{}' is there and is more than a certificate; expected "
                                "a new file, or one with certificates alone",
                                path));
}

Outcome<void> write_certificate(const std::string& path, const std::string& certificate) {
  if (auto fits = check_place_of_certificate(path); !fits) return fits;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << certificate << std::flush;
  if (out) return {};
  return refuse_tls(500, fmt::format("write: the certificate cannot be written to '{}'", path));
}

Outcome<void> check_tls(const TlsInput& tls, const std::string& upstream_host) {
  if (tls.callers && tls.callers->make_for.empty()) {
    const auto identity = read_identity(*tls.callers);
    if (!identity) return base::unexpected(identity.error());
    if (const auto settings = settings_of(*identity, *tls.callers); !settings)
      return base::unexpected(settings.error());
  } else if (tls.callers) {
    if (auto checked = check_names(tls.callers->make_for); !checked) return checked;
  }
  if (!tls.upstream) return {};
  const auto settings = make_upstream_tls(*tls.upstream, upstream_host);
  return settings ? Outcome<void>() : base::unexpected(settings.error());
}

Outcome<CallerTls> make_caller_tls(const TlsInput::Callers& callers) {
  CallerTls tls;
  relay::Identity identity;
  if (callers.make_for.empty()) {
    auto read = read_identity(callers);
    if (!read) return base::unexpected(read.error());
    identity = *std::move(read);
  } else {
    if (const auto checked = check_names(callers.make_for); !checked)
      return base::unexpected(checked.error());
    identity = relay::make_identity(callers.make_for);
    tls.certificate = identity.certificate;
  }
  auto settings = settings_of(identity, callers);
  if (!settings) return base::unexpected(settings.error());
  tls.settings = *std::move(settings);
  if (!callers.write.empty())
    if (const auto written = write_certificate(callers.write, tls.certificate); !written)
      return base::unexpected(written.error());
  return tls;
}

Outcome<Settings> make_upstream_tls(const TlsInput::Upstream& upstream, const std::string& host) {
  const std::string& name = upstream.name.empty() ? host : upstream.name;
  if (!upstream.verify) return relay::TlsSettings::trusting_client(name);
  if (may_block(upstream.authorities))
    return refuse_tls(400, fmt::format("cannot read authorities from '{}': it is no regular file",
                                       upstream.authorities));
  auto settings = relay::TlsSettings::client(name, upstream.authorities);
  if (settings) return *std::move(settings);
  return refuse_tls(400, settings.error());
}

}  // namespace seawall::toxiproxy
