#include "harness/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "harness/base/integer_math.hpp"
#include "harness/base/link.hpp"

namespace seawall::base {
namespace {

// A decimal number as an integer in units of `one`, exact: "1.5" with one = 1000 is 1500. Nothing
// where the text is no such number, does not fit, or has more digits than `one` can hold.
std::optional<std::int64_t> parse_scaled(std::string_view digits, std::int64_t one) {
  const std::size_t point = std::min(digits.find('.'), digits.size());
  const std::string_view whole = digits.substr(0, point);
  const std::string_view part = point < digits.size() ? digits.substr(point + 1) : "";
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (whole.empty() || !std::all_of(whole.begin(), whole.end(), is_digit)) return std::nullopt;
  if (point < digits.size() && part.empty()) return std::nullopt;
  if (!std::all_of(part.begin(), part.end(), is_digit)) return std::nullopt;
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  std::int64_t value = 0;
  for (const char digit : whole) {
    if (value > (most - 9) / 10) return std::nullopt;
    value = value * 10 + (digit - '0');
  }
  if (value > most / one) return std::nullopt;
  value *= one;
  for (const char digit : part) {
    if (one % 10 != 0) {
      if (digit != '0') return std::nullopt;
      continue;
    }
    one /= 10;
    const std::int64_t step = one * (digit - '0');
    if (value > most - step) return std::nullopt;
    value += step;
  }
  return value;
}

struct Suffix {
  std::string_view text;
  std::int64_t scale;
};

// Splits "1.5s" into number and suffix and scales it; the first suffix that fits wins.
template <std::size_t N>
std::optional<std::int64_t> parse_with_suffix(std::string_view text,
                                              const std::array<Suffix, N>& suffixes) {
  const std::size_t end = text.find_first_not_of("0123456789.");
  if (end == std::string_view::npos) return std::nullopt;
  for (const Suffix& suffix : suffixes)
    if (text.substr(end) == suffix.text) return parse_scaled(text.substr(0, end), suffix.scale);
  return std::nullopt;
}

constexpr std::array<Suffix, 6> duration_suffixes = {{{"h", 3'600'000'000'000},
                                                      {"m", 60'000'000'000},
                                                      {"s", 1'000'000'000},
                                                      {"ms", 1'000'000},
                                                      {"us", 1'000},
                                                      {"ns", 1}}};
constexpr std::array<Suffix, 7> byte_suffixes = {{{"GiB", 1 << 30},
                                                  {"MiB", 1 << 20},
                                                  {"KiB", 1 << 10},
                                                  {"GB", 1'000'000'000},
                                                  {"MB", 1'000'000},
                                                  {"KB", 1'000},
                                                  {"B", 1}}};

// value / one as a decimal without trailing zeros.
std::string decimal(std::int64_t value, std::int64_t one) {
  const std::string sign = value < 0 ? "-" : "";
  const auto magnitude = value < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(value)
                                   : static_cast<std::uint64_t>(value);
  std::string text = sign + std::to_string(magnitude / static_cast<std::uint64_t>(one));
  std::uint64_t rest = magnitude % static_cast<std::uint64_t>(one);
  if (rest == 0) return text;
  text += '.';
  for (std::uint64_t digit = static_cast<std::uint64_t>(one) / 10; rest != 0 && digit != 0;
       digit /= 10) {
    text += static_cast<char>('0' + rest / digit);
    rest %= digit;
  }
  return text;
}

}  // namespace

expected<Duration, std::string> parse_duration(std::string_view text) {
  constexpr std::int64_t most = 365LL * 24 * 3'600'000'000'000;
  const auto value = parse_with_suffix(text, duration_suffixes);
  if (!value)
    return unexpected(std::string("a duration with its unit, such as \"300ms\" or \"1.5s\""));
  if (*value > most) return unexpected(std::string("a duration of at most 8760h"));
  return Duration(*value);
}

expected<Rate, std::string> parse_rate(std::string_view text) {
  const auto fail = [] {
    return unexpected(std::string("a rate above 0 and up to 10000000/s, such as \"150/s\""));
  };
  std::optional<std::int64_t> micro;
  if (text.ends_with("/s")) micro = parse_scaled(text.substr(0, text.size() - 2), 1'000'000);
  if (text.ends_with("/m")) {
    micro = parse_scaled(text.substr(0, text.size() - 2), 1'000'000);
    if (micro) *micro /= 60;
  }
  if (!micro || *micro <= 0 || *micro > 10'000'000LL * 1'000'000) return fail();
  return Rate{*micro};
}

expected<Share, std::string> parse_share(std::string_view text) {
  std::optional<std::int64_t> ppm;
  if (text.ends_with('%')) ppm = parse_scaled(text.substr(0, text.size() - 1), 10'000);
  if (!ppm || *ppm > 1'000'000)
    return unexpected(std::string("a share from \"0%\" to \"100%\", such as \"12.5%\""));
  return Share{*ppm};
}

expected<Bytes, std::string> parse_bytes(std::string_view text) {
  const auto value = parse_with_suffix(text, byte_suffixes);
  if (!value) return unexpected(std::string("a size with its unit, such as \"64KiB\""));
  return Bytes{*value};
}

std::string to_text(Duration duration) {
  const std::int64_t ns = duration.count();
  const std::int64_t size = ns < 0 ? -ns : ns;
  if (size == 0) return "0s";
  if (size < 1'000) return decimal(ns, 1) + "ns";
  if (size < 1'000'000) return decimal(ns, 1'000) + "us";
  if (size < 1'000'000'000) return decimal(ns, 1'000'000) + "ms";
  if (size % 3'600'000'000'000 == 0) return decimal(ns, 3'600'000'000'000) + "h";
  if (size % 60'000'000'000 == 0) return decimal(ns, 60'000'000'000) + "m";
  return decimal(ns, 1'000'000'000) + "s";
}

std::string to_text(Rate rate) { return decimal(rate.micro_per_second, 1'000'000) + "/s"; }
std::string to_text(Share share) { return decimal(share.ppm, 10'000) + "%"; }

std::string to_text(Bytes bytes) {
  for (const Suffix& suffix : byte_suffixes)
    if (bytes.count != 0 && suffix.text.find('i') != std::string_view::npos &&
        bytes.count % suffix.scale == 0)
      return std::to_string(bytes.count / suffix.scale) + std::string(suffix.text);
  return std::to_string(bytes.count) + "B";
}

std::string to_text(Money money) {
  const std::int64_t size = money.minor < 0 ? -money.minor : money.minor;
  return fmt::format("{}{}.{:02}", money.minor < 0 ? "-" : "", size / 100, size % 100);
}

std::string to_text(const Diagnostic& diagnostic) {
  std::string text = diagnostic.file;
  if (diagnostic.line > 0) text += fmt::format(":{}:{}", diagnostic.line, diagnostic.column);
  if (!text.empty()) text += ": ";
  text += diagnostic.warning ? "warning: " : "error: ";
  text += diagnostic.message + '\n';
  if (!diagnostic.excerpt.empty()) {
    // What a file holds may be anything; on a terminal, control characters would act.
    std::string excerpt = diagnostic.excerpt;
    for (char& c : excerpt)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = c == '\t' ? ' ' : '?';
    text += "  " + excerpt + "\n  ";
    text += std::string(static_cast<std::size_t>(std::max(0, diagnostic.column - 1)), ' ') + "^\n";
  }
  if (!diagnostic.hint.empty()) text += "  hint: " + diagnostic.hint + '\n';
  return text;
}

// Damerau's distance restricted to adjacent transpositions ("optimal string alignment").
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  if (word.size() > 100) return std::nullopt;
  std::optional<std::string> best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > 100) continue;
    std::vector<std::size_t> before(candidate.size() + 1), row(candidate.size() + 1), next = row;
    for (std::size_t j = 0; j <= candidate.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      next[0] = i;
      for (std::size_t j = 1; j <= candidate.size(); ++j) {
        const bool same = word[i - 1] == candidate[j - 1];
        next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1)});
        if (i > 1 && j > 1 && word[i - 1] == candidate[j - 2] && word[i - 2] == candidate[j - 1])
          next[j] = std::min(next[j], before[j - 2] + 1);
      }
      std::swap(before, row);
      std::swap(row, next);
    }
    if (row.back() < best_distance) best_distance = row.back(), best = candidate;
  }
  return best;
}

bool matches_glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += separator;
    text += parts[i];
  }
  return text;
}

std::string concat(std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  std::string text(size, '\0');
  auto at = text.begin();
  for (const std::string_view part : parts) at = std::copy(part.begin(), part.end(), at);
  return text;
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    if (plain)
      out += c;
    else
      (out += '%').append({digits[byte / 16], digits[byte % 16]});
  }
  return out;
}

std::string hex(std::uint64_t value) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(16, '0');
  for (auto at = text.rbegin(); value != 0; value >>= 4) *at++ = digits[value & 15];
  return text;
}

std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

}  // namespace seawall::base
