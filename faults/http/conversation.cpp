#include "faults/http/conversation.hpp"

#include <algorithm>
#include <utility>

#include "faults/http/answer_end.hpp"
#include "harness/base/keyed_random.hpp"
#include "harness/net/http_headers.hpp"

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

std::string_view without_query(std::string_view target) {
  return target.substr(0, target.find('?'));
}

}  // namespace

Surroundings::Surroundings(Settings settings, std::size_t workers)
    : link(settings.link),
      seed(settings.seed),
      secrets(settings.secrets),
      faults(settings.link),
      journal(settings.link, workers, settings.journal) {
  for (std::size_t i = 0; i < workers; ++i) benches.push_back(std::make_unique<Bench>());
}

Conversation::Conversation(std::shared_ptr<Surroundings> around, const Place& place)
    : around_(std::move(around)),
      place_(place),
      bench_(*around_->benches.at(place.worker)),
      late_(place.late) {}

void Conversation::took(Direction direction, std::string_view bytes, Actions& actions) {
  actions_ = &actions;
  if (direction == Direction::up)
    read_requests(bytes);
  else
    read_answers(bytes);
  flush();
}

bool Conversation::source_ended(Direction direction, Close how, Actions& actions) {
  actions_ = &actions;
  if (direction == Direction::down) return callee_ended(how);
  caller_ended_ = true;
  caller_left_ = !callee_ended_ || withheld_;
  pass(Direction::up, held_request_);
  flush();
  held_request_.clear();
  if (withheld_) end(Close::fin, actions.now());
  return true;
}

void Conversation::closed(bool connected, TimePoint now) {
  if (!connected) return tell(unreachable, now, model::Failure::unreachable);
  const bool gave_up = caller_left_ && !over_;
  for (std::size_t i = 0; i < exchanges_.size(); ++i) {
    Exchange& exchange = exchanges_.at(i);
    Journal::Entry& row = exchange.row;
    if (row.ended == TimePoint{}) row.ended = now;
    if (!exchange.told && !row.failure) {
      const bool left = gave_up || exchange.fate == Fate::mute;
      row.failure = left ? model::Failure::timed_out : model::Failure::reset;
    }
    write_row(exchange);
  }
}

// A fault that is armed now may do away with what is under way: see plan::cut_by().
void Conversation::nudged(Actions& actions) {
  actions_ = &actions;
  const std::uint64_t version = around_->faults.version();
  if (version == faults_version_ || over_) return;
  const auto before = std::exchange(faults_, around_->faults.current());
  faults_version_ = version;
  for (const plan::Armed& armed : faults_->armed()) {
    if (armed.armed <= place_.opened && before == nullptr) continue;
    const FaultNames none;
    const FaultNames& had = before && before->names() ? *before->names() : none;
    if (std::find(had.begin(), had.end(), armed.fault->name) != had.end()) continue;
    const plan::Cut cut = plan::cut_by(armed, around_->link);
    if (!cut.any()) continue;
    for (std::size_t i = 0; i < exchanges_.size(); ++i) {
      Exchange& exchange = exchanges_.at(i);
      const bool loses = cut.loses_answers && exchange.fate == Fate::pass && !exchange.answer_done;
      if (!cut.resets && !loses) continue;
      if (loses) exchange.fate = Fate::mute;
      exchange.row.names = faults_->names();
      exchange.row.faults.assign(1, armed.position);
      faults_->count_cut(armed.position);
    }
    if (cut.resets) return end(Close::reset, actions.now());
  }
  advance();
  flush();
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
  describe(head, exchange);
  if (around_->faults.version() != faults_version_) {
    faults_version_ = around_->faults.version();
    faults_ = around_->faults.current();
  }
  request_body_.begin(body_of_request(head));
  in_request_ = true;
  late_ = false;
  exchange.closes = head.closes;
  exchange.row.copies = 1;
  if (!faults_->empty()) decide(head, exchange);
  pass_request(exchange, bytes);
}

void Conversation::describe(const Head& head, Exchange& exchange) {
  Journal::Entry& row = exchange.row;
  row.connection = place_.number;
  row.sent = actions_->now();
  row.set_method(head.method);
  if (Secrets::may_have(head.target)) {
    bench_.text.clear();
    around_->secrets.append_masked(bench_.text, head.target);
    row.set_target(bench_.text);
  } else {
    row.set_target(head.target);
  }
  auto kind = base::KeyedRandom(0);
  if (!head.index.empty())
    if (auto index = net::parse_index(head.index)) row.index = std::move(*index);
  const bool foreign = row.index.subject.kind == base::Subject::Kind::none;
  if (foreign)
    kind = kind.with(head.method).with(without_query(head.target));
  else
    kind = kind.with(row.index.subject).with(row.index.operation).with(row.index.label);
  row.index.n = around_->counts.next(kind.bits());
  // So that what it draws depends on what came before it of its kind, and on nothing else.
  if (foreign) row.index.subject = {base::Subject::Kind::foreign, row.index.n};
}

void Conversation::decide(const Head& head, Exchange& exchange) {
  model::Request& request = bench_.request;
  request.path.assign(head.target);
  request.headers.clear();
  request.index = exchange.row.index;
  if (request.index.operation.empty()) {
    bench_.text.assign(head.method).append(" ").append(without_query(head.target));
    request.index.operation = bench_.text;
  }
  faults_->take_headers(head, request);
  plan::Decision decision = faults_->decide(around_->seed, around_->link, request, head.method,
                                            exchange.row.sent, place_.opened);
  if (!decision.hit.empty()) {
    exchange.row.names = faults_->names();
    exchange.row.faults = std::move(decision.hit);
  }
  if (decision.effect.neutral()) return;
  exchange.effect = std::make_unique<plan::Effect>(std::move(decision.effect));
  const bool has_body = request_body_.kind() != Body::Kind::none;
  set_fate(*exchange.effect, head.expects_continue && has_body, exchange);
}

void Conversation::set_fate(const plan::Effect& effect, bool waits_to_send, Exchange& exchange) {
  if (effect.request_delay > Duration{}) exchange.passes = exchange.row.sent + effect.request_delay;
  exchange.collects = effect.duplicate || effect.late;
  exchange.swallowed = effect.before != Before::pass || effect.late;
  if (exchange.swallowed) exchange.row.copies = 0;
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

std::size_t Conversation::read_request_body(std::string_view bytes) {
  Exchange& exchange = exchanges_.back();
  const BodyReader::Part part = request_body_.read(bytes);
  if (part.is_data) exchange.row.bytes_out += static_cast<std::int64_t>(part.size);
  pass_request(exchange, bytes.substr(0, part.size));
  if (part.trouble != Trouble::none)
    break_request(exchange, part.trouble);
  else if (part.complete)
    complete_request(exchange);
  return part.size;
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
  if (exchange.collects) send_copy(exchange);
  advance();
}

void Conversation::send_copy(Exchange& exchange) {
  const plan::Effect& effect = *exchange.effect;
  const TimePoint now = actions_->now();
  const TimePoint first = std::max(exchange.passes, effect.late ? exchange.row.sent : now);
  relay::AsideRequest request;
  request.bytes = std::move(exchange.copy);
  request.at = first + (effect.late ? effect.late_by : effect.copy_gap);
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
  if (exchanges_.empty()) return leave(why);
  tell(why, actions_->now());
  requests_pass_ = true;
  pass(Direction::up, held_request_);
  flush();
  held_request_.clear();
  advance();
}

// ---- Both.

void Conversation::advance() {
  while (!exchanges_.empty() && !over_) {
    Exchange& exchange = exchanges_.front();
    if (!exchange.answer_done) {
      if (exchange.fate == Fate::mute) muted_ = true;
      if (exchange.fate == Fate::pass || exchange.fate == Fate::mute) return;
      if (exchange.fate == Fate::reset)
        return end(Close::reset, std::max(exchange.passes, actions_->now()));
      if (!exchange.request_done && !exchange.early) return;
      exchange.answer_done = true;
      answer_instead(exchange, exchange.passes);
    }
    if (!exchange.request_done) return;
    write_row(exchange);
    exchanges_.pop();
  }
  if (exchanges_.empty() && requests_pass_ && !over_) leave({});
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
    if (!exchange.answer_done) exchange.row.note = went_on_as_tcp;
    if (exchange.row.ended == TimePoint{}) exchange.row.ended = actions_->now();
    write_row(exchange);
  }
  pass(Direction::up, held_request_);
  flush();
  pass(Direction::down, held_answer_);
  flush();
  held_request_.clear();
  held_answer_.clear();
  actions_->detach();
}

void Conversation::write_row(Exchange& exchange) {
  around_->journal.write(place_.worker, std::move(exchange.row));
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
  around_->journal.write(place_.worker, std::move(row));
}

void Conversation::pass(Direction direction, std::string_view bytes, const Timing& timing) {
  if (bytes.empty()) return;
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
  actions_->pass(Direction::down, bytes, timing);
}

}  // namespace seawall::http
