// What a node is to its store: starts operations and waits for their outcomes. Waiting ends by
// failure after a time that no sound store needs.
#pragma once
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "harness/live/store.hpp"

namespace seawall::live::test {

using model::Failure;
using runtime::Batch;

class Client {
 public:
  explicit Client(Store& store) : store_(store) { attach(); }
  ~Client() { store_.detach(); }

  void attach() {
    store_.attach([this](Store::Done done) {
      const std::lock_guard lock(mutex_);
      const bool fresh = outcomes_.try_emplace(done.ticket, std::move(done.outcome)).second;
      if (!fresh) twice_ = true;
      arrived_.notify_all();
    });
  }
  void detach() { store_.detach(); }

  std::uint64_t start_write(Batch batch, std::int64_t at = 0) {
    store_.write(++last_, std::move(batch), base::TimePoint(base::Duration(at)));
    return last_;
  }
  Store::Done::Written written(std::uint64_t ticket) { return wait<Store::Done::Written>(ticket); }
  Store::Done::Written write(Batch batch, std::int64_t at = 0) {
    return written(start_write(std::move(batch), at));
  }
  std::optional<std::string> read(std::string key) {
    store_.read(++last_, std::move(key));
    return wait<Store::Done::Value>(last_).value();
  }
  runtime::Rows scan(std::string prefix) {
    store_.scan(++last_, std::move(prefix));
    return wait<Store::Done::Rows>(last_).value();
  }

  std::size_t outcomes() const {
    const std::lock_guard lock(mutex_);
    return outcomes_.size();
  }
  bool any_twice() const {
    const std::lock_guard lock(mutex_);
    return twice_;
  }

 private:
  template <class Outcome>
  Outcome wait(std::uint64_t ticket) {
    std::unique_lock lock(mutex_);
    const bool came = arrived_.wait_for(lock, std::chrono::seconds(60),
                                        [&] { return outcomes_.contains(ticket); });
    if (!came) throw std::runtime_error("the store never finished an operation");
    return std::get<Outcome>(outcomes_.at(ticket));
  }

  Store& store_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::map<std::uint64_t, decltype(Store::Done::outcome)> outcomes_;
  std::uint64_t last_ = 0;
  bool twice_ = false;
};

// A batch that puts one key.
inline Batch put(std::string key, std::string value) {
  Batch batch;
  batch.put(std::move(key), std::move(value));
  return batch;
}

inline record::LedgerRow row(std::string order) {
  record::LedgerRow row;
  row.order = std::move(order);
  row.from = "-";
  row.to = "pending";
  row.amount = {1999};
  return row;
}

}  // namespace seawall::live::test
