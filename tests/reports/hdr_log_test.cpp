#include "reports/hdr_log.hpp"

#include "harness/base/keyed_random.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;

namespace seawall::reports {
namespace {

using base::Duration;
using base::Share;
using stats::Histogram;

// Written by the Python port of HdrHistogram (hdrhistogram 0.10.8, range 1 to 3.6e12, 3 figures)
// for the values of `reference()`.
constexpr std::string_view reference_text =
    "HISTFAAAAD54nJNpmSzMwMAgwwABzFCaEch0M9ixgMH+A0SAieU0/4I5jKsFmJieT2K8wXIzJUCR6XcS09p+RiYAVX8N"
    "5w==";

Histogram reference() {
  Histogram histogram;
  histogram.record(0ns);
  histogram.record(1ns, 2);
  histogram.record(2'047ns);
  histogram.record(2'048ns);
  histogram.record(1us, 10'000);
  histogram.record(1'234'567ns, 300);
  histogram.record(98'765'432ns, 40);
  histogram.record(100ms);
  histogram.record(7'200ms);
  histogram.record(3'599'999'999'999ns);
  return histogram;
}

bool same_counts(const Histogram& a, const Histogram& b) {
  return std::equal(a.counts().begin(), a.counts().end(), b.counts().begin(), b.counts().end());
}

std::string error_of(std::string_view text) {
  const auto histogram = decode_histogram(text);
  return histogram ? "no error" : histogram.error();
}

TEST_CASE("a histogram that HdrHistogram encoded is decoded to the same counts and quantiles") {
  const auto decoded = decode_histogram(reference_text);
  REQUIRE(decoded);
  CHECK(same_counts(*decoded, reference()));
  CHECK(decoded->count() == 10'348);
  CHECK(decoded->highest() == 1h);
  CHECK(decoded->max() == Duration(3'601'330'077'695));
  CHECK(decoded->min() == 0ns);
  CHECK(decoded->value_at_quantile(Share::percent(50)) == 1'000ns);
  CHECK(decoded->value_at_quantile(Share::percent(99)) == 1'234'943ns);
  CHECK(decoded->value_at_quantile({999'000}) == 98'828'287ns);
  CHECK(decoded->mean() == Duration(349'042'132));
}

TEST_CASE("what is encoded decodes to the same counts") {
  Histogram random(10s);
  for (int i = 0; i < 5'000; ++i) random.record(base::KeyedRandom(1).with(i).within(20s), i + 1);
  for (const Histogram& histogram : {reference(), Histogram(), random}) {
    const auto decoded = decode_histogram(encode_histogram(histogram));
    REQUIRE(decoded);
    CHECK(same_counts(*decoded, histogram));
    CHECK(decoded->highest() == histogram.highest());
  }
}

TEST_CASE("counts of every length are encoded") {
  Histogram histogram;
  for (int shift = 0; shift < 62; ++shift)
    histogram.record(Duration(2 * shift), std::int64_t{1} << shift);
  const auto decoded = decode_histogram(encode_histogram(histogram));
  REQUIRE(decoded);
  CHECK(same_counts(*decoded, histogram));
}

TEST_CASE("text that is no such histogram is refused") {
  CHECK(error_of("") == "the histogram is not base64");
  CHECK(error_of("HIST FAA") == "the histogram is not base64");
  CHECK(error_of("====") == "the histogram is not base64");
  CHECK(error_of("AAAA") == "not a compressed V2 histogram");
  std::string other(reference_text);
  other[20] = 'A';
  CHECK(error_of(other) == "the histogram cannot be uncompressed");
  CHECK(error_of(reference_text.substr(0, 40)) ==
        "the histogram has another length than it states");
}

// From HdrHistogram's own tagged-Log: two significant figures from 20 us. What the original says of
// it was computed with hdr-histogram-js 3.0.1.
constexpr std::string_view two_figures =
    "HISTFAAAAEV42pNpmSzMwMCgyAABTBDKT4GBgdnNYMcCBvsPEBEJISEuATEZMQ4uASkhIR4nrxg9v2lMaxhvMekILGZk"
    "KmcCAEf2CsI=";

TEST_CASE("a histogram of other figures and another lowest value is taken") {
  const auto decoded = decode_histogram(two_figures);
  REQUIRE(decoded);
  CHECK(decoded->count() == 741);
  CHECK(decoded->value_at_quantile(Share::percent(50)) >= Duration(344'063));
  CHECK(decoded->value_at_quantile(Share::percent(50)) <= Duration(344'063 + 344));
  CHECK(decoded->value_at_quantile(Share::percent(99)) >= Duration(409'599));
  CHECK(decoded->value_at_quantile(Share::percent(99)) <= Duration(409'599 + 410));
}

TEST_CASE("the tags of a log come together, in the unit that is stated") {
  HdrLogWriter writer;
  Histogram first, second;
  first.record(5ns, 3);
  second.record(7ns);
  writer.append("read", 0s, 1s, first);
  writer.append("read", 1s, 1s, second);
  writer.append("write", 1s, 1s, second);
  const auto totals = read_hdr_totals(writer.text(), 1us);
  REQUIRE(totals);
  REQUIRE(totals->size() == 2);
  CHECK(totals->at("read").count() == 4);
  CHECK(totals->at("read").max() / 1us == 7);
  CHECK(totals->at("read").min() / 1us >= 4);  // the bucket of 5 us begins below it
  CHECK(totals->at("write").count() == 1);
}

TEST_CASE("values that a unit makes too large are refused, and large ones are kept") {
  HdrLogWriter writer;
  Histogram large;
  large.record(59min);
  writer.append("slow", 0s, 1s, large);
  const auto totals = read_hdr_totals(writer.text(), 1s);
  CHECK_FALSE(totals);
  const auto hours = read_hdr_totals(writer.text(), 1us);
  REQUIRE(hours);
  CHECK(hours->at("slow").max() >= 59min * 1000);
  CHECK(hours->at("slow").max() < 60min * 1000);
}

TEST_CASE("a log keeps its intervals") {
  HdrLogWriter writer;
  writer.append("place-order", -3s, 1s, reference());
  writer.append("GET /a,b", 12s, 1s, Histogram());
  const auto intervals = read_hdr_log(writer.text());
  REQUIRE(intervals);
  REQUIRE(intervals->size() == 2);
  CHECK(intervals->at(0).tag == "place-order");
  CHECK(intervals->at(0).start == -3s);
  CHECK(intervals->at(0).length == 1s);
  CHECK(same_counts(intervals->at(0).histogram, reference()));
  CHECK(intervals->at(1).tag == "GET_/a_b");
  CHECK(intervals->at(1).start == 12s);
  CHECK(intervals->at(1).histogram.count() == 0);
}

TEST_CASE("a log looks as the format has it") {
  HdrLogWriter writer;
  Histogram histogram;
  histogram.record(48'234'000ns);
  writer.append("read", 1500ms, 1s, histogram);
  CHECK(writer.text().starts_with(
      "#[Histogram log format version 1.3]\n#[BaseTime: 0.000 (seconds since epoch)]\n"));
  CHECK(writer.text().find("\nTag=read,1.500,1.000,48.234,HISTFAAAA") != std::string::npos);
}

TEST_CASE("an error names the line") {
  const auto error = [](std::string_view text, std::size_t most = 10) {
    const auto intervals = read_hdr_log(text, most);
    return intervals ? "no error" : intervals.error();
  };
  const std::string good = "0.0,1.0,2.0," + std::string(reference_text) + "\n";
  CHECK(error(good) == "no error");
  CHECK(error("#[x]\n\nx,y\n") == "line 3: expected start, length, max, histogram");
  CHECK(error("a,1,1,AAAA") == "line 1: expected numbers for start, length and max");
  CHECK(error("nan,1,1,AAAA") == "line 1: expected numbers for start, length and max");
  CHECK(error(good + "0,1,1,AAAA") == "line 2: not a compressed V2 histogram");
  CHECK(error(good + good, 1) == "line 2: more than 1 intervals");
}

}  // namespace
}  // namespace seawall::reports
