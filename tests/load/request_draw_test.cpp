#include "harness/load/request_draw.hpp"

#include <set>

#include "tests/support/catch.hpp"

using namespace seawall;
using Part = model::Template::Part;

namespace {

Part part(Part::Kind kind) {
  Part part;
  part.kind = kind;
  return part;
}

model::Template text(std::string literal) {
  Part literal_part = part(Part::Kind::text);
  literal_part.text = std::move(literal);
  return {{literal_part}};
}

}  // namespace

TEST_CASE("generators draw by key and stay within their bounds") {
  Part integer = part(Part::Kind::integer);
  integer.least = 3;
  integer.most = 5;
  const model::Template number{{integer}};
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i)
    seen.insert(*load::draw_text(number, base::KeyedRandom(1).with(i), {}));
  CHECK(seen == std::set<std::string>{"3", "4", "5"});

  const model::Template id{{part(Part::Kind::uuid)}};
  const std::string uuid = *load::draw_text(id, base::KeyedRandom(1), {});
  REQUIRE(uuid.size() == 36);
  CHECK(uuid[14] == '4');
  CHECK(std::string("89ab").find(uuid[19]) != std::string::npos);
  CHECK(uuid == *load::draw_text(id, base::KeyedRandom(1), {}));
  CHECK(uuid != *load::draw_text(id, base::KeyedRandom(2), {}));
}

TEST_CASE("a whole value in a JSON body keeps the type of its generator") {
  Part pick = part(Part::Kind::pick);
  pick.choices = {R"(a\"b)"};  // escaped by the reader
  pick.whole_value = true;
  CHECK(*load::draw_text({{pick}}, base::KeyedRandom(1), {}) == R"("a\"b")");
  pick.choices = {"7"};
  CHECK(*load::draw_text({{pick}}, base::KeyedRandom(1), {}) == "7");
}

TEST_CASE("a request that wants a saved value is not drawn before there is one") {
  Part saved = part(Part::Kind::saved);
  saved.text = "order_id";
  model::RequestSpec read;
  read.path = model::Template{{text("/orders/").parts.front(), saved}};
  load::Saved values;
  CHECK_FALSE(load::draw_request(read, base::KeyedRandom(1), values).has_value());
  for (int i = 0; i < 1'500; ++i) values.add("order_id", std::to_string(i));
  const auto request = load::draw_request(read, base::KeyedRandom(1), values);
  REQUIRE(request.has_value());
  CHECK(std::stoi(request->path.substr(8)) >= 500);  // the last thousand are kept
}

TEST_CASE("a saved value cannot break out of a JSON body") {
  Part saved = part(Part::Kind::saved);
  saved.text = "name";
  saved.within = Part::Within::json;
  load::Saved values;
  values.add("name", R"(a","b":"c)");
  CHECK(*load::draw_text({{saved}}, base::KeyedRandom(1), values) == R"(a\",\"b\":\"c)");
}

TEST_CASE("requests are chosen by weight among those that can be drawn") {
  const std::vector<std::int64_t> weights = {9, 1, 0};
  const auto draw = [&](int key, const std::vector<bool>& refused) {
    return load::draw_by_weight(weights, base::KeyedRandom(1).with(key), refused);
  };
  int first = 0;
  for (int i = 0; i < 10'000; ++i) first += draw(i, {false, false, false}) == std::size_t{0};
  CHECK(std::abs(first - 9'000) < 150);
  CHECK(draw(0, {true, false, false}) == std::size_t{1});
  CHECK_FALSE(draw(0, {true, true, false}).has_value());
}

TEST_CASE("a key header becomes the key of the request and others stay headers") {
  model::RequestSpec spec;
  spec.path = text("/orders");
  spec.headers = {{"Idempotency-Key", text("k1")}, {"X-Client", text("c")}};
  spec.query = {{"a", text("1")}, {"b", text("2")}};
  const auto request = load::draw_request(spec, base::KeyedRandom(1), {});
  REQUIRE(request.has_value());
  CHECK(request->idempotency_key == "k1");
  REQUIRE(request->headers.size() == 1);
  CHECK(request->path == "/orders?a=1&b=2");
}

TEST_CASE("a JSON path finds its value or nothing") {
  const std::string body = R"({"id":"7","lines":[{"sku":"a"},{"sku":"b"}],"n":3,"none":null})";
  CHECK(load::json_at(body, "$.id") == "7");
  CHECK(load::json_at(body, "$.lines[1].sku") == "b");
  CHECK(load::json_at(body, "$.n") == "3");
  CHECK_FALSE(load::json_at(body, "$.none").has_value());
  CHECK_FALSE(load::json_at(body, "$.lines[2]").has_value());
  CHECK_FALSE(load::json_at(body, "$.id.x").has_value());
  CHECK_FALSE(load::json_at("{", "$.id").has_value());
  CHECK_FALSE(load::json_at(body, "id").has_value());
}
