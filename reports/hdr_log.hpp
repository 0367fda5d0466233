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
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/base/units.hpp"
#include "reports/hdr_histogram.hpp"

namespace seawall::reports {

// The name of a request as a tag: a comma, blank or line break becomes '_', as the format wants.
std::string tag_of(std::string_view name);

class HdrLogWriter {
 public:
  HdrLogWriter();
  // In order of `start`.
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

// Reads what HdrLogWriter writes and the V2 logs of other tools (hdr_histogram.hpp), also such as
// count time from 1970. Strict: the error says which line is wrong and how. A log of more than
// `most` intervals is refused, because each takes the size of a histogram.
base::expected<std::vector<HdrInterval>, std::string> read_hdr_log(std::string_view text,
                                                                   std::size_t most = 10'000);

// The intervals of each tag together, however many there are. `unit`: what a value of 1 stands for,
// which a log does not say.
base::expected<std::map<std::string, stats::Histogram>, std::string> read_hdr_totals(
    std::string_view text, base::Duration unit = base::Duration(1));

}  // namespace seawall::reports
