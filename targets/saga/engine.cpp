#include "targets/saga/engine.hpp"

#include <algorithm>

#include <planted.hpp>

#include "harness/base/assert.hpp"
#include "harness/base/keyed_random.hpp"
#include "harness/base/text.hpp"

namespace seawall::saga {

namespace {

using resilience::CallClass;
using Machine = record::LedgerRow::Machine;
using InDoubt = model::Saga::InDoubt;

constexpr std::string_view row_prefix = "saga/";
constexpr std::string_view compensating = "compensating";
constexpr std::string_view failed = "failed";
constexpr std::string_view query = "query";
constexpr std::size_t rows_in_a_step = 2;  // of most: a state and an intent

std::string key_of(const Saga& saga, std::string_view operation) {
  return base::concat({saga.id, "/", operation});
}

// The step that is to be done next.
std::size_t current_step(const Progress& progress) {
  const auto open = [](Mark mark) { return mark == Mark::none || mark == Mark::intent; };
  const auto at = std::find_if(progress.marks.begin(), progress.marks.end(), open);
  return static_cast<std::size_t>(at - progress.marks.begin());
}

// The step that is being taken back; nothing where all is.
std::optional<std::size_t> undoing_step(const Progress& progress) {
  const auto at = std::find(progress.marks.begin(), progress.marks.end(), Mark::undoing);
  if (at == progress.marks.end()) return std::nullopt;
  return static_cast<std::size_t>(at - progress.marks.begin());
}

// Newest first: intends to take back the last step that owes something.
bool intend_undo(Progress& progress) {
  for (std::size_t at = progress.marks.size(); at-- > 0;) {
    Mark& mark = progress.marks[at];
    if (mark != Mark::intent && mark != Mark::done) continue;
    mark = Mark::undoing;
    return true;
  }
  return false;
}

}  // namespace

Engine::Engine(runtime::Env& env, std::string node, Owner& owner, Definition definition,
               const model::Saga& settings, const std::vector<resilience::Client*>& clients)
    : env_(env),
      owner_(owner),
      definition_(std::move(definition)),
      settings_(settings),
      watch_(env, std::move(node), settings.stuck_after) {
  for (resilience::Client* client : clients) ways_.emplace_back(env, *client);
  for (const Step& step : definition_.steps) {
    const auto leads = [&step](const Way& way) { return way.client.link().to == step.callee; };
    const auto way = std::find_if(ways_.begin(), ways_.end(), leads);
    base::require(way != ways_.end(), "there is a client for each service that a step names");
    ways_of_steps_.push_back(&*way);
  }
}

runtime::Task<bool> Engine::load() {
  const bool watch_loaded = co_await watch_.load();
  if (!watch_loaded) co_return false;
  runtime::Scan scan(env_, std::string(row_prefix));
  const auto rows = co_await scan;
  if (!rows) co_return false;
  for (const auto& [key, row] : *rows) {
    auto logged = from_row(row);
    Saga* const saga = owner_.find(std::string_view(key).substr(row_prefix.size()));
    if (!logged || !saga) co_return false;
    watch_.has_lived(logged->progress.stamp);
    saga->subject = logged->subject;
    saga->progress = std::move(logged->progress);
    saga->told_state = saga->progress.state;
    saga->told_cause = saga->progress.cause;
    // An intent that was found is in doubt for good.
    saga->sent_.fill(true);
    saga->interrupted_ = true;
    if (saga->progress.open()) loaded_.push_back(saga);
  }
  runtime::Scan letters(env_, "dead/");
  const auto marked = co_await letters;
  if (!marked) co_return false;
  for (const auto& [key, row] : *marked)
    if (Saga* saga = owner_.find(std::string_view(key).substr(5)))
      saga->dead_letter = row == "open";
  std::stable_sort(loaded_.begin(), loaded_.end(), [](const Saga* a, const Saga* b) {
    return a->progress.began < b->progress.began;
  });
  co_return true;
}

void Engine::resume() {
  for (Saga* saga : loaded_) watch_.enter(*saga);
  env_.spawn(watch_.run());
  const bool knows_how_far = settings_.log == model::Saga::Log::durable;
  if (!settings_.recovery || !knows_how_far || planted(Bug::no_recovery_at_restart)) return;
  for (Saga* saga : std::exchange(loaded_, {})) {
    watch_.tell(*saga, "recovered");
    env_.spawn(run(*saga));
  }
}

runtime::Task<runtime::Result<runtime::Unit>> Engine::begin(Saga& saga, runtime::Batch& batch) {
  saga.progress.began = watch_.up();
  Progress next = saga.progress;
  next.state = definition_.begun;
  if (!planted(Bug::effect_before_intent)) next.marks.front() = Mark::intent;
  const auto begun = co_await commit(saga, next, batch);
  if (begun) watch_.enter(saga);
  co_return begun;
}

runtime::Task<> Engine::run(Saga& saga) {
  while (saga.progress.phase == Phase::forward) co_await go_forward(saga);
  while (saga.progress.phase == Phase::backward) co_await go_back(saga);
  co_return {};
}

bool Engine::decided(const Saga& saga) const {
  return saga.told_state == definition_.decided || saga.told_state == compensating ||
         saga.told_state == failed;
}

runtime::Task<> Engine::go_forward(Saga& saga) {
  const std::size_t at = current_step(saga.progress);
  const Result result = co_await perform(saga, at);
  Progress next = saga.progress;
  if (planted(Bug::effect_before_intent) && next.marks[at] == Mark::none && !saga.interrupted_) {
    next.marks[at] = Mark::intent;
    Progress late = next;
    co_await log(saga, std::move(late));
  }
  saga.interrupted_ = false;
  if (result.call_class != CallClass::ok) {
    next = turned_back(saga, at, result);
  } else {
    const std::string& done = definition_.steps[at].done;
    next.marks[at] = Mark::done;
    if (!done.empty()) next.state = done;
    intend(saga, next, at + 1);
  }
  co_await log(saga, std::move(next));
  co_return {};
}

// The intent of the next step goes into the batch that tells of the one before.
void Engine::intend(Saga& saga, Progress& next, std::size_t at) {
  if (at == definition_.steps.size()) {
    next.phase = Phase::completed;
    return;
  }
  saga.sent_[at] = false;
  if (!planted(Bug::effect_before_intent)) next.marks[at] = Mark::intent;
}

runtime::Task<Engine::Result> Engine::perform(Saga& saga, std::size_t at) {
  const Step& step = definition_.steps[at];
  const bool may_fail = at <= definition_.pivot;
  if (may_fail && saga.interrupted_ && !asks_again())
    co_return Result(CallClass::in_doubt, "interrupted");
  const std::string question(query);
  bool woken = false;
  for (int repeat = 0;; ++repeat) {
    if (repeat > 0) woken = co_await pause(saga, way_to(at), step.name, repeat, woken);
    const bool asks = may_fail && settings_.in_doubt == InDoubt::query && saga.sent_[at];
    const std::string& operation = asks ? question : step.name;
    const resilience::Outcome outcome = co_await call(saga, way_to(at), operation);
    std::optional<Result> result = judge(saga, at, asks, outcome);
    if (result) co_return std::move(*result);
  }
}

std::optional<Engine::Result> Engine::judge(Saga& saga, std::size_t at, bool asked,
                                            const resilience::Outcome& outcome) {
  const Step& step = definition_.steps[at];
  const bool may_fail = at <= definition_.pivot;
  if (asked) {
    if (!outcome.ok()) return std::nullopt;
    switch (owner_.found(*outcome.response)) {
      case Found::done:
        return Result(CallClass::ok, {});
      case Found::refused:
        return Result(CallClass::refused, owner_.reason(*outcome.response));
      case Found::nothing:
        return Result(CallClass::refused, step.callee + "_in_doubt");
    }
  }
  if (outcome.call_class != CallClass::not_sent) saga.sent_[at] = true;
  switch (outcome.call_class) {
    case CallClass::ok:
      return Result(CallClass::ok, {});
    case CallClass::refused: {
      std::string reason = owner_.reason(*outcome.response);
      if (!may_fail && reason != definition_.way_back) return std::nullopt;
      return Result(CallClass::refused, std::move(reason));
    }
    case CallClass::not_sent:
      if (may_fail && !saga.sent_[at])
        return Result(CallClass::not_sent, step.callee + "_unavailable");
      break;
    case CallClass::in_doubt:
      break;
  }
  const bool must_end = !may_fail && !planted(Bug::pivot_taken_back);
  if (must_end || asks_again()) return std::nullopt;
  return Result(CallClass::in_doubt, step.callee + "_in_doubt");
}

bool Engine::asks_again() const {
  return settings_.in_doubt == InDoubt::query || settings_.in_doubt == InDoubt::retry;
}

Progress Engine::turned_back(const Saga& saga, std::size_t at, const Result& result) const {
  Progress next = saga.progress;
  next.cause = at > definition_.pivot ? "commit-refused" : result.reason;
  for (std::size_t step = 0; step < definition_.steps.size(); ++step) {
    Mark& mark = next.marks[step];
    if (mark == Mark::none) continue;
    const bool failed_here = step == at;
    const bool undone =
        failed_here ? !owes(saga, at, result) : definition_.steps[step].compensation.empty();
    if (undone || !settings_.compensation) mark = Mark::settled;
  }
  const bool owing = intend_undo(next);
  if (!owing && next.state == definition_.begun) {
    end_compensated(next);
  } else {
    if (cancels_orders()) next.state = compensating;
    next.phase = Phase::backward;
  }
  return next;
}

void Engine::end_compensated(Progress& next) const {
  if (cancels_orders()) next.state = failed;
  next.phase = Phase::compensated;
}

bool Engine::cancels_orders() const {
  return settings_.arguments != model::Saga::Arguments::shifted;
}

// Whether the step that failed has to be taken back. Only one that never left this node, or was
// decided not to matter, does not.
bool Engine::owes(const Saga& saga, std::size_t at, const Result& result) const {
  if (definition_.steps[at].compensation.empty() || !saga.sent_[at]) return false;
  if (result.call_class == CallClass::refused)
    return settings_.compensate == model::Saga::Compensate::every_intent;
  const bool in_doubt = result.call_class == CallClass::in_doubt;
  if (in_doubt && settings_.in_doubt == InDoubt::assume_not_done) return false;
  if (in_doubt && at == 0 && planted(Bug::release_skipped_in_doubt)) return false;
  return !(in_doubt && at == definition_.pivot && planted(Bug::refund_skipped_in_doubt));
}

runtime::Task<> Engine::go_back(Saga& saga) {
  const auto at = undoing_step(saga.progress);
  bool undone = true;
  if (at) undone = co_await undo(saga, *at);
  Progress next = saga.progress;
  if (!undone && settings_.given_up == model::Saga::GivenUp::parked) {
    next.phase = Phase::parked;
  } else {
    if (at) next.marks[*at] = undone ? Mark::undone : Mark::settled;
    if (!intend_undo(next)) end_compensated(next);
  }
  co_await log(saga, std::move(next));
  co_return {};
}

runtime::Task<bool> Engine::undo(Saga& saga, std::size_t at) {
  const std::string& operation = definition_.steps[at].compensation;
  if (at == 0 && planted(Bug::release_never_sent)) co_return true;
  bool woken = false;
  for (int attempt = 1;; ++attempt) {
    const resilience::Outcome outcome = co_await call(saga, way_to(at), operation);
    if (outcome.ok() || planted(Bug::compensation_tried_once)) co_return true;
    if (attempt == settings_.compensation_max_attempts) co_return false;
    woken = co_await pause(saga, way_to(at), operation, attempt, woken);
  }
}

// A repeat is a call like the first: a first attempt for breaker, budget and numbering, with a
// deadline of its own.
runtime::Task<resilience::Outcome> Engine::call(Saga& saga, Way& way,
                                                const std::string& operation) {
  model::Request request = owner_.request(saga, operation);
  request.idempotency_key = key_of(saga, operation);
  request.index.subject = saga.subject;
  request.index.operation = operation;
  request.trace = saga.trace;
  resilience::Outcome outcome = co_await way.client.call(std::move(request));
  const bool answered =
      outcome.call_class == CallClass::ok || outcome.call_class == CallClass::refused;
  if (answered && settings_.repeat.wake_on_success) way.waiting.notify_one();
  co_return outcome;
}

// Exponential, with equal jitter: the repeats of many sagas must not come at once.
//
// One that was woken in vain is not woken again: where a service does all but this operation, each
// of its successes would make a failure, until the breaker takes them for half of all calls and
// opens for the others as well.
runtime::Task<bool> Engine::pause(const Saga& saga, Way& way, const std::string& operation,
                                  int repeat, bool was_woken) {
  base::Duration longest = settings_.repeat.initial;
  for (int i = 1; i < repeat && longest < settings_.repeat.max; ++i) longest *= 2;
  longest = std::min(longest, settings_.repeat.max);
  const auto draw = base::KeyedRandom(env_.seed())
                        .with(saga.id)
                        .with(way.client.link().to)
                        .with(operation)
                        .with(repeat)
                        .with("saga.repeat");
  const base::TimePoint until = env_.now() + longest / 2 + draw.within(longest / 2);
  if (!was_woken) {
    const bool woken = co_await way.waiting.wait(until);
    co_return woken;
  }
  runtime::Sleep sleep(env_, until);
  co_await sleep;
  co_return true;
}

runtime::Task<> Engine::log(Saga& saga, Progress next) {
  if (!next.open()) co_await watch_.hold_off(saga);
  for (;;) {
    runtime::Batch batch;
    const auto written = co_await commit(saga, next, batch);
    if (written) co_return {};
    runtime::Sleep sleep(env_, env_.now() + settings_.repeat.initial);
    co_await sleep;
  }
}

runtime::Task<runtime::Result<runtime::Unit>> Engine::commit(Saga& saga, Progress& next,
                                                             runtime::Batch& batch) {
  next.stamp = watch_.up();
  if (!is_durable(saga, next)) {
    add_rows(saga, next, saga.unwritten_);
    saga.progress = std::move(next);
    co_return runtime::Unit{};
  }
  batch.write_class = write_class(saga, next);
  batch.subject = saga.subject;
  batch.ledger.reserve(batch.ledger.size() + saga.unwritten_.size() + rows_in_a_step);
  batch.ledger.insert(batch.ledger.end(), saga.unwritten_.begin(), saga.unwritten_.end());
  add_rows(saga, next, batch.ledger);
  if (next.phase == Phase::parked && !saga.dead_letter)
    Watch::open_letter(saga, "parked", batch);
  else if (!next.open() && next.phase != Phase::parked && saga.dead_letter &&
           !planted(Bug::dead_letter_never_closed))
    Watch::close_letter(saga, batch);
  batch.put(base::concat({row_prefix, saga.id}), to_row(next, saga.subject));
  if (planted(Bug::told_before_durable)) tell_owner(saga, next);

  runtime::Write write(env_, std::move(batch));
  auto written = co_await write;
  if (written) make_visible(saga, std::move(next));
  co_return written;
}

// With the log in memory, only what its owner cannot do without is durable: that there is an order,
// and how it ended.
bool Engine::is_durable(const Saga& saga, const Progress& next) const {
  if (settings_.log == model::Saga::Log::durable || !next.open()) return true;
  const bool changed = next.state != saga.progress.state;
  return changed && (next.state == definition_.begun || next.state == definition_.decided);
}

// What has changed, as rows of the ledger.
void Engine::add_rows(const Saga& saga, const Progress& next,
                      std::vector<record::LedgerRow>& rows) const {
  const auto add = [&](Machine machine, std::string_view from, std::string_view to) -> auto& {
    record::LedgerRow& row = rows.emplace_back();
    row.machine = machine;
    row.order = saga.id;
    row.subject = saga.subject;
    row.from = from;
    row.to = to;
    return row;
  };
  if (next.state != saga.progress.state) {
    record::LedgerRow& row = add(Machine::order, saga.progress.state, next.state);
    row.cause = next.cause;
    owner_.fill(saga, row);
  }
  for (std::size_t step = 0; step < definition_.steps.size(); ++step) {
    if (next.marks[step] == saga.progress.marks[step]) continue;
    const Step& what = definition_.steps[step];
    if (next.marks[step] == Mark::intent) {
      add(Machine::saga, "-", what.name).key = key_of(saga, what.name);
    } else if (next.marks[step] == Mark::undoing) {
      add(Machine::saga, "-", what.compensation).key = key_of(saga, what.compensation);
    }
  }
  if (next.phase == Phase::completed) add(Machine::saga, "-", "completed");
  if (next.phase == Phase::compensated) add(Machine::saga, "-", "compensated").cause = next.cause;
}

// "saga." and the state that is reached, or the intent that is logged alone.
std::string Engine::write_class(const Saga& saga, const Progress& next) const {
  std::string name("saga.");
  if (next.state != saga.progress.state) return name += next.state;
  if (next.phase == Phase::completed) return name += "completed";
  if (next.phase == Phase::parked) return name += "parked";
  for (std::size_t step = 0; step < definition_.steps.size(); ++step) {
    if (next.marks[step] == saga.progress.marks[step]) continue;
    if (next.marks[step] == Mark::undoing) return name += definition_.steps[step].compensation;
    if (next.marks[step] == Mark::intent) return name += definition_.steps[step].name;
  }
  return {};
}

// The batch is durable.
void Engine::make_visible(Saga& saga, Progress next) {
  const bool turned = next.phase == Phase::backward && saga.progress.phase == Phase::forward;
  saga.progress = std::move(next);
  saga.unwritten_.clear();
  tell_owner(saga, saga.progress);
  if (turned) watch_.tell(saga, "compensating");
  if (saga.progress.open()) return;
  watch_.leave(saga);
  const bool parked = saga.progress.phase == Phase::parked;
  if (parked && !saga.dead_letter) watch_.tell(saga, "dead_letter");
  if (!parked && saga.dead_letter) watch_.tell(saga, "dead_letter_closed");
  saga.dead_letter = parked;
}

// One that was taken back has failed, also where its order is never cancelled.
void Engine::tell_owner(Saga& saga, const Progress& next) {
  saga.told_state = next.state;
  if (next.phase == Phase::compensated) saga.told_state = failed;
  saga.told_cause = next.cause;
  if (decided(saga)) saga.changed.notify_all();
}

}  // namespace seawall::saga
