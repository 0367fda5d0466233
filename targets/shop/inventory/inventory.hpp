// The inventory service: holds stock for an order, sells it, or lets it go.
//
//   POST /reserve {order, sku, quantity}   200 held, 409 out_of_stock (remembered)
//   POST /confirm {order}                  200 sold, 409 hold_expired or not_held
//   POST /release {order}                  200 released; of what never happened: leaves a tombstone
//   POST /query   {order}                  200 held, sold, refused, or none, and leaves a tombstone
//   GET  /skus/{sku}                       what is durable: available, held, sold
//
// An order has one reservation: - held sold|released | - refused tombstone | - tombstone. Stock is
// taken in memory before the write that makes it durable, because checking, waiting and then taking
// oversells (`reserve = "check_then_act"` shows it). A hold that nobody confirms expires.
#pragma once
#include <deque>
#include <map>
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

// The pieces of one SKU.
struct Stock {
  std::int64_t initial = 0;
  std::int64_t available = 0;  // after all that was submitted to the store
  std::int64_t held = 0;       // durable
  std::int64_t sold = 0;       // durable
};

// What this service keeps of one order.
struct Reservation {
  enum class State : std::uint8_t { none, held, sold, released, refused, tombstone };
  State state = State::none;
  std::string sku;
  std::int64_t quantity = 0;
  std::int64_t copies = 0;  // held at once; more than one only where keys are ignored
  bool expired = false;     // released because nobody confirmed it in time
  base::TimePoint expires{};
  base::Subject subject;
};

class InventoryService final : public runtime::Service {
 public:
  InventoryService(runtime::Env& env, const model::Scenario& scenario);

  runtime::Task<bool> start() override;
  runtime::Task<Response> handle(Request request) override;
  runtime::Admission* admission() override { return server_.admission(); }
  std::vector<record::PatternUse> patterns() const override;

 private:
  // One operation on one reservation, in the frame of its handler.
  struct Operation;
  struct Expiry {
    base::TimePoint at;
    std::string order;
  };

  runtime::Task<bool> load_stock();
  runtime::Task<bool> load_reservations();

  runtime::Task<Response> reserve(Request request);
  runtime::Task<Response> confirm(Request request);
  runtime::Task<Response> release(Request request);
  runtime::Task<Response> query(Request request);
  Response read(std::string_view sku) const;

  // Leaves a tombstone where the policy has them, and answers that nothing is held.
  runtime::Task<Response> entomb(Operation& operation);
  // Makes the change durable, and only then visible.
  runtime::Task<Response> commit(Operation& operation, Reservation::State to, Response& answer);
  void settle(const Operation& operation, Reservation::State to);

  // Lets holds go when their time has come; runs while there are any.
  void expect_expiry(const std::string& order, base::TimePoint at);
  runtime::Task<> expire_holds();
  runtime::Task<bool> expire(std::string order);

  Stock* stock_of(std::string_view sku);

  runtime::Env& env_;
  resilience::Server server_;
  HealthDesk health_;
  std::map<std::string, std::int64_t> initial_stock_;
  model::Target::Reserve reserve_;
  base::Duration hold_ttl_;
  KeptAnswers answers_;
  std::map<std::string, Stock, std::less<>> stocks_;
  base::TextMap<Reservation> reservations_;  // by order
  std::deque<Expiry> expiries_;              // by time
  bool expiring_ = false;
};

}  // namespace seawall::shop

namespace seawall::model {
template <>
inline constexpr auto enum_names<shop::Reservation::State> =
    std::to_array<std::string_view>({"-", "held", "sold", "released", "refused", "tombstone"});
}  // namespace seawall::model

namespace seawall::shop {
template <class Visitor>
void describe(Visitor& visit, Reservation& reservation) {
  visit.field("state", reservation.state, {});
  visit.field("sku", reservation.sku, {});
  visit.field("quantity", reservation.quantity, {});
  visit.field("copies", reservation.copies, {});
  visit.field("expired", reservation.expired, {});
  visit.field("expires", reservation.expires, {});
  visit.field("subject", reservation.subject, {});
}
}  // namespace seawall::shop
