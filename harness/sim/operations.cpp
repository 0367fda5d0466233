// Sleeps, reads, scans and writes.
#include "harness/base/assert.hpp"
#include "harness/sim/world.hpp"

namespace seawall::sim {

namespace {

// A ticket says what an operation waits for, and in which slot.
enum class Ticket : std::uint64_t { wait = 1, call = 2, write = 3 };

std::uint64_t ticket(Ticket kind, std::uint32_t slot) {
  return static_cast<std::uint64_t>(kind) << 32 | slot;
}
Ticket kind_of(std::uint64_t ticket) { return static_cast<Ticket>(ticket >> 32); }
std::uint32_t slot_of(std::uint64_t ticket) { return static_cast<std::uint32_t>(ticket); }

}  // namespace

std::uint64_t World::call_ticket(std::uint32_t slot) { return ticket(Ticket::call, slot); }

void World::wait(const Node& node, runtime::Operation& operation, DueKind kind, TimePoint until) {
  const std::uint32_t slot = waits_.take();
  Wait& wait = waits_[slot];
  wait.operation = &operation;
  operation.ticket = ticket(Ticket::wait, slot);
  if (until != TimePoint::max())
    timeline_.schedule(until, node.number, kind, slot, wait.generation);
}

void World::hasten(const Node& node, runtime::Sleep& sleep) {
  if (sleep.ticket == 0) return;
  const std::uint32_t slot = slot_of(sleep.ticket);
  const std::uint32_t generation = ++waits_[slot].generation;
  timeline_.schedule(now(), node.number, DueKind::wake, slot, generation);
}

void World::end_wait(const Due& due) {
  Wait& wait = waits_[due.slot];
  if (wait.generation != due.generation) return;
  runtime::Operation* const operation = wait.operation;
  waits_.give_back(due.slot);
  Disk& disk = nodes_[due.node()]->disk;
  if (due.kind() == DueKind::wake) {
    static_cast<runtime::Sleep*>(operation)->value.emplace();
  } else if (due.kind() == DueKind::read) {
    auto& read = static_cast<runtime::Read&>(*operation);
    std::optional<std::string> found;
    if (const auto value = disk.find(read.key)) found.emplace(*value);
    read.value.emplace(std::move(found));
  } else {
    auto& scan = static_cast<runtime::Scan&>(*operation);
    scan.value.emplace(disk.scan(scan.prefix));
  }
  operation->finish();
}

void World::write(Node& node, runtime::Write& write) {
  const std::uint32_t slot = commits_.take();
  Commit& commit = commits_[slot];
  commit.operation = &write;
  commit.batch = std::move(write.batch);
  commit.submitted = now();
  write.ticket = ticket(Ticket::write, slot);
  node.writes.push_back(slot);
  // A log is written in the order of submission.
  timeline_.schedule(now() + commit_latency, node.number, DueKind::commit, slot, commit.generation);
}

void World::commit(const Due& due) {
  Commit& commit = commits_[due.slot];
  if (commit.generation != due.generation) return;
  Node& node = *nodes_[due.node()];
  if (node.disk.conflicts(commit.batch)) {
    finish_write(node, due.slot, base::unexpected(model::Failure::conflict));
    return;
  }
  const plan::WriteDecision decision = decide(node, commit.batch);
  using Fate = plan::WriteDecision::Fate;
  if (decision.fate == Fate::fail) return refuse_writes(node);
  if (decision.fate != Fate::crash_before)
    node.disk.commit(commit.batch, commit.submitted, journal_);
  if (decision.fate == Fate::pass) return finish_write(node, due.slot, runtime::Unit{});
  forget_write(node, due.slot);
  // A log is written in order: what was submitted behind a write that is lost is lost with it.
  if (decision.fate == Fate::crash_before)
    while (!node.writes.empty()) forget_write(node, node.writes.front());
  kill(node, decision.hit.front());
}

// A log is written in order: what was submitted behind a write that fails fails with it. Its
// service has reckoned with that write. What it submits when it hears of it comes later.
void World::refuse_writes(Node& node) {
  for (std::size_t left = node.writes.size(); left > 0 && !node.writes.empty(); --left)
    finish_write(node, node.writes.front(), base::unexpected(model::Failure::disk));
}

plan::WriteDecision World::decide(const Node& node, const runtime::Batch& batch) {
  const bool counts = faults_.aims_at_writes() || notes_writes_;
  if (!counts || batch.write_class.empty()) return {};
  const auto key = base::KeyedRandom(0).with(node.name).with(batch.subject).with(batch.write_class);
  const std::uint32_t n = classed_writes_.next(key.bits(), batch.subject);
  const plan::WriteDecision decision =
      plan::decide_write(faults_.on_writes(), node.name, batch.subject, batch.write_class, n);
  if (notes_writes_)
    noted_writes_.push_back({node.name, batch.subject, batch.write_class, n, decision.hit});
  faults_.met_write(decision, node.name, batch.subject, now());
  return decision;
}

// Lets go of the write; its operation, if it still waits, waits for ever.
void World::forget_write(Node& node, std::uint32_t slot) {
  base::require(node.writes.front() == slot, "writes of a node end in order");
  node.writes.pop_front();
  if (commits_[slot].operation) commits_[slot].operation->ticket = 0;
  commits_.give_back(slot);
}

void World::finish_write(Node& node, std::uint32_t slot, runtime::Result<runtime::Unit> result) {
  runtime::Write* const operation = commits_[slot].operation;
  forget_write(node, slot);
  if (!operation) return;
  operation->value = std::move(result);
  operation->finish();
}

// Of the unfinished writes of a dying node a prefix becomes durable: a log is written in order.
void World::lose_power(Node& node) {
  bool survives = node.locks.empty();
  for (std::uint32_t k = 0; !node.writes.empty(); ++k) {
    const std::uint32_t slot = node.writes.front();
    Commit& commit = commits_[slot];
    survives = survives && base::KeyedRandom(setup_.seed)
                               .with("unfinished write")
                               .with(node.name)
                               .with(commit.batch.subject)
                               .with(commit.batch.write_class)
                               .with(k)
                               .hits(base::Share::percent(50));
    if (survives && !node.disk.conflicts(commit.batch))
      node.disk.commit(commit.batch, commit.submitted, journal_);
    forget_write(node, slot);
  }
}

void World::withdraw(runtime::Operation& operation) {
  const std::uint32_t slot = slot_of(operation.ticket);
  switch (kind_of(operation.ticket)) {
    case Ticket::wait:
      waits_.give_back(slot);
      break;
    case Ticket::write:
      commits_[slot].operation = nullptr;
      break;
    case Ticket::call:
      hang_up(flights_[slot]);
      break;
  }
}

}  // namespace seawall::sim
