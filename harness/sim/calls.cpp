// Calls: what becomes of a request from its caller to its callee and back.
//
//   send --> enter_link --> decide --> forward --> deliver --> handle --> answered --> arrive
//                              |                                              ^
//                              +--> meet_fate (refused, reset, answered by a fault) --+
#include <algorithm>
#include <tuple>
#include <utility>

#include "harness/base/assert.hpp"
#include "harness/sim/world.hpp"

namespace seawall::sim {

namespace {

using namespace std::chrono_literals;
using Before = plan::Effect::Before;
using After = plan::Effect::After;
using Crash = plan::Effect::Crash;

bool stops(const plan::Effect& effect) {
  return effect.before != Before::pass || effect.crash_before != Crash::none;
}

model::Response answer_of(plan::Effect& effect) {
  model::Response response(effect.status, std::move(effect.body));
  response.headers = std::move(effect.headers);
  return response;
}

// Whether nothing is left of it once its caller has ended. An answer that drips has nobody to drip
// to then; it might take hours.
bool ends_with_caller(const Flight& flight) {
  const bool drips = flight.effect && flight.effect->byte_gap > Duration::zero();
  return flight.side == Flight::Side::done || (drips && flight.side == Flight::Side::returning);
}

// Of a call whose deadline had passed when it was made, or whose connect hangs, no byte left.
model::Failure failure_of_deadline(const Flight& flight) {
  const bool left = flight.row != Flight::no_row && !flight.hangs();
  return left ? model::Failure::timed_out : model::Failure::unreachable;
}

}  // namespace

Line& World::line_of(const Node& from, std::string_view to) {
  for (Line& line : lines_)
    if (line.from == &from && line.to->name == to) return line;
  base::fail_promise("a service calls along the links of its target",
                     std::source_location::current());
}

void World::schedule(TimePoint at, const Node& node, DueKind kind, const Flight& flight) {
  timeline_.schedule(at, node.number, kind, flight.slot, flight.generation,
                     flight.request.index.subject, flight.request.index.n);
}

Duration World::latency(const Flight& flight, Way way) const {
  return setup_.network_latency +
         flight.random.with(static_cast<std::uint8_t>(way)).within(setup_.network_latency / 10);
}

void World::send(Node& from, runtime::Call& call) {
  const std::uint32_t slot = flights_.take();
  Flight& flight = flights_[slot];
  flight.slot = slot;
  flight.line = &line_of(from, call.to);
  flight.caller = &call;
  flight.request = std::move(call.request);
  flight.side = Flight::Side::done;
  call.ticket = call_ticket(slot);
  const TimePoint deadline = flight.request.deadline;
  schedule(deadline, from, DueKind::deadline, flight);
  if (deadline <= now()) return;  // it ends at once, and never reaches the link
  enter_link(flight);
}

void World::enter_link(Flight& flight) {
  model::Request& request = flight.request;
  number(flight);
  flight.remaining = request.pass_deadline ? request.deadline - now() : Duration::zero();
  flight.read_timeout = std::exchange(request.read_timeout, {});  // no business of its callee

  flight.row = journal_.open_exchange();
  record::Exchange& row = row_of(flight);
  row.link = flight.line->link;
  row.index = request.index;
  row.method = request.method;
  row.path = request.path;
  row.key = request.idempotency_key;
  row.payload_hash = base::hash_bytes(request.body);
  row.sent = now();
  row.deadline = request.deadline;
  row.bytes_out = static_cast<std::int64_t>(request.body.size());
  row.copies = 0;

  std::vector<TimePoint>& kept = flight.line->kept;
  if (!kept.empty()) {
    flight.opened = kept.back();
    kept.pop_back();
  }
  if (!faults_.on_link(flight.line->number).empty()) decide(flight);
  if (!flight.opened) flight.opened = now();
  if (flight.line->to->state == Node::State::serving) return forward(flight);
  fail(flight, model::Failure::refused,
       now() + latency(flight, Way::there) + latency(flight, Way::back));
}

// Before any fault, and whatever becomes of the request.
void World::number(Flight& flight) {
  base::ExecutionIndex& index = flight.request.index;
  if (index.operation.empty())
    index.operation = runtime::operation_of(*setup_.target, flight.request);
  const base::KeyedRandom key =
      flight.line->random.with(index.subject).with(index.operation).with(index.label);
  index.n = calls_.next(key.bits(), index.subject);
  flight.random = key.with(index.n);
}

void World::decide(Flight& flight) {
  const auto armed = faults_.on_link(flight.line->number);
  plan::Decision decision =
      plan::decide(setup_.seed, armed, flight.line->link, flight.request, now(), flight.opened);
  if (flight.line->to->state != Node::State::serving) {
    plan::meet_nobody(decision, model::Failure::refused);
    // One that was to refuse this call alone finds it refused already.
    std::erase_if(decision.hit, [this](std::uint16_t position) {
      return !faults_.at(position).fault->at_call.empty();
    });
  }
  // A hit is a connect that came to nothing: it may yet be made.
  if (decision.effect.before == Before::hang)
    flight.hanging = std::exchange(decision.hit, {}).front();
  faults_.met_call(flight.line->link, decision, flight.request.index.subject, now());
  for (const std::uint16_t position : decision.hit) {
    if (faults_.at(position).node != plan::NodeEffect::crash) continue;
    flight.crash = position;
    break;
  }
  row_of(flight).faults = std::move(decision.hit);
  if (!decision.effect.neutral())
    flight.effect = std::make_unique<plan::Effect>(std::move(decision.effect));
}

void World::forward(Flight& flight) {
  TimePoint at = now();
  if (flight.hangs()) return hang(flight);
  if (const plan::Effect* const effect = flight.effect.get()) {
    at += effect->request_delay;
    if (stops(*effect)) {
      flight.side = Flight::Side::under_way;
      schedule(at, *flight.line->from, DueKind::fate, flight);
      return;
    }
    if (effect->late) at = std::max(at, now() + effect->late_by);
    if (effect->duplicate) copy(flight, at + effect->copy_gap);
    flight.is_mute = effect->late;
  }
  flight.side = flight.is_mute ? Flight::Side::held : Flight::Side::under_way;
  schedule(at + latency(flight, Way::there), *flight.line->to, DueKind::delivery, flight);
}

void World::copy(const Flight& flight, TimePoint at) {
  const std::uint32_t slot = flights_.take();
  Flight& copy = flights_[slot];
  copy.slot = slot;
  copy.line = flight.line;
  copy.row = flight.row;
  copy.request = flight.request;
  copy.remaining = flight.remaining;
  copy.random = flight.random.with("copy");
  copy.is_mute = copy.is_copy = true;
  copy.side = Flight::Side::held;
  schedule(at + latency(copy, Way::there), *copy.line->to, DueKind::delivery, copy);
}

void World::hang(Flight& flight) {
  const TimePoint limit = flight.request.connect_by;
  if (limit != TimePoint{}) schedule(limit, *flight.line->from, DueKind::connect, flight);
}

// What hangs on links that no fault holds any more is made when the kernel asks again: after 1, 3,
// 7, ... seconds, as Linux does.
void World::connect_again() {
  for (std::uint32_t slot = 0; slot < flights_.slots(); ++slot) {
    Flight& flight = flights_[slot];
    if (!flight.caller || !flight.hangs()) continue;
    const auto armed = faults_.on_link(flight.line->number);
    const bool held = std::any_of(armed.begin(), armed.end(), [](const plan::Armed& fault) {
      return fault.over == plan::Over::fresh;
    });
    if (held) continue;
    const TimePoint first = row_of(flight).sent;
    TimePoint next = first + 1s;
    while (next < now()) next = first + 2 * (next - first) + 1s;
    const TimePoint limit = flight.request.connect_by;
    if (next >= flight.request.deadline || (limit != TimePoint{} && next >= limit)) continue;
    flight.opened = next;
    flight.effect->before = Before::pass;
    flight.effect->request_delay = next - now();
    forward(flight);
  }
}

void World::move(const Due& due) {
  Flight& flight = flights_[due.slot];
  if (flight.generation != due.generation) return;
  switch (due.kind()) {
    case DueKind::fate:
      return meet_fate(flight);
    case DueKind::delivery:
      return deliver(flight);
    case DueKind::answer:
      return arrive(flight);
    case DueKind::cut:
      if (flight.caller) end_call(flight, base::unexpected(model::Failure::reset));
      return;
    case DueKind::connect:
      if (!flight.caller || !flight.hangs()) return;
      [[fallthrough]];
    default:
      if (flight.put_off > now())
        return schedule(flight.put_off, *flight.line->from, DueKind::deadline, flight);
      if (!flight.caller) return;
      if (flight.hangs()) faults_.gave_up(flight.hanging, row_of(flight), now());
      end_call(flight, base::unexpected(failure_of_deadline(flight)));
  }
}

void World::meet_fate(Flight& flight) {
  plan::Effect& effect = *flight.effect;
  const TimePoint answered_at = now() + latency(flight, Way::there) + latency(flight, Way::back);
  if (effect.crash_before == Crash::callee) {
    kill(*flight.line->to, flight.crash);
    return fail(flight, model::Failure::reset, answered_at);
  }
  if (effect.crash_before == Crash::caller) {
    kill(*flight.line->from, flight.crash);
    return come_to_rest(flight);
  }
  switch (effect.before) {
    case Before::refuse:
      return fail(flight, model::Failure::refused, answered_at);
    case Before::reset:
      return fail(flight, model::Failure::reset, answered_at);
    case Before::answer:
      flight.response = answer_of(effect);
      return reply(flight, answered_at);
    case Before::silence:
    case Before::hang:
    case Before::pass:
      return come_to_rest(flight);
  }
}

void World::deliver(Flight& flight) {
  // A message that was held may have been delivered before its time.
  if (flight.side != Flight::Side::held && flight.side != Flight::Side::under_way) return;
  Node& callee = *flight.line->to;
  if (callee.state != Node::State::serving) {
    if (flight.when_up) return;
    return fail(flight, model::Failure::reset, now() + latency(flight, Way::back));
  }
  ++row_of(flight).copies;
  flight.side = Flight::Side::handled;
  flight.request.deadline =
      flight.remaining > Duration::zero() ? now() + flight.remaining : TimePoint{};
  callee.handled.push(flight);
  Incarnation& at = *callee.incarnation;
  at.frames.spawn(handle(at, flight));
}

runtime::Task<> World::handle(Incarnation& at, Flight& flight) {
  model::Response response = co_await at.capacity.serve(*at.service, std::move(flight.request));
  if (!at.env.dead()) answered(flight, std::move(response));
  co_return runtime::Unit{};
}

void World::answered(Flight& flight, model::Response&& response) {
  Node& callee = *flight.line->to;
  callee.handled.remove(flight);
  if (flight.is_mute) return come_to_rest(flight);
  response.durable_lsn = callee.disk.lsn();
  flight.response = std::move(response);
  TimePoint at = now() + latency(flight, Way::back);
  if (!flight.effect) return reply(flight, at);

  plan::Effect& effect = *flight.effect;
  at += effect.response_delay;
  if (effect.crash_after == Crash::callee) {
    kill(callee, flight.crash);
    return fail(flight, model::Failure::reset, at);
  }
  if (effect.crash_after == Crash::caller) {
    kill(*flight.line->from, flight.crash);
    return come_to_rest(flight);
  }
  switch (effect.after) {
    case After::pass:
      return drip(flight, at);
    case After::reset:
    case After::truncate:
      return fail(flight, model::Failure::reset, at);
    case After::silence:
      return come_to_rest(flight);
    case After::answer:
      flight.response = answer_of(effect);
      return drip(flight, at);
    case After::corrupt:
      plan::corrupt(flight.response.body, effect.corruption);
      return drip(flight, at);
  }
}

// The caller has it when the last byte has come.
void World::drip(Flight& flight, TimePoint at) {
  const auto bytes = 1 + static_cast<std::int64_t>(flight.response.body.size());
  const Duration gap = flight.effect->byte_gap;
  if (flight.caller && flight.read_timeout > Duration::zero() && gap > Duration::zero())
    put_off(flight, at + gap, bytes);
  reply(flight, at + bytes * gap);
}

// Where the first byte comes in time, each puts the deadline off until the next is too late.
void World::put_off(Flight& flight, TimePoint first, std::int64_t bytes) {
  if (first > row_of(flight).deadline) return;
  const Duration gap = flight.effect->byte_gap;
  const bool next_in_time = gap <= flight.read_timeout;
  flight.put_off =
      first + (next_in_time ? (bytes - 1) * gap : Duration::zero()) + flight.read_timeout;
}

void World::reply(Flight& flight, TimePoint at) {
  flight.side = Flight::Side::returning;
  schedule(at, *flight.line->from, DueKind::answer, flight);
}

void World::fail(Flight& flight, model::Failure failure, TimePoint at) {
  if (flight.is_mute) return come_to_rest(flight);
  flight.failure = failure;
  reply(flight, at);
}

void World::arrive(Flight& flight) {
  if (flight.side != Flight::Side::returning) return;  // lost on its way
  if (!flight.caller) return come_to_rest(flight);
  flight.side = Flight::Side::done;
  if (flight.failure) return end_call(flight, base::unexpected(*flight.failure));

  record::Exchange& row = row_of(flight);
  row.status = flight.response.status;
  row.durable_lsn = flight.response.durable_lsn;
  row.bytes_in = static_cast<std::int64_t>(flight.response.body.size());
  if (setup_.target->told)
    row.told = setup_.target->told(row.method, row.path, row.status, flight.response.body);
  if (faults_.any_waits() && faults_.saw(row)) interrupt();
  end_call(flight, std::move(flight.response));
}

// The caller hears, and whatever it does next happens within this call.
void World::end_call(Flight& flight, runtime::Result<model::Response>&& result) {
  if (flight.row != Flight::no_row) {
    row_of(flight).ended = now();
    if (!result) row_of(flight).failure = result.error();
  }
  if (result && flight.opened) flight.line->kept.push_back(*flight.opened);
  runtime::Call& call = *flight.caller;
  flight.caller = nullptr;
  if (ends_with_caller(flight)) flights_.give_back(flight.slot);
  call.value.emplace(std::move(result));
  call.finish();
}

// The caller withdraws its call: for its callee, a connection that is closed.
void World::hang_up(Flight& flight) {
  if (flight.row != Flight::no_row && !over_) {
    row_of(flight).ended = now();
    row_of(flight).failure = model::Failure::reset;
  }
  flight.caller = nullptr;
  if (ends_with_caller(flight)) flights_.give_back(flight.slot);
}

// A window of refusals or resets opens: whoever waits on its links hears of a reset. What is under
// way to a callee, or handled there, goes on. A window that severs its links opens: what is on them
// is lost.
void World::cut(const plan::Armed& fault) {
  for (Line& line : lines_)
    if (plan::cut_by(fault, line.link).resets) line.kept.clear();
  for (std::uint32_t slot = 0; slot < flights_.slots(); ++slot) {
    Flight& flight = flights_[slot];
    const bool is_open =
        flight.caller && flight.row != Flight::no_row && !flight.failure && !flight.hangs();
    if (!is_open) continue;
    const plan::Cut cut = plan::cut_by(fault, flight.line->link);
    if (!cut.resets && !lose(flight, cut)) continue;
    faults_.cut(fault.position, row_of(flight), now());
    if (cut.resets) schedule(now(), *flight.line->from, DueKind::cut, flight);
  }
}

// Whether the request or its answer is lost to its caller, who waits on until its deadline. One
// that has its fate from another fault keeps it.
bool World::lose(Flight& flight, const plan::Cut& cut) {
  using Side = Flight::Side;
  if (flight.is_mute || (flight.effect && flight.effect->has_fate())) return false;
  const bool is_lost_now = (flight.side == Side::under_way && cut.loses_requests) ||
                           (flight.side == Side::returning && cut.loses_answers);
  const bool may_answer = flight.side == Side::under_way || flight.side == Side::handled;
  if (is_lost_now)
    come_to_rest(flight);
  else if (may_answer && cut.loses_answers)
    flight.is_mute = true;
  else
    return false;
  return true;
}

// The callee's side is done.
void World::come_to_rest(Flight& flight) {
  flight.side = Flight::Side::done;
  if (!flight.caller) flights_.give_back(flight.slot);
}

// Its own, and those to it.
void World::drop_kept(const Node& node) {
  for (Line& line : lines_)
    if (line.from == &node || line.to == &node) line.kept.clear();
}

// Connections of a dying node are reset.
void World::reset_flights(Node& node) {
  drop_kept(node);
  while (Flight* const flight = node.handled.oldest()) {
    node.handled.remove(*flight);
    fail(*flight, model::Failure::reset, now() + latency(*flight, Way::back));
  }
}

// Delivers what links hold for `only` since heal, or, without one, all that they hold: in order of
// the execution index. What finds its callee down is kept until that serves again.
void World::release_held(const Node* only) {
  std::vector<Flight*> held;
  for (std::uint32_t slot = 0; slot < flights_.slots(); ++slot) {
    Flight& flight = flights_[slot];
    if (flight.side != Flight::Side::held) continue;
    if (!only || (flight.when_up && flight.line->to == only)) held.push_back(&flight);
  }
  const auto place = [&](const Flight* flight) {
    const base::ExecutionIndex& index = row_of(*flight).index;
    return std::tie(index.subject, flight->line->link, index.operation, index.label, index.n,
                    flight->is_copy);
  };
  std::sort(held.begin(), held.end(),
            [&](const Flight* a, const Flight* b) { return place(a) < place(b); });
  for (Flight* const flight : held) {
    flight->when_up = flight->line->to->state != Node::State::serving;
    deliver(*flight);
  }
}

}  // namespace seawall::sim
