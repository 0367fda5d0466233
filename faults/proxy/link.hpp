// One link of a run: an HTTP link on the relay, whose requests its Account sees through, and who
// listens on it when.
//
//   caller --> [kernel: refused, hanging] --> relay::Link, conversations --> callee
//                        ^                           |
//              faults, callee up, down            Account
//
// While its callee is down, or while a fault refuses whatever comes, nobody listens: the kernel
// refuses the caller, and open connections are reset. The callers of the run tell of these calls
// through not_sent(), because no byte of them arrives here. A fault that refuses only some requests
// has read them by then, so that their caller sees a reset. Where connects hang, the listener's
// queue is full.
//
// What is no HTTP passes as TCP: there the faults act on bytes, as their kinds have it, and a hit
// is a connection.
//
// A client of [control] may meddle: shut the link, and add faults of bytes to those of the run.
//
// All of it on the thread of the relay's one worker.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "faults/proxy/account.hpp"
#include "faults/relay/relay.hpp"
#include "harness/net/port.hpp"

namespace seawall::proxy {

// Where a link leads to, and how.
struct Way {
  net::Address callee;
  std::uint16_t port = 0;  // of 127.0.0.1, on which it listens; 0: any free one
  bool reads_http = true;  // false: whatever it carries passes as TCP
  // Of each call that finds nobody listening, not_sent() is told. Of other callers only the
  // connections that a fault resets are seen.
  bool callers_tell = true;
  // A callee finishes what its caller has left, as in virtual time, and does not hear of that;
  // false: it hears of it, as on a wire.
  bool callee_finishes = true;
  // What it speaks TLS with to the callee; null: it passes on what comes.
  std::shared_ptr<const relay::TlsSettings> callee_tls;
};

// What somebody outside the run does to a link, beside the faults of the run.
struct Meddling {
  bool shut = false;  // nobody listens on it
  std::vector<plan::StreamFault> streams;
};

class Link {
 public:
  // The link listens on `port` when its callee is up. The relay outlives it.
  Link(Surroundings& around, relay::Relay& relay, base::Link link, net::ReservedPort port,
       const Way& way);
  // Resets what is open.
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  const base::Link& name() const { return link_; }
  std::uint16_t port() const { return port_.number(); }

  // The callee serves, or is down.
  void callee_up();
  void callee_down();
  // Whether anybody has ever called along it.
  bool was_used() const;
  // Other faults are armed than before.
  void faults_changed();
  // Delivers what is held, in order of its index; what finds its callee down waits until that is
  // up.
  void release_held();
  // A caller of the run, who asked at `began`, found nobody listening.
  void not_sent(model::Request request, model::Failure failure, TimePoint began);

  const Meddling& meddling() const { return meddling_; }
  // It is this from now on. What it does counts for no fault of the run.
  void meddle(Meddling meddling);
  // What its stream faults have done so far, in their order; one that was there before, by its name
  // and its direction, counts on.
  std::vector<relay::Link::Hits> meddled() const;
  const relay::Link& tcp() const { return *tcp_; }

 private:
  using Admission = relay::Link::Admission;

  // What is on the link already meets the faults that were not armed before.
  void meet_cuts(const std::vector<plan::Armed>& armed);
  // What the armed faults do to any request whatever; what it is after that is for the request.
  // `opened`: see plan::decide().
  plan::Effect standing_effect(const std::vector<plan::Armed>& armed,
                               std::optional<TimePoint> opened) const;
  // A fault resets every connection; those with a request under way count by that.
  void count_idle(std::uint16_t position);
  void note_hanging(bool hangs, const Armory::Armed& armed);
  void admit(Admission admission);
  // What faults do to bytes, from now on; and what they have done so far, to the armory.
  void set_streams(const std::vector<plan::Armed>& armed);
  void count_streams();

  Surroundings& around_;
  const base::Link link_;
  const net::ReservedPort port_;
  const std::shared_ptr<Account> account_;
  const std::unique_ptr<relay::Link> tcp_;
  const bool callers_tell_;
  Admission admission_ = Admission::refused;
  net::Loop::Timer admit_again_;
  bool callee_up_ = false;
  bool called_in_vain_ = false;         // by a caller of the run that found nobody
  bool releases_ = false;               // when its callee is up
  std::vector<std::uint16_t> cutting_;  // the faults that cut it
  Meddling meddling_;
  // The faults of bytes that there are, those of the run first, and what of each of these has been
  // told of.
  std::vector<plan::StreamFault> streams_;
  struct Told {
    std::uint16_t position;
    std::int64_t came = 0;
    std::int64_t acted = 0;
  };
  std::vector<Told> told_;  // as the first of streams_
  // The faults that were armed when connects hung last, and until when they did.
  Armory::Armed hanging_;
  TimePoint hung_until_{};
};

}  // namespace seawall::proxy
