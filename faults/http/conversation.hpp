// One connection of an HTTP link: it finds the messages in both directions, decides once for each
// request what becomes of it and of its answer, and lets everything else pass as it came.
//
//   up:    head held until complete --decide--> pass | later | swallow    body: follows its head
//   down:  head held until complete --match--> pass | later | replace | cut | garble
//
// Answers go back in the order of their requests: a fate that befalls an answer waits until those
// before it have gone. What is no HTTP, what becomes something else (101, CONNECT) and what two
// servers could read in two ways passes as TCP from there on, and the journal says so.
//
// Of its worker's thread.
#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "faults/http/call_counts.hpp"
#include "faults/http/exchange.hpp"
#include "faults/http/faults.hpp"
#include "faults/http/framing.hpp"
#include "faults/http/journal.hpp"
#include "faults/http/secrets.hpp"
#include "faults/relay/interceptor.hpp"

namespace seawall::http {

// What all connections of a link have in common.
struct Surroundings {
  struct Settings {
    base::Link link;
    std::uint64_t seed = 0;
    std::size_t journal = 10'000;      // rows
    std::vector<std::string> secrets;  // see Secrets
  };
  Surroundings(Settings settings, std::size_t workers);

  const base::Link link;
  const std::uint64_t seed;
  const Secrets secrets;
  Faults faults;
  CallCounts counts;
  Journal journal;
  std::atomic<bool> always_read_along = true;  // see Link
  // Of each worker, to be used again.
  struct Bench {
    model::Request request{model::Method::get, {}};
    std::string text;
  };
  std::vector<std::unique_ptr<Bench>> benches;
};

class Conversation final : public relay::Interceptor {
 public:
  Conversation(std::shared_ptr<Surroundings> around, const Place& place);

  void took(relay::Direction direction, std::string_view bytes, Actions& actions) override;
  bool source_ended(relay::Direction direction, net::Close how, Actions& actions) override;
  void nudged(Actions& actions) override;
  void closed(bool connected, TimePoint now) override;

 private:
  // What is done to the answer that is being read.
  enum class Treatment : std::uint8_t { pass, replace, cut, garble };
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
  void describe(const Head& head, Exchange& exchange);
  void decide(const Head& head, Exchange& exchange);
  void set_fate(const plan::Effect& effect, bool waits_to_send, Exchange& exchange);
  void pass_request(Exchange& exchange, std::string_view bytes);
  void complete_request(Exchange& exchange);
  void send_copy(Exchange& exchange);
  void break_request(Exchange& exchange, Trouble trouble);
  void requests_as_tcp(std::string_view why);

  // ---- Answers.
  void read_answers(std::string_view bytes);
  std::size_t read_answer_head(std::string_view bytes);
  std::size_t read_answer_body(std::string_view bytes);
  void begin_answer(const Head& head, std::string_view bytes);
  // False: nothing of the answer is read any more.
  bool treat(const plan::Effect& effect, TimePoint due, Exchange& exchange);
  void pass_answer_head(std::string_view bytes, bool has_body, TimePoint due, Duration gap);
  void pass_answer_part(Exchange& exchange, std::string_view bytes, const BodyReader::Part& part);
  void pass_until_cut(Exchange& exchange, std::string_view bytes, const BodyReader::Part& part);
  void cut(Exchange& exchange, net::Close how);
  void complete_answer(Exchange& exchange);
  void answer_instead(Exchange& exchange, TimePoint due);
  // When an answer ends that is due then, and that those before it may keep waiting.
  TimePoint end_of_answer(TimePoint due);
  bool callee_ended(net::Close how);

  // ---- Both.
  // Sees to the first request, and to those behind it when it is done.
  void advance();
  void end(net::Close how, TimePoint at);
  // Everything passes as TCP from here on.
  void leave(std::string_view why);
  void write_row(Exchange& exchange);
  void tell(std::string_view note, TimePoint now, std::optional<model::Failure> failure = {});
  void pass(relay::Direction direction, std::string_view bytes, const relay::Timing& timing = {});
  void flush();
  void say(std::string_view bytes, const relay::Timing& timing);  // to the caller

  const std::shared_ptr<Surroundings> around_;
  const Place place_;
  Surroundings::Bench& bench_;
  std::shared_ptr<const FaultSet> faults_;
  std::uint64_t faults_version_ = 0;
  Actions* actions_ = nullptr;  // in a call of its connection

  Outstanding exchanges_;
  HeadReader request_head_{Side::request};
  HeadReader answer_head_{Side::answer};
  BodyReader request_body_;  // of the last exchange
  BodyReader answer_body_;   // of the first
  Answer answer_;
  TimePoint last_answer_ = TimePoint::min();  // the end of the last one
  std::string held_request_;  // of a head that is not complete
  std::string held_answer_;
  bool late_ = false;  // what comes may belong to what was before the first request
  bool in_request_ = false;
  bool in_answer_ = false;
  bool requests_pass_ = false;    // whatever they are
  bool requests_vanish_ = false;  // what follows a broken one that was not to pass
  bool answers_pass_ = false;
  bool muted_ = false;  // nothing goes to the caller any more
  bool over_ = false;   // the connection is about to end, by this
  bool caller_ended_ = false;
  bool callee_ended_ = false;
  bool caller_left_ = false;  // it ended before its callee did
  bool withheld_ = false;     // the end of the callee, from the caller

  // What passes together is passed together.
  std::string_view run_;
  relay::Direction run_direction_ = relay::Direction::up;
  relay::Timing run_timing_;
};

}  // namespace seawall::http
