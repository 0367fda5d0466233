// The faults of an HTTP link as they are now, and what they did. A change is another set, which
// those who decide by it learn of with one load of a number; nobody waits for them.
//
//   set(faults) --> set --current()--> conversations: decide --> counts --> hits()
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "faults/http/framing.hpp"
#include "faults/http/journal.hpp"
#include "faults/http/overseer.hpp"
#include "faults/plan/plan.hpp"
#include "harness/base/result.hpp"

namespace seawall::http {

// Immutable but for its counts, which any thread may raise.
class FaultSet {
 public:
  struct Counts {
    std::atomic<std::int64_t> reached = 0;  // requests that matched
    std::atomic<std::int64_t> hit = 0;      // of them, those that it acted on
  };

  bool empty() const { return armed_.empty(); }
  const std::shared_ptr<const FaultNames>& names() const { return names_; }
  const std::vector<model::Fault>& faults() const { return faults_; }
  const std::vector<plan::Armed>& armed() const { return armed_; }

  // Headers that some fault matches, into the request.
  void take_headers(const Head& head, model::Request& request) const;
  // See plan::decide(), and counts. `method` is as it was written, and becomes the request's where
  // the project has a name for it; else no fault that asks for a method means the request.
  plan::Decision decide(std::uint64_t seed, const base::Link& link, model::Request& request,
                        std::string_view method, TimePoint now, TimePoint opened) const;
  // What those that came after this version do to requests that are under way.
  std::vector<Cut> cuts_since(std::uint64_t version, const base::Link& link) const;
  // One of them did its work on a request.
  void count_cut(std::uint16_t position) const;
  // Which set of its link it is.
  std::uint64_t version() const { return version_; }

 private:
  friend class Faults;

  std::uint64_t version_ = 1;
  std::vector<model::Fault> faults_;
  std::vector<plan::Armed> armed_;                            // by position
  std::vector<std::uint64_t> since_;                          // versions, by position
  std::vector<plan::Armed> of_any_method_;                    // of them
  std::vector<std::pair<std::string, std::string>> headers_;  // that are matched, with their values
  std::shared_ptr<const FaultNames> names_;
  std::vector<std::shared_ptr<Counts>> counts_;
  // Where a fault means the first requests, or each n-th, those that match are counted in one
  // order.
  bool in_order_ = false;
  mutable std::mutex order_;
  mutable std::vector<std::int64_t> met_;
};

// Any thread.
class Faults {
 public:
  struct Use {
    std::string name;
    std::int64_t reached = 0;
    std::int64_t hit = 0;
  };

  explicit Faults(base::Link link);

  // These are the faults from now on. One that was there before, by its name, keeps its counts and
  // the start of its ramp. One that says no link means this one. The error is a sentence: what
  // cannot act on an HTTP link; then nothing has changed.
  base::expected<void, std::string> set(std::vector<model::Fault> faults, TimePoint now);
  std::vector<Use> uses() const;

  // Rises with each change.
  std::uint64_t version() const { return version_.load(std::memory_order_acquire); }
  std::shared_ptr<const FaultSet> current() const;

 private:
  const base::Link link_;
  mutable std::mutex mutex_;
  std::shared_ptr<const FaultSet> current_;
  std::atomic<std::uint64_t> version_ = 1;
};

}  // namespace seawall::http
