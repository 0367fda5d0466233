// An HTTP link on the relay: a TCP link whose connections are read along, with faults of requests
// and a journal.
//
//   caller --> relay::Link --> Conversation --> callee
//                                |      \--> Journal
//                              Faults
//
// It streams: a message passes while it comes, and only a head is held until it is complete. What
// no fault touches passes byte for byte. What is no HTTP passes as TCP; then a fault of HTTP
// misses, and the journal says so. Faults of streams (relay::Link::set_faults) come on top.
//
//   http::Link link(relay, {{"shop", {"127.0.0.1", 0}, {"127.0.0.1", 8080}}, {{"client",
//   "shop"}}}); link.tcp().start(); link.set_faults({fault}); link.journal().select({.path =
//   "/charge*"});
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "faults/http/registry.hpp"
#include "faults/relay/relay.hpp"

namespace seawall::http {

// All of it from any thread.
class Link {
 public:
  using Use = Faults::Use;

  struct Settings {
    relay::Link::Settings tcp;  // without an interceptor
    Registry::Settings http;
  };

  // Not started. The relay outlives it.
  Link(relay::Relay& relay, Settings settings);
  // Ends as tcp().stop() does.
  ~Link() = default;

  // Start, stop, counters, and faults of streams.
  relay::Link& tcp() { return *tcp_; }
  const relay::Link& tcp() const { return *tcp_; }

  // Whether connections are read along while there is no fault of requests: then the journal has
  // all of them, and what passes costs more than TCP. At first they are. Connections that are read
  // along stay so; those that come, and those that are open when it begins, from their next request
  // on, are read along where this or a fault wants it.
  void always_read_along(bool always);

  // These are the faults of requests from now on: for each request whose head comes after this has
  // returned. What a request has met stays with it; one that holds requests back (late_request,
  // duplicate_request) lets them go when the last of these kinds is taken away; and one that resets
  // or silences whatever comes does so to what is under way. The error is a sentence: which fault
  // cannot act here, and why; then nothing has changed.
  //
  // A kind that refuses finds its request read already: its caller sees a reset.
  base::expected<void, std::string> set_faults(std::vector<model::Fault> faults);
  // Of the faults that there are now: how many requests they matched, and acted on.
  std::vector<Use> hits() const { return registry_->faults.uses(); }

  const Journal& journal() const { return registry_->journal; }

 private:
  const net::Loop::Clock clock_;
  const std::shared_ptr<Registry> registry_;
  const std::unique_ptr<relay::Link> tcp_;
};

}  // namespace seawall::http
