#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t most = 100'000'000;  // a gap of less than 10 ns would be too coarse

// Answers do not compete: each goes back over a connection of its own, as Toxiproxy has it.
void apply_bandwidth(const model::Fault& fault, const base::KeyedRandom&, const base::Link&,
                     plan::Effect& effect) {
  effect.byte_gap = base::Duration(1s) / fault.rate.per_second.count;
}

std::string check_bandwidth(const model::Fault& fault) {
  if (fault.rate.per_second.count < 1 || fault.rate.per_second.count > most)
    return "'rate' is from 1B/s to 100MB/s";
  return {};
}

void apply_bandwidth_to_stream(const model::Fault& fault, plan::StreamEffect& effect) {
  effect.rate = fault.rate.per_second.count;
}

}  // namespace

Kind bandwidth() {
  model::KindWords words;
  words.name = "bandwidth";
  words.keys = {"rate"};
  words.required = {"rate"};
  words.doc = "each answer goes back at this rate (\"64KiB/s\"); its head counts as one byte";
  words.check = check_bandwidth;
  Kind kind{words, apply_bandwidth, plan::NodeEffect::none, R"(
[[fault]]
type = "bandwidth"
on = "order -> payment"
rate = "16KiB/s"
)"};
  kind.stream = {apply_bandwidth_to_stream, model::Direction::response};
  return kind;
}

}  // namespace seawall::kinds
