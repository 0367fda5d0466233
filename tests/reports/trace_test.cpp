#include "reports/trace.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "example_run.hpp"
#include "harness/base/text.hpp"
#include "reports/trace_difference.hpp"
#include "support/catch.hpp"

namespace seawall::reports {
namespace {

record::Record retries(int count) {
  record::Record record;
  record.time_zero = base::TimePoint(base::Duration(5));
  for (int i = 0; i < count; ++i) {
    record::Event event;
    event.t = base::TimePoint(base::Duration(i));
    event.kind = i == count / 2 ? record::Event::Kind::fault : record::Event::Kind::retry;
    event.value = i + 1;
    record.events.push_back(event);
  }
  record.sort();
  return record;
}

std::ptrdiff_t line_count(const Trace& trace) {
  return std::count(trace.lines.begin(), trace.lines.end(), '\n');
}

// The hash of the example run, changed.
template <class Change>
Trace changed(Change change) {
  ExampleRun run;
  run.record.exchanges.resize(1);
  run.record.history.resize(1);
  run.record.ledger.resize(1);
  change(run.record);
  return run.report().trace;
}

TEST_CASE("the hash of the events is the SHA-256 of the file") {
  // FIPS 180-4, example of "abc".
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const Trace trace = example().report().trace;
  CHECK(trace.parts.events == sha256(trace.lines));
}

TEST_CASE("the trace hash is made of the version and its parts") {
  const Trace trace = example().report().trace;
  CHECK(trace.hash ==
        sha256("trace 2\nevents " + trace.parts.events + "\njournal " + trace.parts.journal +
               "\nhistory " + trace.parts.history + "\nledger " + trace.parts.ledger + "\n"));
}

TEST_CASE("the same record gives the same trace") {
  CHECK(example().report().trace.hash == example().report().trace.hash);
  ExampleRun other;
  other.record.events.back().what = "open half_open";
  CHECK(other.report().trace.hash != example().report().trace.hash);
}

TEST_CASE("a durable write changes the trace hash though nothing else does") {
  const Trace plain = changed([](record::Record&) {});
  const Trace added = changed([](record::Record& record) {
    record.ledger.emplace_back().node = "payment";
    record.ledger.back().to = "tombstone";
  });
  CHECK(added.hash != plain.hash);
  CHECK(differing_parts(plain.parts, added.parts) == "durable writes");
  const Trace other =
      changed([](record::Record& record) { record.ledger.back().balance_after = -1; });
  CHECK(differing_parts(plain.parts, other.parts) == "durable writes");
  CHECK(differing_parts(plain.parts, plain.parts).empty());
}

TEST_CASE("every field of a request is in the trace hash") {
  using record::Exchange;
  const auto one_ns = base::TimePoint(base::Duration(1));
  const std::vector<std::function<void(Exchange&)>> changes = {
      [](Exchange& row) { row.observer = Exchange::Observer::client; },
      [](Exchange& row) { row.link.from += "x"; },
      [](Exchange& row) { row.link.to += "x"; },
      [](Exchange& row) { row.index.subject = {base::Subject::Kind::foreign, 9}; },
      [](Exchange& row) { row.index.operation = "other"; },
      [](Exchange& row) { row.index.label = "other"; },
      [](Exchange& row) { ++row.index.attempt; },
      [](Exchange& row) { ++row.index.n; },
      [](Exchange& row) { row.method = model::Method::put; },
      [](Exchange& row) { row.path = "/other?query"; },
      [](Exchange& row) { row.key = "other"; },
      [](Exchange& row) { ++row.payload_hash; },
      [&](Exchange& row) { row.intended = one_ns; },
      [&](Exchange& row) { row.sent = one_ns; },
      [&](Exchange& row) { row.ended = one_ns; },
      [&](Exchange& row) { row.deadline = one_ns; },
      [](Exchange& row) { row.status = -1; },
      [](Exchange& row) { row.failure = model::Failure::disk; },
      [](Exchange& row) { row.told.kind = model::Told::Kind::other; },
      [](Exchange& row) { row.told.order = "other"; },
      [](Exchange& row) { row.told.state = "other"; },
      [](Exchange& row) { row.told.reason = "other"; },
      [](Exchange& row) { row.told.degraded = true; },
      [](Exchange& row) { ++row.durable_lsn; },
      [](Exchange& row) { row.faults.push_back(0); },
      [](Exchange& row) { ++row.copies; },
      [](Exchange& row) { row.request_name = "other"; },
      [](Exchange& row) { row.expected = true; },
      [](Exchange& row) { row.abandoned = true; },
      [](Exchange& row) { ++row.bytes_out; },
      [](Exchange& row) { ++row.bytes_in; },
  };
  const Trace plain = changed([](record::Record& record) { record.exchanges[0] = {}; });
  std::set<std::string> hashes = {plain.hash};
  for (const auto& change : changes) {
    const Trace trace = changed([&](record::Record& record) {
      record.exchanges[0] = {};
      change(record.exchanges[0]);
    });
    CHECK(hashes.insert(trace.hash).second);
    CHECK(differing_parts(plain.parts, trace.parts) == "requests on the links");
  }
  const Trace client = changed([](record::Record& record) {
    record.exchanges[0] = {};
    record.history[0].told.state = "other";
  });
  CHECK(differing_parts(plain.parts, client.parts) == "requests of the clients");
}

TEST_CASE("events that have no line in the file are in the trace hash") {
  record::Record record = retries(1'000);
  const Trace trace = make_trace(record, 7, 100);
  const auto is_absent = [&](const record::Event& event) {
    return trace.lines.find(",\"n\":" + std::to_string(event.n) + ",") == std::string::npos;
  };
  const auto absent = std::find_if(record.events.begin(), record.events.end(), is_absent);
  REQUIRE(absent != record.events.end());
  absent->value += 1;
  CHECK(make_trace(record, 7, 100).lines == trace.lines);
  CHECK(make_trace(record, 7, 100).hash != trace.hash);
  record = retries(1'000);
  record.events_dropped = 1;
  CHECK(make_trace(record, 7, 2'000).hash != make_trace(retries(1'000), 7, 2'000).hash);
}

TEST_CASE("the first line that differs is found, with the earlier of the two times") {
  const std::string recorded = "{\"t\":1,\"n\":0}\n{\"t\":5,\"n\":1}\n";
  CHECK_FALSE(first_difference("f", recorded, recorded));
  const auto other = first_difference("f", recorded, "{\"t\":1,\"n\":0}\n{\"t\":4,\"n\":1}\n");
  REQUIRE(other);
  CHECK(other->t == 4);
  CHECK(other->line == 2);
  CHECK(other->recorded == "{\"t\":5,\"n\":1}");
  CHECK(other->now == "{\"t\":4,\"n\":1}");
  const auto shorter = first_difference("f", recorded, "{\"t\":1,\"n\":0}\n");
  REQUIRE(shorter);
  CHECK(shorter->t == 5);
  CHECK(shorter->now.empty());
  CHECK(first_difference("f", "", recorded)->line == 1);
}

TEST_CASE("the trace does not depend on where its clock started") {
  ExampleRun moved;
  const base::Duration by(123'456'789);
  moved.record.time_zero += by;
  for (record::Event& event : moved.record.events) event.t += by;
  for (auto* rows : {&moved.record.exchanges, &moved.record.history})
    for (record::Exchange& row : *rows)
      for (base::TimePoint* t : {&row.intended, &row.sent, &row.ended, &row.deadline})
        if (*t != base::TimePoint{}) *t += by;
  for (record::LedgerRow& row : moved.record.ledger) row.t += by;
  CHECK(moved.report().trace.lines == example().report().trace.lines);
  CHECK(moved.report().trace.hash == example().report().trace.hash);
}

TEST_CASE("an empty record has an empty trace") {
  const Trace trace = make_trace(record::Record(), 1);
  CHECK(trace.lines.empty());
  CHECK(trace.omitted == 0);
}

TEST_CASE("too many events are sampled and counted and landmarks stay") {
  const record::Record record = retries(1'000);
  const Trace trace = make_trace(record, 7, 100);
  CHECK(line_count(trace) == 101);
  CHECK(trace.omitted == 900);
  CHECK(trace.lines.find("\"kind\":\"fault\"") != std::string::npos);
  CHECK(trace.lines.ends_with("{\"t\":994,\"n\":1000,\"kind\":\"omitted\",\"value\":900}\n"));
  CHECK(make_trace(record, 7, 100).hash == trace.hash);
  CHECK(make_trace(record, 8, 100).lines != trace.lines);
}

TEST_CASE("exactly as many events as are allowed are all kept") {
  CHECK(make_trace(retries(100), 7, 100).omitted == 0);
  CHECK(make_trace(retries(101), 7, 100).omitted == 1);
}

TEST_CASE("landmarks alone do not pass the limit") {
  record::Record record = retries(50);
  for (record::Event& event : record.events) event.kind = record::Event::Kind::node;
  const Trace trace = make_trace(record, 7, 10);
  CHECK(line_count(trace) == 11);
  CHECK(trace.omitted == 40);
}

TEST_CASE("what the recorder dropped is counted") {
  record::Record record = retries(3);
  record.events_dropped = 5;
  const Trace trace = make_trace(record, 7);
  CHECK(trace.omitted == 5);
  CHECK(line_count(trace) == 4);
}

}  // namespace
}  // namespace seawall::reports
