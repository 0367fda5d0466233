// A world that is nothing but a clock: sleeps end in the order of time, reads find nothing, writes
// and calls succeed a little later. A test may stop after any step and destroy what still waits.
#pragma once
#include <algorithm>
#include <chrono>
#include <vector>

#include "harness/runtime/task.hpp"

namespace seawall::runtime::test {

using namespace std::chrono_literals;

class Loop : public Env {
 public:
  virtual ~Loop() = default;

  // What a call is answered with.
  virtual model::Response answer(const model::Request&) { return model::Response(200); }

  TimePoint now() const override { return now_; }
  base::WallTime wall() const override { return {}; }
  std::uint64_t seed() const override { return 1; }

  void start(Sleep& sleep) override {
    sleep.value.emplace();
    wait(sleep, sleep.until);
  }
  void start(Call& call) override {
    call.value.emplace(answer(call.request));
    wait(call, now_ + 3ms);
  }
  void start(Read& read) override {
    read.value.emplace(std::optional<std::string>());
    wait(read, now_);
  }
  void start(Scan& scan) override {
    scan.value.emplace(Rows());
    wait(scan, now_);
  }
  void start(Write& write) override {
    write.value.emplace(Unit{});
    wait(write, now_ + 1ms);
  }
  void withdraw(Operation& operation) noexcept override { waiting_.erase(find(operation)); }
  void hasten(Sleep& sleep) override {
    if (sleep.ticket == 0) return;
    waiting_.erase(find(sleep));
    wait(sleep, now_);
  }
  void emit(record::Event event) override { events.push_back(std::move(event)); }
  void spawn(Task<> task) override { background.spawn(std::move(task)); }

  // Ends the wait that is due next; false where nobody waits.
  bool step() {
    const auto next =
        std::min_element(waiting_.begin(), waiting_.end(), [](const auto& a, const auto& b) {
          return a.until != b.until ? a.until < b.until : a.ticket < b.ticket;
        });
    if (next == waiting_.end()) return false;
    now_ = std::max(now_, next->until);
    Operation* const operation = next->operation;
    waiting_.erase(next);
    operation->finish();
    return true;
  }
  void run() {
    while (step()) {
    }
  }
  void run_until(TimePoint t) {
    const auto due = [&](const Waiting& waiting) { return waiting.until <= t; };
    while (std::any_of(waiting_.begin(), waiting_.end(), due)) step();
    now_ = std::max(now_, t);
  }
  std::size_t waiting() const { return waiting_.size(); }

  std::vector<record::Event> events;

 private:
  struct Waiting {
    Operation* operation;
    TimePoint until;
    std::uint64_t ticket;
  };

  void wait(Operation& operation, TimePoint until) {
    operation.ticket = ++tickets_;
    waiting_.push_back({&operation, until, tickets_});
  }
  std::vector<Waiting>::iterator find(const Operation& operation) {
    return std::find_if(waiting_.begin(), waiting_.end(),
                        [&](const Waiting& waiting) { return waiting.ticket == operation.ticket; });
  }

  TimePoint now_{};
  std::uint64_t tickets_ = 0;
  std::vector<Waiting> waiting_;

 public:
  Scope background;  // ends before what it waits for
};

}  // namespace seawall::runtime::test
