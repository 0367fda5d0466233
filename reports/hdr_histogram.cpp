#include "reports/hdr_histogram.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>

#include <openssl/evp.h>
#include <zlib.h>

#include "harness/base/assert.hpp"

namespace seawall::reports {
namespace {

using base::Duration;
using base::unexpected;
using stats::Histogram;
using Layout = stats::HistogramLayout;

// AbstractHistogram.java: the low nibble 1 says that counts are ZigZag LEB128.
constexpr std::uint32_t encoding_cookie = 0x1c849303 | 0x10;
constexpr std::uint32_t compressed_cookie = 0x1c849304 | 0x10;
constexpr std::uint32_t cookie_version = 0x0f;  // of a compressed cookie: 2 for V1, 4 for V2
constexpr std::size_t most_bytes_of_number = 9;
// What five significant figures over all of 64 bits take at most.
constexpr std::size_t most_payload = std::size_t{64} << 20;

void put_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out += static_cast<char>(value >> shift & 0xFF);
}

// LEB128 of at most nine bytes, the ninth of which has eight bits of its own (ZigZagEncoding.java).
void put_number(std::string& out, std::int64_t number) {
  std::uint64_t bits =
      (static_cast<std::uint64_t>(number) << 1) ^ static_cast<std::uint64_t>(number >> 63);
  for (std::size_t i = 1; i < most_bytes_of_number && bits >= 0x80; ++i, bits >>= 7)
    out += static_cast<char>((bits & 0x7F) | 0x80);
  out += static_cast<char>(bits);
}

// Bytes of a histogram from the front; past their end it gives zeros and ok() is false.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}
  bool ok() const { return ok_; }
  bool at_end() const { return at_ == bytes_.size(); }
  std::string_view rest() const { return bytes_.substr(at_); }

  std::uint64_t big_endian(int size) {
    std::uint64_t value = 0;
    for (int i = 0; i < size; ++i) value = value << 8 | next();
    return value;
  }
  std::int64_t number() {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < most_bytes_of_number; ++i) {
      const std::uint64_t byte = next();
      const bool last = i + 1 == most_bytes_of_number;
      bits |= (last ? byte : byte & 0x7F) << (7 * i);
      if (last || (byte & 0x80) == 0) break;
    }
    return static_cast<std::int64_t>(bits >> 1) ^ -static_cast<std::int64_t>(bits & 1);
  }

 private:
  std::uint64_t next() {
    if (at_ < bytes_.size()) return static_cast<unsigned char>(bytes_[at_++]);
    ok_ = false;
    return 0;
  }
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

// EVP_DecodeBlock takes blanks and counts padding as bytes, so both are looked at here.
std::optional<std::string> from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0 || text.size() > 2 * most_payload) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  for (const char c : text.substr(0, text.size() - padding)) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!letter && !(c >= '0' && c <= '9') && c != '+' && c != '/') return std::nullopt;
  }
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

std::string compress_bytes(std::string_view bytes) {
  uLongf size = compressBound(bytes.size());
  std::string packed(size, '\0');
  const int status = compress(reinterpret_cast<Bytef*>(packed.data()), &size,
                              reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  base::require(status == Z_OK, "a histogram can be compressed in memory");
  packed.resize(size);
  return packed;
}

// Never more than most_payload, whatever the input claims.
std::optional<std::string> uncompress_bytes(std::string_view packed) {
  for (std::size_t room = std::size_t{1} << 19; room <= most_payload; room *= 2) {
    std::string bytes(room, '\0');
    uLongf size = bytes.size();
    uLong used = packed.size();
    const int status = uncompress2(reinterpret_cast<Bytef*>(bytes.data()), &size,
                                   reinterpret_cast<const Bytef*>(packed.data()), &used);
    if (status == Z_BUF_ERROR && size == room) continue;  // it takes more room
    if (status != Z_OK || used != packed.size()) return std::nullopt;
    bytes.resize(size);
    return bytes;
  }
  return std::nullopt;
}

std::string encode_counts(const Histogram& histogram) {
  std::string out;
  if (histogram.count() == 0) return out;
  const auto counts = histogram.counts();
  const std::size_t end = Layout::index_of(histogram.max().count()) + 1;
  for (std::size_t i = 0; i < end;) {
    const std::size_t from = i;
    while (i < end && counts[i] == 0) ++i;
    const auto zeros = static_cast<std::int64_t>(i - from);
    if (zeros > 1) put_number(out, -zeros);
    if (zeros == 1) put_number(out, 0);
    if (i < end) put_number(out, counts[i++]);
  }
  return out;
}

int bits_of(std::uint64_t value) { return static_cast<int>(std::bit_width(value)); }

// The buckets of any HdrHistogram (AbstractHistogram.java, init and valueFromIndex): as
// HistogramLayout has them for three figures from 1, but 2^half_bits for each doubling, each
// 2^unit_bits wide at the least.
struct OtherLayout {
  int half_bits;
  int unit_bits;

  // `figures` at most 5, `lowest` at least 1.
  static OtherLayout of(std::uint64_t figures, std::uint64_t lowest) {
    std::uint64_t single_unit_values = 2;
    for (std::uint64_t i = 0; i < figures; ++i) single_unit_values *= 10;
    return {std::max(1, bits_of(single_unit_values - 1)) - 1, bits_of(lowest) - 1};
  }
  // How many counters reach `highest`. Values of more than 63 bits have none.
  std::size_t size_for(std::uint64_t highest) const {
    const int bits = std::max(bits_of(highest), half_bits + 1 + unit_bits);
    return static_cast<std::size_t>(bits - half_bits - unit_bits + 1) << half_bits;
  }
  // The largest value of a bucket below size_for().
  std::uint64_t highest_of(std::size_t index) const {
    const std::size_t half = std::size_t{1} << half_bits;
    const std::size_t doubling = index < 2 * half ? 0 : (index >> half_bits) - 1;
    const int shift = static_cast<int>(doubling) + unit_bits;
    return ((static_cast<std::uint64_t>(index - doubling * half) + 1) << shift) - 1;
  }
};

base::expected<Histogram, std::string> decode_counts(ByteReader bytes, const OtherLayout& layout,
                                                     Histogram histogram) {
  const auto highest = static_cast<std::uint64_t>(histogram.highest().count());
  const std::size_t size = layout.size_for(highest);
  const std::string too_long = "counts beyond the highest value";
  std::size_t index = 0;
  while (!bytes.at_end()) {
    const std::int64_t number = bytes.number();
    if (!bytes.ok()) return unexpected<std::string>("the counts end within a number");
    if (number <= 0) {
      const std::uint64_t zeros = number == 0 ? 1 : 0 - static_cast<std::uint64_t>(number);
      if (zeros > size - index) return unexpected(too_long);
      index += zeros;
      continue;
    }
    if (index == size) return unexpected(too_long);
    if (number > std::numeric_limits<std::int64_t>::max() - histogram.count())
      return unexpected<std::string>("the counts overflow");
    const std::uint64_t value = std::min(layout.highest_of(index++), highest);
    histogram.record(Duration(static_cast<std::int64_t>(value)), number);
  }
  return histogram;
}

}  // namespace

std::string encode_histogram(const Histogram& histogram) {
  const std::string counts = encode_counts(histogram);
  std::string payload;
  put_big_endian(payload, encoding_cookie, 4);
  put_big_endian(payload, counts.size(), 4);
  put_big_endian(payload, 0, 4);  // normalizing index offset
  put_big_endian(payload, Layout::significant_figures, 4);
  put_big_endian(payload, 1, 8);  // lowest discernible value
  put_big_endian(payload, static_cast<std::uint64_t>(histogram.highest().count()), 8);
  put_big_endian(payload, std::bit_cast<std::uint64_t>(1.0), 8);  // integer to double ratio
  payload += counts;
  const std::string packed = compress_bytes(payload);
  std::string bytes;
  put_big_endian(bytes, compressed_cookie, 4);
  put_big_endian(bytes, packed.size(), 4);
  return to_base64(bytes + packed);
}

base::expected<Histogram, std::string> decode_histogram(std::string_view text) {
  const auto bytes = from_base64(text);
  if (!bytes) return unexpected<std::string>("the histogram is not base64");
  ByteReader outer(*bytes);
  const std::uint64_t cookie = outer.big_endian(4);
  const std::uint64_t packed_size = outer.big_endian(4);
  if (cookie >> 8 == compressed_cookie >> 8 && (cookie & cookie_version) < 4)
    return unexpected<std::string>("a histogram of an encoding before V2");
  if (cookie != compressed_cookie || !outer.ok())
    return unexpected<std::string>("not a compressed V2 histogram");
  if (packed_size != outer.rest().size())
    return unexpected<std::string>("the histogram has another length than it states");
  const auto payload = uncompress_bytes(outer.rest());
  if (!payload) return unexpected<std::string>("the histogram cannot be uncompressed");

  ByteReader header(*payload);
  const bool encoded = header.big_endian(4) == encoding_cookie;
  const std::uint64_t size = header.big_endian(4);
  header.big_endian(4);  // a shift of the writer's array: counts stand in the order of values
  const std::uint64_t figures = header.big_endian(4);
  const std::uint64_t lowest = header.big_endian(8);
  const auto highest = static_cast<std::int64_t>(header.big_endian(8));
  const std::uint64_t ratio = header.big_endian(8);
  if (!encoded || !header.ok() || size != header.rest().size())
    return unexpected<std::string>("not a V2 encoding");
  // hdr-histogram-js writes the integer 1 where the format has the number 1.
  if (ratio != std::bit_cast<std::uint64_t>(1.0) && ratio != 1)
    return unexpected<std::string>("expected a histogram of integers, found one of fractions");
  const bool has_layout = figures <= 5 && lowest >= 1 && highest >= 2 &&
                          lowest <= static_cast<std::uint64_t>(highest) / 2;
  if (!has_layout)
    return unexpected<std::string>(
        "expected at most five significant figures from a lowest value of 1 or more, with a "
        "highest value of twice that at least");
  const OtherLayout layout = OtherLayout::of(figures, lowest);
  if (layout.half_bits + 1 + layout.unit_bits > 61)
    return unexpected<std::string>("buckets of more than 61 bits");
  return decode_counts(ByteReader(header.rest()), layout, Histogram(Duration(highest)));
}

}  // namespace seawall::reports
