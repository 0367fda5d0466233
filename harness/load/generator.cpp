#include "harness/load/generator.hpp"

#include <algorithm>
#include <optional>

#include "harness/base/assert.hpp"

namespace seawall::load {
namespace {

using base::TimePoint;

constexpr int most_in_a_row = 32;  // sent without a look at what came back
constexpr std::size_t rows_in_a_piece = 256;

bool meets(const model::Expect& expect, int status, std::string_view body) {
  const bool status_met =
      expect.status.empty()
          ? status >= 200 && status < 300
          : std::find(expect.status.begin(), expect.status.end(), status) != expect.status.end();
  if (!status_met) return false;
  for (const auto& [path, accepted] : expect.json) {
    const std::optional<std::string> value = json_at(body, path);
    if (!value || std::find(accepted.begin(), accepted.end(), *value) == accepted.end())
      return false;
  }
  return true;
}

}  // namespace

// One request of the load, from the moment in which it is due. Owns its row, and hands it over when
// the request ends: with an answer, without one, or because the world ended first.
class Generator::Flight {
 public:
  Flight(Generator& generator, std::size_t load, const model::RequestSpec& s, model::Request r)
      : request(std::move(r)), spec(s), generator_(generator), load_(load) {
    row.observer = record::Exchange::Observer::client;
    row.link = {"client", generator.loads_[load].to};
    row.index = request.index;
    row.method = request.method;
    row.path = request.path;
    row.key = request.idempotency_key;
    row.payload_hash = base::hash_bytes(request.body);
    row.deadline = request.deadline;
    row.request_name = spec.name;
    row.bytes_out = static_cast<std::int64_t>(request.body.size());
  }
  ~Flight() {
    const std::lock_guard lock(generator_.mutex_);
    --generator_.schedules_[load_].in_flight;
    generator_.keep(std::move(row));
  }
  Flight(const Flight&) = delete;

  void depart(TimePoint intended, TimePoint now, bool planned) {
    row.intended = intended;
    row.sent = now;
    const std::lock_guard lock(generator_.mutex_);
    Schedule& schedule = generator_.schedules_[load_];
    schedule.peak_in_flight = std::max(schedule.peak_in_flight, ++schedule.in_flight);
    if (!planned) return;
    ++schedule.sent;
    schedule.lateness.record(now - intended);
  }

  model::Request request;  // until it is sent
  const model::RequestSpec& spec;
  Visit* visit = nullptr;  // of the flow whose step it is; outlives it
  std::optional<Duration> abandon_after;
  record::Exchange row;

  std::size_t load() const { return load_; }

 private:
  Generator& generator_;
  const std::size_t load_;
};

struct Generator::Visit {
  Saved saved;
  bool met = false;  // the last step, what it was to
};

// A flow between two of its steps has nothing in flight, and is not over.
class Generator::Walking {
 public:
  explicit Walking(Generator& generator) : generator_(generator) { add(1); }
  ~Walking() { add(-1); }
  Walking(const Walking&) = delete;

 private:
  void add(int count) {
    const std::lock_guard lock(generator_.mutex_);
    generator_.walking_ += count;
  }
  Generator& generator_;
};

Generator::Generator(const std::vector<model::Load>& loads, const runtime::Target& target,
                     std::uint64_t seed)
    : loads_(loads), target_(target), seed_(seed), schedules_(loads.size()) {
  for (const model::Load& load : loads_) {
    Schedule& schedule = schedules_[menus_.size()];
    for (const model::RequestSpec& request : load.requests)
      for (const auto& [name, path] : request.save)
        schedule.saves.push_back({request.name, name, path});
    Menu& menu = menus_.emplace_back();
    for (const model::RequestSpec& request : load.requests) menu.weights.push_back(request.weight);
    for (const model::Flow& flow : load.flows) {
      menu.weights.push_back(flow.weight);
      auto& steps = menu.flows.emplace_back();
      for (const std::string& name : flow.steps) {
        const auto step = std::ranges::find(load.requests, name, &model::RequestSpec::name);
        base::require(step != load.requests.end(), "the steps of a flow are requests of its load");
        steps.push_back(&*step);
      }
    }
  }
}

runtime::Task<> Generator::run(runtime::Env& env, Arrivals::Part part, Duration length,
                               base::TimePoint zero) {
  plan(part, length);
  std::vector<Arrivals> plans;
  std::vector<std::optional<Arrival>> next;
  for (const model::Load& load : loads_) {
    plans.emplace_back(load, seed_, part, length);
    next.push_back(plans.back().next());
  }
  int in_a_row = 0;
  while (!stopped_) {
    std::size_t first = next.size();
    for (std::size_t i = 0; i < next.size(); ++i)
      if (next[i] && (first == next.size() || next[i]->intended < next[first]->intended)) first = i;
    if (first == next.size()) break;
    const TimePoint intended = zero + next[first]->intended;
    // A generator that is behind lets answers in now and then: they free the connections, of which
    // it would otherwise open one for each request that is due.
    const bool early = intended > env.now();
    if (early || ++in_a_row == most_in_a_row) {
      runtime::Sleep until_due(env, intended);
      co_await until_due;
      in_a_row = 0;
    }
    if (!stopped_) {
      Turn turn;
      turn.load = first;
      turn.warmup = part == Arrivals::Part::warmup;
      turn.planned = !turn.warmup;
      turn.intended = intended;
      turn.end = zero + (turn.warmup ? Duration::zero() : length);
      turn.draw = base::KeyedRandom(seed_)
                      .with("load")
                      .with(loads_[first].name)
                      .with(turn.warmup)
                      .with(next[first]->number);
      launch(env, std::move(turn));
    }
    next[first] = plans[first].next();
  }
  const std::lock_guard lock(mutex_);
  --running_;
  co_return runtime::Unit{};
}

// How many arrivals there are to be is known before the first of them: one that is never sent,
// because the generator itself was stalled, is missing from what was sent.
void Generator::plan(Arrivals::Part part, Duration length) {
  const std::lock_guard lock(mutex_);
  ++running_;
  if (part == Arrivals::Part::warmup) return;
  for (std::size_t i = 0; i < loads_.size(); ++i)
    for (Arrivals arrivals(loads_[i], seed_, part, length); arrivals.next();)
      ++schedules_[i].planned;
}

base::Subject Generator::next_subject(bool warmup, model::Method method) {
  using Kind = base::Subject::Kind;
  if (warmup) return {Kind::warmup, ++warmup_};
  // A request that has an effect is an order; see "Faults by execution index".
  if (method == model::Method::post) return {Kind::order, ++orders_};
  return {Kind::request, ++requests_};
}

// Whether one more may be in flight. Past the limit the run proves nothing any more: spare the
// target.
bool Generator::admit(const Turn& turn) {
  const std::lock_guard lock(mutex_);
  Schedule& schedule = schedules_[turn.load];
  const bool full = schedule.in_flight >= loads_[turn.load].max_in_flight;
  if (full && !turn.warmup) schedule.overflowed = true;
  return !full && !schedule.overflowed;
}

Values Generator::values_of(const Turn& turn) const {
  Values values(saved_);
  values.rows = loads_[turn.load].rows.get();
  values.row = turn.row;
  return values;
}

// A request whose values are not there yet is drawn again among the others.
std::optional<Generator::Choice> Generator::choose(const Turn& turn) const {
  const model::Load& load = loads_[turn.load];
  const Menu& menu = menus_[turn.load];
  std::vector<bool> refused(menu.weights.size());
  for (std::size_t tries = 0; tries < menu.weights.size(); ++tries) {
    const auto item = draw_by_weight(menu.weights, turn.draw.with("request").with(tries), refused);
    if (!item) return std::nullopt;
    const bool flow = *item >= load.requests.size();
    const model::RequestSpec& spec =
        flow ? *menu.flows[*item - load.requests.size()].front() : load.requests[*item];
    const base::KeyedRandom draw = flow ? turn.draw.with("step").with(0) : turn.draw;
    if (auto request = draw_request(spec, draw, values_of(turn)))
      return Choice{*item, std::move(*request)};
    refused[*item] = true;
  }
  return std::nullopt;
}

void Generator::launch(runtime::Env& env, Turn turn) {
  if (!admit(turn)) return;
  const model::Load& load = loads_[turn.load];
  if (load.rows) turn.row = turn.draw.with("row").below(load.rows->rows.size());
  std::optional<Choice> choice = choose(turn);
  if (!choice) return;
  if (choice->item >= load.requests.size()) {
    const std::size_t flow = choice->item - load.requests.size();
    env.spawn(walk(env, std::move(turn), flow, std::move(choice->request)));
    return;
  }
  const model::RequestSpec& spec = load.requests[choice->item];
  env.spawn(send(env, depart(env, turn, spec, turn.draw, std::move(choice->request))));
}

// One user: each step when the one before was answered.
runtime::Task<> Generator::walk(runtime::Env& env, Turn turn, std::size_t flow,
                                model::Request first) {
  const Walking walking(*this);
  const std::vector<const model::RequestSpec*>& steps = menus_[turn.load].flows[flow];
  Visit visit;
  std::optional<model::Request> request = std::move(first);
  for (std::size_t step = 0; request; ++step) {
    const base::KeyedRandom draw = turn.draw.with("step").with(step);
    auto flight = depart(env, turn, *steps[step], draw, std::move(*request));
    flight->visit = &visit;
    visit.met = false;
    runtime::Task<> sending = send(env, std::move(flight));
    co_await sending;
    request.reset();
    turn.planned = false;
    turn.intended = env.now();
    const bool goes_on =
        visit.met && step + 1 < steps.size() && !stopped_ && turn.intended < turn.end;
    if (!goes_on || !admit(turn)) break;
    Values values = values_of(turn);
    values.own = &visit.saved;
    request = draw_request(*steps[step + 1], turn.draw.with("step").with(step + 1), values);
    if (!request) note_cut(turn, *steps[step + 1]);
  }
  co_return runtime::Unit{};
}

// Sends what is to be sent of this request but for its last copy, which is the caller's to send.
std::unique_ptr<Generator::Flight> Generator::depart(runtime::Env& env, const Turn& turn,
                                                     const model::RequestSpec& spec,
                                                     const base::KeyedRandom& draw,
                                                     model::Request request) {
  request.index.subject = next_subject(turn.warmup, spec.method);
  request.index.operation = runtime::operation_of(target_, request);
  request.deadline = turn.intended + loads_[turn.load].timeout;
  request.trace.high = draw.with("trace").bits();
  request.trace.low = draw.with("trace").with(1).bits() | 1;
  request.trace.span = draw.with("span").bits() | 1;

  const bool repeat = spec.repeat && draw.with("repeat").hits(spec.repeat->probability);
  const std::int64_t copies = repeat ? spec.repeat->times : 1;
  for (std::int64_t copy = 1;; ++copy) {
    const bool last = copy == copies;
    model::Request own = last ? std::move(request) : request;
    if (copy > 1) {
      own.index.label = "copy" + std::to_string(copy);
      if (spec.repeat->other_body) {
        std::optional<model::Request> other =
            draw_request(spec, draw.with("other").with(copy), values_of(turn));
        if (other) own.body = std::move(other->body);
      }
    }
    auto flight = std::make_unique<Flight>(*this, turn.load, spec, std::move(own));
    if (spec.abandon && draw.with("abandon").with(copy).hits(spec.abandon->probability))
      flight->abandon_after = spec.abandon->after;
    flight->depart(turn.intended, env.now(), turn.planned && copy == 1);
    if (last) return flight;
    env.spawn(send(env, std::move(flight)));
  }
}

namespace {
runtime::Task<runtime::Result<model::Response>> call(runtime::Env& env, std::string to,
                                                     model::Request& request) {
  runtime::Call call(env, std::move(to), std::move(request));
  co_return co_await call;
}
}  // namespace

runtime::Task<> Generator::send(runtime::Env& env, std::unique_ptr<Flight> flight) {
  record::Exchange& row = flight->row;
  std::optional<runtime::Result<model::Response>> result;
  if (flight->abandon_after) {
    const TimePoint leave_at = env.now() + *flight->abandon_after;
    auto calling = call(env, row.link.to, flight->request);
    result = co_await runtime::before(env, leave_at, std::move(calling));
    row.abandoned = !result;
  } else {
    runtime::Call calling(env, row.link.to, std::move(flight->request));
    result = co_await calling;
  }
  row.ended = env.now();
  if (!result) co_return runtime::Unit{};
  if (!result->has_value()) {
    row.failure = result->error();
    co_return runtime::Unit{};
  }
  const model::Response& response = **result;
  row.status = response.status;
  row.durable_lsn = response.durable_lsn;
  row.bytes_in = static_cast<std::int64_t>(response.body.size());
  row.expected = meets(flight->spec.expect, response.status, response.body);
  if (target_.told) row.told = target_.told(row.method, row.path, row.status, response.body);
  if (flight->visit) flight->visit->met = row.expected;
  if (row.expected) keep_saves(*flight, response.body);
  co_return runtime::Unit{};
}

// What a flow saves is its own.
void Generator::keep_saves(Flight& flight, const std::string& body) {
  Saved& saved = flight.visit ? flight.visit->saved : saved_;
  for (const auto& [name, path] : flight.spec.save) {
    std::optional<std::string> value = json_at(body, path);
    {
      const std::lock_guard lock(mutex_);
      for (Save& save : schedules_[flight.load()].saves)
        if (save.request == flight.spec.name && save.name == name)
          ++(value ? save.found : save.missed);
    }
    if (value) saved.add(name, std::move(*value));
  }
}

void Generator::note_cut(const Turn& turn, const model::RequestSpec& step) {
  if (turn.warmup) return;
  const std::lock_guard lock(mutex_);
  Schedule& schedule = schedules_[turn.load];
  if (schedule.cut++ == 0) schedule.cut_before = step.name;
}

// A save that found nothing once is made up for by the values of other answers, but not within a
// flow, and not where none had it: then what wants the value is never sent.
std::string Generator::lack_of(const Schedule& schedule) {
  std::string missed;
  bool never_found = false;
  for (const Save& save : schedule.saves) {
    if (save.missed == 0) continue;
    never_found = never_found || save.found == 0;
    missed += (missed.empty() ? "" : ", ") + save.path + " (save " + save.name + ") in " +
              std::to_string(save.missed) + " of " + std::to_string(save.missed + save.found) +
              " answers to " + save.request;
  }
  if (schedule.cut == 0 && !never_found) return {};
  std::string lack;
  if (schedule.cut > 0)
    lack = std::to_string(schedule.cut) + " flows ended early, the first before its step " +
           schedule.cut_before + ", for want of a saved value";
  if (!missed.empty()) lack += (lack.empty() ? "There" : ": there") + (" was no " + missed);
  return lack;
}

// In pieces that never move: a vector that grows would hold up what is due meanwhile.
void Generator::keep(record::Exchange row) {
  if (ended_.empty() || ended_.back().size() == rows_in_a_piece)
    ended_.emplace_back().reserve(rows_in_a_piece);
  ended_.back().push_back(std::move(row));
}

void Generator::collect(std::vector<record::Exchange>& history) {
  std::vector<std::vector<record::Exchange>> ended;
  std::size_t planned = 0;
  {
    const std::lock_guard lock(mutex_);
    ended.swap(ended_);
    for (const Schedule& schedule : schedules_)
      planned += static_cast<std::size_t>(schedule.planned);
  }
  // A history that grows step by step would move all of its rows again and again.
  if (history.capacity() < planned) history.reserve(planned + planned / 4);
  for (std::vector<record::Exchange>& rows : ended)
    history.insert(history.end(), std::make_move_iterator(rows.begin()),
                   std::make_move_iterator(rows.end()));
}

std::vector<record::LoadUse> Generator::uses() const {
  const std::lock_guard lock(mutex_);
  std::vector<record::LoadUse> uses;
  for (std::size_t i = 0; i < loads_.size(); ++i) {
    const Schedule& schedule = schedules_[i];
    record::LoadUse use;
    use.name = loads_[i].name;
    use.planned = schedule.planned;
    use.sent = schedule.sent;
    use.peak_in_flight = schedule.peak_in_flight;
    use.overflowed = schedule.overflowed;
    use.lack = lack_of(schedule);
    use.lateness_p50 = schedule.lateness.value_at_quantile(base::Share::percent(50));
    use.lateness_p99 = schedule.lateness.value_at_quantile(base::Share::percent(99));
    use.lateness_max = schedule.lateness.max();
    uses.push_back(std::move(use));
  }
  return uses;
}

std::int64_t Generator::in_flight() const {
  const std::lock_guard lock(mutex_);
  std::int64_t sum = 0;
  for (const Schedule& schedule : schedules_) sum += schedule.in_flight;
  return sum;
}

bool Generator::idle() const {
  return in_flight() == 0 && [this] {
    const std::lock_guard lock(mutex_);
    return running_ == 0 && walking_ == 0;
  }();
}

}  // namespace seawall::load
