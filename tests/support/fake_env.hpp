// A small world for unit tests: virtual time, one node, a callee and a store that the test scripts.
// No network, no crashes, no faults: for those there is the simulation.
//
//   FakeEnv env;
//   env.callee = [](const FakeEnv::Sent& sent) { return FakeEnv::answer(5ms, 200, "{}"); };
//   FakeEnv::Running<Outcome> outcome(env, client.call(std::move(request)));
//   env.run_until(at(100ms));        // or env.run(): until nothing is left to happen
//   CHECK(outcome.value()->ok());    // outcome.cancel() destroys the frame where it stands
#pragma once
#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/runtime/task.hpp"

namespace seawall::testing {

using base::Duration;
using base::TimePoint;
using namespace std::chrono_literals;

// A moment, counted from the start of a FakeEnv.
inline TimePoint at(Duration since_start) { return TimePoint(Duration(3600s)) + since_start; }

class FakeEnv final : public runtime::Env {
 public:
  // What the callee does with a request, and how long it takes; a reply that comes after the
  // deadline of the call is a time-out at the deadline.
  struct Reply {
    Reply(Duration d, runtime::Result<model::Response> r) : after(d), result(std::move(r)) {}
    Duration after;
    runtime::Result<model::Response> result;
  };
  struct Sent {
    TimePoint t;
    std::string to;
    model::Request request;
  };
  static Reply answer(Duration after, int status, std::string body = {}) {
    return Reply(after, model::Response(status, std::move(body)));
  }
  static Reply fails(Duration after, model::Failure failure) {
    return Reply(after, base::unexpected<model::Failure>(failure));
  }
  static Reply silence() { return fails(Duration(1000h), model::Failure::timed_out); }

  FakeEnv() = default;
  FakeEnv(const FakeEnv&) = delete;

  std::function<Reply(const Sent&)> callee = [](const Sent&) { return answer(1ms, 200); };
  // Of the next writes; nothing: they succeed.
  std::function<std::optional<model::Failure>(const runtime::Batch&)> write_fails;
  Duration store_latency = 1ms;
  Duration wall_offset{};  // by which the wall clock has jumped
  std::uint64_t run_seed = 1;

  std::vector<Sent> sent;             // every call that was started
  std::vector<record::Event> events;  // everything that was emitted
  std::map<std::string, std::string> rows;
  std::vector<record::LedgerRow> ledger;

  // Lets everything happen that is due by then; the clock stands at `until` afterwards.
  void run_until(TimePoint until) {
    while (!queue_.empty() && queue_.begin()->first.first <= until) step();
    now_ = std::max(now_, until);
  }
  // Until nothing is left to happen.
  void run() {
    while (!queue_.empty()) step();
  }
  // Operations that are started and have not ended.
  std::size_t pending() const { return queue_.size(); }

  std::int64_t count(record::Event::Kind kind, std::string_view name = {}) const {
    std::int64_t n = 0;
    for (const record::Event& event : events)
      if (event.kind == kind && (name.empty() || event.name == name || event.what == name)) ++n;
    return n;
  }

  // A task that runs in this world until it ends or is cancelled.
  template <class T>
  class Running {
   public:
    Running(FakeEnv&, runtime::Task<T> task) : value_(std::make_unique<std::optional<T>>()) {
      scope_ = std::make_unique<runtime::Scope>();
      scope_->spawn(keep(*value_, std::move(task)));
    }
    const std::optional<T>& value() const { return *value_; }
    bool ended() const { return value_->has_value(); }
    void cancel() { scope_.reset(); }

   private:
    static runtime::Task<> keep(std::optional<T>& value, runtime::Task<T> task) {
      T result = co_await task;
      value.emplace(std::move(result));
      co_return runtime::Unit{};
    }
    std::unique_ptr<std::optional<T>> value_;
    std::unique_ptr<runtime::Scope> scope_;  // after the value that its frame writes
  };

  TimePoint now() const override { return now_; }
  runtime::WallTime wall() const override {
    return runtime::WallTime(now_.time_since_epoch() + wall_offset);
  }
  std::uint64_t seed() const override { return run_seed; }

  void start(runtime::Sleep& sleep) override {
    schedule(sleep, sleep.until, [&sleep] {
      sleep.value.emplace();
      sleep.finish();
    });
  }
  void start(runtime::Call& call) override {
    sent.push_back(Sent{now_, call.to, call.request});
    Reply reply = callee(sent.back());
    TimePoint ends = now_ + reply.after;
    if (ends > call.request.deadline) {
      ends = call.request.deadline;
      reply.result = base::unexpected<model::Failure>(model::Failure::timed_out);
    }
    schedule(call, ends, [&call, result = std::move(reply.result)] {
      call.value.emplace(result);
      call.finish();
    });
  }
  void start(runtime::Read& read) override {
    schedule(read, now_ + store_latency, [this, &read] {
      const auto row = rows.find(read.key);
      std::optional<std::string> found;
      if (row != rows.end()) found = row->second;
      read.value.emplace(std::move(found));
      read.finish();
    });
  }
  void start(runtime::Scan& scan) override {
    schedule(scan, now_ + store_latency, [this, &scan] {
      runtime::Rows found;
      for (auto row = rows.lower_bound(scan.prefix);
           row != rows.end() && row->first.starts_with(scan.prefix); ++row)
        found.push_back(*row);
      scan.value.emplace(std::move(found));
      scan.finish();
    });
  }
  void start(runtime::Write& write) override {
    schedule(write, now_ + store_latency, [this, &write] {
      const std::optional<model::Failure> failure = commit(write.batch);
      if (failure)
        write.value.emplace(base::unexpected<model::Failure>(*failure));
      else
        write.value.emplace(runtime::Unit{});
      write.finish();
    });
  }
  void withdraw(runtime::Operation& operation) noexcept override {
    const auto slot = slots_.find(operation.ticket);
    queue_.erase(slot->second);
    slots_.erase(slot);
    operation.ticket = 0;
  }
  void hasten(runtime::Sleep& sleep) override {
    if (sleep.ticket == 0) return;
    const auto slot = slots_.find(sleep.ticket);
    auto entry = queue_.extract(slot->second);
    entry.key() = {now_, ++sequence_};
    slot->second = entry.key();
    queue_.insert(std::move(entry));
  }
  void emit(record::Event event) override {
    event.t = now_;
    events.push_back(std::move(event));
  }
  void spawn(runtime::Task<runtime::Unit> task) override { spawned_.spawn(std::move(task)); }

 private:
  using Moment = std::pair<TimePoint, std::uint64_t>;  // ties in the order of their start
  struct Due {
    std::uint64_t ticket;
    std::function<void()> finish;
  };

  void schedule(runtime::Operation& operation, TimePoint when, std::function<void()> finish) {
    operation.ticket = ++tickets_;
    const Moment moment{std::max(when, now_), ++sequence_};
    slots_[operation.ticket] = moment;
    queue_.emplace(moment, Due{operation.ticket, std::move(finish)});
  }
  void step() {
    auto entry = queue_.extract(queue_.begin());
    now_ = entry.key().first;
    slots_.erase(entry.mapped().ticket);
    entry.mapped().finish();
  }
  std::optional<model::Failure> commit(runtime::Batch& batch) {
    if (write_fails)
      if (const auto failure = write_fails(batch)) return failure;
    for (const std::string& key : batch.absent)
      if (rows.contains(key)) return model::Failure::conflict;
    for (auto& [key, value] : batch.rows) rows[key] = value;
    for (record::LedgerRow& row : batch.ledger) ledger.push_back(row);
    return std::nullopt;
  }

  TimePoint now_ = at(Duration(0));
  std::uint64_t sequence_ = 0;
  std::uint64_t tickets_ = 0;
  std::map<Moment, Due> queue_;
  std::map<std::uint64_t, Moment> slots_;  // by ticket
  runtime::Scope spawned_;                 // last: its frames withdraw what they wait for
};

}  // namespace seawall::testing
