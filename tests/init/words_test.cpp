#include "harness/init/words.hpp"

#include "harness/base/text.hpp"
#include "harness/init/references.hpp"
#include "tests/support/catch.hpp"

namespace seawall::init::tests {
namespace {

std::string split(const std::string& line) {
  const auto words = words_of(line);
  return words ? base::join(*words, "|") : "a shell's";
}

std::string started(const std::string& line) { return base::join(command_of(line), "|"); }

std::string resolved(const std::string& text) {
  std::vector<std::string> missing;
  std::string out = interpolated(text, {{"A", "1"}, {"EMPTY", ""}}, missing);
  return out + (missing.empty() ? "" : " without " + base::join(missing, ","));
}

// With every "db" an address, and what was seen of it.
std::string referring(const std::string& text) {
  return with_references(text, [](const Reference& to) -> std::optional<std::string> {
    if (to.host != "db") return std::nullopt;
    if (to.whole) return "ALONE";
    return "LINK" + (to.port ? std::to_string(*to.port) : std::string());
  });
}

}  // namespace

TEST_CASE("a line is split as a shell does, where no shell is needed") {
  CHECK(split("node server.js --port 3000") == "node|server.js|--port|3000");
  CHECK(split("a 'b c' \"d \\\"e\\\"\" f\\ g ''") == "a|b c|d \"e\"|f g|");
  for (const char* line : {"a | b", "a && b", "echo $HOME", "A=1 b", "a 'b", "ls *", "", "a \\"})
    CHECK(split(line) == "a shell's");
}

TEST_CASE("a command takes its port from the scenario, and its shell where it needs one") {
  CHECK(started("gunicorn app:app -b 0.0.0.0:$PORT") == "gunicorn|app:app|-b|0.0.0.0:${port}");
  CHECK(started("node x.js ${PORT}") == "node|x.js|${port}");
  CHECK(started("migrate && serve $PORT $PORTS") == "sh|-c|migrate && serve ${port} $PORTS");
  CHECK(started("echo ${HOME}") == "sh|-c|echo $HOME");
}

TEST_CASE("variables are read as .env files write them") {
  const auto all =
      variables_in("# no\nA=1\nexport B = 2\nC='x # y' # z\nD=\"q\"\nE=a #b\n=5\nF=\n1=2");
  std::string text;
  for (const auto& [name, value] : all) text += name + ":" + value + ";";
  CHECK(text == "A:1;C:x # y;D:q;E:a;F:;");
}

TEST_CASE("variables of a compose file are resolved as compose does") {
  CHECK(resolved("$A ${A} ${A:-2} $$A ${B-3} ${B:-}") == "1 1 1 $A 3 ");
  CHECK(resolved("x${EMPTY}y$ 5$") == "xy$ 5$");
  CHECK(resolved("$B ${B:?no} ${C}") == "   without B,C");
  CHECK(resolved("${") == "${");
  CHECK(resolved("${1} ${A") == "${1} ${A");
}

TEST_CASE("secrets are known by their names") {
  for (const char* name : {"DB_PASSWORD", "api_token", "STRIPE_API_KEY", "JwtSecret", "DB_PASS",
                           "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "JWT_KEY", "AUTH", "DB_PWD"})
    CHECK(is_secret(name));
  for (const char* name : {"PORT", "KEYBOARD", "DATABASE_URL", "PWD", "AUTHOR", "KEY_PREFIX"})
    CHECK_FALSE(is_secret(name));
}

TEST_CASE("a secret is left out of a text, and the rest of it stays") {
  CHECK(without_secrets("DB_PASS", "hunter2") == "seawall");
  CHECK(without_secrets("AUTH", "http://auth:3000") == "http://auth:3000");
  CHECK(without_secrets("ALLOW_EMPTY_PASSWORD", "yes") == "yes");
  CHECK(without_secrets("DB_PASSWORD", "").empty());
  CHECK(without_secrets("U", "postgres://shop:hunter2@db:5432/x") ==
        "postgres://shop:seawall@db:5432/x");
  CHECK(without_secrets("U", "amqp://a:x@q:1,amqp://:p@ss@r:2/v") ==
        "amqp://a:seawall@q:1,amqp://:seawall@r:2/v");
  CHECK(without_secrets("U", "shop:hunter2@tcp(db:3306)/x") == "shop:seawall@tcp(db:3306)/x");
  CHECK(without_secrets("U", "host=db password=hunter2 user=x") ==
        "host=db password=seawall user=x");
  CHECK(without_secrets("", "DB_PASSWORD='a b' run --api-key=k") ==
        "DB_PASSWORD='seawall' run --api-key=seawall");
  for (const char* text : {"http://shop@db:5432/a", "db:5432", "http://api:4000/x?a=b", "a=b",
                           "password=", "postgres://shop:@db/x", "--token-port=${port}", "a//"})
    CHECK(without_secrets("U", text) == text);
}

TEST_CASE("a text names a service as the host of a URL, with a port, or alone") {
  CHECK(referring("http://db:5432/x") == "http://LINK5432/x");
  CHECK(referring("postgres://db:db@db/db") == "postgres://db:db@LINK/db");
  CHECK(referring("db:1,other:2,db:3") == "LINK1,other:2,LINK3");
  CHECK(referring("--url=db:99") == "--url=LINK99");
  CHECK(referring("db") == "ALONE");
  for (const char* not_it : {"mydb:1", "db.example:1", "a db:1", "db:x", "/db", "db-2:1", "see db"})
    CHECK(referring(not_it) == not_it);
}

}  // namespace seawall::init::tests
