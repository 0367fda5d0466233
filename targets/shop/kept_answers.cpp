#include "targets/shop/kept_answers.hpp"

#include <planted.hpp>

#include "harness/base/text.hpp"
#include "targets/saga/fields.hpp"

namespace seawall::shop {

namespace {

using resilience::KeptAnswer;

constexpr std::string_view row_prefix = "key/";

// As a value of the store, and back; nothing where `row` is no kept answer.
std::string to_row(const model::Response& response, std::uint64_t payload_hash,
                   base::TimePoint now) {
  std::string text;
  base::TextBuffer row(text);
  saga::append_field(row, payload_hash);
  saga::append_field(row, response.status);
  saga::append_field(row, now.time_since_epoch().count());
  row += response.body;
  row.flush();
  return text;
}

std::optional<KeptAnswer> from_row(std::string_view row) {
  KeptAnswer kept;
  std::int64_t at = 0;
  if (!saga::take_field(row, kept.payload_hash) || !saga::take_field(row, kept.status) ||
      !saga::take_field(row, at))
    return std::nullopt;
  kept.at = base::TimePoint(base::Duration(at));
  kept.body = row;
  return kept;
}

}  // namespace

runtime::Task<bool> KeptAnswers::load() {
  runtime::Scan scan(env_, std::string(row_prefix));
  const auto rows = co_await scan;
  if (!rows) co_return false;
  for (const auto& [key, row] : *rows)
    answers_.put(std::string_view(key).substr(row_prefix.size()), row);
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
  const auto row = answers_.find(request.idempotency_key);
  if (!row) return std::nullopt;
  const auto kept = from_row(*row);
  switch (machine_.judge(kept, payload_hash, env_.now())) {
    case resilience::Idempotency::Standing::first:
      return std::nullopt;
    case resilience::Idempotency::Standing::mismatch:
      return machine_.mismatch();
    case resilience::Idempotency::Standing::replay:
      break;
  }
  return resilience::Idempotency::answer(*kept);
}

void KeptAnswers::keep(const model::Request& request, std::uint64_t payload_hash,
                       const model::Response& response, runtime::Batch& batch) {
  if (request.idempotency_key.empty() || !machine_.on()) return;
  std::string row = to_row(response, payload_hash, env_.now());
  answers_.put(request.idempotency_key, row);
  batch.put(base::concat({row_prefix, request.idempotency_key}), std::move(row));
}

}  // namespace seawall::shop
