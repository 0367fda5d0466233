#include "targets/saga/watch.hpp"

#include <charconv>

#include <planted.hpp>

namespace seawall::saga {

namespace {

using Machine = record::LedgerRow::Machine;

// A dead letter is due within two seconds.
constexpr base::Duration tick = std::chrono::milliseconds(250);
// Sagas that are open for longer than this keep the heart beating.
constexpr base::Duration beat_after = std::chrono::seconds(1);
constexpr base::Duration beat_every = std::chrono::milliseconds(500);
constexpr std::size_t letters_in_a_batch = 1000;
constexpr std::string_view up_row = "uptime";

record::LedgerRow& add_letter(const Saga& saga, runtime::Batch& batch) {
  record::LedgerRow& row = batch.ledger.emplace_back();
  row.machine = Machine::dead_letter;
  row.order = saga.id;
  row.subject = saga.subject;
  return row;
}

}  // namespace

runtime::Task<bool> Watch::load() {
  runtime::Read read(env_, std::string(up_row));
  const auto row = co_await read;
  if (!row) co_return false;
  std::int64_t up = 0;
  if (*row) std::from_chars((*row)->data(), (*row)->data() + (*row)->size(), up);
  has_lived(base::Duration(up));
  co_return true;
}

runtime::Task<> Watch::hold_off(Saga& saga) {
  saga.ending_ = true;
  while (saga.marking_) co_await marked_.wait(base::TimePoint::max());
  co_return {};
}

void Watch::open_letter(const Saga& saga, std::string_view cause, runtime::Batch& batch) {
  record::LedgerRow& row = add_letter(saga, batch);
  row.from = "-";
  row.to = "open";
  row.cause = cause;
  std::string key("dead/");
  batch.put(key.append(saga.id), "open");
}

void Watch::close_letter(const Saga& saga, runtime::Batch& batch) {
  record::LedgerRow& row = add_letter(saga, batch);
  row.from = "open";
  row.to = "closed";
  std::string key("dead/");
  batch.put(key.append(saga.id), "closed");
}

void Watch::tell(const Saga& saga, std::string_view what) {
  record::Event event;
  event.kind = record::Event::Kind::saga;
  event.where = node_;
  event.name = saga.id;
  event.what = what;
  event.subject = saga.subject;
  env_.emit(std::move(event));
}

runtime::Task<> Watch::run() {
  for (;;) {
    runtime::Sleep sleep(env_, env_.now() + tick);
    co_await sleep;
    if (open_.empty()) continue;
    if (!planted(Bug::no_dead_letter)) co_await mark_stuck();
    if (!open_.empty() && up() - open_.front()->progress.began > beat_after) co_await beat();
  }
}

runtime::Task<> Watch::mark_stuck() {
  std::vector<Saga*> stuck;
  for (Saga* saga : open_) {
    if (up() - saga->progress.began < stuck_after_ || stuck.size() == letters_in_a_batch) break;
    if (!saga->dead_letter && !saga->ending_) stuck.push_back(saga);
  }
  if (stuck.empty()) co_return {};

  runtime::Batch batch;
  batch.write_class = "saga.dead_letter";
  batch.subject = stuck.front()->subject;
  for (Saga* saga : stuck) {
    saga->marking_ = true;
    open_letter(*saga, "stuck", batch);
  }
  runtime::Write write(env_, std::move(batch));
  const auto written = co_await write;
  for (Saga* saga : stuck) {
    saga->marking_ = false;
    saga->dead_letter = written.has_value();
    if (saga->dead_letter) tell(*saga, "dead_letter");
  }
  marked_.notify_all();
  co_return {};
}

runtime::Task<> Watch::beat() {
  if (up() - beaten_ < beat_every) co_return {};
  const base::Duration now = up();
  runtime::Batch batch;
  batch.put(std::string(up_row), std::to_string(now.count()));
  runtime::Write write(env_, std::move(batch));
  const auto written = co_await write;
  if (written) beaten_ = now;
  co_return {};
}

}  // namespace seawall::saga
