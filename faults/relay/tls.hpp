// TLS on one side of a connection. The link ends that of its callers with a certificate of its own,
// and begins another one to the callee, so that faults see what was said and not what was sent.
//
// What is shared is immutable and of any thread; a session is of its worker's.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace seawall::relay {

// A certificate and its key, as PEM.
struct Identity {
  std::string certificate;  // and what leads from it to the authority, in this order
  std::string key;
};
// Made for these host names and addresses, signed by itself, valid from yesterday for two years: a
// caller trusts it by naming its certificate as an authority.
Identity make_identity(const std::vector<std::string>& names);

class TlsSettings {
 public:
  // What callers meet. Files or text are the caller's; the error is a sentence for the user.
  static base::expected<std::shared_ptr<const TlsSettings>, std::string> server(
      const Identity& identity);
  // What the callee meets: it has to prove that it is `host`, by an authority of this file, or of
  // the system where it is empty.
  static base::expected<std::shared_ptr<const TlsSettings>, std::string> client(
      const std::string& host, const std::string& authorities);
  // Whoever it is.
  static std::shared_ptr<const TlsSettings> trusting_client(const std::string& host);

  ~TlsSettings();
  TlsSettings(const TlsSettings&) = delete;
  TlsSettings& operator=(const TlsSettings&) = delete;

 private:
  friend class TlsSession;
  TlsSettings(bool is_server, std::string host);

  ssl_ctx_st* context_;
  const bool is_server_;
  const std::string host_;  // of the callee, for its name and its proof
};

class TlsSession {
 public:
  enum class State : std::uint8_t { done, wants_more, ended, failed };
  struct Moved {
    State state;
    std::size_t bytes = 0;
  };

  // On a socket that does not block and stays open.
  TlsSession(std::shared_ptr<const TlsSettings> settings, int socket);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // Until it is done; after wants_more again when the socket is ready.
  State handshake();
  // As recv() and send(), but one record at a time.
  Moved read(char* bytes, std::size_t most);
  Moved write(const char* bytes, std::size_t count);
  // What a write that could not be done has begun to send: the next one has to begin with it.
  std::size_t owed() const { return owed_; }
  // Tells the peer that nothing more is said.
  void end();

 private:
  State state_of(int result);

  std::shared_ptr<const TlsSettings> settings_;
  ssl_st* session_;
  std::size_t owed_ = 0;
};

}  // namespace seawall::relay
