#include "faults/kinds/kind.hpp"
#include "faults/plan/delay.hpp"

namespace seawall::kinds {

namespace {

using namespace std::chrono_literals;

plan::Loss loss_of(const model::Fault& fault) {
  return {fault.loss, fault.burst, fault.timer == base::Duration{} ? 200ms : fault.timer};
}

void apply_loss(const model::Fault& fault, const base::KeyedRandom& draw, const base::Link&,
                plan::Effect& effect) {
  const plan::Loss loss = loss_of(fault);
  const auto direction = fault.direction.value_or(model::Direction::both);
  if (direction != model::Direction::response)
    effect.request_delay = plan::draw(loss, draw.with("loss of the request"));
  if (direction != model::Direction::request)
    effect.response_delay = plan::draw(loss, draw.with("loss of the response"));
}

std::string check_loss(const model::Fault& fault) {
  if (fault.loss.ppm == 0) return "'loss' of 0% loses nothing";
  if (fault.loss.ppm == base::Share::percent(100).ppm)
    return "'loss' of 100% lets nothing through: expected less, or type = \"blackhole\"";
  if (fault.timer > 60s) return "'timer' is at most 60s";
  return {};
}

void apply_loss_to_stream(const model::Fault& fault, plan::StreamEffect& effect) {
  effect.loss = loss_of(fault);
}

}  // namespace

Kind loss() {
  model::KindWords words;
  words.name = "loss";
  words.keys = {"loss", "burst", "timer", "direction"};
  words.required = {"loss"};
  words.doc =
      "packets are lost, which TCP hides: a share of the messages comes later by the sender's "
      "'timer' (200ms), and by twice that more for each loss in a row ('burst': the share that is "
      "lost once more); direction = \"request\" or \"response\": one way alone";
  words.check = check_loss;
  Kind kind{words, apply_loss, plan::NodeEffect::none, R"(
[[fault]]
type = "loss"
on = "order -> payment"
loss = "2%"
burst = "40%"
)"};
  kind.stream = {apply_loss_to_stream, model::Direction::both};
  return kind;
}

}  // namespace seawall::kinds
