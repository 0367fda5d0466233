#include "targets/shop/kept_answers.hpp"

#include <planted.hpp>

namespace seawall::shop {

namespace {
constexpr std::string_view row_prefix = "key/";
}

runtime::Task<bool> KeptAnswers::load() {
  runtime::Scan scan(env_, std::string(row_prefix));
  const auto rows = co_await scan;
  if (!rows) co_return false;
  for (const auto& [key, row] : *rows)
    answers_[key.substr(row_prefix.size())] = resilience::Idempotency::from_row(row);
  co_return true;
}

bool KeptAnswers::respected() const {
  return machine_.on() && !planted(Bug::idempotency_key_ignored);
}

bool KeptAnswers::leaves_tombstones() const {
  return machine_.tombstones() && !planted(Bug::tombstone_missing);
}

std::optional<model::Response> KeptAnswers::known(const model::Request& request,
                                                  std::uint64_t payload_hash) {
  if (request.idempotency_key.empty() || !respected()) return std::nullopt;
  const auto kept = answers_.find(request.idempotency_key);
  if (kept == answers_.end()) return std::nullopt;
  switch (machine_.judge(kept->second, payload_hash, env_.now())) {
    case resilience::Idempotency::Standing::first:
      return std::nullopt;
    case resilience::Idempotency::Standing::mismatch:
      return machine_.mismatch();
    case resilience::Idempotency::Standing::replay:
      break;
  }
  return resilience::Idempotency::answer(*kept->second);
}

void KeptAnswers::keep(const model::Request& request, std::uint64_t payload_hash,
                       const model::Response& response, runtime::Batch& batch) {
  if (request.idempotency_key.empty() || !machine_.on()) return;
  resilience::KeptAnswer kept;
  kept.payload_hash = payload_hash;
  kept.status = response.status;
  kept.body = response.body;
  kept.at = env_.now();
  std::string row_key(row_prefix);
  batch.put(row_key.append(request.idempotency_key), resilience::Idempotency::to_row(kept));
  answers_[request.idempotency_key] = std::move(kept);
}

}  // namespace seawall::shop
