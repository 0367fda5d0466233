#include "reports/charts/html.hpp"

#include "reports/charts/style.hpp"
#include "reports/charts/svg.hpp"
#include "support/catch.hpp"

namespace seawall::charts {
namespace {

TEST_CASE("what could be markup is text") {
  CHECK(html_text("<script>alert('x')</script>") ==
        "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
  CHECK(html_text("a \"b\" & c") == "a &quot;b&quot; &amp; c");
  CHECK(html_text("\"]]>") == "&quot;]]&gt;");
  CHECK(html_text("").empty());
}

TEST_CASE("control characters and broken UTF-8 are replaced") {
  CHECK(html_text("a\nb\tc\r") == "a b c ");
  CHECK(html_text(std::string_view("a\0b\x1b[31m\x7f", 9)) == "a\uFFFDb\uFFFD[31m\uFFFD");
  CHECK(html_text("\xFFz\xC3") == "\uFFFDz\uFFFD");
  CHECK(html_text("\xC2\x85 \u202E \u2066") == "\uFFFD \uFFFD \uFFFD");
  CHECK(html_text("\uFFFE \uFFFF \u200F") == "\uFFFD \uFFFD \uFFFD");
  CHECK(html_text("Größe → 20 µs 日本") == "Größe → 20 µs 日本");
}

TEST_CASE("a text is cut between characters") {
  CHECK(shortened("größer", 6) == "größer");
  CHECK(shortened("größer", 5) == "größ…");
  CHECK(shortened(std::string(10'000, 'x'), 3) == "xx…");
  CHECK(characters("日本\xFF") == 3);
}

TEST_CASE("a text of a drawing stays inside of it") {
  Svg svg(px(100), px(20), "\"><script>", "");
  svg.text("a", {px(95), px(10)}, Anchor::start, "0123456789");
  svg.text("a", {px(5), px(10)}, Anchor::end, "0123456789");
  svg.text("a", {px(50), px(10)}, Anchor::middle, std::string(1'000, '<'));
  const std::string text = std::move(svg).finish();
  CHECK(text.find("x=\"26\"") != std::string::npos);  // 100 - 2 - 72
  CHECK(text.find("x=\"74\"") != std::string::npos);  // 2 + 72
  CHECK(text.find("&lt;&lt;&lt;…</text>") != std::string::npos);
  CHECK(text.find("<script") == std::string::npos);
}

TEST_CASE("a page is one document whatever its title is") {
  const std::string page = html_page("</title><script>x", "<p>body</p>");
  CHECK(page.starts_with("<!DOCTYPE html>"));
  CHECK(page.find("&lt;/title&gt;&lt;script&gt;x</title>") != std::string::npos);
  CHECK(page.find("<p>body</p>") != std::string::npos);
  CHECK(page.find("http://") == page.find("http://www.w3.org/2000/svg"));  // nothing is fetched
  CHECK(page.find("https://") == std::string::npos);
}

}  // namespace
}  // namespace seawall::charts
