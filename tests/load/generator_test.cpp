#include "harness/load/generator.hpp"

#include <chrono>

#include "tests/runtime/loop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::load {
namespace {

using namespace std::chrono_literals;

model::Template text(std::string literal) {
  model::Template text;
  text.parts.emplace_back().text = std::move(literal);
  return text;
}

}  // namespace

TEST_CASE("requests that differ in their query alone are of one operation") {
  model::RequestSpec request;
  request.name = "read";
  request.path = text("/x");
  model::Template::Part day;
  day.kind = model::Template::Part::Kind::integer;
  day.least = 1;
  day.most = 9;
  request.query.emplace_back("day", model::Template{{day}});
  model::Load load;
  load.arrivals = model::Load::Arrivals::constant;
  load.requests = {request};
  const std::vector<model::Load> loads = {load};
  const runtime::Target target;
  Generator generator(loads, target, 1);

  runtime::test::Loop loop;
  loop.background.spawn(generator.run(loop, Arrivals::Part::load, 1s, loop.now()));
  loop.run();
  std::vector<record::Exchange> history;
  generator.collect(history);
  REQUIRE(history.size() == 100);
  for (const record::Exchange& row : history) {
    CHECK(row.path.view().starts_with("/x?day="));
    CHECK(row.index.operation == "GET /x");
  }
}

}  // namespace seawall::load
