#include "reports/redaction.hpp"

#include "support/catch.hpp"

namespace seawall::reports {
namespace {

std::string redacted(std::string_view text) {
  const std::vector<std::string> headers = {"X-Api-Key"};
  return Redaction(headers).apply(text);
}

TEST_CASE("the values of secret headers are masked however they are written") {
  CHECK(redacted(R"(Authorization = "Bearer abc")") == R"(Authorization = "***")");
  CHECK(redacted(R"(headers = { cookie = 'a=b', n = 1 })") ==
        R"(headers = { cookie = '***', n = 1 })");
  CHECK(redacted(R"({"Set-Cookie":"a\"b","x":1})") == R"({"Set-Cookie":"***","x":1})");
  CHECK(redacted("headers.X-API-KEY = \"\"\"a\nb\"\"\"\n") ==
        "headers.X-API-KEY = \"\"\"***\"\"\"\n");
  CHECK(redacted("\"x-api-key\" : \"k\"") == "\"x-api-key\" : \"***\"");
  CHECK(redacted("Authorization: Bearer a b c\r\nHost: x") == "Authorization: ***\r\nHost: x");
}

TEST_CASE("passwords in DSNs are masked") {
  CHECK(redacted("dsn = \"postgres://shop:s3cret@db:5432/orders\"") ==
        "dsn = \"postgres://shop:***@db:5432/orders\"");
  CHECK(redacted("postgres://u:a@b@db/x and http://h:80/a@b") ==
        "postgres://u:***@db/x and http://h:80/a@b");
  CHECK(redacted("dsn = \"host=db password=s3cret user=x\"") ==
        "dsn = \"host=db password=*** user=x\"");
  CHECK(redacted("password = \"s3cret\"") == "password = \"***\"");
}

TEST_CASE("references to the environment stay") {
  CHECK(redacted(R"(Authorization = "Bearer ${env.TOKEN}")") ==
        R"(Authorization = "Bearer ${env.TOKEN}")");
  CHECK(redacted(R"(Authorization = "Bearer abc${env.TOKEN}")") == R"(Authorization = "***")");
  CHECK(redacted("redis://u:${env.PW}@h") == "redis://u:${env.PW}@h");
}

TEST_CASE("what is no secret stays as it is") {
  for (const std::string_view text :
       {"", "headers = [\"Cookie\", \"X-Api-Key\"]", "cookies = \"many\"", "no-cookie = \"x\"",
        "price = { a = 1 }", "http://127.0.0.1:80/orders", "password", "Authorization ="}) {
    INFO(text);
    CHECK(redacted(text) == text);
  }
}

TEST_CASE("text that ends within a value does no harm") {
  CHECK(redacted("Cookie = \"abc") == "Cookie = \"***");
  CHECK(redacted("Cookie = \"\"\"abc") == "Cookie = \"\"\"***");
  CHECK(redacted("Cookie = \"abc\\") == "Cookie = \"***");
  CHECK(redacted("a://b:c@") == "a://b:***@");
}

}  // namespace
}  // namespace seawall::reports
