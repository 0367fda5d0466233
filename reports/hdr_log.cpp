#include "reports/hdr_log.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <zlib.h>

#include "harness/base/assert.hpp"
#include "harness/base/text.hpp"

namespace seawall::reports {
namespace {

using base::Duration;
using base::unexpected;
using stats::Histogram;
using Layout = stats::HistogramLayout;

// AbstractHistogram.java: the low nibble 1 says that counts are ZigZag LEB128.
constexpr std::uint32_t encoding_cookie = 0x1c849303 | 0x10;
constexpr std::uint32_t compressed_cookie = 0x1c849304 | 0x10;
constexpr std::size_t header_size = 40;
constexpr std::size_t most_bytes_of_number = 9;
constexpr std::size_t most_payload =
    header_size + most_bytes_of_number * Layout::size_for(std::numeric_limits<std::int64_t>::max());

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
  std::string bytes(most_payload, '\0');
  uLongf size = bytes.size();
  uLong used = packed.size();
  const int status = uncompress2(reinterpret_cast<Bytef*>(bytes.data()), &size,
                                 reinterpret_cast<const Bytef*>(packed.data()), &used);
  if (status != Z_OK || used != packed.size()) return std::nullopt;
  bytes.resize(size);
  return bytes;
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

base::expected<Histogram, std::string> decode_counts(ByteReader bytes, Histogram histogram) {
  const std::size_t size = histogram.counts().size();
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
    histogram.record(std::min(Duration(Layout::lowest_of(index++)), histogram.highest()), number);
  }
  return histogram;
}

std::string seconds(Duration duration) {
  return fmt::format("{:.3f}", std::chrono::duration<double>(duration).count());
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::abs(value) <= 1e9 ? std::optional(value) : std::nullopt;  // 30 years, and no nan
}

Duration of_seconds(double value) { return std::chrono::milliseconds(std::llround(value * 1000)); }

base::expected<HdrInterval, std::string> read_interval(std::string_view line) {
  std::vector<std::string_view> parts = base::split(line, ',');
  std::string tag;
  if (line.starts_with("Tag=")) {
    tag = parts.front().substr(4);
    parts.erase(parts.begin());
  }
  if (parts.size() != 4) return unexpected<std::string>("expected start, length, max, histogram");
  const auto start = parse_number(parts[0]);
  const auto length = parse_number(parts[1]);
  if (!start || !length || *length < 0 || !parse_number(parts[2]))
    return unexpected<std::string>("expected numbers for start, length and max");
  auto histogram = decode_histogram(parts[3]);
  if (!histogram) return unexpected(std::move(histogram.error()));
  return HdrInterval{std::move(tag), of_seconds(*start), of_seconds(*length),
                     std::move(*histogram)};
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
  const bool known = outer.big_endian(4) == compressed_cookie;
  const std::uint64_t packed_size = outer.big_endian(4);
  if (!known || !outer.ok()) return unexpected<std::string>("not a compressed V2 histogram");
  if (packed_size != outer.rest().size())
    return unexpected<std::string>("the histogram has another length than it states");
  const auto payload = uncompress_bytes(outer.rest());
  if (!payload) return unexpected<std::string>("the histogram cannot be uncompressed");

  ByteReader header(*payload);
  const bool encoded = header.big_endian(4) == encoding_cookie;
  const std::uint64_t size = header.big_endian(4);
  const std::uint64_t offset = header.big_endian(4);
  const std::uint64_t figures = header.big_endian(4);
  const std::uint64_t lowest = header.big_endian(8);
  const auto highest = static_cast<std::int64_t>(header.big_endian(8));
  const auto ratio = std::bit_cast<double>(header.big_endian(8));
  if (!encoded || !header.ok() || size != header.rest().size())
    return unexpected<std::string>("not a V2 encoding");
  if (offset != 0 || figures != Layout::significant_figures || lowest != 1 || highest < 2 ||
      ratio != 1.0)
    return unexpected<std::string>("expected three significant figures from 1 ns");
  return decode_counts(ByteReader(header.rest()), Histogram(Duration(highest)));
}

HdrLogWriter::HdrLogWriter()
    : text_(
          "#[Histogram log format version 1.3]\n"
          "#[BaseTime: 0.000 (seconds since epoch)]\n"
          "#[StartTime: 0.000 (seconds since epoch), time 0 of the run]\n"
          "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
          "\"Interval_Compressed_Histogram\"\n") {}

void HdrLogWriter::append(std::string_view tag, Duration start, Duration length,
                          const Histogram& histogram) {
  std::string name(tag);
  for (char& c : name)
    if (c == ',' || static_cast<unsigned char>(c) <= ' ') c = '_';
  const double max_ms = std::chrono::duration<double, std::milli>(histogram.max()).count();
  text_ += fmt::format("Tag={},{},{},{:.3f},{}\n", name, seconds(start), seconds(length), max_ms,
                       encode_histogram(histogram));
}

base::expected<std::vector<HdrInterval>, std::string> read_hdr_log(std::string_view text,
                                                                   std::size_t most) {
  std::vector<HdrInterval> intervals;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = base::trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#') || line.starts_with('"')) continue;
    if (intervals.size() == most)
      return unexpected(fmt::format("line {}: more than {} intervals", number, most));
    auto interval = read_interval(line);
    if (!interval) return unexpected(fmt::format("line {}: {}", number, interval.error()));
    intervals.push_back(std::move(*interval));
  }
  return intervals;
}

}  // namespace seawall::reports
