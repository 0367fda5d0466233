// The faults that plans are made of, each read once from its text, exactly as a scenario would read
// it: so what is tried here is what the file of a finding says.
//
//   point --faults_at--> texts --the scenario reader--> faults, numbered in the order they came
#pragma once
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "harness/explore/outcomes.hpp"
#include "harness/model/vocabulary.hpp"

namespace seawall::explore {

struct Candidate {
  std::string shown;
  std::string toml;
  model::Fault fault;
  std::uint32_t group = 0;  // of those at the same place; of_services: it lasts for a time
};

// Whether it is aimed at one call or one write: neither for a time, nor at every call from the
// first on.
bool is_at_one_place(const model::Fault& fault);

// A plan: numbers of candidates, ascending, each once. Small, and compared as a whole.
using Plan = std::vector<std::uint32_t>;

class Candidates {
 public:
  // `text` is a scenario without faults; `words` outlives this.
  Candidates(std::string text, const model::Vocabulary& words);

  // The group of the faults of services and of what is between them. The largest, because a fault
  // at a point says more than one that lasts for seconds.
  static constexpr std::uint32_t of_services = std::numeric_limits<std::uint32_t>::max();

  const model::Scenario& scenario() const { return scenario_; }
  const std::string& text() const { return text_; }
  const Candidate& at(std::uint32_t number) const { return all_.at(number); }
  std::size_t size() const { return all_.size(); }
  std::size_t points() const { return groups_.size(); }

  // The numbers of the faults of a group.
  const Plan& group(std::uint32_t number) const {
    return number == of_services ? of_services_ : groups_.at(number);
  }
  // The group of the faults at this point, which are read when it is asked for the first time.
  std::uint32_t at_point(const model::Point& point);
  // Fills the group `of_services`.
  void add_services(const std::vector<base::Link>& links);
  // The number of the fault with this text; it is read where nobody has asked for it before.
  std::uint32_t number_of(const FaultText& fault);
  // The same for many, which are read faster together.
  Plan numbers_of(const std::vector<FaultText>& faults);

  // Whether `fault` can act at its point where those of `met` have acted there, without taking from
  // one of them the only place at which it acts.
  bool acts_beside(const Plan& met, std::uint32_t fault) const;

  // The scenario with the faults of this plan, as text: what a finding's file says.
  std::string with_faults(const Plan& plan) const;
  // The plan as people read it, a line for each fault.
  std::vector<std::string> shown(const Plan& plan) const;

 private:
  Plan read(const std::vector<FaultText>& faults, std::uint32_t group);

  const std::string text_;
  const model::Vocabulary& words_;
  model::Scenario scenario_;
  std::deque<Candidate> all_;                     // armed faults point into it
  std::map<std::string, std::uint32_t> numbers_;  // by `shown`
  std::map<std::string, std::uint32_t> at_point_;
  std::deque<Plan> groups_;
  Plan of_services_;
};

}  // namespace seawall::explore
