#include "faults/http/faults.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "faults/kinds/kind.hpp"

namespace seawall::http {

namespace {

// Why a fault of this kind can do nothing here; empty: it can.
std::string refusal(const model::Fault& fault, const base::Link& link) {
  const auto refused = [&](const std::string& why) {
    return "'" + fault.name + "' cannot act on an HTTP link: " + why;
  };
  const kinds::Kind* kind = kinds::find(fault.type);
  if (kind == nullptr) return refused("there is no kind '" + fault.type + "'");
  if (kind->node != plan::NodeEffect::none)
    return refused("'" + fault.type + "' is done to a node");
  if (kind->over == plan::Over::fresh)
    return refused("'" + fault.type + "' is done to a connect, which is one of TCP");
  if (fault.when) return refused("it waits for an answer on another link");
  if (fault.on_links() && !fault.covers(link))
    return refused("it is on " + model::site_of(fault) + ", and this is " + base::to_text(link));
  if (kind->words.check)
    if (const std::string why = kind->words.check(fault); !why.empty()) return refused(why);
  return {};
}

}  // namespace

void FaultSet::take_headers(const Head& head, model::Request& request) const {
  for (const auto& [name, value] : headers_)
    if (has_header(head, name, value)) request.headers.emplace_back(name, value);
}

plan::Decision FaultSet::decide(std::uint64_t seed, const base::Link& link, model::Request& request,
                                std::string_view method, TimePoint now, TimePoint opened) const {
  const std::optional<model::Method> known = method_named(method);
  request.method = known.value_or(model::Method::get);
  std::unique_lock lock(order_, std::defer_lock);
  if (in_order_) lock.lock();
  plan::Decision decision =
      plan::decide(seed, known ? armed_ : of_any_method_, link, request, now, opened);
  for (const std::uint16_t position : decision.reached) {
    counts_[position]->reached.fetch_add(1, std::memory_order_relaxed);
    if (in_order_) ++met_[position];
  }
  for (const std::uint16_t position : decision.hit)
    counts_[position]->hit.fetch_add(1, std::memory_order_relaxed);
  return decision;
}

std::vector<Cut> FaultSet::cuts_since(std::uint64_t version, const base::Link& link) const {
  std::vector<Cut> cuts;
  for (const plan::Armed& armed : armed_) {
    const std::uint64_t since = since_[armed.position];
    const plan::Cut does = plan::cut_by(armed, link);
    if (since > version && does.any()) cuts.push_back({since, armed.position, does});
  }
  return cuts;
}

void FaultSet::count_cut(std::uint16_t position) const {
  counts_[position]->reached.fetch_add(1, std::memory_order_relaxed);
  counts_[position]->hit.fetch_add(1, std::memory_order_relaxed);
}

Faults::Faults(base::Link link)
    : link_(std::move(link)), current_(std::make_shared<const FaultSet>()) {}

base::expected<void, std::string> Faults::set(std::vector<model::Fault> faults, TimePoint now) {
  if (faults.size() > std::numeric_limits<std::uint16_t>::max())
    return base::unexpected(std::string("a link has at most 65535 faults"));
  for (const model::Fault& fault : faults)
    if (std::string why = refusal(fault, link_); !why.empty()) return base::unexpected(why);

  auto next = std::make_shared<FaultSet>();
  next->faults_ = std::move(faults);
  next->met_.resize(next->faults_.size());
  auto names = std::make_shared<FaultNames>();
  const std::lock_guard lock(mutex_);
  next->version_ = current_->version_ + 1;
  next->since_.assign(next->faults_.size(), next->version_);
  for (std::uint16_t i = 0; i < next->faults_.size(); ++i) {
    model::Fault& fault = next->faults_[i];
    if (!fault.on_links() && fault.at_call.empty()) fault.link = link_;
    plan::Armed armed = kinds::arm(fault, i);
    armed.since = armed.armed = now;
    next->counts_.push_back(std::make_shared<FaultSet::Counts>());
    for (const plan::Armed& before : current_->armed_) {
      if (before.fault->name != fault.name) continue;
      armed.since = before.since;
      armed.armed = before.armed;
      next->since_[i] = current_->since_[before.position];
      next->counts_.back() = current_->counts_[before.position];
    }
    if (fault.first || fault.every != 1) {
      next->in_order_ = true;
      next->met_[i] = next->counts_.back()->reached;
      armed.met = &next->met_[i];
    }
    for (const auto& header : fault.match.header)
      if (std::find(next->headers_.begin(), next->headers_.end(),
                    std::pair<std::string, std::string>(header)) == next->headers_.end())
        next->headers_.emplace_back(header);
    names->push_back(fault.name);
    next->armed_.push_back(armed);
    if (fault.match.method.empty()) next->of_any_method_.push_back(armed);
  }
  next->names_ = std::move(names);
  current_ = std::move(next);
  version_.store(current_->version_, std::memory_order_release);
  return {};
}

std::vector<Faults::Use> Faults::uses() const {
  const std::shared_ptr<const FaultSet> set = current();
  std::vector<Use> uses;
  for (const plan::Armed& armed : set->armed_) {
    const FaultSet::Counts& counts = *set->counts_[armed.position];
    uses.push_back({armed.fault->name, counts.reached, counts.hit});
  }
  return uses;
}

std::shared_ptr<const FaultSet> Faults::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

}  // namespace seawall::http
