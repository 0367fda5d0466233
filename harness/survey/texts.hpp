// The scenarios that a survey is made of. Each is the user's scenario with its services, links,
// probes and invariants as they are, and with a load of single requests and what it takes to judge
// them, so that `seawall run` shows of a cell what the survey has seen of it.
//
//   quiet   request . request . request ...                        no fault
//   cell    [earlier .] request . request + fault . request . request ...
#pragma once
#include <string>
#include <string_view>

#include "harness/scenario/value.hpp"
#include "harness/survey/requests.hpp"
#include "harness/survey/trouble.hpp"

namespace seawall::survey {

class Texts {
 public:
  // `scenario`, of services of the user's own, outlives it.
  explicit Texts(const model::Scenario& scenario);

  // The request so many times, one each `step`; the first at first_at(). What is drawn for it hangs
  // on `seed`.
  std::string quiet(const Asked& asked, std::int64_t count, Duration step,
                    std::uint64_t seed) const;
  static Duration first_at(const Asked& asked, Duration step);

  // `limit`: an answer that comes later counts as slow.
  std::string cell(const Asked& asked, const Place& place, Trouble trouble, const Times& times,
                   Duration limit, std::uint64_t seed) const;

  // The text of a cell that is kept: why it is, with a tag, and with a name of its own, so that
  // several stand in one folder.
  std::string kept(const std::string& cell, const std::string& title, std::string_view why,
                   std::string_view tag) const;

 private:
  scenario::Value document(const std::string& description, Duration duration,
                           std::uint64_t seed) const;
  scenario::Value load(const std::string& name, Source source, Duration start,
                       const std::string& rate) const;
  // Those that come first, one each `step`, then the others.
  scenario::Value loads(const Asked& asked, Duration step) const;

  const model::Scenario& scenario_;
  scenario::Value whole_;
};

// "toy-ask-desk-bank-POST-charge-reply-lost": the name of the scenario that is kept of the cell
// with this title. What is longer than a name may be is cut; that, and what has other signs than
// plain ones, is told apart by a hash.
std::string name_of_kept(std::string_view scenario, std::string_view title);

}  // namespace seawall::survey
