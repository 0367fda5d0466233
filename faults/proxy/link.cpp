#include "faults/proxy/link.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "harness/base/assert.hpp"

namespace seawall::proxy {

namespace {

using namespace std::chrono_literals;
using Before = plan::Effect::Before;
using After = plan::Effect::After;
using Crash = plan::Effect::Crash;
using Close = net::Close;

// How long a forwarded request waits for its answer, whatever its caller's deadline: the callee may
// be paused, and what it did then belongs to the record all the same.
constexpr Duration patience = 120s;

// A caller that leaves when this little of its time is left, left because of that: the link read
// the request, and so knows of the deadline, later than the caller set it.
Duration about_now(Duration remaining) { return std::max<Duration>(2ms, remaining / 8); }

constexpr std::size_t most_connections = 4096;  // to the callee; more requests wait for one

net::HttpClient::Settings client_settings(const Callee& callee) {
  net::HttpClient::Settings settings;
  settings.connections = most_connections;
  settings.host = callee.authority;
  return settings;
}

model::Response answer_of(const plan::Effect& effect) {
  model::Response response(effect.status, effect.body);
  response.headers = effect.headers;
  return response;
}

}  // namespace

// One request, from its arrival until its caller and its callee have both ended.
struct Link::Flight {
  Flight(model::Request r, net::HttpServer::Reply c, record::Exchange& x)
      : request(std::move(r)), caller(std::move(c)), row(x) {}

  model::Request request;
  std::optional<net::HttpServer::Reply> caller;  // empty: gone, or answered
  record::Exchange& row;
  plan::Effect effect;
  std::uint16_t crash = 0;            // the fault that crashes someone here
  std::optional<Duration> remaining;  // until the deadline when it arrived, if the callee learns it
  bool met_callee = false;            // it is through with the faults before its callee
  bool is_mute = false;               // its answer goes nowhere
  net::Loop::Timer timer;             // of a delay; there is one at a time
  int errands = 0;                    // messages held or under way, and delays
  model::Response dripping{0};        // what goes back byte by byte
};

// A message that waits on the link for its time.
struct Link::Held {
  Id flight;
  bool is_copy;
  bool when_up = false;  // it came when its callee was down, after the heal
  net::Loop::Timer timer;
};

Link::Link(Surroundings& around, base::Link link, net::ReservedPort port,
           const Callee& callee)
    : around_(around),
      link_(std::move(link)),
      port_(std::move(port)),
      callee_(around.loop, callee.address, client_settings(callee)) {}

// Rows of what is open stay open. What is still timed would run on a link that is gone.
Link::~Link() {
  around_.loop.cancel(listen_again_);
  if (listener_) listener_->stop(Close::reset);
  for (auto& [number, held] : held_) around_.loop.cancel(held.timer);
  for (auto& [id, flight] : flights_) around_.loop.cancel(flight.timer);
}

void Link::listen() {
  auto listener = net::HttpServer::listen(
      around_.loop, port(), [this](model::Request request, net::HttpServer::Reply caller) {
        arrive(std::move(request), std::move(caller));
      });
  if (listener) {
    listener_ = std::move(*listener);
  } else {
    // The port is ours, so what is missing is a descriptor: one may be free soon.
    const TimePoint soon = around_.loop.now() + 50ms;
    listen_again_ = around_.loop.at(soon, [this] { faults_changed(); });
  }
}

void Link::stop_listening() {
  around_.loop.cancel(listen_again_);
  if (!listener_) return;
  listener_->stop(Close::reset);
  listener_.reset();
  reset_all();
}

void Link::reset_all() {
  for (auto at = flights_.begin(); at != flights_.end();) {
    const Id id = at->first;
    Flight& flight = (at++)->second;
    if (!flight.caller) continue;
    reset(flight);
    settle(id);
  }
}

void Link::callee_up() {
  callee_up_ = true;
  faults_changed();
  for (const std::uint64_t number : held_in_order())
    if (held_.at(number).when_up) deliver_held(number);
}

void Link::callee_down() {
  callee_up_ = false;
  faults_changed();
}

void Link::faults_changed() {
  std::vector<std::uint16_t> before;
  std::swap(before, cutting_);
  const Armory::Armed all = around_.armory.armed();
  for (const plan::Armed& fault : *all) {
    const plan::Cut cut = plan::cut_by(fault, link_);
    if (!cut.any()) continue;
    cutting_.push_back(fault.position);
    if (!std::binary_search(before.begin(), before.end(), fault.position))
      this->cut(fault.position, cut);
  }

  around_.loop.cancel(listen_again_);
  // To whoever is connected already, however lately.
  const plan::Effect standing = standing_effect(TimePoint::max());
  const bool listening = callee_up_ && standing.before != Before::refuse;
  if (!listening) stop_listening();
  if (listening && !listener_) listen();
  const bool hangs = standing_effect({}).before == Before::hang;
  if (hangs) hanging_ = all;
  if (hangs) hung_until_ = TimePoint::max();
  if (!hangs && hung_until_ == TimePoint::max()) hung_until_ = around_.loop.now();
  if (listener_) listener_->hold_connects(hangs);
}

void Link::cut(std::uint16_t position, const plan::Cut& cut) {
  if (!listener_) return;
  for (auto& [id, flight] : flights_)
    if (flight.caller && (cut.resets || lose(flight, cut)))
      around_.armory.cut(position, flight.row, around_.loop.now());
  if (!cut.resets) return;
  listener_->close_connections(Close::reset);
  reset_all();
}

bool Link::lose(Flight& flight, const plan::Cut& cut) {
  if (flight.is_mute || flight.effect.has_fate()) return false;  // it has its fate
  if (!flight.met_callee && cut.loses_requests)
    flight.effect.before = Before::silence;
  else if (cut.loses_answers)
    flight.is_mute = true;
  else
    return false;
  return true;
}

plan::Effect Link::standing_effect(std::optional<TimePoint> opened) const {
  std::vector<plan::Armed> standing;
  const Armory::Armed all = around_.armory.armed();
  std::copy_if(all->begin(), all->end(), std::back_inserter(standing),
               [](const plan::Armed& armed) { return plan::is_unconditional(*armed.fault); });
  const model::Request any(model::Method::get, "/");
  return plan::decide(around_.seed, standing, link_, any, {}, opened).effect;
}

void Link::arrive(model::Request request, net::HttpServer::Reply caller) {
  around_.numbering.number(link_, request);
  record::Exchange& row = open_row(request);
  if (flights_.size() >= most_flights) {
    row.ended = row.sent;
    row.failure = model::Failure::reset;
    return caller.close(Close::reset);
  }
  plan::Decision decision = decide(request, caller.connected());
  keep_books(decision, row);

  ++around_.flights;
  const Id id = ++last_;
  Flight& flight =
      flights_.try_emplace(id, std::move(request), std::move(caller), row).first->second;
  if (flight.request.pass_deadline) flight.remaining = flight.request.deadline - row.sent;
  flight.effect = std::move(decision.effect);
  for (const std::uint16_t position : decision.hit)
    if (around_.armory.at(position).node == plan::NodeEffect::crash) flight.crash = position;
  flight.caller->on_gone([this, id] { caller_gone(id); });
  set_out(id);
}

record::Exchange& Link::open_row(const model::Request& request) {
  record::Exchange& row = around_.journal.emplace_back();
  row.link = link_;
  row.index = request.index;
  row.method = request.method;
  row.path = request.path;
  row.key = request.idempotency_key;
  row.payload_hash = base::hash_bytes(request.body);
  row.sent = around_.loop.now();
  row.deadline = request.deadline;
  row.bytes_out = static_cast<std::int64_t>(request.body.size());
  row.copies = 0;
  return row;
}

plan::Decision Link::decide(const model::Request& request, std::optional<TimePoint> opened) const {
  const Armory::Armed armed = around_.armory.armed();
  return plan::decide(around_.seed, *armed, link_, request, around_.loop.now(), opened);
}

void Link::keep_books(const plan::Decision& decision, record::Exchange& row) {
  around_.armory.met_call(link_, decision, row.index.subject, row.sent);
  row.faults = decision.hit;
}

void Link::set_out(Id id) {
  const plan::Effect& effect = flight(id).effect;
  const Duration delay = effect.request_delay;
  if (effect.duplicate)
    hold(id, true, std::max(delay, effect.late ? effect.late_by : delay) + effect.copy_gap);
  if (effect.late) return hold(id, false, std::max(delay, effect.late_by));
  after(id, delay, [this, id] { meet_callee(id); });
}

void Link::meet_callee(Id id) {
  Flight& flight = this->flight(id);
  flight.met_callee = true;
  const plan::Effect& effect = flight.effect;
  if (effect.crash_before != Crash::none) {
    const bool caller_dies = effect.crash_before == Crash::caller;
    around_.crash(caller_dies ? link_.from : link_.to, flight.crash);
    return settle(id);  // the message dies with it; its caller hears of a reset, or nothing
  }
  switch (effect.before) {
    case Before::pass:
      // Where the callee went down meanwhile, the caller has been reset already.
      if (callee_up_) forward(id, false);
      break;
    case Before::refuse:
    case Before::reset:
      if (flight.caller) reset(flight);
      break;
    case Before::answer:
      if (flight.caller) answer(flight, answer_of(effect));
      break;
    case Before::silence:
    case Before::hang:  // it came over a connection, so that nothing holds it
      break;
  }
  settle(id);
}

void Link::forward(Id id, bool is_copy) {
  Flight& flight = this->flight(id);
  model::Request request = flight.request;
  // The callee learns how much time was left when the request came here. What the client waits for
  // is not the caller's deadline, so the header is written by hand.
  request.pass_deadline = false;
  request.deadline = around_.loop.now() + patience;
  if (flight.remaining)
    request.headers.emplace_back("Seawall-Deadline", std::to_string(std::max<std::int64_t>(
                                                         0, flight.remaining->count() / 1000)));
  ++flight.row.copies;
  ++flight.errands;
  callee_.send(std::move(request), [this, id, is_copy](net::HttpClient::Result result) {
    returned(id, is_copy, std::move(result));
  });
}

void Link::returned(Id id, bool is_copy, net::HttpClient::Result result) {
  Flight& flight = this->flight(id);
  --flight.errands;
  const bool never_came = !result && (result.error() == model::Failure::refused ||
                                      result.error() == model::Failure::unreachable);
  if (never_came) --flight.row.copies;
  if (is_copy || flight.effect.late || flight.is_mute) return settle(id);
  if (result) return turn_back(id, std::move(*result));
  if (flight.caller) reset(flight);
  settle(id);
}

void Link::turn_back(Id id, model::Response response) {
  Flight& flight = this->flight(id);
  const plan::Effect& effect = flight.effect;
  if (effect.crash_after != Crash::none) {
    const bool caller_dies = effect.crash_after == Crash::caller;
    around_.crash(caller_dies ? link_.from : link_.to, flight.crash);
    return settle(id);
  }
  after(id, effect.response_delay,
        [this, id, response = std::move(response)] { meet_caller(id, response); });
}

void Link::meet_caller(Id id, const model::Response& response) {
  Flight& flight = this->flight(id);
  if (flight.caller && !flight.is_mute) {
    switch (flight.effect.after) {
      case After::pass:
        return drip(id, response);
      case After::reset:
        reset(flight);
        break;
      case After::answer:
        return drip(id, answer_of(flight.effect));
      case After::truncate:
        truncate(flight, response);
        break;
      case After::corrupt: {
        model::Response broken = response;
        plan::corrupt(broken.body, flight.effect.corruption);
        return drip(id, std::move(broken));
      }
      case After::silence:
        break;
    }
  }
  settle(id);
}

// The head counts as one byte. Timers are no finer than about a millisecond: of a gap that is, each
// tick carries as many bytes as are due.
void Link::drip(Id id, model::Response response) {
  Flight& flight = this->flight(id);
  const Duration gap = flight.effect.byte_gap;
  if (gap <= Duration::zero()) {
    answer(flight, response);
    return settle(id);
  }
  const auto held = flight.caller->hold(response);
  flight.dripping = std::move(response);
  after(id, gap, [this, id, held] { push(id, held.head, held.whole - held.head); });
}

void Link::push(Id id, std::size_t bytes, std::size_t left) {
  Flight& flight = this->flight(id);
  if (!flight.caller || flight.is_mute) return settle(id);
  if (left == 0) {
    note_answer(flight, flight.dripping);
    flight.caller->push(bytes);
    flight.caller.reset();
    return settle(id);
  }
  flight.caller->push(bytes);
  // The caller may have been found gone, and with it the flight.
  if (!flights_.contains(id)) return;
  const Duration gap = flight.effect.byte_gap;
  const std::size_t next =
      std::min<std::size_t>(left, static_cast<std::size_t>(std::max<Duration>(1ms, gap) / gap));
  after(id, static_cast<std::int64_t>(next) * gap,
        [this, id, next, left] { push(id, next, left - next); });
}

// For its caller, an answer that breaks off is a reset.
void Link::truncate(Flight& flight, const model::Response& response) {
  const auto held = flight.caller->hold(response);
  const std::size_t body = held.whole - held.head;
  flight.row.ended = around_.loop.now();
  flight.row.failure = model::Failure::reset;
  net::HttpServer::Reply caller = std::move(*flight.caller);
  flight.caller.reset();
  caller.on_gone({});
  caller.push(body > 0 ? held.head + body / 2 : held.head / 2);
  caller.close(Close::fin);
}

void Link::hold(Id id, bool is_copy, Duration time) {
  const std::uint64_t number = ++last_held_;
  ++flight(id).errands;
  Held held{id, is_copy, false, {}};
  held.timer = around_.loop.at(around_.loop.now() + time, [this, number] { deliver_held(number); });
  held_.emplace(number, held);
}

void Link::deliver_held(std::uint64_t number) {
  const auto at = held_.find(number);
  Held held = at->second;
  held_.erase(at);
  around_.loop.cancel(held.timer);
  // Nobody is there to get it, and nobody will hear of it.
  if (callee_up_) forward(held.flight, held.is_copy);
  --flight(held.flight).errands;
  settle(held.flight);
}

void Link::release_held() {
  for (const std::uint64_t number : held_in_order()) {
    Held& held = held_.at(number);
    if (callee_up_) {
      deliver_held(number);
    } else {
      around_.loop.cancel(held.timer);
      held.when_up = true;
    }
  }
}

std::vector<std::uint64_t> Link::held_in_order() {
  std::vector<std::uint64_t> numbers;
  for (const auto& [number, held] : held_) numbers.push_back(number);
  const auto place = [this](std::uint64_t number) {
    const Held& held = held_.at(number);
    const base::ExecutionIndex& index = flights_.at(held.flight).request.index;
    return std::tie(index.subject, index.operation, index.label, index.n, held.is_copy);
  };
  std::sort(numbers.begin(), numbers.end(),
            [&](std::uint64_t a, std::uint64_t b) { return place(a) < place(b); });
  return numbers;
}

void Link::not_sent(model::Request request, model::Failure failure, TimePoint began) {
  around_.numbering.number(link_, request);
  record::Exchange& row = open_row(request);
  const Armory::Armed met = met_by_connect(began);
  plan::Decision decision = plan::decide(around_.seed, *met, link_, request, row.sent);
  plan::meet_nobody(decision, failure);
  keep_books(decision, row);
  row.failure = failure;
  row.ended = row.sent;
}

// It may have given up after the heal.
Armory::Armed Link::met_by_connect(TimePoint began) const {
  return began < hung_until_ ? hanging_ : around_.armory.armed();
}

void Link::answer(Flight& flight, const model::Response& response) {
  note_answer(flight, response);
  flight.caller->send(response);
  flight.caller.reset();
}

void Link::note_answer(Flight& flight, const model::Response& response) {
  record::Exchange& row = flight.row;
  row.ended = around_.loop.now();
  row.status = response.status;
  row.durable_lsn = response.durable_lsn;
  row.bytes_in = static_cast<std::int64_t>(response.body.size());
  if (around_.target.told)
    row.told = around_.target.told(row.method, row.path, row.status, response.body);
  around_.armory.saw(row);
}

void Link::reset(Flight& flight) {
  flight.row.ended = around_.loop.now();
  flight.row.failure = model::Failure::reset;
  flight.caller->close(Close::reset);
  flight.caller.reset();
}

void Link::caller_gone(Id id) {
  Flight& flight = this->flight(id);
  const TimePoint now = around_.loop.now();
  const bool too_late =
      flight.remaining && now >= flight.request.deadline - about_now(*flight.remaining);
  flight.row.ended = now;
  flight.row.failure = too_late ? model::Failure::timed_out : model::Failure::reset;
  flight.caller.reset();
  settle(id);
}

void Link::settle(Id id) {
  const Flight& flight = this->flight(id);
  if (flight.caller || flight.errands > 0) return;
  flights_.erase(id);
  --around_.flights;
}

void Link::after(Id id, Duration time, std::function<void()> action) {
  if (time <= Duration::zero()) return action();
  Flight& flight = this->flight(id);
  ++flight.errands;
  flight.timer = around_.loop.at(around_.loop.now() + time, [this, id, action = std::move(action)] {
    --this->flight(id).errands;
    action();
  });
}

Link::Flight& Link::flight(Id id) {
  const auto at = flights_.find(id);
  base::require(at != flights_.end(), "a request is on its link until all its errands are done");
  return at->second;
}

}  // namespace seawall::proxy
