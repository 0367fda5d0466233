// Units and words as text: what a user writes becomes a unit here, once, and a unit is printed
// here. Every parser takes the whole text or nothing; the message says what was expected.
#pragma once
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/base/units.hpp"

namespace seawall::base {

// "300ms" "1.5s" "10m" "2h" "7us" "9ns"; never negative, at most 365 days.
expected<Duration, std::string> parse_duration(std::string_view text);
// "150/s" "0.5/s" "90/m"; positive, at most 10,000,000/s.
expected<Rate, std::string> parse_rate(std::string_view text);
// "50%" "0.1%"; from 0 % to 100 %.
expected<Share, std::string> parse_share(std::string_view text);
// "64KiB" "1MiB" "10B" "5KB".
expected<Bytes, std::string> parse_bytes(std::string_view text);

std::string to_text(Duration duration);  // the shortest exact form: "300ms", "1.5s"
std::string to_text(Rate rate);          // "150/s"
std::string to_text(Share share);        // "12.5%"
std::string to_text(Bytes bytes);        // "64KiB"
std::string to_text(Money money);        // "19.99"

// The candidate nearest to `word` by edit distance, when it is near enough to be meant.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

// `*` in `pattern` stands for any run of characters.
bool matches_glob(std::string_view pattern, std::string_view text);

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
// One after the other, with one allocation.
std::string concat(std::initializer_list<std::string_view> parts);
// As in a form or a query (RFC 3986): all but letters, digits and "-_.~" as %XX.
std::string percent_encoded(std::string_view text);
std::string hex(std::uint64_t value);  // 16 digits
// 1234567 -> "1,234,567".
std::string grouped(std::int64_t number);

}  // namespace seawall::base
