// Histogram logs as HdrHistogram's tools read them (HistogramLogProcessor, the plotters): lines of
// intervals, each with its histogram in the V2 encoding, DEFLATE and base64.
//
//   Tag=place-order,12.000,1.000,48.234,HISTFAAAA...
//   \_____________/ \____/ \___/ \____/ \__________/
//     request name  start  length  max   histogram
//                     s      s     ms    of ns
//
// Times count from time 0 of the run, so that a simulated run gives the same bytes every time.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/base/units.hpp"
#include "harness/stats/histogram.hpp"

namespace seawall::reports {

class HdrLogWriter {
 public:
  HdrLogWriter();
  // In order of `start`. A comma, blank or line break in `tag` becomes '_', as the format wants.
  void append(std::string_view tag, base::Duration start, base::Duration length,
              const stats::Histogram& histogram);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

struct HdrInterval {
  std::string tag;  // empty: none
  base::Duration start{};
  base::Duration length{};
  stats::Histogram histogram;
};

// Reads what HdrLogWriter writes and any V2 log of three significant figures from 1 ns. Strict: the
// error says which line is wrong and how. A log of more than `most` intervals is refused, because
// each takes the size of a histogram.
base::expected<std::vector<HdrInterval>, std::string> read_hdr_log(std::string_view text,
                                                                   std::size_t most = 10'000);

// The histogram alone: "HISTFAAAA...".
std::string encode_histogram(const stats::Histogram& histogram);
base::expected<stats::Histogram, std::string> decode_histogram(std::string_view text);

}  // namespace seawall::reports
