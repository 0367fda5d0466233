// One histogram as HdrHistogram's tools write it: the V2 encoding, DEFLATE and base64,
// "HISTFAAAA...".
#pragma once
#include <string>
#include <string_view>

#include "harness/base/result.hpp"
#include "harness/stats/histogram.hpp"

namespace seawall::reports {

std::string encode_histogram(const stats::Histogram& histogram);

// Takes every V2 histogram of integers: of other significant figures and other lowest values, each
// value counts at the upper end of its bucket, which is where the original's quantiles lie. More
// than three figures are cut to three. Values are taken as nanoseconds. The error is a sentence
// without its first word's capital.
base::expected<stats::Histogram, std::string> decode_histogram(std::string_view text);

}  // namespace seawall::reports
