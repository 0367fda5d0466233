// The payment service: charges a card, and gives the money back.
//
//   POST /charge {order, amount}   200 captured, 402 declined (remembered)
//   POST /refund {order}           200 refunded; of what never happened: leaves a tombstone
//   POST /query  {order}           200 captured, declined, or none, and then leaves a tombstone
//   GET  /payments/{order}
//
// An order has one payment: - captured refunded | - declined tombstone | - tombstone. A tombstone
// refuses an original that arrives late. Each change is one batch with its ledger rows and the
// change of the merchant's account.
#pragma once
#include <memory>
#include <string>

#include "harness/base/text_map.hpp"
#include "harness/model/scenario.hpp"
#include "harness/runtime/service.hpp"
#include "targets/resilience/server.hpp"
#include "targets/shop/bodies.hpp"
#include "targets/shop/health.hpp"
#include "targets/shop/http.hpp"
#include "targets/shop/kept_answers.hpp"

namespace seawall::shop {

// What this service keeps of one order.
struct Payment {
  enum class State : std::uint8_t { none, captured, refunded, declined, tombstone };
  State state = State::none;
  base::Money amount;
  base::ShortText charge_key;
  // Where keys are ignored there may be several of each.
  std::int64_t captures = 0;
  std::int64_t refunds = 0;
};

class PaymentService final : public runtime::Service {
 public:
  PaymentService(runtime::Env& env, const model::Scenario& scenario);

  runtime::Task<bool> start() override;
  runtime::Task<Response> handle(Request request) override;
  runtime::Admission* admission() override { return server_.admission(); }
  std::vector<record::PatternUse> patterns() const override;

 private:
  // One operation on one order, in the frame of its handler.
  struct Operation;

  runtime::Task<Response> charge(Request request);
  runtime::Task<Response> refund(Request request);
  runtime::Task<Response> query(Request request);
  Response read(const std::string& order) const;

  // Leaves a tombstone where the policy has them, and answers that nothing is captured.
  runtime::Task<Response> entomb(Operation& operation);
  // Makes the change durable, and only then visible.
  runtime::Task<Response> commit(Operation& operation, Payment::State to, Response& answer);

  runtime::Env& env_;
  resilience::Server server_;
  HealthDesk health_;
  base::Share declines_;
  KeptAnswers answers_;
  base::TextMap<Payment> payments_;  // by order
  base::Money balance_;  // of the merchant's account, after all that was submitted to the store
};

}  // namespace seawall::shop

namespace seawall::model {
template <>
inline constexpr auto enum_names<shop::Payment::State> =
    std::to_array<std::string_view>({"-", "captured", "refunded", "declined", "tombstone"});
}  // namespace seawall::model

namespace seawall::shop {
template <class Visitor>
void describe(Visitor& visit, Payment& payment) {
  visit.field("state", payment.state, {});
  visit.field("amount", payment.amount, {});
  visit.field("charge_key", payment.charge_key, {});
  visit.field("captures", payment.captures, {});
  visit.field("refunds", payment.refunds, {});
}
}  // namespace seawall::shop
