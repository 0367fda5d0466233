// Probes by SQL on SQLite files: while somebody writes, and when the query is not what it should
// be.
#include <sqlite3.h>

#include "support/catch.hpp"
#include "tests/probe/rig.hpp"

using namespace seawall;
using namespace seawall::probe::tests;
using namespace std::chrono_literals;

namespace {

class Shop {
 public:
  Shop() {
    REQUIRE(sqlite3_open((folder_.path() / "shop.db").c_str(), &database_) == SQLITE_OK);
    run("pragma journal_mode = wal; create table t (n integer, w text);"
        "insert into t values (5, 'five'), (7, 'seven')");
  }
  ~Shop() { sqlite3_close(database_); }
  Shop(const Shop&) = delete;

  void run(const char* sql) {
    REQUIRE(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  std::string look(const std::string& sql) const {
    const std::string text = seen(sql_probe("sqlite:shop.db", sql), folder_.path());
    const std::string asked = sql + " on sqlite:shop.db: ";
    const std::size_t at = text.find(asked);
    return at == std::string::npos ? text : text.substr(at + asked.size());
  }
  const Folder& folder() const { return folder_; }

 private:
  Folder folder_;
  sqlite3* database_ = nullptr;
};

}  // namespace

TEST_CASE("a probe by SQL reads a SQLite file while its owner writes") {
  Shop shop;
  CHECK(shop.look("select sum(n) from t") == "12");
  shop.run("begin immediate; insert into t values (100, 'x')");
  CHECK(shop.look("select sum(n) from t") == "12");
  shop.run("commit");
  CHECK(shop.look("select sum(n) from t") == "112");
  CHECK(shop.look("select w from t where n = 7") == "seven");
  CHECK(shop.look("select 1.5;") == "1.5");
}

TEST_CASE("a query that gives no one value is told what it gave") {
  const Shop shop;
  CHECK(shop.look("select n from t where n > 100") == "no row; expected one row of one column");
  CHECK(shop.look("select n from t") == "several rows; expected one row of one column");
  CHECK(shop.look("select n, w from t") == "2 columns; expected one row of one column");
  CHECK(shop.look("select sum(n) from t where n > 9") ==
        "null; expected a value, such as by coalesce(..., 0)");
  CHECK(shop.look("select x from t") == "no such column: x");
  CHECK(shop.look("select 1; select 2") == "several statements; expected one query");
  CHECK(shop.look("  ").find("no statement; expected a query") != std::string::npos);
  CHECK(shop.look("select x'00'") == "a blob; expected a number or text");
  CHECK(shop.look("delete from t") == "attempt to write a readonly database");
}

TEST_CASE("a query that never ends is ended") {
  const Shop shop;
  model::Probe probe = sql_probe(
      "sqlite:shop.db",
      "with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r");
  probe.timeout = 100ms;
  CHECK(seen(probe, shop.folder().path()).ends_with("no answer in time"));
}

TEST_CASE("a SQLite file that is not there is named") {
  const Folder folder;
  CHECK(seen(sql_probe("sqlite:none.db", "select 1"), folder.path()) ==
        "probe stock: select 1 on sqlite:none.db: unable to open database file");
}
