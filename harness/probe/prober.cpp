#include "harness/probe/prober.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "harness/base/assert.hpp"

namespace seawall::probe {

Prober::Prober(std::vector<model::Probe> probes, Surroundings surroundings)
    : surroundings_(std::move(surroundings)) {
  for (model::Probe& probe : probes) workers_.push_back(std::make_unique<Worker>(std::move(probe)));
  for (const auto& worker : workers_)
    worker->thread = std::jthread(
        [this, &worker = *worker](const std::stop_token& stop) { serve(worker, stop); });
}

Prober::~Prober() {
  for (const auto& worker : workers_) worker->thread.request_stop();
  for (const auto& worker : workers_) worker->thread.join();
}

void Prober::ask(ProbeSample::Moment moment, std::uint32_t round,
                 std::span<const std::string> probes) {
  const std::lock_guard lock(mutex_);
  for (const std::string& name : probes) {
    const auto named = [&](const auto& worker) { return worker->probe.name == name; };
    const auto worker = std::ranges::find_if(workers_, named);
    base::require(worker != workers_.end(), "only probes of the scenario are asked");
    ProbeSample sample;
    sample.asked = surroundings_.clock();
    sample.moment = moment;
    sample.round = round;
    sample.probe = name;
    if ((*worker)->queue.size() < longest_queue) {
      (*worker)->queue.push_back(std::move(sample));
      ++pending_;
      continue;
    }
    sample.t = sample.asked;
    sample.error = fmt::format("probe {}: {} earlier looks are not done yet", name, longest_queue);
    samples_.push_back(std::move(sample));
  }
  asked_.notify_all();
}

void Prober::collect(std::vector<ProbeSample>& samples) {
  const std::lock_guard lock(mutex_);
  std::move(samples_.begin(), samples_.end(), std::back_inserter(samples));
  samples_.clear();
}

bool Prober::idle() const {
  const std::lock_guard lock(mutex_);
  return pending_ == 0;
}

void Prober::serve(Worker& worker, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const auto has_work = [&worker] { return !worker.queue.empty(); };
  while (asked_.wait(lock, stop, has_work) && !stop.stop_requested()) {
    ProbeSample sample = std::move(worker.queue.front());
    worker.queue.pop_front();
    lock.unlock();
    Answer answer = look(worker.probe, surroundings_, stop);
    sample.t = surroundings_.clock();
    if (answer) {
      sample.text = std::move(answer->text);
      sample.number = answer->number;
    } else {
      sample.error = std::move(answer.error());
    }
    lock.lock();
    samples_.push_back(std::move(sample));
    --pending_;
  }
}

}  // namespace seawall::probe
