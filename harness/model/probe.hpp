// A look from outside at a system under test, which gives one value: a number or a text. What a
// probe sees is what a scenario's conditions of its own are about, because nobody knows the state
// of a foreign system but itself.
#pragma once
#include <optional>
#include <string>

#include "harness/base/units.hpp"
#include "harness/model/describe.hpp"
#include "harness/model/json_path.hpp"
#include "harness/model/request.hpp"
#include "harness/model/services.hpp"

namespace seawall::model {

// "GET http://${service.inventory}/skus/A1"
struct HttpQuestion {
  Method method = Method::get;
  LateText url;
};

struct Probe {
  static constexpr std::int64_t most_retries = 10;

  std::string name;
  // Exactly one of these four.
  std::optional<HttpQuestion> http;    // and `json`
  std::optional<std::string> sql;      // and `dsn`
  Command command;                     // and `json`
  std::optional<LateText> prometheus;  // its base URL, and `query`
  std::optional<JsonPath> json;
  LateText dsn;  // "postgres://user@host:port/db", or "sqlite:FILE", relative to the root
  std::string query;
  Duration timeout = 2s;     // of one try, for all of it: a server that drips gains nothing by it
  std::int64_t retries = 0;  // more tries after one that failed
  Source source;
};
template <class Visitor>
void describe(Visitor& visit, Probe& value) {
  visit.field("name", value.name, {.doc = "what conditions call it", .required = true});
  visit.field("http", value.http, {"METHOD URL of a JSON document; goes with json"});
  visit.field("sql", value.sql, {"a query that gives one row of one column; goes with dsn"});
  visit.field("command", value.command, {"a command that prints JSON; goes with json"});
  visit.field("prometheus", value.prometheus, {"the URL of a server; goes with query"});
  visit.field("json", value.json, {"JSON path of the value: $.stock[0].available"});
  visit.field("dsn", value.dsn, {"postgres://USER@HOST:PORT/DATABASE, or sqlite:FILE"});
  visit.field("query", value.query, {"of PromQL, with one value"});
  visit.field("timeout", value.timeout, {"of one try, for all of it", 1'000'000});
  visit.field("retries", value.retries,
              {"more tries after one that failed", 0, Probe::most_retries});
}

}  // namespace seawall::model
