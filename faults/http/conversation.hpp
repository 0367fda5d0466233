// One connection of an HTTP link: it finds the messages in both directions, decides once for each
// request what becomes of it and of its answer, and lets everything else pass as it came.
//
//   up:    head held until complete --decide--> pass | later | swallow    body: follows its head
//   down:  head held until complete --match--> pass | later | replace | cut | garble
//
// Answers go back in the order of their requests: a fate that befalls an answer waits until those
// before it have gone. A request ends when the last byte of its answer has gone, not when that has
// come, or with its caller. What is no HTTP, what becomes something else (101, CONNECT) and what
// two servers could read in two ways passes as TCP from there on, and the journal says so.
//
// Of its worker's thread.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "faults/http/exchange.hpp"
#include "faults/http/framing.hpp"
#include "faults/http/overseer.hpp"
#include "faults/relay/interceptor.hpp"
#include "faults/relay/relay.hpp"

namespace seawall::http {

class Conversation final : public relay::Interceptor {
 public:
  Conversation(std::shared_ptr<Overseer> overseer, const Place& place);

  void took(relay::Direction direction, std::string_view bytes, Actions& actions) override;
  bool source_ended(relay::Direction direction, net::Close how, Actions& actions) override;
  void nudged(Actions& actions) override;
  void woken(Actions& actions) override;
  void went(relay::Direction direction, std::int64_t gone, TimePoint now) override;
  void closed(bool connected, TimePoint now) override;

 private:
  // What is done to the answer that is being read.
  enum class Treatment : std::uint8_t { pass, swallow, cut, garble };
  struct Answer {
    Treatment treatment = Treatment::pass;
    relay::Timing timing;    // of its body
    std::uint64_t read = 0;  // bytes of data
    std::uint64_t left = 0;  // of data that pass before it is cut
    bool tunnels = false;    // bytes of something else follow it
  };

  // ---- Requests. The readers give how many of the bytes they have dealt with.
  void read_requests(std::string_view bytes);
  std::size_t read_request_head(std::string_view bytes);
  std::size_t read_request_body(std::string_view bytes);
  void begin_request(const Head& head, std::string_view bytes);
  void set_fate(const plan::Effect& effect, bool waits_to_send, Exchange& exchange);
  void crash_before(const plan::Effect& effect, Exchange& exchange);
  void wait_for_crashes();
  void pass_request_head(Exchange& exchange, std::string_view bytes);
  void pass_request(Exchange& exchange, std::string_view bytes);
  void complete_request(Exchange& exchange);
  void hold_copies(Exchange& exchange);
  void hold(Exchange& exchange, bool is_copy, TimePoint until);
  void break_request(Exchange& exchange, Trouble trouble);
  void requests_as_tcp(std::string_view why);

  // ---- Answers.
  void read_answers(std::string_view bytes);
  std::size_t read_answer_head(std::string_view bytes);
  std::size_t read_answer_body(std::string_view bytes);
  void begin_answer(const Head& head, std::string_view bytes);
  std::size_t give_up_answers(std::string_view why, std::size_t size);
  void mute(Exchange& exchange);
  void say_garbled(Exchange& exchange, std::string_view bytes);
  // False: nothing of the answer is read any more.
  bool treat(const plan::Effect& effect, TimePoint due, Exchange& exchange);
  void pass_answer_head(std::string_view bytes, bool has_body, TimePoint due, Duration gap);
  void pass_answer_part(Exchange& exchange, std::string_view bytes, const BodyReader::Part& part);
  void pass_until_cut(Exchange& exchange, std::string_view bytes, const BodyReader::Part& part);
  void cut(Exchange& exchange, net::Close how);
  void complete_answer(Exchange& exchange);
  void answer_instead(Exchange& exchange, TimePoint due);
  bool callee_ended(net::Close how);

  // ---- Both.
  // The one whose answer is to come next.
  bool answers_one() const { return answering_ < exchanges_.size(); }
  Exchange& answering() { return exchanges_.at(answering_); }
  // Sees to the request whose answer is next, and to those behind it when that is done.
  void advance();
  bool meet_fate(Exchange& exchange);  // false: its answer has yet to come
  // Before a call of its connection returns.
  void conclude();
  void note_gone(std::int64_t gone, TimePoint now);
  bool caller_ended();
  bool part_with_caller();
  bool is_awaited();
  void meet_cut(const Cut& cut);
  bool lose(Exchange& exchange, const plan::Cut& cut);
  void end(net::Close how, TimePoint at);
  // Everything passes as TCP from here on.
  void leave(std::string_view why);
  void end_exchange(Exchange& exchange, TimePoint now);
  std::int64_t passed_to_caller() const;
  void tell(std::string_view note, TimePoint now, std::optional<model::Failure> failure = {});
  void pass(relay::Direction direction, std::string_view bytes, const relay::Timing& timing = {});
  void flush();
  void say(std::string_view bytes, const relay::Timing& timing);  // to the caller

  const std::shared_ptr<Overseer> overseer_;
  const Place place_;
  std::uint64_t version_;       // of the overseer, whose cuts it has met
  Actions* actions_ = nullptr;  // in a call of its connection

  Outstanding exchanges_;
  std::size_t answering_ = 0;  // of them, the one whose answer is next
  HeadReader request_head_{Side::request};
  HeadReader answer_head_{Side::answer};
  BodyReader request_body_;  // of the last exchange
  BodyReader answer_body_;   // of the one that is being answered
  Answer answer_;
  std::int64_t gone_ = 0;     // to the caller, as far as it knows
  std::string held_request_;  // of a head that is not complete
  std::string held_answer_;
  bool late_ = false;  // what comes may belong to what was before the first request
  bool in_request_ = false;
  bool in_answer_ = false;
  bool requests_pass_ = false;    // whatever they are
  bool requests_vanish_ = false;  // what follows a broken one that was not to pass
  bool answers_pass_ = false;
  bool answers_vanish_ = false;  // nobody knows what they are, and nobody hears them
  bool muted_ = false;           // nothing goes to the caller any more
  bool over_ = false;            // the connection is about to end, by this
  bool caller_ended_ = false;
  bool callee_ended_ = false;
  bool caller_left_ = false;  // it ended before its callee did
  bool withheld_ = false;     // the end of the callee, from the caller

  // What passes together is passed together.
  std::string_view run_;
  relay::Direction run_direction_ = relay::Direction::up;
  relay::Timing run_timing_;
};

// A link's settings, whose connections are read along where the overseer wants that.
relay::Link::Settings with_conversations(relay::Link::Settings tcp,
                                         std::shared_ptr<Overseer> overseer);

}  // namespace seawall::http
