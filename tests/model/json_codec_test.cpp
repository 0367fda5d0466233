#include "harness/model/json_codec.hpp"

#include "harness/model/policy.hpp"
#include "harness/record/ledger.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;

namespace seawall::model {
namespace {

enum class Colour : std::uint8_t { red, dark_blue };

}  // namespace
template <>
inline constexpr auto enum_names<Colour> = std::to_array<std::string_view>({"red", "dark-blue"});
namespace {

struct Line {
  std::string sku;
  std::int64_t quantity = 1;
};
template <class Visitor>
void describe(Visitor& visit, Line& value) {
  visit.field("sku", value.sku, {.doc = "what", .required = true});
  visit.field("quantity", value.quantity, {"pieces", 1, 100});
}

struct Everything {
  bool flag = false;
  std::uint64_t big = 0;
  std::int32_t small = 0;
  std::string text;
  base::Duration length{};
  base::TimePoint at{};
  base::Rate rate;
  base::Share share;
  base::Bytes bytes;
  base::Money money;
  double factor = 0;
  Colour colour = Colour::red;
  Switch<base::Share> limit;
  std::optional<std::int64_t> maybe;
  base::Subject subject;
  std::vector<Line> lines;
  std::map<std::string, std::vector<std::string>> words;
};
template <class Visitor>
void describe(Visitor& visit, Everything& value) {
  visit.field("flag", value.flag, {});
  visit.field("big", value.big, {});
  visit.field("small", value.small, {});
  visit.field("text", value.text, {});
  visit.field("length", value.length, {});
  visit.field("at", value.at, {});
  visit.field("rate", value.rate, {});
  visit.field("share", value.share, {});
  visit.field("bytes", value.bytes, {});
  visit.field("money", value.money, {});
  visit.field("factor", value.factor, {});
  visit.field("colour", value.colour, {});
  visit.field("limit", value.limit, {});
  visit.field("maybe", value.maybe, {});
  visit.field("subject", value.subject, {});
  visit.field("lines", value.lines, {});
  visit.field("words", value.words, {});
}

struct Tree {
  std::vector<Tree> children;
};
template <class Visitor>
void describe(Visitor& visit, Tree& value) {
  visit.field("children", value.children, {});
}

Everything example() {
  Everything value;
  value.flag = true;
  value.big = 18'446'744'073'709'551'615ull;
  value.small = -2'147'483'648;
  value.text = "say \"Grüße\"\n";
  value.length = 1500ms;
  value.at = base::TimePoint(-3ns);
  value.rate = base::Rate::per_second(150);
  value.share = base::Share::percent(12);
  value.bytes = {4096};
  value.money = {1999};
  value.factor = 2.5;
  value.colour = Colour::dark_blue;
  value.limit = base::Share::percent(50);
  value.maybe = 7;
  value.subject = {base::Subject::Kind::order, 4711};
  value.lines = {{"sku-1", 2}, {"sku-2", 1}};
  value.words = {{"a", {"x", "y"}}, {"b", {}}};
  return value;
}

constexpr std::string_view example_text =
    R"({"flag":true,"big":18446744073709551615,"small":-2147483648,)"
    R"("text":"say \"Grüße\"\n","length":1500000000,"at":-3,"rate":150000000,"share":120000,)"
    R"("bytes":4096,"money":1999,"factor":2.5,"colour":"dark-blue","limit":500000,"maybe":7,)"
    R"("subject":"order 4711","lines":[{"sku":"sku-1","quantity":2},{"sku":"sku-2","quantity":1}],)"
    R"("words":{"a":["x","y"],"b":[]}})";

template <class T>
std::string error_of(std::string_view text) {
  const auto decoded = decode_json<T>(text);
  return decoded ? "no error" : decoded.error();
}

TEST_CASE("every described type has its JSON") {
  CHECK(encode_json(example()) == example_text);
  CHECK(encode_json(Line{}) == R"({"sku":"","quantity":1})");
}

TEST_CASE("what was encoded decodes to the same value") {
  const auto decoded = decode_json<Everything>(example_text);
  REQUIRE(decoded);
  CHECK(encode_json(*decoded) == example_text);
  CHECK(decoded->text == "say \"Grüße\"\n");
  CHECK(decoded->limit == base::Share::percent(50));
  CHECK(decoded->words.at("b").empty());
}

TEST_CASE("an absent optional is left out and a switch that is off is false") {
  const std::string text = encode_json(Everything{});
  CHECK(text.find("maybe") == std::string::npos);
  CHECK(text.find(R"("limit":false)") != std::string::npos);
  const auto decoded = decode_json<Everything>(R"({"maybe":null,"limit":false})");
  REQUIRE(decoded);
  CHECK_FALSE(decoded->maybe.has_value());
  CHECK_FALSE(decoded->limit.has_value());
}

TEST_CASE("members may come in any order and with escaped names") {
  const auto decoded =
      decode_json<Everything>(R"( { "te\u0078t" : "b" , "flag":true ,"big" : 3 } )");
  REQUIRE(decoded);
  CHECK(decoded->text == "b");
  CHECK(decoded->flag);
  CHECK(decoded->big == 3);
}

TEST_CASE("unknown members are skipped whatever they hold") {
  const auto decoded = decode_json<Line>(
      R"({"x":{"sku":[1,-2.5e+3,{"a":null}],"t":true},"sku":"s","y":"\ud83d\ude00","quantity":4})");
  REQUIRE(decoded);
  CHECK(decoded->sku == "s");
  CHECK(decoded->quantity == 4);
}

TEST_CASE("in what we have written ourselves an unknown member is a mistake") {
  CHECK(decode_own_json<Line>(R"({"sku":"s","quantity":4})").has_value());
  CHECK(decode_own_json<Everything>(R"({"lines":[{"sku":"a","size":1}]})").error() ==
        "offset 28: lines.size: this member is not known");
}

TEST_CASE("an error names the offset, the member and what was expected") {
  CHECK(error_of<Everything>(R"({"lines":[{"sku":"a","quantity":1.5}]})") ==
        "offset 32: lines.quantity: expected an integer");
  CHECK(error_of<Everything>(R"({"flag":1})") == "offset 8: flag: expected true or false");
  CHECK(error_of<Everything>(R"({"words":{"k":[1]}})") == "offset 15: words.k: expected a string");
  CHECK(error_of<Everything>(R"({"colour":"green"})") ==
        "offset 10: colour: expected one of red dark-blue");
  CHECK(error_of<Everything>(R"({"subject":"order"})") ==
        "offset 11: subject: expected a subject such as \"order 3\", or \"none\"");
  CHECK(error_of<Everything>(R"({"text":null})") == "offset 8: text: expected a string");
  CHECK(error_of<Line>("[]") == "offset 0: expected an object");
  CHECK(error_of<Line>("") == "offset 0: expected an object");
  CHECK(error_of<Line>(R"({"sku":"a"} x)") == "offset 12: expected the end");
}

TEST_CASE("limits and required members of describe hold in JSON") {
  CHECK(error_of<Line>(R"({"quantity":2})") == "offset 0: sku: this member is missing");
  CHECK(error_of<Line>(R"({"sku":"a","quantity":0})") ==
        "offset 22: quantity: expected at least 1");
  CHECK(error_of<Line>(R"({"sku":"a","quantity":101})") ==
        "offset 22: quantity: expected at most 100");
}

TEST_CASE("a member given twice is a mistake") {
  CHECK(error_of<Line>(R"({"sku":"a","sku":"b"})") == "offset 17: sku: this member is given twice");
  CHECK(error_of<Line>(R"({"sku":"a","quantity":1,"sku":"b"})") ==
        "offset 30: sku: this member is given twice");
  CHECK(error_of<Everything>(R"({"words":{"a":[],"a":[]}})") ==
        "offset 21: words.a: this member is given twice");
}

TEST_CASE("numbers that do not fit are refused rather than wrapped") {
  CHECK(error_of<Everything>(R"({"small":2147483648})") ==
        "offset 9: small: the number is out of range");
  CHECK(error_of<Everything>(R"({"big":-1})") == "offset 7: big: the number is out of range");
  CHECK(error_of<Everything>(R"({"big":18446744073709551616})") ==
        "offset 7: big: the number is out of range");
  CHECK(error_of<Everything>(R"({"factor":1e999})") ==
        "offset 10: factor: the number is out of range");
}

TEST_CASE("the depth is bounded for known and for unknown members") {
  std::string deep = R"({"children":[)";
  for (int i = 0; i < 100'000; ++i) deep += R"({"children":[)";
  CHECK(error_of<Tree>(deep).find("nested too deeply") != std::string::npos);
  const std::string unknown = R"({"x":)" + std::string(100'000, '[');
  CHECK(error_of<Tree>(unknown) == "offset 36: nested too deeply");
  const std::string allowed = R"({"x":)" + std::string(31, '[') + std::string(31, ']') + "}";
  CHECK(decode_json<Tree>(allowed));
}

TEST_CASE("control characters are escaped and bytes that are not UTF-8 replaced") {
  std::string out;
  append_json_string(out, std::string_view("\b\f\n\r\t\x01\x1f\"\\/\x7f\0", 12));
  CHECK(out == "\"\\b\\f\\n\\r\\t\\u0001\\u001f\\\"\\\\/\x7f\\u0000\"");
  out.clear();
  append_json_string(out, "a\xff\xc3(z\xed\xa0\x80");
  CHECK(out == "\"a\xEF\xBF\xBD\xEF\xBF\xBD(z\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST_CASE("a ledger row keeps every field through JSON") {
  record::LedgerRow row;
  row.node = "payment";
  row.lsn = 7;
  row.batch = 3;
  row.t = base::TimePoint(12'345ns);
  row.machine = record::LedgerRow::Machine::charge;
  row.order = "o-1";
  row.subject = {base::Subject::Kind::warmup, 12};
  row.from = "-";
  row.to = "captured";
  row.payload_hash = 0xFFFF'FFFF'FFFF'FFFF;
  row.amount = {-1999};
  const std::string text = encode_json(row);
  const auto decoded = decode_json<record::LedgerRow>(text);
  REQUIRE(decoded);
  CHECK(encode_json(*decoded) == text);
  CHECK(decoded->machine == row.machine);
  CHECK(decoded->subject == row.subject);
  CHECK(decoded->t == row.t);
  CHECK(decoded->payload_hash == row.payload_hash);
  CHECK(decoded->amount == row.amount);
}

TEST_CASE("patterns that can be switched off go through JSON") {
  LinkPolicy policy;
  policy.bulkhead = Bulkhead{.max_concurrent = 5, .max_wait = 20ms, .max_queue = 2};
  const auto decoded = decode_json<Bulkhead>(encode_json(*policy.bulkhead));
  REQUIRE(decoded);
  CHECK(decoded->max_concurrent == 5);
  CHECK(decoded->max_wait == 20ms);
}

}  // namespace
}  // namespace seawall::model
