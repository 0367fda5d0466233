#include "targets/resilience/instances.hpp"

#include <utility>

namespace seawall::resilience {

Instances::Instances(runtime::Env& env, const base::Link& link, std::vector<std::string> nodes,
                     const model::Switch<model::Outlier>& settings)
    : env_(env), link_(link), nodes_(std::move(nodes)) {
  if (nodes_.empty()) nodes_.push_back(link.to);
  if (settings)
    outlier_.emplace(
        *settings, nodes_.size(),
        [this](std::size_t instance, Outlier::Change change) { tell(instance, change); });
}

// As Envoy's retries do with hosts that were tried before: drawn anew, and not for ever.
std::size_t Instances::choose(const base::KeyedRandom& draw, std::optional<std::size_t> last) {
  constexpr int most_draws = 4;
  std::size_t chosen = 0;
  for (int i = 0; several() && i < most_draws; ++i) {
    const base::KeyedRandom one = draw.with(i);
    chosen = outlier_ ? outlier_->choose(env_.now(), one) : one.below(nodes_.size());
    if (chosen != last) break;
  }
  return chosen;
}

void Instances::finish(std::size_t instance, const Attempt& result) {
  if (outlier_) outlier_->finish(env_.now(), instance, !result || result->status >= 500);
}

void Instances::collect(std::vector<record::PatternUse>& uses) const {
  if (!outlier_) return;
  record::PatternUse& use = uses.emplace_back();
  use.pattern = "outlier";
  use.where = base::to_text(link_);
  use.acted = ejections_;
}

void Instances::tell(std::size_t instance, Outlier::Change change) {
  const bool ejected = change == Outlier::Change::ejected;
  ejections_ += ejected;
  record::Event event;
  event.kind = record::Event::Kind::outlier;
  event.where = base::to_text(base::Link{link_.from, nodes_[instance]});
  event.what = ejected ? "ejected" : "returned";
  env_.emit(std::move(event));
}

}  // namespace seawall::resilience
