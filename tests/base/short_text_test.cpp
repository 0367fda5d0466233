#include "harness/base/short_text.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "tests/support/catch.hpp"

using seawall::base::ShortText;

TEST_CASE("a short text holds what it was given, whatever its length") {
  for (std::size_t size = 0; size < 40; ++size) {
    INFO(size << " characters");
    const std::string text(size, 'x');
    const ShortText kept = text;
    CHECK(kept == text);
    CHECK(kept.size() == size);
    CHECK(kept.empty() == text.empty());
    CHECK(std::string(kept) == text);

    ShortText copy = kept;
    CHECK(copy == kept);
    const ShortText moved = std::move(copy);
    CHECK(moved == kept);
    copy = moved;
    CHECK(copy == kept);
    copy = "short";
    CHECK(copy == "short");
    CHECK(moved == text);
  }
}

TEST_CASE("a short text of nothing is empty") {
  CHECK(ShortText().empty());
  CHECK(ShortText(std::string_view()) == "");
}

TEST_CASE("a short text that was moved from is empty") {
  for (const std::string_view text : {"here", "somewhere on the heap"}) {
    ShortText from = text;
    ShortText to = "what was here before is let go";
    to = std::move(from);
    CHECK(to == text);
    CHECK(from.empty());
  }
}

TEST_CASE("short texts are ordered as their characters are") {
  CHECK(ShortText("a") < ShortText("b"));
  CHECK(ShortText("a") < ShortText("aa"));
  CHECK(ShortText("a text that is longer") < ShortText("b"));
  CHECK(ShortText("same") == ShortText("same"));
  CHECK(ShortText("same") != "other");
}
