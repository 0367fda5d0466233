// The instances of a callee, as one client sees them: which of them an attempt goes to.
//
//   attempt --> choose (another than this call tried last) --> transport --> finish
//
// Each is drawn alike; with the pattern `outlier` those that fail are left alone for a while
// (outlier.hpp). A callee without instances is the only one of its kind.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "harness/base/link.hpp"
#include "harness/runtime/env.hpp"
#include "targets/resilience/outcome.hpp"
#include "targets/resilience/outlier.hpp"

namespace seawall::resilience {

class Instances {
 public:
  // `nodes`: what the link leads to; none: its callee itself.
  Instances(runtime::Env& env, const base::Link& link, std::vector<std::string> nodes,
            const model::Switch<model::Outlier>& settings);
  Instances(const Instances&) = delete;

  bool several() const { return nodes_.size() > 1; }
  const std::string& node(std::size_t instance) const { return nodes_[instance]; }

  // For the next attempt of a call. Not the `last` one of it; with `outlier` unless the draw
  // insists: where all others are ejected, say.
  std::size_t choose(const base::KeyedRandom& draw, std::optional<std::size_t> last);
  // How an attempt ended. One that is withdrawn says nothing about its instance.
  void finish(std::size_t instance, const Attempt& result);

  void collect(std::vector<record::PatternUse>& uses) const;

 private:
  std::size_t choose_in_use(const base::KeyedRandom& draw, std::optional<std::size_t> last);
  void tell(std::size_t instance, Outlier::Change change);

  runtime::Env& env_;
  base::Link link_;
  std::vector<std::string> nodes_;
  std::optional<Outlier> outlier_;
  std::int64_t ejections_ = 0;
};

}  // namespace seawall::resilience
