// From the files of a folder to services that run side by side.
#include "harness/init/look.hpp"

#include <algorithm>
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/text.hpp"
#include "harness/init/write.hpp"
#include "tests/init/folder.hpp"
#include "tests/support/catch.hpp"

namespace seawall::init::tests {
namespace {

System look(const TestFolder& folder) {
  auto system = look_at(folder.path());
  if (!system) FAIL(to_text(system.error()));
  return std::move(*system);
}

std::string error_of(const TestFolder& folder) {
  const auto system = look_at(folder.path());
  return system ? "it was read" : system.error().message;
}

const Service& service(const System& system, std::string_view name) {
  for (const Service& one : system.services)
    if (one.name == name) return one;
  FAIL("no " << name);
  return system.services.front();
}

std::string command(const Service& one) { return base::join(one.command, " "); }

std::string variable(const Service& one, const std::string& name) {
  for (const auto& [key, value] : one.env)
    if (key == name) return value;
  return "none";
}

bool remarks(const Service& one, const std::string& part) {
  UNSCOPED_INFO(base::join(one.remarks, "\n"));
  return std::any_of(one.remarks.begin(), one.remarks.end(),
                     [&](const std::string& remark) { return remark.find(part) != remark.npos; });
}

const std::string compose = R"(
services:
  gateway:
    command: node gateway.js
    ports: ["8080:3000"]
    environment: ["PORT=3000", "ORDERS=orders:3000"]
    depends_on: [orders]
  orders:
    build: {context: ./code/orders}
    expose: [3000]
    environment:
      DATABASE_URL: postgres://shop:${DB_PASSWORD}@db:5432/shop
      CACHE_HOST: cache
      CACHE_PORT: 6380
      GATEWAY: http://gateway:3000
    healthcheck: {test: curl -f http://localhost:3000/health || exit 1}
    depends_on: {db: {condition: service_healthy}, gateway: {condition: service_started}}
  db:
    image: docker.io/postgres:16
    environment: {POSTGRES_USER: shop}
  cache: {image: valkey/valkey}
  search: {image: "elasticsearch:8"}
)";

}  // namespace

TEST_CASE("services of a compose file are wired through links") {
  const TestFolder folder;
  folder.write("compose.yaml", compose);
  folder.write(".env", "DB_PASSWORD=hunter2\n");
  folder.write("code/orders/Dockerfile",
               "FROM a AS build\nCMD [\"no\"]\nFROM b\nWORKDIR /app\nENV MODE=prod\n"
               "ENTRYPOINT [\"/app/run\", \\\n  \"-v\"]\ncmd [\"x\"]\n");
  const System system = look(folder);
  CHECK(system.source == "compose.yaml");
  CHECK(system.entry == "gateway");

  const Service& gateway = service(system, "gateway");
  CHECK(command(gateway) == "node gateway.js");
  CHECK(variable(gateway, "PORT") == "${port}");
  CHECK_FALSE(gateway.port);
  CHECK(variable(gateway, "ORDERS") == "${link.gateway.orders}");

  const Service& orders = service(system, "orders");
  CHECK(command(orders) == "./run -v x");
  CHECK(orders.folder == "code/orders");
  CHECK(orders.port == 3000);
  CHECK(orders.health == "/health");
  CHECK(variable(orders, "MODE") == "prod");
  CHECK(variable(orders, "GATEWAY") == "http://${link.orders.gateway}");
  CHECK(variable(orders, "DATABASE_URL") == "postgres://shop:seawall@${link.orders.db}/shop");
  CHECK(base::join(system.remarks, " ").find("DB_PASSWORD") != std::string::npos);

  // A circle, which compose would refuse: who comes first needs the other.
  CHECK(base::join(gateway.needs, " ") == "orders");
  CHECK(base::join(orders.needs, " ") == "db cache");  // stated, and called

  const Service& db = service(system, "db");
  CHECK(db.builtin == model::Service::Builtin::postgres);
  CHECK(db.user == "shop");
  CHECK(base::join(db.databases, " ") == "shop");

  CHECK(variable(orders, "CACHE_HOST") == "127.0.0.1");
  CHECK(service(system, "cache").port == 6380);
  CHECK(remarks(orders, "CACHE_HOST is a host without a port, so its calls to cache go past"));

  const Service& search = service(system, "search");
  CHECK(search.is_missing_command());
  CHECK(remarks(search, "FILL IN: its image elasticsearch:8 is none that Seawall starts"));
}

TEST_CASE("two services that listen on one port in containers do not here") {
  const TestFolder folder;
  folder.write("docker-compose.yml",
               "services:\n  a: {command: ./a, ports: [3000]}\n  b: {command: ./b --port=3000, "
               "ports: ['3000']}\n  c: {command: ./c, ports: [3000]}\n  d: {command: ./d, ports: "
               "['80:80']}\n  worker: {command: ./w}\n");
  const System system = look(folder);
  CHECK(service(system, "a").port == 3000);
  CHECK(command(service(system, "b")) == "./b --port=${port}");
  CHECK(variable(service(system, "c"), "PORT") == "${port}");
  CHECK(remarks(service(system, "c"), "Port 3000 is that of a, too"));
  CHECK(variable(service(system, "d"), "PORT") == "${port}");
  CHECK_FALSE(service(system, "worker").listens);
}

TEST_CASE("services that all need those before them are wired at once, a circle left out") {
  constexpr int count = 60;  // as many as would take longer than anybody waits, way by way
  std::string text = "services:\n";
  std::string before = "s59";
  for (int i = 0; i < count; ++i) {
    const std::string name = "s" + std::to_string(i);
    text += "  " + name + ": {command: ./x, ports: [80], depends_on: [" + before + "]}\n";
    before += ", " + name;
  }
  const TestFolder folder;
  folder.write("compose.yaml", text);
  const System system = look(folder);
  REQUIRE(system.services.size() == count);
  CHECK(base::join(service(system, "s0").needs, " ") == "s59");
  CHECK(base::join(service(system, "s2").needs, " ") == "s59 s0 s1");
  CHECK(service(system, "s59").needs.empty());  // all of them need it already
}

TEST_CASE("a Procfile's web process gets the load, and a port") {
  const TestFolder folder;
  folder.write("Procfile",
               "# all\nweb: gunicorn app:app -b :$PORT\nworker: python3 worker.py && true\n"
               "release: ./migrate\n");
  folder.write(".env", "PORT=5000\nMODE=dev\nAPI_TOKEN=hunter2\n");
  const System system = look(folder);
  REQUIRE(system.services.size() == 2);
  CHECK(system.entry == "web");
  CHECK(command(service(system, "web")) == "gunicorn app:app -b :${port}");
  CHECK(command(service(system, "worker")) == "sh -c python3 worker.py && true");
  CHECK(variable(service(system, "worker"), "MODE") == "dev");
  CHECK(variable(service(system, "web"), "API_TOKEN") == "seawall");
  CHECK_FALSE(service(system, "worker").listens);
  CHECK(base::join(system.remarks, " ").find("`./migrate`") != std::string::npos);
}

TEST_CASE("what looks like a secret is copied from nowhere, and its reader is told") {
  const TestFolder folder;
  folder.write("compose.yaml", R"(
services:
  web:
    build: .
    command: ./web --token=hunter2
    environment:
      API_KEY: hunter2
      DB: postgres://shop:hunter2@db/x
      MODE: dev
      DSN: host=db user=${DB_PASS}
    env_file: web.env
  db: {image: postgres, environment: {POSTGRES_PASSWORD: hunter2}}
)");
  folder.write(".env", "DB_PASS=hunter2\n");
  folder.write("web.env", "JWT_KEY=hunter2\n");
  folder.write("Dockerfile", "FROM a\nENV REDIS_AUTH=hunter2\n");
  const System system = look(folder);
  CHECK(to_toml(system, "x", "").find("hunter2") == std::string::npos);
  const Service& web = service(system, "web");
  CHECK(command(web) == "./web --token=seawall");
  CHECK(variable(web, "DB") == "postgres://shop:seawall@${link.web.db}/x");
  CHECK(variable(web, "MODE") == "dev");
  CHECK(remarks(web, "a secret in API_KEY, DB, JWT_KEY, REDIS_AUTH, its command."));

  const TestFolder processes;
  processes.write("Procfile", "web: ./web $PORT\nrelease: DB_PASSWORD=hunter2 ./migrate\n");
  processes.write(".env", "DATABASE_URL=postgres://shop:hunter2@there/x\nAWS_ACCESS_KEY=hunter2\n");
  CHECK(to_toml(look(processes), "x", "").find("hunter2") == std::string::npos);
}

TEST_CASE("a package is started by its script, the one of the folder before those below it") {
  const TestFolder folder;
  folder.write("services/pay/package.json",
               R"({"name": "@acme/pay", "scripts": {"start": "node index.js"}})");
  folder.write("web/package.json", R"({"scripts": {"dev": "next dev"}})");
  folder.write("node_modules/x/package.json", R"({"scripts": {"start": "node x.js"}})");
  System system = look(folder);
  REQUIRE(system.services.size() == 2);
  CHECK(command(service(system, "pay")) == "node index.js");
  CHECK(service(system, "pay").folder == "services/pay");
  CHECK(variable(service(system, "pay"), "PORT") == "${port}");
  CHECK(command(service(system, "web")) == "npm run --silent dev");

  folder.write("package.json", R"({"name": "shop", "scripts": {"start": "node ."}})");
  system = look(folder);
  REQUIRE(system.services.size() == 1);
  CHECK(system.services.front().name == "shop");
}

TEST_CASE("names that a scenario cannot have are changed, and each stays its own") {
  const TestFolder folder;
  folder.write("compose.yml",
               "services:\n  a.b: {command: ./x, environment: {U: 'http://client/'}}\n"
               "  a-b: {command: ./x}\n  client: {command: ./x, ports: [1]}\n");
  const System system = look(folder);
  CHECK(system.services[0].name == "a-b");
  CHECK(system.services[1].name == "a-b-2");
  CHECK(system.services[2].name == "client-service");
  CHECK(variable(system.services[0], "U") == "http://${link.a-b.client-service}/");
}

TEST_CASE("a folder that says nothing, or nothing that can be read, is refused") {
  const TestFolder folder;
  CHECK(error_of(folder).find("expected a compose file, a Procfile, or a package.json") !=
        std::string::npos);
  folder.write("package.json", "{}");
  CHECK(error_of(folder).find("nothing that says how services are started") == 0);
  folder.write("package.json", "{\"scripts\":\n {\"start\": node}}");
  CHECK(error_of(folder).find("no JSON: ") == 0);
  const auto broken = look_at(folder.path());
  REQUIRE_FALSE(broken);
  CHECK(broken.error().file == (folder.path() / "package.json").string());
  CHECK(broken.error().line == 2);
  folder.write("Procfile", "web gunicorn\n");
  CHECK(error_of(folder) == "expected NAME: COMMAND");
  folder.write("compose.yml", "services: [a]\n");
  CHECK(error_of(folder).find("no services") == 0);
  folder.write("compose.yml", "services: {db: {image: postgres}}\n");
  CHECK(error_of(folder).find("compose.yml has only servers that others call") == 0);
}

TEST_CASE("a file that is there and cannot be read is named, and is not taken as missing") {
  const TestFolder folder;
  const auto name = [&](const char* file) { return (folder.path() / file).string(); };
  folder.write("apps/a/package.json", std::string(300 * 1024, ' '));
  CHECK(error_of(folder) == "cannot be read: it has more than 256 KiB");
  REQUIRE(mkfifo(name("Procfile").c_str(), 0600) == 0);
  CHECK(error_of(folder) == "cannot be read: it is a pipe, a socket or a device; expected a file");
  std::filesystem::create_symlink("none", name("docker-compose.yml"));
  CHECK(error_of(folder) == "cannot be read: it is a link to what is not there");
  std::filesystem::create_directory(name("compose.yml"));
  CHECK(error_of(folder) == "cannot be read: it is a folder; expected a file");
  const auto system = look_at(folder.path());
  REQUIRE_FALSE(system);
  CHECK(system.error().file == name("compose.yml"));
  if (geteuid() == 0) return;  // nobody keeps a file from root
  folder.write("compose.yaml", compose);
  std::filesystem::permissions(name("compose.yaml"), std::filesystem::perms::none);
  CHECK(error_of(folder) == "cannot be read: Permission denied");
}

TEST_CASE("a file beside that cannot be read is left out, and its reader is told") {
  const TestFolder folder;
  folder.write("compose.yml", "services: {web: {build: ., ports: [80], env_file: x.env}}\n");
  folder.write("package.json", "{");
  for (const char* file : {".env", "x.env", "Dockerfile"})
    std::filesystem::create_directory(folder.path() / file);
  const System system = look(folder);
  const Service& web = service(system, "web");
  CHECK(web.is_missing_command());
  CHECK(remarks(web, "Its env_file x.env cannot be read: it is a folder"));
  CHECK(remarks(web, "Dockerfile cannot be read: it is a folder"));
  CHECK(remarks(web, "package.json: no JSON: incomplete"));
  CHECK(base::join(system.remarks, " ").find(".env cannot be read: it is a folder") == 0);
}

}  // namespace seawall::init::tests
