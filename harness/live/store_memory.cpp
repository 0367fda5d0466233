// The store in memory: a sorted map, and the ledger beside it. All is done at once, on the thread
// of the node; only the outcome waits its turn in the node's loop.
#include <atomic>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "harness/base/assert.hpp"
#include "harness/live/store_parts.hpp"

namespace seawall::live {
namespace {

class MemoryStore final : public Store {
 public:
  MemoryStore(std::string node, Aim aim) : node_(std::move(node)), aim_(std::move(aim)) {}

  void attach(Post post) override {
    base::require(!post_, "an incarnation is detached before the next one is attached");
    post_ = std::move(post);
    dead_ = false;
  }
  void detach() override {
    post_ = nullptr;
    locked_.clear();
  }

  void lock(std::uint16_t holder, std::function<void()> on_wait) override {
    locks_.add(holder, std::move(on_wait));
  }
  void unlock(std::uint16_t holder) override {
    locks_.remove(holder);
    if (locks_.any()) return;
    for (Locked& write : std::exchange(locked_, {}))
      this->write(write.ticket, std::move(write.batch), write.submitted);
  }

  void read(std::uint64_t ticket, std::string key) override {
    if (!serves()) return;
    const auto found = state_.find(key);
    Done::Value value = std::optional<std::string>();
    if (found != state_.end()) value = found->second;
    post_(Done{ticket, std::move(value)});
  }

  void scan(std::uint64_t ticket, std::string prefix) override {
    if (!serves()) return;
    const auto end = end_of_prefix(prefix);
    runtime::Rows rows(state_.lower_bound(prefix), end ? state_.lower_bound(*end) : state_.end());
    post_(Done{ticket, Done::Rows(std::move(rows))});
  }

  void write(std::uint64_t ticket, runtime::Batch batch, base::TimePoint submitted) override {
    if (!serves()) return;
    if (locks_.any()) {
      locks_.wait();
      locked_.push_back({ticket, std::move(batch), submitted});
      return;
    }
    for (const std::string& key : batch.absent) {
      if (!state_.contains(key)) continue;
      post_(failed_write(ticket, model::Failure::conflict));
      return;
    }
    const Aim::Fate fate = fate_of(aim_, batch);
    if (fate == Aim::Fate::fail) return post_(failed_write(ticket));
    if (fate != Aim::Fate::crash_before) commit(std::move(batch), submitted);
    if (fate == Aim::Fate::pass) {
      post_(Done{ticket, Done::Written(runtime::Unit{})});
    } else {
      dead_ = true;
      aim_.die();
    }
  }

  std::uint64_t durable_lsn() const override { return durable_lsn_; }
  base::Duration slowest_commit() const override { return {}; }

  base::expected<void, std::string> read_ledger(std::uint64_t after,
                                                std::vector<record::LedgerRow>& rows) override {
    const std::lock_guard lock(ledger_mutex_);
    // The row with lsn n stands at n - 1.
    for (std::uint64_t at = after; at < ledger_.size(); ++at) rows.push_back(ledger_[at]);
    return {};
  }

 private:
  struct Locked {
    std::uint64_t ticket;
    runtime::Batch batch;
    base::TimePoint submitted;
  };

  bool serves() const { return post_ && !dead_; }

  void commit(runtime::Batch batch, base::TimePoint submitted) {
    for (auto& [key, value] : batch.rows) state_.insert_or_assign(std::move(key), std::move(value));
    numbers_.number(node_, submitted, batch.ledger);
    {
      const std::lock_guard lock(ledger_mutex_);
      for (record::LedgerRow& row : batch.ledger) ledger_.push_back(std::move(row));
    }
    durable_lsn_ = numbers_.lsn;
  }

  const std::string node_;
  const Aim aim_;
  Post post_;
  bool dead_ = false;
  Locks locks_;
  std::vector<Locked> locked_;  // writes that wait
  std::map<std::string, std::string> state_;
  LedgerNumbers numbers_;
  std::atomic<std::uint64_t> durable_lsn_ = 0;
  std::mutex ledger_mutex_;  // judges read the ledger from their own thread
  std::vector<record::LedgerRow> ledger_;
};

}  // namespace

std::unique_ptr<Store> make_memory_store(std::string node, Store::Aim aim) {
  return std::make_unique<MemoryStore>(std::move(node), std::move(aim));
}

}  // namespace seawall::live
