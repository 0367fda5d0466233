// Who decides what becomes of the requests of a link, and hears what became of them. A conversation
// finds messages and carries effects out; it knows neither where the faults come from nor who
// writes down what happened.
//
//   conversation --arrived()--> number, decide     Registry: a link by itself, with a journal
//                --ended()----> a row              proxy::Account: a link of a run
//
// Called on the threads of the workers, for a connection by that of its own.
#pragma once
#include <cstdint>
#include <vector>

#include "faults/http/exchange.hpp"
#include "faults/http/framing.hpp"
#include "faults/relay/interceptor.hpp"

namespace seawall::http {

// What a fault does to requests that were under way when it was armed.
struct Cut {
  std::uint64_t version = 0;  // of the overseer, in which it is armed
  std::uint16_t position = 0;
  plan::Cut does;
};

class Overseer {
 public:
  using Place = relay::Interceptor::Place;

  virtual ~Overseer() = default;

  // Whether connections are read along that come now, or ask again.
  virtual bool reads_along() const = 0;
  // Whether a request that has come is seen through without its caller: then one that says no more
  // has left, and its callee does not learn of it before it has answered.
  virtual bool sees_through() const = 0;

  // Rises where faults are armed that do something to what is under way; and those since then.
  virtual std::uint64_t version() const = 0;
  virtual std::vector<Cut> cuts_since(std::uint64_t version, const Place& place) = 0;

  // A request has come: fills in what its row says of it, and its effect, faults, version, flight
  // and added headers. Of the row, `connection`, `sent` and the method are there.
  virtual void arrived(const Head& head, const Place& place, Exchange& exchange) = 0;
  // One of cuts_since() did its work on it.
  virtual void cut(const Cut& cut, const Place& place, Exchange& exchange, TimePoint now) = 0;
  // Its effect is the death of this one of the two.
  virtual void crash(plan::Effect::Crash who, Exchange& exchange) = 0;
  // It has ended for its caller, as `told`, `left` and its row say. Once for each; what its callee
  // does with it may go on.
  virtual void ended(const Place& place, Exchange& exchange) = 0;
  // Something is to be said of the connection.
  virtual void tell(const Place& place, Journal::Entry&& entry) = 0;
};

}  // namespace seawall::http
