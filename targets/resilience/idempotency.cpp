#include "targets/resilience/idempotency.hpp"

namespace seawall::resilience {

std::optional<Idempotency::Flight> Idempotency::enter(std::string key) {
  if (!on() || key.empty()) return Flight();
  const auto [place, is_new] = in_flight_.insert(std::move(key));
  if (!is_new) return std::nullopt;
  return Flight(in_flight_, place);
}

Idempotency::Standing Idempotency::judge(const std::optional<KeptAnswer>& kept,
                                         std::uint64_t payload_hash, base::TimePoint now) {
  if (!on() || !kept || now - kept->at > settings_->ttl) return Standing::first;
  ++acted_;
  return kept->payload_hash == payload_hash ? Standing::replay : Standing::mismatch;
}

model::Response Idempotency::in_flight() {
  ++acted_;
  const std::int64_t status = settings_ ? settings_->on_in_flight : 409;
  return model::Response(static_cast<int>(status), R"({"reason":"key_in_flight"})");
}

model::Response Idempotency::mismatch() const {
  const std::int64_t status = settings_ ? settings_->on_mismatch : 422;
  return model::Response(static_cast<int>(status), R"({"reason":"key_reused"})");
}

model::Response Idempotency::answer(const KeptAnswer& kept) {
  return model::Response(static_cast<int>(kept.status), kept.body);
}

void Idempotency::collect(std::string_view where, std::vector<record::PatternUse>& uses) const {
  if (!on()) return;
  record::PatternUse use;
  use.pattern = "idempotency";
  use.where = where;
  use.acted = acted_;
  uses.push_back(std::move(use));
}

}  // namespace seawall::resilience
