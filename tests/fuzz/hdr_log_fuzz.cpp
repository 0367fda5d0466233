// Histogram logs may come from other tools: whatever the bytes, reading ends with intervals or a
// sentence, within bounded memory, and what was read can be written and read again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include <openssl/evp.h>
#include <zlib.h>

#include "harness/base/assert.hpp"
#include "reports/hdr_log.hpp"

namespace {

using seawall::base::require;
using seawall::stats::Histogram;

const unsigned char* bytes_of(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// The input as what lies within compression and base64: no fuzzer guesses a checksum.
std::string wrapped(const std::uint8_t* data, std::size_t size) {
  uLongf packed_size = compressBound(size);
  std::string packed(8 + packed_size, '\0');
  compress(reinterpret_cast<Bytef*>(packed.data()) + 8, &packed_size, data, size);
  packed.resize(8 + packed_size);
  const std::uint32_t cookie = 0x1c849314;
  for (int i = 0; i < 4; ++i) {
    packed[static_cast<std::size_t>(i)] = static_cast<char>(cookie >> (24 - 8 * i));
    packed[static_cast<std::size_t>(4 + i)] = static_cast<char>(packed_size >> (24 - 8 * i));
  }
  std::string text((packed.size() + 2) / 3 * 4 + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(packed),
                  static_cast<int>(packed.size()));
  text.pop_back();
  return text;
}

void check_round_trip(const Histogram& histogram) {
  const auto again =
      seawall::reports::decode_histogram(seawall::reports::encode_histogram(histogram));
  require(again && std::ranges::equal(again->counts(), histogram.counts()),
          "what was read can be written and read again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const auto histogram = seawall::reports::decode_histogram(wrapped(data, size)))
    check_round_trip(*histogram);
  const auto intervals = seawall::reports::read_hdr_log(
      std::string_view(reinterpret_cast<const char*>(data), size), 3);
  if (intervals) {
    for (const auto& interval : *intervals) check_round_trip(interval.histogram);
  } else {
    require(intervals.error().starts_with("line "), "an error says where it is");
  }
  const auto totals = seawall::reports::read_hdr_totals(
      std::string_view(reinterpret_cast<const char*>(data), size), std::chrono::microseconds(1));
  require(totals || totals.error().starts_with("line "), "an error says where it is");
  return 0;
}
