#include "harness/live/breaker_board.hpp"

#include "tests/support/catch.hpp"

using namespace seawall;

namespace {

record::Event event(record::Event::Kind kind, const std::string& where, const std::string& what) {
  record::Event made;
  made.kind = kind;
  made.where = where;
  made.what = what;
  return made;
}

}  // namespace

TEST_CASE("a board shows how each breaker stands now, and the record keeps every event") {
  live::BreakerBoard board;
  live::WatchedNotes order(board);
  live::WatchedNotes gateway(board);
  using Kind = record::Event::Kind;
  order.add(event(Kind::breaker, "order -> payment", "closed open"));
  order.add(event(Kind::retry, "order -> inventory", "closed open"));
  gateway.add(event(Kind::breaker, "gateway -> order", "closed open"));
  order.add(event(Kind::breaker, "order -> payment", "open half_open"));
  order.add(record::Sample());
  CHECK(board.states() == std::map<std::string, std::string>{{"gateway -> order", "open"},
                                                             {"order -> payment", "half_open"}});
  record::Record record;
  order.move_to(record);
  gateway.move_to(record);
  CHECK(record.events.size() == 4);
  CHECK(record.samples.size() == 1);
}
