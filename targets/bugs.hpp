// The bugs that tests plant into the targets to see whether the harness finds them. In the product
// planted() is constexpr false (targets/planted); in test builds it asks tests/support/planted.
#pragma once
#include <cstdint>

namespace seawall {

enum class Bug : std::uint8_t {
  none,
  idempotency_key_ignored,
  tombstone_missing,
  refund_skipped_in_doubt,
  effect_before_intent,
  no_recovery_at_restart,
  breaker_permit_leaked,
  half_open_unlimited,
  timeout_per_read,
  release_never_sent,
  wrong_quantity_sold,
  told_before_durable,
  no_dead_letter,
  client_key_ignored,
  rate_limit_shared,
  rate_limit_open,
  throttle_open,
  limit_never_shrinks,
  limit_without_reserve,
  limit_permit_leaked,
  hedge_without_budget,
  hedge_never_sent,
  cache_keeps_nothing,
  coalescing_forgotten,
  stale_without_limit,
  degraded_unmarked,
  outlier_never_returns,
  outlier_without_limit,
  outlier_never_forgives,
  refund_not_booked,
  refund_too_large,
  wrong_amount_charged,
  balance_forgotten,
  stock_not_given_back,
  holds_forgotten,
  wrong_sku_sold,
  compensation_tried_once,
  release_skipped_in_doubt,
  pivot_taken_back,
  dead_letter_never_closed,
  client_key_forgotten,
  reply_of_another_order,
};

}  // namespace seawall
