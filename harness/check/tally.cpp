#include "harness/check/tally.hpp"

#include <fmt/format.h>

#include "harness/base/text.hpp"

namespace seawall::check {
namespace {

constexpr std::int64_t told_in_full = 3;
constexpr std::size_t named = 20;

}  // namespace

void Tally::offend(std::string_view order, std::string_view sentence) {
  if (!order.empty() && order == last_order_) return;
  last_order_ = order;
  ++finding_.offending;
  if (!order.empty() && finding_.orders.size() < named) finding_.orders.emplace_back(order);
  if (finding_.offending > told_in_full) return;
  if (!told_.empty()) told_ += "; ";
  if (!order.empty()) told_ += fmt::format("order {}: ", order);
  told_ += sentence;
}

record::Finding Tally::finish(std::string_view explanation, std::string_view nothing,
                              std::string_view counted) && {
  using Status = record::Finding::Status;
  if (finding_.offending > 0) {
    finding_.status = Status::broken;
    if (finding_.offending > told_in_full)
      told_ += fmt::format("; and {} more", base::grouped(finding_.offending - told_in_full));
    if (!remark_.empty()) told_ += fmt::format("; and {}", remark_);
    finding_.why = fmt::format("{}. {}", told_, explanation);
    if (finding_.value.empty() && finding_.exercised > 0)
      finding_.value = fmt::format("{} of {} {}", base::grouped(finding_.offending),
                                   base::grouped(finding_.exercised), counted);
  } else if (!not_judged_.empty()) {
    finding_.status = Status::not_judged;
    finding_.why = not_judged_;
  } else if (finding_.exercised == 0) {
    finding_.status = Status::not_exercised;
    finding_.why = nothing;
  } else {
    finding_.status = Status::held;
    finding_.why = explanation;
  }
  return std::move(finding_);
}

}  // namespace seawall::check
