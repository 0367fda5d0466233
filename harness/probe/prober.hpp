// The probes of a run, each with a thread of its own: who asks never waits, and takes the answers
// when they are there. So the thread of a run can ask all probes at one moment, and one that hangs
// holds up no other.
//
//   ask(moment, round, {"stock"}) ──▶ thread of "stock": look() ──▶ collect()
#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "harness/model/probe.hpp"
#include "harness/probe/look.hpp"
#include "harness/record/record.hpp"

namespace seawall::probe {

using record::ProbeSample;

// What a run needs of it, and a test stands in for.
class Asker {
 public:
  virtual ~Asker() = default;
  // One sample of each of these probes will come. Never blocks.
  virtual void ask(ProbeSample::Moment moment, std::uint32_t round,
                   std::span<const std::string> probes) = 0;
  // Moves what has come since the last time to the end of `samples`.
  virtual void collect(std::vector<ProbeSample>& samples) = 0;
  // Whether nothing is asked any more that could still come.
  virtual bool idle() const = 0;
};

class Prober final : public Asker {
 public:
  static constexpr std::size_t longest_queue = 4;  // looks of one probe that may wait

  // The names of the probes differ.
  Prober(std::vector<model::Probe> probes, Surroundings surroundings);
  // Waits for the looks that are on their way, at most for their timeouts.
  ~Prober() override;

  // A probe that is further behind than its queue is long gives a sample that says so.
  void ask(ProbeSample::Moment moment, std::uint32_t round,
           std::span<const std::string> probes) override;
  void collect(std::vector<ProbeSample>& samples) override;
  bool idle() const override;

 private:
  struct Worker {
    explicit Worker(model::Probe p) : probe(std::move(p)) {}
    const model::Probe probe;
    std::deque<ProbeSample> queue;  // asked, not yet begun
    std::jthread thread;            // last: it ends before the rest of this does
  };

  void serve(Worker& worker, const std::stop_token& stop);

  const Surroundings surroundings_;
  mutable std::mutex mutex_;  // of the queues and of all below
  std::condition_variable_any asked_;
  std::vector<ProbeSample> samples_;
  std::size_t pending_ = 0;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace seawall::probe
