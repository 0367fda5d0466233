#include "harness/base/keyed_random.hpp"

#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include "harness/base/integer_math.hpp"
#include "tests/support/catch.hpp"

using namespace seawall::base;

TEST_CASE("a draw depends on its key alone and on every part of it") {
  const auto draw = KeyedRandom(7).with("order->payment").with("jitter");
  CHECK(draw.with(2).bits() == KeyedRandom(7).with("order->payment").with("jitter").with(2).bits());
  CHECK(draw.with(2).bits() != draw.with(3).bits());
  CHECK(draw.bits() != KeyedRandom(8).with("order->payment").with("jitter").bits());
  CHECK(KeyedRandom(7).with("ab").with("c").bits() != KeyedRandom(7).with("a").with("bc").bits());
  CHECK(KeyedRandom(7).with(Subject{Subject::Kind::order, 1}).bits() !=
        KeyedRandom(7).with(Subject{Subject::Kind::request, 1}).bits());
}

TEST_CASE("draws are the same on every machine") {
  // Written down once; a change here changes every recorded run.
  constexpr std::string_view text = "order->payment, nineteen";
  STATIC_REQUIRE(hash_bytes("") == mix(0x243f6a8885a308d3));
  for (std::size_t length = 0; length <= text.size(); ++length) {
    std::uint64_t state = 0x243f6a8885a308d3 ^ length;
    for (std::size_t at = 0; at < length; at += 8) {
      std::uint64_t word = 0;
      for (std::size_t i = at; i < length && i < at + 8; ++i)
        word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * (i - at));
      state = mix(state ^ word);
    }
    CHECK(hash_bytes(text.substr(0, length)) == mix(state));
  }
  constexpr std::uint64_t at_compile_time = hash_bytes(text);
  CHECK(hash_bytes(std::string(text)) == at_compile_time);
  constexpr auto draw = KeyedRandom(42).with("a").with(1);
  STATIC_REQUIRE(draw.below(1) == 0);
  CHECK(draw.below(1'000'000) < 1'000'000);
}

TEST_CASE("draws are uniform enough and hit their share") {
  constexpr int draws = 100'000;
  int hits = 0;
  std::array<int, 10> cells{};
  for (int i = 0; i < draws; ++i) {
    const auto draw = KeyedRandom(1).with("share").with(i);
    hits += draw.hits(Share::percent(20)) ? 1 : 0;
    ++cells[draw.with("cell").below(10)];
  }
  CHECK(std::abs(hits - draws / 5) < 600);  // more than 4 standard deviations
  for (const int cell : cells) CHECK(std::abs(cell - draws / 10) < 450);
  CHECK_FALSE(KeyedRandom(1).hits(Share{0}));
  CHECK(KeyedRandom(1).hits(Share::all()));
}

TEST_CASE("the integer logarithm agrees with the real one") {
  for (const std::uint64_t x :
       {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{12345}, std::uint64_t{1} << 32,
        (std::uint64_t{1} << 63) + 12345, ~std::uint64_t{0}}) {
    const double expected = 64 * std::log(2.0) - std::log(static_cast<double>(x));
    const double found = static_cast<double>(negative_log(x)) / 4294967296.0;
    CHECK(std::abs(found - expected) < 1e-8);
  }
}

TEST_CASE("exponential draws have the mean that was asked for") {
  double sum = 0;
  for (int i = 0; i < 100'000; ++i)
    sum += static_cast<double>(KeyedRandom(3).with(i).exponential(Duration(1'000'000)).count());
  CHECK(std::abs(sum / 100'000 - 1'000'000) < 15'000);
}
