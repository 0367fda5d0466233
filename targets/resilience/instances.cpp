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

std::size_t Instances::choose(const base::KeyedRandom& draw, std::optional<std::size_t> last) {
  if (!several()) return 0;
  if (outlier_) return choose_in_use(draw, last);
  const std::size_t chosen = draw.below(nodes_.size() - (last ? 1 : 0));
  return last && chosen >= *last ? chosen + 1 : chosen;
}

// As Envoy's retries do with hosts that were tried before: drawn anew, and not for ever.
std::size_t Instances::choose_in_use(const base::KeyedRandom& draw,
                                     std::optional<std::size_t> last) {
  constexpr int most_draws = 4;
  std::size_t chosen = 0;
  for (int i = 0; i < most_draws; ++i) {
    chosen = outlier_->choose(env_.now(), draw.with(i));
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
