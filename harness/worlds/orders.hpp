// What the driver and the process of a node say to each other while it runs, as JSON in messages
// over a pair of sockets. The node's end is descriptor os::child_channel. What either said before
// it was killed still arrives.
//
//   driver --Order--> node      locks, jumps, drains, the fate of a write, the end
//   driver <--Word--- node      it serves, a write asks for its fate, a call met nobody
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "faults/plan/plan.hpp"
#include "harness/base/index.hpp"
#include "harness/base/units.hpp"
#include "harness/model/describe.hpp"
#include "harness/model/request.hpp"

namespace seawall::worlds {

struct Order {
  enum class Kind : std::uint8_t {
    begin,     // the first one but for locks: number = incarnations before; time: of `jump` so far
    lock,      // number: the fault that holds the lock
    unlock,    // number: the fault
    jump,      // time: by which the wall clock jumps
    drain,     // time: after which it says `drained`
    serve_on,  // ends a drain
    fate,      // of the write that asked
    end,       // writes down what there is and ends
  };
  Kind kind = Kind::end;
  std::int64_t number = 0;
  base::Duration time{};
  plan::WriteDecision::Fate fate = plan::WriteDecision::Fate::pass;
};

struct Word {
  enum class Kind : std::uint8_t {
    serving,
    failed,  // text: why it cannot start
    locked,  // number: the fault that holds the lock from now on
    waits,   // number: the fault whose lock a write waits for
    write,   // subject, text: its class; waits for its fate
    dies,    // the write at which it is to die came, and it kills itself
    drained,
    not_sent,  // call: of which no byte left, because nobody listened
  };
  struct Call {
    std::string callee;
    model::Method method = model::Method::get;
    std::string path;
    std::string body;
    std::string key;
    std::map<std::string, std::string> headers;
    std::string index;  // as net::append_index has it
    base::TimePoint deadline{};
    model::Failure failure = model::Failure::refused;
    base::TimePoint began{};
  };
  Kind kind = Kind::serving;
  std::int64_t number = 0;
  std::string text;
  base::Subject subject;
  std::optional<Call> call;
};

Word::Call told_call(const std::string& callee, const model::Request& request,
                     model::Failure failure, base::TimePoint began);
model::Request request_of(const Word::Call& call);

// False where nobody is left to hear it. Any thread.
bool send(int descriptor, const Order& order);
bool send(int descriptor, const Word& word);
// Wait for the next one; none where nobody is left to send it, or what came is none.
std::optional<Order> receive_order(int descriptor);
std::optional<Word> receive_word(int descriptor);

}  // namespace seawall::worlds

namespace seawall::model {
template <>
inline constexpr auto enum_names<plan::WriteDecision::Fate> =
    std::to_array<std::string_view>({"pass", "crash_before", "crash_after", "fail"});
template <>
inline constexpr auto enum_names<worlds::Order::Kind> = std::to_array<std::string_view>(
    {"begin", "lock", "unlock", "jump", "drain", "serve_on", "fate", "end"});
template <>
inline constexpr auto enum_names<worlds::Word::Kind> = std::to_array<std::string_view>(
    {"serving", "failed", "locked", "waits", "write", "dies", "drained", "not_sent"});
}  // namespace seawall::model

namespace seawall::worlds {

template <class Visitor>
void describe(Visitor& visit, Order& order) {
  visit.field("kind", order.kind, {});
  visit.field("number", order.number, {});
  visit.field("time", order.time, {});
  visit.field("fate", order.fate, {});
}
template <class Visitor>
void describe(Visitor& visit, Word::Call& call) {
  visit.field("callee", call.callee, {});
  visit.field("method", call.method, {});
  visit.field("path", call.path, {});
  visit.field("body", call.body, {});
  visit.field("key", call.key, {});
  visit.field("headers", call.headers, {});
  visit.field("index", call.index, {});
  visit.field("deadline", call.deadline, {});
  visit.field("failure", call.failure, {});
  visit.field("began", call.began, {});
}
template <class Visitor>
void describe(Visitor& visit, Word& word) {
  visit.field("kind", word.kind, {});
  visit.field("number", word.number, {});
  visit.field("text", word.text, {});
  visit.field("subject", word.subject, {});
  visit.field("call", word.call, {});
}

}  // namespace seawall::worlds
