// What a survey reads from a scenario and from a journal, without running anything.
#include "harness/survey/requests.hpp"

#include "harness/scenario/reader.hpp"
#include "harness/survey/calls.hpp"
#include "tests/support/catch.hpp"

namespace seawall::survey {

namespace {

using namespace std::chrono_literals;

model::RequestSpec request(const std::string& name, const std::string& needs = "",
                           const std::string& saves = "") {
  model::RequestSpec spec;
  spec.name = name;
  if (!needs.empty()) {
    model::Template::Part part;
    part.kind = model::Template::Part::Kind::saved;
    part.text = needs;
    spec.path.parts.push_back(part);
  }
  if (!saves.empty()) spec.save[saves] = "$.id";
  return spec;
}

model::Scenario sending(std::vector<model::RequestSpec> requests) {
  model::Scenario scenario;
  scenario.loads.emplace_back();
  scenario.loads.front().requests = std::move(requests);
  return scenario;
}

constexpr base::TimePoint zero{1s};

record::Exchange row(const std::string& from, const std::string& to, const std::string& path,
                     Duration at) {
  record::Exchange row;
  row.link = {from, to};
  row.path = path;
  row.sent = zero + at;
  row.ended = row.sent + 1ms;
  return row;
}

std::vector<std::string> texts_of(const std::vector<Call>& calls) {
  std::vector<std::string> texts;
  for (const Call& call : calls) texts.push_back(to_text(call));
  return texts;
}

}  // namespace

TEST_CASE("what a request needs is sent before it, the first first", "[survey]") {
  const auto scenario = sending(
      {request("pay", "order"), request("order", "token", "order"), request("login", "", "token")});
  const auto all = requests_of(scenario);
  REQUIRE(all.size() == 3);
  CHECK(all[0].name == "pay");
  CHECK(all[0].trouble.empty());
  CHECK(all[0].earlier == std::vector<Source>{{0, 2}, {0, 1}});
  CHECK(all[2].earlier.empty());
}

TEST_CASE("a request that needs what nobody saves before it says so", "[survey]") {
  const auto all =
      requests_of(sending({request("next", "cursor", "cursor"), request("view", "page")}));
  REQUIRE(all.size() == 2);
  CHECK(all[0].trouble == "it needs {{saved cursor}}, which no request before it saves");
  CHECK(all[1].trouble == "it needs {{saved page}}, which no request before it saves");
}

TEST_CASE("steps of a flow are asked, and what is never sent is not", "[survey]") {
  auto step = request("step");
  auto idle = request("idle");
  step.weight = idle.weight = 0;
  auto scenario = sending({step, idle});
  scenario.loads.front().flows.push_back({"a flow", 1, {"step"}, {}});
  const auto all = requests_of(scenario);
  REQUIRE(all.size() == 1);
  CHECK(all[0].name == "step");
}

TEST_CASE("calls are what comes with each request, in their order", "[survey]") {
  record::Record record;
  record.exchanges = {row("client", "a", "/", 0s),       row("a", "b", "/charge", 5ms),
                      row("a", "c", "/items/7", 2ms),    row("b", "c", "/poll", 300ms),
                      row("client", "a", "/", 1s),       row("a", "b", "/charge", 1006ms),
                      row("a", "c", "/items/8", 1001ms), row("a", "c", "/items/9", 1002ms)};
  const auto calls = calls_between(record, {zero, zero + 1s}, zero + 2s);
  CHECK(texts_of(calls) == std::vector<std::string>{"a -> c GET /items/*", "a -> b GET /charge"});
  CHECK(calls[0].after == 1ms);
}

TEST_CASE("of many calls that are alike the first ones and the last are told apart", "[survey]") {
  record::Record record;
  for (int i = 0; i < 9; ++i) record.exchanges.push_back(row("a", "b", "/item", i * 1ms));
  const auto calls = calls_between(record, {zero}, zero + 1s);
  REQUIRE(calls.size() == 4);
  CHECK(calls[0].ordinal == 1);
  CHECK(calls[3].ordinal == 9);
  CHECK(calls[3].is_last);
  CHECK(to_text(calls[3]) == "a -> b GET /item #9");
}

}  // namespace seawall::survey
