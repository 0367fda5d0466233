// The half of a conversation that deals with answers.
#include <algorithm>
#include <utility>

#include "faults/http/conversation.hpp"
#include "harness/net/http_headers.hpp"

namespace seawall::http {

namespace {

using net::Close;
using relay::Direction;
using relay::Timing;
using After = plan::Effect::After;

constexpr std::string_view unasked = "the callee spoke without being asked: passes as TCP";
constexpr std::string_view became_tunnel = "became a tunnel: passes as TCP from here on";

// The head counts as one byte.
void pass_slowly(std::string_view text, TimePoint due, Duration gap,
                 const std::function<void(std::string_view, const Timing&)>& say) {
  const std::size_t head = text.find("\r\n\r\n") + 4;
  say(text.substr(0, head), {due + gap, {}});
  say(text.substr(head), {due + gap, gap});
}

}  // namespace

void Conversation::read_answers(std::string_view bytes) {
  while (!bytes.empty() && !over_ && !answers_vanish_) {
    if (answers_pass_) return pass(Direction::down, bytes);
    bytes.remove_prefix(in_answer_ ? read_answer_body(bytes) : read_answer_head(bytes));
  }
}

std::size_t Conversation::read_answer_head(std::string_view bytes) {
  const bool awaited = answers_one() && !answering().answer_done;
  if (!awaited && late_) {
    pass(Direction::down, bytes);
    return bytes.size();
  }
  if (!awaited && muted_) return bytes.size();
  if (!awaited) {
    leave(unasked);
    return 0;
  }
  if (answering().swallowed) return bytes.size();  // its callee is not the one that answers
  const std::size_t before = held_answer_.size();
  std::string_view all = bytes;
  if (before > 0) all = held_answer_.append(bytes.substr(0, most_head));
  const HeadReader::State state = answer_head_.read(all);
  if (state == HeadReader::State::more) {
    if (before == 0) held_answer_ = bytes;
    return std::min(bytes.size(), before == 0 ? bytes.size() : most_head);
  }
  if (state == HeadReader::State::trouble) {
    held_answer_.resize(before);
    return give_up_answers(reason_of(answer_head_.trouble()), bytes.size());
  }
  const std::size_t size = answer_head_.head().size;
  begin_answer(answer_head_.head(), all.substr(0, size));
  if (before > 0) flush();
  held_answer_.clear();
  answer_head_.reset();
  if (in_answer_ && !over_ && answer_body_.kind() == Body::Kind::none) complete_answer(answering());
  return size - before;
}

// They pass as TCP, or where nobody hears them, are lost. How many of the bytes are dealt with.
std::size_t Conversation::give_up_answers(std::string_view why, std::size_t size) {
  if (!muted_) {
    leave(why);
    return 0;
  }
  answers_vanish_ = true;
  in_answer_ = false;
  advance();
  return size;
}

void Conversation::begin_answer(const Head& head, std::string_view bytes) {
  // An interim answer goes to its caller in any case: with it, the request goes on.
  if (head.status / 100 == 1 && head.status != 101) return pass(Direction::down, bytes);
  Exchange& exchange = answering();
  const std::string_view method = exchange.row.method_text();
  answer_body_.begin(body_of_answer(head, method));
  in_answer_ = true;
  answer_ = {};
  if (!exchange.ended) exchange.row.status = head.status;
  exchange.answer_begin = passed_to_caller();
  if (exchange.flight) exchange.flight->answered(head);
  if (muted_) answer_.treatment = Treatment::swallow;
  answer_.tunnels = head.status == 101 || (method == "CONNECT" && head.status / 100 == 2);
  TimePoint due = TimePoint::min();
  Duration gap{};
  if (const plan::Effect* effect = exchange.effect.get()) {
    const TimePoint now = actions_->now();
    if (effect->response_delay > Duration{}) due = now + effect->response_delay;
    if (effect->byte_gap > Duration{}) due = std::max(due, now);
    gap = effect->byte_gap;
    in_answer_ = treat(*effect, due, exchange);
    if (!in_answer_) return;
  }
  const bool has_body = answer_body_.kind() != Body::Kind::none;
  if (answer_.treatment == Treatment::swallow) return;
  if (answer_.treatment == Treatment::cut && !has_body) {
    pass(Direction::down, bytes.substr(0, bytes.size() / 2), {due, {}});
    return cut(exchange, Close::fin);
  }
  if (answer_.treatment == Treatment::garble && !has_body)
    exchange.row.note = "it has no body, and so nothing to corrupt";
  answer_.timing = {gap > Duration{} ? due + gap : due, gap};
  pass(Direction::down, bytes, {answer_.timing.not_before, {}});
}

// The callee has done its work by now; what it has yet to send of its answer is not waited for.
bool Conversation::treat(const plan::Effect& effect, TimePoint due, Exchange& exchange) {
  answer_.timing.not_before = due;
  const bool is_lost = exchange.fate == Fate::mute;
  if (effect.crash_after != plan::Effect::Crash::none && !is_lost) {
    overseer_->crash(effect.crash_after, exchange);
    mute(exchange);
  }
  if (muted_) return true;
  switch (effect.after) {
    case After::pass:
      break;
    case After::reset:
      exchange.row.status = 0;
      end(Close::reset, std::max(due, actions_->now()));
      return false;
    case After::silence:
      mute(exchange);
      break;
    case After::answer:
      answer_.treatment = Treatment::swallow;
      answer_.tunnels = false;
      answer_instead(exchange, due);
      break;
    case After::truncate:
      answer_.treatment = Treatment::cut;
      break;
    case After::corrupt:
      answer_.treatment = Treatment::garble;
      break;
  }
  return true;
}

// What its callee says is read to its end, and goes nowhere.
void Conversation::mute(Exchange& exchange) {
  exchange.row.status = 0;
  exchange.fate = Fate::mute;
  muted_ = true;
  answer_.treatment = Treatment::swallow;
}

std::size_t Conversation::read_answer_body(std::string_view bytes) {
  Exchange& exchange = answering();
  const BodyReader::Part part = answer_body_.read(bytes);
  pass_answer_part(exchange, bytes.substr(0, part.size), part);
  if (over_) return bytes.size();
  if (part.trouble != Trouble::none) {
    if (answer_.treatment == Treatment::swallow) {
      exchange.row.note = reason_of(part.trouble);
      muted_ = true;
    }
    return part.size + give_up_answers(reason_of(part.trouble), bytes.size() - part.size);
  } else if (part.complete) {
    complete_answer(exchange);
  }
  return part.size;
}

void Conversation::pass_answer_part(Exchange& exchange, std::string_view bytes,
                                    const BodyReader::Part& part) {
  switch (answer_.treatment) {
    case Treatment::swallow:
      return;
    case Treatment::cut:
      return pass_until_cut(exchange, bytes, part);
    case Treatment::garble:
      if (part.is_data) say_garbled(exchange, bytes);
      break;
    case Treatment::pass:
      if (part.is_data && exchange.flight) exchange.flight->heard(bytes);
      break;
  }
  const bool passes = answer_.treatment == Treatment::pass || !part.is_data;
  if (passes) pass(Direction::down, bytes, answer_.timing);
  if (!part.is_data) return;
  answer_.read += bytes.size();
  exchange.row.bytes_in += static_cast<std::int64_t>(bytes.size());
}

void Conversation::say_garbled(Exchange& exchange, std::string_view bytes) {
  std::string garbled(bytes);
  plan::corrupt(std::span(garbled), answer_.read, exchange.effect->corruption);
  say(garbled, answer_.timing);
  if (exchange.flight) exchange.flight->heard(garbled);
}

// Half of what is known to come: of the body, of its first chunk, or of its first bytes.
void Conversation::pass_until_cut(Exchange& exchange, std::string_view bytes,
                                  const BodyReader::Part& part) {
  const Body::Kind kind = answer_body_.kind();
  if (!part.is_data) {
    if (part.complete) return cut(exchange, Close::fin);
    return pass(Direction::down, bytes, answer_.timing);
  }
  if (answer_.read == 0) {
    const std::uint64_t left = kind == Body::Kind::until_close ? 0 : answer_body_.left();
    answer_.left = (part.size + left) / 2;
  }
  const auto passes = static_cast<std::size_t>(std::min<std::uint64_t>(answer_.left, bytes.size()));
  pass(Direction::down, bytes.substr(0, passes), answer_.timing);
  answer_.read += bytes.size();
  answer_.left -= passes;
  exchange.row.bytes_in += static_cast<std::int64_t>(passes);
  // Where its end is that of the connection, only a reset says that it is not all.
  if (answer_.left == 0) cut(exchange, kind == Body::Kind::until_close ? Close::reset : Close::fin);
}

void Conversation::cut(Exchange& exchange, Close how) {
  exchange.row.failure = model::Failure::reset;
  end(how, actions_->now());
}

void Conversation::complete_answer(Exchange& exchange) {
  in_answer_ = false;
  exchange.answer_done = true;
  const bool swallowed = answer_.treatment == Treatment::swallow;
  if (!swallowed) exchange.answer_end = passed_to_caller();
  if (answer_.tunnels && !swallowed) {
    exchange.row.note = became_tunnel;
    return leave({});
  }
  advance();
}

// The connection ends after it where its caller wants that, or cannot go on.
void Conversation::answer_instead(Exchange& exchange, TimePoint due) {
  const plan::Effect& effect = *exchange.effect;
  model::Response response(effect.status, effect.body);
  response.headers = effect.headers;
  const bool goes_on = !exchange.closes && !exchange.early && !withheld_;
  std::string text;
  net::append_message(text, response, goes_on, exchange.row.method_text() == "HEAD");
  exchange.answer_begin = passed_to_caller();
  if (effect.byte_gap > Duration{})
    pass_slowly(text, std::max(due, actions_->now()), effect.byte_gap,
                [this](std::string_view bytes, const Timing& timing) { say(bytes, timing); });
  else
    say(text, {due, {}});
  exchange.answer_end = passed_to_caller();
  exchange.row.status = effect.status;
  exchange.row.bytes_in = static_cast<std::int64_t>(effect.body.size());
  if (exchange.flight) exchange.flight->answered_instead(effect.body);
  if (!goes_on) end(Close::fin, actions_->now());
}

bool Conversation::callee_ended(Close how) {
  callee_ended_ = true;
  if (over_) return false;
  if (caller_ended_ && overseer_->sees_through()) {
    advance();
    return false;
  }
  if (in_answer_ && answer_body_.kind() == Body::Kind::until_close && how == Close::fin) {
    if (answer_.treatment == Treatment::cut) cut(answering(), Close::reset);
    if (!over_) complete_answer(answering());
  }
  flush();
  if (over_) return false;
  pass(Direction::down, held_answer_);
  flush();
  held_answer_.clear();
  const bool has_fate = answers_one() && !answering().answer_done && answering().fate != Fate::pass;
  withheld_ = (muted_ || has_fate) && !caller_ended_;
  return !withheld_;
}

}  // namespace seawall::http
