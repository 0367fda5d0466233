// What a journal keeps, what it gives, and what never comes in.
#include "faults/http/journal.hpp"

#include "faults/http/call_counts.hpp"
#include "faults/http/secrets.hpp"
#include "tests/support/catch.hpp"

namespace seawall::http {

namespace {

using namespace std::chrono_literals;

TimePoint at(int second) { return TimePoint(std::chrono::seconds(second)); }

Journal::Entry entry(std::string_view method, std::string_view target, int status, int ended) {
  Journal::Entry entry;
  entry.set_method(method);
  entry.set_target(target);
  entry.status = status;
  entry.ended = at(ended);
  return entry;
}

std::string targets(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) text += row.target + " ";
  return text;
}

std::string masked(std::string_view target) {
  static const Secrets secrets({"Pin"});
  std::string out;
  secrets.append_masked(out, target);
  return out;
}

}  // namespace

TEST_CASE("a journal keeps the newest rows", "[http][journal]") {
  Journal journal({"a", "b"}, 1, 3);
  CHECK(journal.select().empty());
  for (int i = 1; i <= 5; ++i) journal.write(0, entry("GET", "/" + std::to_string(i), 200, i));
  CHECK(targets(journal.select()) == "/3 /4 /5 ");
  CHECK(journal.written() == 5);
  Query two;
  two.most = 2;
  CHECK(targets(journal.select(two)) == "/4 /5 ");
}

TEST_CASE("the rows of all workers come by time", "[http][journal]") {
  Journal journal({"a", "b"}, 2, 100);
  for (const int i : {1, 4, 5}) journal.write(0, entry("GET", "/" + std::to_string(i), 200, i));
  for (const int i : {2, 3, 6}) journal.write(1, entry("GET", "/" + std::to_string(i), 200, i));
  CHECK(targets(journal.select()) == "/1 /2 /3 /4 /5 /6 ");
}

TEST_CASE("a query selects by what a row says", "[http][journal]") {
  Journal journal({"a", "b"}, 1, 100);
  journal.write(0, entry("GET", "/a?x=1", 200, 1));
  journal.write(0, entry("POST", "/a", 503, 2));
  Journal::Entry hit = entry("PROPFIND", "/b", 0, 3);
  hit.names = std::make_shared<FaultNames>(FaultNames{"slow", "gone"});
  hit.faults = {1};
  journal.write(0, std::move(hit));

  const auto select = [&](auto set) {
    Query query;
    set(query);
    return targets(journal.select(query));
  };
  CHECK(select([](Query& query) { query.method = "POST"; }) == "/a ");
  CHECK(select([](Query& query) { query.path = "/a"; }) == "/a?x=1 /a ");
  CHECK(select([](Query& query) { query.path = "/a?x=*"; }) == "/a?x=1 ");
  CHECK(select([](Query& query) { query.status = 0; }) == "/b ");
  CHECK(select([](Query& query) { query.fault = "gone"; }) == "/b ");
  CHECK(select([](Query& query) { query.fault = "slow"; }).empty());
  CHECK(select([](Query& query) { query.since = at(2); }) == "/a /b ");

  const Row row = journal.select().back();
  CHECK(row.method == "PROPFIND");
  CHECK(row.faults == std::vector<std::string>{"gone"});
  CHECK(row.exchange.link.to == "b");
  CHECK(row.exchange.index.operation == "PROPFIND /b");
}

TEST_CASE("a target that is too long is cut off", "[http][journal]") {
  Journal journal({"a", "b"}, 1, 1);
  journal.write(0, entry("GET", std::string(10'000, 'x'), 200, 1));
  CHECK(journal.select().at(0).target.size() == Journal::most_target);
}

TEST_CASE("secrets of a target are masked", "[http][journal]") {
  CHECK(masked("/plain/path") == "/plain/path");
  CHECK(masked("/a?b=c&d") == "/a?b=c&d");
  CHECK(masked("/a?token=t&b=c&API_Key=k&password=") ==
        "/a?token=***&b=c&API_Key=***&password=***");
  CHECK(masked("/a?pin=1234&Authorization=Bearer%20x") == "/a?pin=***&Authorization=***");
  CHECK(masked("/a?%74oken=t&pass%77ord=p") == "/a?%74oken=***&pass%77ord=***");
  CHECK(masked("/a?token[]=t;sid=5?sig=6") == "/a?token[]=***;sid=***?sig=***");
  CHECK(masked("/a;token=t/b?c=d") == "/a;token=***?c=d");
  CHECK(masked("http://ann:pw@shop/a?key=1") == "http://***@shop/a?key=***");
  CHECK(masked("http://shop/a@b?c=http://x:y@z") == "http://shop/a@b?c=http://x:y@z");
}

TEST_CASE("requests are counted by what they ask for", "[http][journal]") {
  CallCounts counts;
  CHECK(counts.next(7) == 1);
  CHECK(counts.next(7) == 2);
  CHECK(counts.next(7 + CallCounts::most) == 1);
  CHECK(counts.next(0) == 1);
  CHECK(counts.next(7) == 3);
  for (std::uint64_t i = 1; i <= 2 * CallCounts::most; ++i) counts.next(i);
  CHECK(counts.next(7) == 5);
}

}  // namespace seawall::http
