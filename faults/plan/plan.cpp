#include "faults/plan/plan.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "harness/base/assert.hpp"
#include "harness/base/integer_math.hpp"
#include "harness/base/text.hpp"

namespace seawall::plan {

namespace {

bool same_header_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

bool has_header(const model::Request& request, std::string_view name, std::string_view value) {
  if (same_header_name(name, "idempotency-key") && request.idempotency_key == value) return true;
  return std::any_of(request.headers.begin(), request.headers.end(), [&](const auto& header) {
    return same_header_name(header.name, name) && header.value == value;
  });
}

// A pattern without a query means the path whatever its query.
bool meets_path(std::string_view pattern, std::string_view path) {
  if (pattern.find('?') == pattern.npos) path = path.substr(0, path.find('?'));
  return base::matches_glob(pattern, path);
}

bool meets(const model::Match& match, model::Method method, std::string_view path) {
  if (!match.method.empty() && match.method != model::name_of(method)) return false;
  return match.path.empty() || meets_path(match.path, path);
}

bool meets(const model::Match& match, const model::Request& request) {
  return meets(match, request.method, request.path) &&
         std::all_of(match.header.begin(), match.header.end(), [&](const auto& wanted) {
           return has_header(request, wanted.first, wanted.second);
         });
}

// "any" means every request of the load phase and every foreign one. Those of the warm-up have no
// number, and what belongs to no request has none either.
bool meets(const model::Point& point, base::Subject subject) {
  using Kind = base::Subject::Kind;
  if (point.any_subject) return subject.kind != Kind::none && subject.kind != Kind::warmup;
  return point.subject == subject;
}

bool meets(const model::Point& point, const base::Link& link, const base::ExecutionIndex& index) {
  return !point.durable_write && meets(point, index.subject) && point.link.covers(link) &&
         point.operation == index.operation && point.label == index.label &&
         point.first <= index.n && index.n <= point.last;
}

bool goes_over(const Armed& armed, std::optional<TimePoint> opened) {
  switch (armed.over) {
    case Over::any:
      return true;
    case Over::kept:
      return opened && *opened < armed.armed;
    case Over::fresh:
      return !opened;
  }
  return false;
}

bool meets(const model::Fault& fault, const base::Link& link, const model::Request& request) {
  if (fault.on_links() ? !fault.covers(link) : fault.at_call.empty()) return false;
  if (!meets(fault.match, request)) return false;
  return fault.at_call.empty() ||
         std::any_of(fault.at_call.begin(), fault.at_call.end(),
                     [&](const model::Point& point) { return meets(point, link, request.index); });
}

// Whether the request with this ordinal, of those that match, is one that the fault means.
bool is_turn(const model::Fault& fault, std::int64_t ordinal) {
  return (!fault.first || ordinal <= *fault.first) && ordinal % fault.every == 0;
}

// The fault with the latency that its ramp has reached.
model::Fault at_moment(const model::Fault& fault, Duration since_start) {
  model::Fault now = fault;
  const Duration whole = fault.window.length.value_or(Duration::zero());
  const auto [from, to] = std::pair(fault.ramp->from, fault.ramp->to);
  now.latency =
      since_start >= whole
          ? to
          : from + Duration(base::scale((to - from).count(), since_start.count(), whole.count()));
  return now;
}

base::KeyedRandom draw_of(std::uint64_t seed, const model::Fault& fault, const base::Link& link,
                          const base::ExecutionIndex& index) {
  return base::KeyedRandom(seed)
      .with(fault.name)
      .with(index.subject)
      .with(link.from)
      .with(link.to)
      .with(index.operation)
      .with(index.label)
      .with(index.n);
}

bool has_request_fate(const Effect& effect) {
  return effect.before != Effect::Before::pass || effect.crash_before != Effect::Crash::none ||
         effect.late;
}

bool has_response_fate(const Effect& effect) {
  return effect.after != Effect::After::pass || effect.crash_after != Effect::Crash::none;
}

// What one fault asks for, and which of it came to be.
struct Part {
  std::uint16_t position;
  Effect effect;
  bool fate_of_request = false;
  bool fate_of_response = false;
};

void take_answer(Effect& into, Effect& part) {
  into.status = part.status;
  into.body = std::move(part.body);
  into.headers = std::move(part.headers);
}

// Delays add up. On each of the two ways the first fate wins.
void combine(Effect& into, Part& part) {
  Effect& effect = part.effect;
  into.request_delay += effect.request_delay;
  into.response_delay += effect.response_delay;
  into.byte_gap += effect.byte_gap;
  if (effect.duplicate && !into.duplicate) {
    into.duplicate = true;
    into.copy_gap = effect.copy_gap;
  }
  if (has_request_fate(effect) && !has_request_fate(into)) {
    part.fate_of_request = true;
    into.before = effect.before;
    into.crash_before = effect.crash_before;
    into.late = effect.late;
    into.late_by = effect.late_by;
    if (effect.before == Effect::Before::answer) take_answer(into, effect);
  }
  if (has_response_fate(effect) && !has_response_fate(into)) {
    part.fate_of_response = true;
    into.after = effect.after;
    into.corruption = effect.corruption;
    into.crash_after = effect.crash_after;
    // An answer in the callee's place, already taken, goes back before the callee answers at all.
    if (effect.after == Effect::After::answer && into.before != Effect::Before::answer)
      take_answer(into, effect);
  }
}

bool stops_request(const Effect& effect) {
  return effect.before != Effect::Before::pass || effect.crash_before != Effect::Crash::none;
}

// Whether bytes of an answer go back that can be slowed down, other than those of a broken one.
bool answers(const Effect& effect) {
  using After = Effect::After;
  return effect.crash_after == Effect::Crash::none &&
         (effect.after == After::pass || effect.after == After::answer ||
          effect.after == After::corrupt);
}

// What is asked of an answer that never comes does not act, nor a copy of what is not delivered.
bool acts(const Part& part, const Effect& combined) {
  const Effect& effect = part.effect;
  if (part.fate_of_request) return true;
  if (combined.before == Effect::Before::hang) return false;  // it never leaves its caller
  if (effect.request_delay > Duration::zero()) return true;
  if (stops_request(combined)) return false;
  if (effect.duplicate) return true;
  if (combined.late) return false;
  if (part.fate_of_response || effect.response_delay > Duration::zero()) return true;
  return effect.byte_gap > Duration::zero() && answers(combined);
}

// Drops what cannot come to be, so that whoever carries the effect out need not ask.
void drop_moot(Effect& effect) {
  if (stops_request(effect)) effect.duplicate = false;
  if (!answers(effect)) effect.byte_gap = Duration::zero();
  if (!stops_request(effect) && !effect.late) return;
  effect.after = Effect::After::pass;
  effect.crash_after = Effect::Crash::none;
  effect.response_delay = Duration::zero();
  effect.byte_gap = Duration::zero();
}

}  // namespace

bool Effect::neutral() const {
  return !has_fate() && !duplicate && request_delay == Duration::zero() &&
         response_delay == Duration::zero() && byte_gap == Duration::zero();
}

bool Effect::has_fate() const { return has_request_fate(*this) || has_response_fate(*this); }

Decision decide(std::uint64_t seed, std::span<const Armed> armed, const base::Link& link,
                const model::Request& request, TimePoint now, std::optional<TimePoint> opened) {
  Decision decision;
  std::vector<Part> parts;
  for (const Armed& one : armed) {
    if (!one.apply || !meets(*one.fault, link, request)) continue;
    base::require(decision.reached.empty() || decision.reached.back() < one.position,
                  "armed faults are given by position");
    decision.reached.push_back(one.position);
    if (!goes_over(one, opened)) continue;
    if (!is_turn(*one.fault, (one.met ? *one.met : 0) + 1)) continue;
    const base::KeyedRandom draw = draw_of(seed, *one.fault, link, request.index);
    if (!draw.with("probability").hits(one.fault->probability)) continue;
    Part& part = parts.emplace_back();
    part.position = one.position;
    if (one.fault->ramp)
      one.apply(at_moment(*one.fault, now - one.since), draw, link, part.effect);
    else
      one.apply(*one.fault, draw, link, part.effect);
    combine(decision.effect, part);
  }
  for (const Part& part : parts)
    if (acts(part, decision.effect)) decision.hit.push_back(part.position);
  drop_moot(decision.effect);
  return decision;
}

std::vector<bool> acting_together(std::span<const Armed> faults, const model::Point& point) {
  std::vector<bool> acting(faults.size());
  if (point.durable_write) {  // which ends once: see decide_write()
    if (!faults.empty()) acting.front() = true;
    return acting;
  }
  Effect combined;
  std::vector<Part> parts(faults.size());
  for (std::size_t i = 0; i < faults.size(); ++i) {
    if (!faults[i].apply) continue;
    faults[i].apply(*faults[i].fault, base::KeyedRandom(0), point.link, parts[i].effect);
    combine(combined, parts[i]);
  }
  for (std::size_t i = 0; i < faults.size(); ++i) acting[i] = acts(parts[i], combined);
  return acting;
}

bool is_unconditional(const model::Fault& fault) {
  const model::Match& match = fault.match;
  return fault.at_call.empty() && fault.probability == base::Share::all() && !fault.first &&
         fault.every == 1 && match.method.empty() && match.path.empty() && match.header.empty();
}

Cut cut_by(const Armed& armed, const base::Link& link) {
  const model::Fault& fault = *armed.fault;
  Cut cut;
  if (!armed.apply || armed.over == Over::fresh || !fault.on_links() || !fault.covers(link) ||
      !is_unconditional(fault))
    return cut;
  Effect effect;
  armed.apply(fault, base::KeyedRandom(0), link, effect);
  const bool at_once = effect.request_delay == Duration::zero();
  cut.resets = effect.before == Effect::Before::refuse ||
               (effect.before == Effect::Before::reset && at_once) ||
               effect.after == Effect::After::reset;
  cut.loses_requests = effect.severs && effect.before == Effect::Before::silence;
  cut.loses_answers = effect.severs && effect.after == Effect::After::silence;
  return cut;
}

void meet_nobody(Decision& decision, model::Failure failure) {
  const Effect::Before before = decision.effect.before;
  const bool did_it = (before == Effect::Before::refuse && failure == model::Failure::refused) ||
                      (before == Effect::Before::hang && failure == model::Failure::unreachable);
  if (!did_it) decision.hit.clear();
  decision.effect = Effect();
}

bool is_seen(const model::Seen& seen, const base::Link& link, model::Method method,
             std::string_view path, int status) {
  return seen.link.covers(link) && (!seen.status || seen.status == status) &&
         meets(seen.match, method, path);
}

void corrupt(std::string& body, std::uint64_t key) {
  if (body.empty()) body = '\0';
  corrupt(body, 0, key);
}

void corrupt(std::span<char> part, std::uint64_t at, std::uint64_t key) {
  const base::KeyedRandom draw(key);
  for (char& byte : part) {
    if (at == 0 || draw.with(at).bits() % 8 == 0)
      byte = static_cast<char>(static_cast<unsigned char>(byte) ^ 0xff);
    ++at;
  }
}

WriteDecision decide_write(std::span<const Armed> armed, std::string_view node,
                           base::Subject subject, std::string_view write_class, std::uint32_t n) {
  const auto meets_write = [&](const model::Point& point) {
    return point.durable_write && point.link.from == node && point.operation == write_class &&
           meets(point, subject) && point.first <= n && n <= point.last;
  };
  WriteDecision decision;
  for (const Armed& one : armed) {
    const model::Fault& fault = *one.fault;
    const bool fails = one.node == NodeEffect::disk_error;
    if (!fails && one.node != NodeEffect::crash) continue;
    if (!fault.node.empty() && fault.node != node) continue;
    if (!std::any_of(fault.at_call.begin(), fault.at_call.end(), meets_write)) continue;
    decision.fate = fails                                 ? WriteDecision::Fate::fail
                    : fault.effect == model::When::before ? WriteDecision::Fate::crash_before
                                                          : WriteDecision::Fate::crash_after;
    decision.hit.push_back(one.position);
    break;  // a write ends once: the first by position does it
  }
  return decision;
}

}  // namespace seawall::plan
