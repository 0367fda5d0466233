// Whether a run has come to rest, as far as durable rows tell: every saga has its terminal row, and
// nothing was written for twice the longest attempt timeout of the sagas' links (so that no attempt
// can still be under way that nobody sees).
#pragma once
#include <set>
#include <string>

#include "harness/model/scenario.hpp"
#include "harness/record/ledger.hpp"

namespace seawall::run {

class Settling {
 public:
  explicit Settling(const model::Scenario& scenario) : policy_(scenario.policy) {}

  // In the order of each node's log.
  void add(const record::LedgerRow& row);
  bool settled(base::TimePoint now) const;

 private:
  base::Duration quiet_time() const;

  const model::Policy& policy_;
  std::set<std::string> open_;     // orders whose saga has no terminal row
  std::set<std::string> leaders_;  // nodes that write rows of sagas
  base::TimePoint last_write_{};
};

}  // namespace seawall::run
