#include "faults/relay/tls.hpp"

#include <algorithm>
#include <array>
#include <climits>
#include <utility>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "harness/base/assert.hpp"

namespace seawall::relay {

namespace {

template <auto Free>
struct Freed {
  template <class Thing>
  void operator()(Thing* thing) const {
    Free(thing);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

// The last that OpenSSL has to say, and nothing is left of it.
std::string last_error() {
  std::array<char, 256> text{};
  const unsigned long first = ERR_peek_error();  // of a file: what the system said
  const unsigned long code = ERR_SYSTEM_ERROR(first) ? first : ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0) return "the cause is not told";
  if (ERR_SYSTEM_ERROR(code)) return std::generic_category().message(ERR_GET_REASON(code));
  const char* reason = ERR_reason_error_string(code);
  if (reason) return reason;
  ERR_error_string_n(code, text.data(), text.size());
  return text.data();
}

bool is_address(const std::string& name) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, name.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, name.c_str(), address.data()) == 1;
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  base::require(extension && X509_add_ext(certificate, extension.get(), -1) == 1,
                "a certificate takes its names");
}

template <class Write>
std::string to_pem(Write write) {
  const Memory memory(BIO_new(BIO_s_mem()));
  base::require(memory && write(memory.get()) == 1, "a key and a certificate have a text");
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Memory reader_of(const std::string& text) {
  return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

}  // namespace

Identity make_identity(const std::vector<std::string>& names) {
  constexpr long day = 24 * 60 * 60;
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  base::require(key && certificate, "OpenSSL makes keys and certificates");
  X509* const x509 = certificate.get();
  X509_set_version(x509, X509_VERSION_3);
  // A browser refuses two certificates of one issuer and one number.
  std::array<unsigned char, 8> serial{};
  base::require(RAND_bytes(serial.data(), serial.size()) == 1, "OpenSSL has random bytes");
  serial[0] &= 0x7f;
  const std::unique_ptr<BIGNUM, Freed<BN_free>> number(
      BN_bin2bn(serial.data(), serial.size(), nullptr));
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x509));
  X509_gmtime_adj(X509_getm_notBefore(x509), -day);
  X509_gmtime_adj(X509_getm_notAfter(x509), 2 * 365 * day);
  X509_set_pubkey(x509, key.get());
  X509_NAME* const subject = X509_get_subject_name(x509);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("seawall"), -1, -1, 0);
  X509_set_issuer_name(x509, subject);
  add_extension(x509, NID_basic_constraints, "critical,CA:TRUE");
  std::string all;
  for (const std::string& name : names)
    all += (all.empty() ? "" : ",") + std::string(is_address(name) ? "IP:" : "DNS:") + name;
  if (!all.empty()) add_extension(x509, NID_subject_alt_name, all);
  base::require(X509_sign(x509, key.get(), EVP_sha256()) != 0, "a key signs its certificate");
  Identity identity;
  identity.certificate = to_pem([&](BIO* to) { return PEM_write_bio_X509(to, x509); });
  identity.key = to_pem([&](BIO* to) {
    return PEM_write_bio_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  return identity;
}

TlsSettings::TlsSettings(bool is_server, std::string host)
    : context_(SSL_CTX_new(is_server ? TLS_server_method() : TLS_client_method())),
      is_server_(is_server),
      host_(std::move(host)) {
  base::require(context_ != nullptr, "OpenSSL has a context");
  SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
  SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                 SSL_MODE_RELEASE_BUFFERS);
  // Many hang up without the alert; that a stream was cut is for its protocol to see.
  SSL_CTX_set_options(context_, SSL_OP_IGNORE_UNEXPECTED_EOF);
}

TlsSettings::~TlsSettings() { SSL_CTX_free(context_); }

base::expected<std::shared_ptr<const TlsSettings>, std::string> TlsSettings::server(
    const Identity& identity) {
  std::shared_ptr<TlsSettings> settings(new TlsSettings(true, {}));
  const Memory chain = reader_of(identity.certificate);
  const Certificate first(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr));
  if (!first || SSL_CTX_use_certificate(settings->context_, first.get()) != 1)
    return base::unexpected("the certificate is none: expected PEM, " + last_error());
  while (X509* next = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr))
    SSL_CTX_add_extra_chain_cert(settings->context_, next);  // takes it
  ERR_clear_error();                                         // of the end of the text
  // Without a terminal to ask for a password at.
  const Key key(PEM_read_bio_PrivateKey(
      reader_of(identity.key).get(), nullptr, [](char*, int, int, void*) { return -1; }, nullptr));
  if (!key)
    return base::unexpected("the key is none: expected PEM without a password, " + last_error());
  if (SSL_CTX_use_PrivateKey(settings->context_, key.get()) != 1 ||
      SSL_CTX_check_private_key(settings->context_) != 1)
    return base::unexpected("the key is not that of the certificate: " + last_error());
  return settings;
}

base::expected<std::shared_ptr<const TlsSettings>, std::string> TlsSettings::client(
    const std::string& host, const std::string& authorities) {
  std::shared_ptr<TlsSettings> settings(new TlsSettings(false, host));
  SSL_CTX_set_verify(settings->context_, SSL_VERIFY_PEER, nullptr);
  const bool known =
      authorities.empty()
          ? SSL_CTX_set_default_verify_paths(settings->context_) == 1
          : SSL_CTX_load_verify_locations(settings->context_, authorities.c_str(), nullptr) == 1;
  if (!known)
    return base::unexpected("cannot read authorities from '" + authorities + "': " + last_error());
  return settings;
}

std::shared_ptr<const TlsSettings> TlsSettings::trusting_client(const std::string& host) {
  return std::shared_ptr<TlsSettings>(new TlsSettings(false, host));
}

TlsSession::TlsSession(std::shared_ptr<const TlsSettings> settings, int socket)
    : settings_(std::move(settings)), session_(SSL_new(settings_->context_)) {
  base::require(session_ && SSL_set_fd(session_, socket) == 1, "OpenSSL has a session");
  if (settings_->is_server_) {
    SSL_set_accept_state(session_);
    return;
  }
  SSL_set_connect_state(session_);
  const std::string& host = settings_->host_;
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session_), host.c_str());
  } else {
    SSL_set_tlsext_host_name(session_, host.c_str());
    SSL_set1_host(session_, host.c_str());
  }
}

TlsSession::~TlsSession() { SSL_free(session_); }

TlsSession::State TlsSession::handshake() {
  ERR_clear_error();
  return state_of(SSL_do_handshake(session_));
}

TlsSession::Moved TlsSession::read(char* bytes, std::size_t most) {
  ERR_clear_error();
  const int got = SSL_read(session_, bytes, static_cast<int>(std::min<std::size_t>(most, INT_MAX)));
  return {state_of(got), got > 0 ? static_cast<std::size_t>(got) : 0};
}

TlsSession::Moved TlsSession::write(const char* bytes, std::size_t count) {
  if (count == 0) return {State::done};
  ERR_clear_error();
  const std::size_t record = std::min<std::size_t>(count, SSL3_RT_MAX_PLAIN_LENGTH);
  const int sent = SSL_write(session_, bytes, static_cast<int>(record));
  const State state = state_of(sent);
  owed_ = state == State::wants_more ? record : 0;
  return {state, sent > 0 ? static_cast<std::size_t>(sent) : 0};
}

void TlsSession::end() {
  ERR_clear_error();
  SSL_shutdown(session_);
}

TlsSession::State TlsSession::state_of(int result) {
  if (result > 0) return State::done;
  switch (SSL_get_error(session_, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return State::wants_more;
    case SSL_ERROR_ZERO_RETURN:
      return State::ended;
    default:
      ERR_clear_error();
      return State::failed;
  }
}

}  // namespace seawall::relay
