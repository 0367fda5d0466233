#include "faults/http/conversation.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "faults/http/answer_end.hpp"

namespace seawall::http {

namespace {

using net::Close;
using relay::Direction;
using relay::Timing;
using Before = plan::Effect::Before;

// Notes of the journal.
constexpr std::string_view too_many = "too many requests outstanding: passes as TCP from here on";
constexpr std::string_view unreachable = "the callee could not be reached";
constexpr std::string_view went_on_as_tcp = "its answer passed as TCP, unread";

}  // namespace

Conversation::Conversation(std::shared_ptr<Overseer> overseer, const Place& place)
    : overseer_(std::move(overseer)),
      place_(place),
      version_(overseer_->version()),
      late_(place.late) {}

void Conversation::took(Direction direction, std::string_view bytes, Actions& actions) {
  actions_ = &actions;
  if (direction == Direction::up)
    read_requests(bytes);
  else
    read_answers(bytes);
  conclude();
}

bool Conversation::source_ended(Direction direction, Close how, Actions& actions) {
  actions_ = &actions;
  const bool passes = direction == Direction::up ? caller_ended() : callee_ended(how);
  conclude();
  return passes;
}

void Conversation::nudged(Actions& actions) {
  actions_ = &actions;
  const std::uint64_t since = std::exchange(version_, overseer_->version());
  if (since != version_)
    for (const Cut& cut : overseer_->cuts_since(since, place_)) meet_cut(cut);
  advance();
  conclude();
}

void Conversation::woken(Actions& actions) {
  actions_ = &actions;
  const TimePoint now = actions.now();
  for (std::size_t i = 0; i < exchanges_.size(); ++i) {
    Exchange& exchange = exchanges_.at(i);
    if (!exchange.crash_waits || exchange.passes > now) continue;
    exchange.crash_waits = false;
    overseer_->crash(exchange.effect->crash_before, exchange);
  }
  wait_for_crashes();
  advance();
  conclude();
}

void Conversation::went(Direction direction, std::int64_t gone, TimePoint now) {
  if (direction == Direction::down) note_gone(gone, now);
}

void Conversation::closed(bool connected, TimePoint now) {
  if (!connected) return tell(unreachable, now, model::Failure::unreachable);
  for (std::size_t i = 0; i < exchanges_.size(); ++i) {
    Exchange& exchange = exchanges_.at(i);
    Journal::Entry& row = exchange.row;
    if (exchange.passes > now && !exchange.swallowed) {
      row.copies = 0;
      if (exchange.flight) exchange.flight->delivered(-1);
    }
    if (exchange.ended) continue;
    exchange.left = caller_left_;
    if (!exchange.told && !row.failure)
      row.failure = caller_left_ ? model::Failure::timed_out : model::Failure::reset;
    if (gone_ <= exchange.answer_begin) row.status = 0;
    end_exchange(exchange, now);
  }
}

// ---- Requests.

void Conversation::read_requests(std::string_view bytes) {
  while (!bytes.empty() && !over_ && !requests_vanish_) {
    if (requests_pass_) return pass(Direction::up, bytes);
    bytes.remove_prefix(in_request_ ? read_request_body(bytes) : read_request_head(bytes));
  }
}

std::size_t Conversation::read_request_head(std::string_view bytes) {
  const std::size_t before = held_request_.size();
  std::string_view all = bytes;
  if (before > 0) all = held_request_.append(bytes.substr(0, most_head));
  const HeadReader::State state = request_head_.read(all);
  if (state == HeadReader::State::more) {
    if (before == 0) held_request_ = bytes;
    return std::min(bytes.size(), before == 0 ? bytes.size() : most_head);
  }
  if (state == HeadReader::State::trouble || exchanges_.full()) {
    held_request_.resize(before);
    requests_as_tcp(exchanges_.full() ? too_many : reason_of(request_head_.trouble()));
    return 0;
  }
  const std::size_t size = request_head_.head().size;
  begin_request(request_head_.head(), all.substr(0, size));
  if (before > 0) flush();
  held_request_.clear();
  request_head_.reset();
  Exchange& exchange = exchanges_.back();
  if (request_body_.kind() == Body::Kind::none)
    complete_request(exchange);
  else if (exchange.fate != Fate::pass)
    advance();
  return size - before;
}

void Conversation::begin_request(const Head& head, std::string_view bytes) {
  Exchange& exchange = exchanges_.push();
  request_body_.begin(body_of_request(head));
  in_request_ = true;
  late_ = false;
  exchange.closes = head.closes;
  exchange.row.connection = place_.number;
  exchange.row.sent = actions_->now();
  exchange.row.set_method(head.method);
  overseer_->arrived(head, place_, exchange);
  const bool has_body = request_body_.kind() != Body::Kind::none;
  if (exchange.effect) set_fate(*exchange.effect, head.expects_continue && has_body, exchange);
  exchange.row.copies = exchange.swallowed ? 0 : 1;
  if (exchange.flight) exchange.flight->delivered(exchange.row.copies);
  pass_request_head(exchange, bytes);
}

void Conversation::set_fate(const plan::Effect& effect, bool waits_to_send, Exchange& exchange) {
  if (effect.request_delay > Duration{}) exchange.passes = exchange.row.sent + effect.request_delay;
  exchange.collects = effect.duplicate || effect.late;
  exchange.swallowed = effect.before != Before::pass || effect.late;
  if (effect.crash_before != plan::Effect::Crash::none) return crash_before(effect, exchange);
  switch (effect.before) {
    case Before::pass:
      if (effect.late) exchange.fate = Fate::mute;
      break;
    case Before::refuse:  // it has been read by now, so that its caller sees a reset
    case Before::reset:
      exchange.fate = Fate::reset;
      break;
    case Before::silence:
    case Before::hang:  // it came over a connection, so that nothing holds it
      exchange.fate = Fate::mute;
      break;
    case Before::answer:
      exchange.fate = Fate::answer;
      exchange.early = waits_to_send;  // it asks first, and this tells it not to
      break;
  }
  if (!waits_to_send || !effect.late || exchanges_.size() > 1) return;
  // Nobody else tells it to go on, and the callee is to get the whole of it.
  say("HTTP/1.1 100 Continue\r\n\r\n", {});
}

// The message dies with it: its caller hears of a reset, or nothing.
void Conversation::crash_before(const plan::Effect& effect, Exchange& exchange) {
  exchange.swallowed = true;
  exchange.fate = Fate::mute;
  exchange.crash_waits = exchange.passes > actions_->now();
  if (exchange.crash_waits)
    wait_for_crashes();
  else
    overseer_->crash(effect.crash_before, exchange);
}

void Conversation::wait_for_crashes() {
  TimePoint next = TimePoint::max();
  for (std::size_t i = 0; i < exchanges_.size(); ++i)
    if (exchanges_.at(i).crash_waits) next = std::min(next, exchanges_.at(i).passes);
  if (next != TimePoint::max()) actions_->wake(next);
}

std::size_t Conversation::read_request_body(std::string_view bytes) {
  Exchange& exchange = exchanges_.back();
  const BodyReader::Part part = request_body_.read(bytes);
  if (part.is_data) {
    exchange.row.bytes_out += static_cast<std::int64_t>(part.size);
    if (exchange.flight) exchange.flight->sent(bytes.substr(0, part.size));
  }
  pass_request(exchange, bytes.substr(0, part.size));
  if (part.trouble != Trouble::none)
    break_request(exchange, part.trouble);
  else if (part.complete)
    complete_request(exchange);
  return part.size;
}

void Conversation::pass_request_head(Exchange& exchange, std::string_view bytes) {
  if (exchange.added.empty()) return pass_request(exchange, bytes);
  constexpr std::string_view end = "\r\n";
  pass_request(exchange, bytes.substr(0, bytes.size() - end.size()));
  pass_request(exchange, exchange.added);
  pass_request(exchange, end);
  flush();
}

void Conversation::pass_request(Exchange& exchange, std::string_view bytes) {
  if (!exchange.swallowed) pass(Direction::up, bytes, {exchange.passes, {}});
  if (!exchange.collects) return;
  constexpr std::size_t most_copied = 1 << 20;
  if (exchange.copy.size() + bytes.size() <= most_copied) {
    exchange.copy += bytes;
    return;
  }
  exchange.collects = false;
  exchange.copy = {};
  exchange.row.note = "longer than 1 MiB: the callee did not get it once more, or late";
}

void Conversation::complete_request(Exchange& exchange) {
  in_request_ = false;
  exchange.request_done = true;
  if (exchange.collects) hold_copies(exchange);
  advance();
}

void Conversation::hold_copies(Exchange& exchange) {
  const plan::Effect& effect = *exchange.effect;
  const TimePoint first = effect.late
                              ? std::max(exchange.passes, exchange.row.sent + effect.late_by)
                              : std::max(exchange.passes, actions_->now());
  if (effect.late) hold(exchange, false, first);
  if (effect.duplicate) hold(exchange, true, first + effect.copy_gap);
  exchange.copy = {};
}

// What flies is under way until the callee has answered it.
void Conversation::hold(Exchange& exchange, bool is_copy, TimePoint until) {
  relay::AsideRequest request;
  request.bytes = exchange.copy;
  request.at = until;
  request.index = exchange.row.index;
  request.is_copy = is_copy;
  if (exchange.flight) request.delivered = [flight = exchange.flight] { flight->delivered(1); };
  const auto end = std::make_shared<AnswerEnd>(exchange.row.method_text());
  request.is_answered = [end](std::string_view bytes) { return end->take(bytes); };
  if (actions_->ask_aside(std::move(request)))
    ++exchange.row.copies;
  else
    exchange.row.note = "too many requests held: the callee did not get it once more, or late";
}

// Where it ends is not known, and so what follows is as good as a part of it.
void Conversation::break_request(Exchange& exchange, Trouble trouble) {
  in_request_ = false;
  exchange.collects = false;
  exchange.copy = {};
  if (!exchange.swallowed) {
    exchange.request_done = true;
    return requests_as_tcp(reason_of(trouble));
  }
  exchange.row.note = reason_of(trouble);
  exchange.early = true;
  requests_vanish_ = true;
  advance();
}

// Answers are told apart all the same until that to the last request has passed.
void Conversation::requests_as_tcp(std::string_view why) {
  if (!answers_one() && !muted_) return leave(why);
  tell(why, actions_->now());
  requests_pass_ = true;
  pass(Direction::up, held_request_);
  flush();
  held_request_.clear();
  advance();
}

// ---- Both.

void Conversation::advance() {
  while (answers_one() && !over_) {
    Exchange& exchange = answering();
    if (!exchange.answer_done && !meet_fate(exchange)) break;
    if (!exchange.request_done) break;
    ++answering_;
  }
  if (over_) return;
  if (caller_ended_ && muted_ && overseer_->sees_through() && !is_awaited())
    end(Close::fin, actions_->now());
  else if (!answers_one() && requests_pass_ && !muted_)
    leave({});
}

bool Conversation::meet_fate(Exchange& exchange) {
  if (exchange.fate == Fate::mute) muted_ = true;
  if (exchange.fate == Fate::pass || (exchange.fate == Fate::mute && !exchange.swallowed))
    return false;
  if (!muted_ && exchange.fate == Fate::reset) {
    end(Close::reset, std::max(exchange.passes, actions_->now()));
    return false;
  }
  if (!muted_ && !exchange.request_done && !exchange.early) return false;
  exchange.answer_done = true;
  if (!muted_) answer_instead(exchange, exchange.passes);
  return true;
}

void Conversation::conclude() {
  flush();
  if (exchanges_.empty()) return;
  const std::int64_t gone = actions_->gone(Direction::down);
  const Exchange& first = exchanges_.front();
  if (first.ended || first.answer_end <= gone) note_gone(gone, actions_->now());
  gone_ = gone;
}

// Their callers have heard those answers that have gone.
void Conversation::note_gone(std::int64_t gone, TimePoint now) {
  gone_ = gone;
  for (std::size_t i = 0; i < exchanges_.size() && exchanges_.at(i).answer_end <= gone; ++i) {
    Exchange& exchange = exchanges_.at(i);
    if (exchange.ended) continue;
    if (!exchange.told) exchange.row.ended = now;
    exchange.told = true;
    if (exchange.request_done) end_exchange(exchange, now);
  }
  for (; answering_ > 0; --answering_) {
    const Exchange& first = exchanges_.front();
    if (!first.ended || first.crash_waits) return;
    exchanges_.pop();
  }
}

bool Conversation::caller_ended() {
  caller_ended_ = true;
  caller_left_ = (!callee_ended_ || withheld_) && !over_;
  if (overseer_->sees_through()) return part_with_caller();
  pass(Direction::up, held_request_);
  flush();
  held_request_.clear();
  if (withheld_) end(Close::fin, actions_->now());
  return true;
}

// What its callee has of it, it finishes, and is given time for that; nobody hears the answers.
bool Conversation::part_with_caller() {
  constexpr Duration patience = std::chrono::seconds(120);
  const TimePoint now = actions_->now();
  note_gone(actions_->gone(Direction::down), now);
  for (std::size_t i = 0; i < exchanges_.size(); ++i) {
    Exchange& exchange = exchanges_.at(i);
    if (exchange.ended) continue;
    exchange.left = true;
    if (gone_ <= exchange.answer_begin) exchange.row.status = 0;
    end_exchange(exchange, now);
  }
  muted_ = true;
  answer_.treatment = Treatment::swallow;
  actions_->drop(Direction::down);
  const bool is_partial = !exchanges_.empty() && !exchanges_.back().request_done;
  if (is_partial && exchanges_.back().swallowed)
    exchanges_.back().request_done = true;  // no more of it comes
  else if (is_partial)
    end(Close::reset, now);  // its callee is not to take a part for the whole
  advance();
  if (!over_) actions_->end(Direction::up, Close::reset, now + patience);
  return false;
}

bool Conversation::is_awaited() {
  for (std::size_t i = 0; i < exchanges_.size(); ++i)
    if (exchanges_.at(i).crash_waits) return true;
  return answers_one() && !callee_ended_ && !answers_vanish_;
}

// What it does to each, and once to all of them: a connection that is silent stays so.
void Conversation::meet_cut(const Cut& cut) {
  const TimePoint now = actions_->now();
  bool loses = false;
  for (std::size_t i = 0; i < exchanges_.size(); ++i) {
    Exchange& exchange = exchanges_.at(i);
    if (exchange.ended || exchange.version >= cut.version) continue;
    const bool loses_it = !cut.does.resets && lose(exchange, cut.does);
    if (!cut.does.resets && !loses_it) continue;
    overseer_->cut(cut, place_, exchange, now);
    loses = loses || loses_it;
  }
  if (!loses && !cut.does.resets) return;
  if (loses) muted_ = true;
  answer_.treatment = Treatment::swallow;
  actions_->drop(Direction::down);
  if (cut.does.resets) end(Close::reset, now);
}

// One that waits has not reached its callee. One that has its fate keeps it.
bool Conversation::lose(Exchange& exchange, const plan::Cut& cut) {
  const bool has_fate = exchange.effect && exchange.effect->has_fate();
  if (has_fate || exchange.fate != Fate::pass) return false;
  if (exchange.passes > actions_->now() && cut.loses_requests) {
    actions_->drop(Direction::up);
    exchange.swallowed = true;
    exchange.row.copies = 0;
    if (exchange.flight) exchange.flight->delivered(-1);
  } else if (!cut.loses_answers) {
    return false;
  }
  exchange.fate = Fate::mute;
  exchange.answer_end = Exchange::no_end;
  return true;
}

void Conversation::end(Close how, TimePoint at) {
  if (std::exchange(over_, true)) return;
  flush();
  actions_->end(Direction::down, how, at);
}

void Conversation::leave(std::string_view why) {
  if (!why.empty()) tell(why, actions_->now());
  requests_pass_ = answers_pass_ = true;
  in_request_ = in_answer_ = muted_ = false;
  for (; !exchanges_.empty(); exchanges_.pop()) {
    Exchange& exchange = exchanges_.front();
    if (exchange.ended) continue;
    exchange.told = exchange.answer_end != Exchange::no_end;
    if (!exchange.told) exchange.row.note = went_on_as_tcp;
    end_exchange(exchange, actions_->now());
  }
  answering_ = 0;
  flush();
  actions_->detach();
  pass(Direction::up, held_request_);
  flush();
  pass(Direction::down, held_answer_);
  flush();
  held_request_.clear();
  held_answer_.clear();
}

void Conversation::end_exchange(Exchange& exchange, TimePoint now) {
  exchange.ended = true;
  if (exchange.row.ended == TimePoint{}) exchange.row.ended = now;
  overseer_->ended(place_, exchange);
}

std::int64_t Conversation::passed_to_caller() const {
  const bool more = !run_.empty() && run_direction_ == Direction::down;
  return actions_->passed(Direction::down) + (more ? std::ssize(run_) : 0);
}

// Of the connection.
void Conversation::tell(std::string_view note, TimePoint now,
                        std::optional<model::Failure> failure) {
  Journal::Entry row;
  row.connection = place_.number;
  row.of_connection = true;
  row.sent = place_.opened;
  row.ended = now;
  row.note = note;
  row.failure = failure;
  overseer_->tell(place_, std::move(row));
}

void Conversation::pass(Direction direction, std::string_view bytes, const Timing& timing) {
  if (bytes.empty() || (direction == Direction::down && muted_)) return;
  const bool follows = !run_.empty() && run_.data() + run_.size() == bytes.data() &&
                       run_direction_ == direction && run_timing_ == timing;
  if (follows) {
    run_ = {run_.data(), run_.size() + bytes.size()};
    return;
  }
  flush();
  run_ = bytes;
  run_direction_ = direction;
  run_timing_ = timing;
}

void Conversation::flush() {
  if (!run_.empty()) actions_->pass(run_direction_, std::exchange(run_, {}), run_timing_);
}

void Conversation::say(std::string_view bytes, const Timing& timing) {
  flush();
  if (muted_) return;
  actions_->pass(Direction::down, bytes, timing);
}

relay::Link::Settings with_conversations(relay::Link::Settings tcp,
                                         std::shared_ptr<Overseer> overseer) {
  using Made = std::unique_ptr<relay::Interceptor>;
  tcp.intercept = [overseer = std::move(overseer)](const relay::Interceptor::Place& place) {
    return overseer->reads_along() ? Made(std::make_unique<Conversation>(overseer, place)) : Made();
  };
  return tcp;
}

}  // namespace seawall::http
