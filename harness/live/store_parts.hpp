// What the stores have in common: the end of a range of keys, the numbers of ledger rows, the
// locks, failed writes, and the question whether a fault is aimed at a batch.
#pragma once
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/live/store.hpp"

namespace seawall::live {

// The least key above every key that starts with `prefix`; nothing where there is no bound.
std::optional<std::string> end_of_prefix(std::string_view prefix);

// The last numbers given; the ledger of a node goes on where it ended.
struct LedgerNumbers {
  std::uint64_t lsn = 0;
  std::uint64_t batch = 0;
  // Sets node, lsn, batch and t of the rows of one batch.
  void number(std::string_view node, base::TimePoint submitted,
              std::vector<record::LedgerRow>& rows);
};

// Who holds the lock of a store.
class Locks {
 public:
  void add(std::uint16_t holder, std::function<void()> on_wait) {
    held_.emplace_back(holder, std::move(on_wait));
  }
  void remove(std::uint16_t holder) {
    std::erase_if(held_, [holder](const auto& lock) { return lock.first == holder; });
  }
  bool any() const { return !held_.empty(); }
  // A write waits: each holder hears of its first one.
  void wait() {
    for (auto& [holder, on_wait] : held_)
      if (const auto tell = std::exchange(on_wait, nullptr)) tell();
  }

 private:
  std::vector<std::pair<std::uint16_t, std::function<void()>>> held_;
};

// The outcome of a write that came to nothing.
inline Store::Done failed_write(std::uint64_t ticket, model::Failure why = model::Failure::disk) {
  return {ticket, Store::Done::Written(base::unexpected(why))};
}

// Whether the node dies at the commit of this batch; one without a write class is no point.
Store::Aim::Fate fate_of(const Store::Aim& aim, const runtime::Batch& batch);

}  // namespace seawall::live
