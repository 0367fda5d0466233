#include "reports/trace.hpp"

#include <algorithm>

#include "example_run.hpp"
#include "harness/base/text.hpp"
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

TEST_CASE("the trace hash is the SHA-256 of the file") {
  // FIPS 180-4, example of "abc".
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const Trace trace = example().report().trace;
  CHECK(trace.hash == sha256(trace.lines));
}

TEST_CASE("the same record gives the same trace") {
  CHECK(example().report().trace.hash == example().report().trace.hash);
  ExampleRun other;
  other.record.events.back().what = "open half_open";
  CHECK(other.report().trace.hash != example().report().trace.hash);
}

TEST_CASE("the trace does not depend on where its clock started") {
  ExampleRun moved;
  const base::Duration by(123'456'789);
  moved.record.time_zero += by;
  for (record::Event& event : moved.record.events) event.t += by;
  CHECK(moved.report().trace.lines == example().report().trace.lines);
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
  CHECK(make_trace(record, 8, 100).hash != trace.hash);
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
