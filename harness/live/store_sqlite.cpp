// The store in SQLite. One thread takes all that waits, answers its reads, and commits its writes
// in one transaction, so that one flush to the disk serves many orders:
//
//   queue --take all--> reads | BEGIN batch batch (conflict: skipped) batch COMMIT | post outcomes
//
// Reads come first: they see every finished write, and wait for no flush of their own round.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "harness/base/assert.hpp"
#include "harness/live/clock.hpp"
#include "harness/live/ledger_reader.hpp"
#include "harness/live/store_parts.hpp"
#include "harness/live/store_tables.hpp"

namespace seawall::live {
namespace {

using model::Failure;

struct ReadOp {
  std::uint64_t ticket;
  std::string key;
};
struct ScanOp {
  std::uint64_t ticket;
  std::string prefix;
};
struct WriteOp {
  std::uint64_t ticket;
  runtime::Batch batch;
  base::TimePoint submitted;
};

// What waits, by kind.
struct Round {
  std::vector<ReadOp> reads;
  std::vector<ScanOp> scans;
  std::vector<WriteOp> writes;
  std::size_t size() const { return reads.size() + scans.size() + writes.size(); }
};

// The writes of one transaction so far.
struct Group {
  std::vector<Store::Done> outcomes;
  Store::Aim::Fate fate = Store::Aim::Fate::pass;
  bool sound = true;     // false: the disk failed
  bool refuses = false;  // a write was to fail: what stands behind it fails, too
  bool goes_on() const { return sound && fate == Store::Aim::Fate::pass; }
};

class SqliteStore final : public Store {
 public:
  SqliteStore(std::string path, std::unique_ptr<Tables> tables, Aim aim)
      : ledger_(std::move(path)),
        tables_(std::move(tables)),
        aim_(std::move(aim)),
        durable_lsn_(tables_->durable_lsn()),
        thread_([this] { run(); }) {}

  ~SqliteStore() override {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  void attach(Post post) override;
  void detach() override;

  void read(std::uint64_t ticket, std::string key) override {
    if (const auto lock = admit(Done{ticket, Done::Value(base::unexpected(Failure::disk))}))
      waiting_.reads.push_back({ticket, std::move(key)});
  }
  void scan(std::uint64_t ticket, std::string prefix) override {
    if (const auto lock = admit(Done{ticket, Done::Rows(base::unexpected(Failure::disk))}))
      waiting_.scans.push_back({ticket, std::move(prefix)});
  }
  void write(std::uint64_t ticket, runtime::Batch batch, base::TimePoint submitted) override {
    if (const auto lock = admit(failed_write(ticket))) {
      waiting_.writes.push_back({ticket, std::move(batch), submitted});
      locks_.wait();
    }
  }

  void lock(std::uint16_t holder, std::function<void()> on_wait) override {
    const std::lock_guard guard(mutex_);
    locks_.add(holder, std::move(on_wait));
    if (!waiting_.writes.empty()) locks_.wait();
  }
  void unlock(std::uint16_t holder) override {
    const std::lock_guard guard(mutex_);
    locks_.remove(holder);
    changed_.notify_all();
  }

  std::uint64_t durable_lsn() const override { return durable_lsn_; }
  base::Duration slowest_commit() const override { return slowest_commit_.load(); }
  base::expected<void, std::string> read_ledger(std::uint64_t after,
                                                std::vector<record::LedgerRow>& rows) override {
    return ledger_.read(after, rows);
  }

 private:
  std::unique_lock<std::mutex> admit(Done refusal);
  // What may be served now: all that waits, or all but the writes.
  bool any_ready() const { return waiting_.size() > (locks_.any() ? waiting_.writes.size() : 0); }
  Round take_ready();
  void run();
  bool serve(Round& round);
  bool serve_writes(std::vector<WriteOp>& writes);
  void put(WriteOp& op, Group& group);
  void refuse_waiting(Group& group);

  LedgerReader ledger_;                   // of the judge
  const std::unique_ptr<Tables> tables_;  // of the thread
  const Aim aim_;
  std::atomic<std::uint64_t> durable_lsn_;
  std::atomic<base::Duration> slowest_commit_{};  // the thread's

  std::mutex mutex_;
  std::condition_variable changed_;
  Round waiting_;
  Locks locks_;
  Post post_;          // changes only while the thread is not busy
  bool open_ = false;  // attached, and not dead
  bool busy_ = false;
  bool ending_ = false;
  std::thread thread_;  // last: it uses all of the above
};

void SqliteStore::attach(Post post) {
  const std::lock_guard lock(mutex_);
  base::require(!post_, "an incarnation is detached before the next one is attached");
  post_ = std::move(post);
  open_ = true;
}

void SqliteStore::detach() {
  std::unique_lock lock(mutex_);
  open_ = false;
  waiting_ = {};
  changed_.wait(lock, [this] { return !busy_; });
  post_ = nullptr;
}

// The lock under which the operation may be queued; none where it may not: nobody waits for it, or
// too many do, and then it is refused.
std::unique_lock<std::mutex> SqliteStore::admit(Done refusal) {
  std::unique_lock lock(mutex_);
  if (!open_) return {};
  if (waiting_.size() >= most_waiting) {
    post_(std::move(refusal));
    return {};
  }
  if (!any_ready()) changed_.notify_all();
  return lock;
}

Round SqliteStore::take_ready() {
  Round ready = std::exchange(waiting_, {});
  if (locks_.any()) std::swap(ready.writes, waiting_.writes);
  return ready;
}

void SqliteStore::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || any_ready(); });
    if (ending_) return;
    Round round = take_ready();
    busy_ = true;
    lock.unlock();
    const bool alive = serve(round);
    lock.lock();
    busy_ = false;
    if (!alive) {
      open_ = false;
      waiting_ = {};
    }
    changed_.notify_all();
  }
}

// False where the node is to die.
bool SqliteStore::serve(Round& round) {
  for (const ReadOp& op : round.reads) post_(Done{op.ticket, tables_->read(op.key)});
  for (const ScanOp& op : round.scans) post_(Done{op.ticket, tables_->scan(op.prefix)});
  return round.writes.empty() || serve_writes(round.writes);
}

// True unless the node is to die. A disk that fails takes the whole group with it: which of its
// batches would have fitted is nothing that a caller could rely on.
bool SqliteStore::serve_writes(std::vector<WriteOp>& writes) {
  const base::TimePoint began = steady_now();
  Group group;
  group.sound = tables_->begin();
  for (auto op = writes.begin(); op != writes.end() && group.goes_on(); ++op) put(*op, group);
  if (!group.sound || !tables_->commit()) {
    tables_->roll_back();
    group.outcomes.clear();
    for (const WriteOp& op : writes)
      group.outcomes.push_back(failed_write(op.ticket));
    group.refuses = true;
  }
  durable_lsn_ = tables_->durable_lsn();
  slowest_commit_ = std::max(slowest_commit_.load(), steady_now() - began);
  if (group.fate != Aim::Fate::pass) {
    aim_.die();
    return false;
  }
  if (group.refuses) refuse_waiting(group);
  for (Done& outcome : group.outcomes) post_(std::move(outcome));
  return true;
}

// The writes that came while the group was at work.
void SqliteStore::refuse_waiting(Group& group) {
  const std::lock_guard lock(mutex_);
  for (const WriteOp& op : std::exchange(waiting_.writes, {}))
    group.outcomes.push_back(failed_write(op.ticket));
}

void SqliteStore::put(WriteOp& op, Group& group) {
  if (group.refuses) {
    group.outcomes.push_back(failed_write(op.ticket));
    return;
  }
  const auto conflict = tables_->conflicts(op.batch);
  if (!conflict) {
    group.sound = false;
  } else if (*conflict) {
    group.outcomes.push_back(failed_write(op.ticket, Failure::conflict));
  } else {
    const Aim::Fate fate = fate_of(aim_, op.batch);
    if (fate == Aim::Fate::fail) {
      group.refuses = true;
      group.outcomes.push_back(failed_write(op.ticket));
      return;
    }
    group.fate = fate;
    if (group.fate != Aim::Fate::crash_before) group.sound = tables_->put(op.batch, op.submitted);
    group.outcomes.push_back({op.ticket, Done::Written(runtime::Unit{})});
  }
}

}  // namespace

base::expected<std::unique_ptr<Store>, std::string> open_sqlite_store(const std::string& path,
                                                                      std::string node,
                                                                      Store::Aim aim) {
  auto tables = std::make_unique<Tables>();
  if (const auto opened = tables->open(path, std::move(node)); !opened)
    return base::unexpected("cannot use the store " + path + ": " + opened.error());
  return std::make_unique<SqliteStore>(path, std::move(tables), std::move(aim));
}

}  // namespace seawall::live
