// Reads expressions ("latency.p99 < 300ms and error_rate < 1%") and phases ("after payment-slow").
// Units are checked here, and every name against the vocabulary, so that an expression that was
// read can be evaluated.
#pragma once
#include <cstdint>
#include <optional>

#include "harness/model/expression.hpp"
#include "harness/model/scenario.hpp"
#include "harness/scenario/context.hpp"
#include "harness/scenario/value.hpp"

namespace seawall::scenario {

// What a bare name may be beside a measure: a probe where a moment is judged, and not a stretch of
// time; `baseline`, the same measure in a saved run, where two runs are compared.
enum class BareNames : std::uint8_t { none, probes, baseline };

// A condition. Limits: 2,000 characters, 50 levels. Reports the first mistake at its column.
std::optional<model::Expression> parse_condition(Context& context, const Value& text,
                                                 BareNames names = BareNames::none);

// The same for what has a value to compare by: no condition.
std::optional<model::Expression> parse_value(Context& context, const Value& text);

std::optional<model::Phase> parse_phase(Context& context, const Value& text);

}  // namespace seawall::scenario
