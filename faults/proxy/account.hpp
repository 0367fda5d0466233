// The account that a run keeps of one of its links: each request that comes is numbered, meets the
// faults that are armed, and gets a row of the record, which ends when its caller has an answer, or
// goes without one.
//
//   conversations --arrived()--> Numbering --> plan::decide(Armory) --> effect, row
//                 --ended()----> row: told, lost, timed out --> Armory: seen
//
// All of it on the thread of the links.
#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "faults/http/overseer.hpp"
#include "faults/proxy/armory.hpp"
#include "faults/proxy/numbering.hpp"
#include "harness/net/loop.hpp"

namespace seawall::proxy {

using base::Duration;

// What all links of a run have in common. Everything in it outlives them.
struct Surroundings {
  net::Loop& loop;
  const runtime::Target& target;
  std::uint64_t seed;
  Armory& armory;
  Numbering& numbering;
  std::deque<record::Exchange>& journal;  // one row for each request, by arrival
  // Asks for the death of a node, by the crash at this position. Returns at once.
  std::function<void(const std::string& node, std::uint16_t position)> crash;
  std::atomic<std::size_t> flights = 0;  // on all links; any thread may read it
};

class Account final : public http::Overseer, public std::enable_shared_from_this<Account> {
 public:
  // `callee_finishes`: see Way.
  Account(Surroundings& around, base::Link link, bool callee_finishes)
      : around_(around), link_(std::move(link)), callee_finishes_(callee_finishes) {}

  bool reads_along() const override { return true; }
  bool sees_through() const override { return callee_finishes_; }
  std::uint64_t version() const override { return version_; }
  std::vector<http::Cut> cuts_since(std::uint64_t version, const Place& place) override;
  void arrived(const http::Head& head, const Place& place, http::Exchange& exchange) override;
  void cut(const http::Cut& cut, const Place& place, http::Exchange& exchange,
           TimePoint now) override;
  void crash(plan::Effect::Crash who, http::Exchange& exchange) override;
  void ended(const Place& place, http::Exchange& exchange) override;
  // The record has no rows of connections: a fault that nothing passes by misses, and is found out.
  void tell(const Place&, http::Journal::Entry&&) override {}

  // These faults have been armed now, by position, and do this to what is under way. To be followed
  // by a nudge before there are others.
  void add_cuts(const std::vector<std::pair<std::uint16_t, plan::Cut>>& cuts);
  // A request of the run found nobody listening, for this reason, when these faults were armed: it
  // is numbered, judged and recorded all the same.
  void not_sent(model::Request request, model::Failure failure, const Armory::Armed& met);
  // Rows that are open stay so.
  void close() { closed_ = true; }

  std::size_t flights() const { return flights_; }
  // Requests on the link at once; one more is reset.
  static constexpr std::size_t most_flights = 20'000;

 private:
  class Flight;

  record::Exchange& open_row(const model::Request& request, TimePoint sent);
  void keep_books(const plan::Decision& decision, record::Exchange& row);
  void note_answer(const Flight& flight, const http::Exchange& exchange, record::Exchange& row);
  // All that is known of an answer but what its body told.
  void note_status(const Flight& flight, const http::Exchange& exchange, record::Exchange& row);

  Surroundings& around_;
  const base::Link link_;
  const bool callee_finishes_;
  std::size_t flights_ = 0;
  std::uint64_t version_ = 0;
  std::vector<http::Cut> cuts_;  // of this version
  bool closed_ = false;
};

}  // namespace seawall::proxy
