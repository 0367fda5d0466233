// What a survey comes to as a whole, of requests whose cells are known.
#include <boost/json.hpp>

#include "harness/survey/report.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

namespace seawall::survey {

namespace {

struct Request {
  std::string name;
  std::vector<Fate> cells;
  std::string trouble;    // why it was not tried
  bool has_place = true;  // a call that could go wrong
};

// Its only call, with a cell for each of these.
Survey survey_of(const std::vector<Request>& requests) {
  Survey survey;
  survey.scenario = "toy";
  survey.complete = true;
  for (const Request& request : requests) {
    Surveyed& one = survey.requests.emplace_back();
    one.asked.name = request.name;
    one.trouble = request.trouble;
    if (one.trouble.empty()) one.seen = "200 after 1 ms";
    if (request.has_place) one.places.push_back({{"desk", "bank"}, std::nullopt});
    for (const Fate fate : request.cells) {
      Cell& cell = survey.cells.emplace_back();
      cell.request = survey.requests.size() - 1;
      cell.judged.fate = fate;
    }
  }
  return survey;
}

struct Row {
  std::string what;
  std::vector<Request> requests;
  int exit = 0;
  bool complete = true;
  std::string headline;
};

const Request fails = {"look", {}, "without any fault it got 404"};
const std::string not_tried = "look was not tried: without any fault it got 404";

const std::vector<Row> rows = {
    {"requests that survive or degrade are ok, whatever of them is unproven",
     {{"ask", {Fate::survives}, ""}, {"look", {Fate::unproven, Fate::degrades}, ""}},
     0,
     true,
     "ok: nothing breaks, nothing is corrupted"},
    {"one that fails without a fault leaves the others inconclusive",
     {{"ask", {Fate::survives}, ""}, fails},
     5,
     false,
     "INCONCLUSIVE: nothing breaks so far; " + not_tried},
    {"one of which no cell is proven leaves the others inconclusive",
     {{"ask", {Fate::survives}, ""}, {"look", {Fate::unproven, Fate::unproven}, ""}},
     5,
     false,
     "INCONCLUSIVE: nothing breaks so far; of look nothing is proven"},
    {"what breaks is broken, whatever else was not tried",
     {{"ask", {Fate::breaks}, ""}, fails},
     1,
     false,
     "BROKEN: 0 corrupts, 1 breaks; " + not_tried},
    {"what corrupts is broken too",
     {{"ask", {Fate::corrupts, Fate::breaks, Fate::corrupts}, ""}},
     1,
     true,
     "BROKEN: 2 corrupts, 1 breaks"},
    {"one that causes no call has nothing that could go wrong",
     {{"ask", {Fate::survives}, ""}, {"look", {}, "", false}},
     0,
     true,
     "ok: nothing breaks, nothing is corrupted"},
    {"without any call nothing is known",
     {{"look", {}, "", false}},
     5,
     true,
     "INCONCLUSIVE: no call was seen that could go wrong"},
};

}  // namespace

TEST_CASE("a survey comes to what its cells come to", "[survey]") {
  for (const Row& row : rows) {
    INFO(row.what);
    const Survey survey = survey_of(row.requests);
    CHECK(exit_of(survey) == row.exit);
    CHECK(headline(survey) == row.headline);
    const auto json = boost::json::parse(survey_json(survey, row.exit));
    CHECK(json.at("complete").as_bool() == row.complete);
    CHECK(has(survey_text(survey), row.headline));
  }
}

TEST_CASE("what was ended before anything was seen says no more than that", "[survey]") {
  Survey survey = survey_of({{"ask", {}, "", false}});
  survey.requests.front().seen.clear();
  survey.complete = false;
  survey.runs = 1;
  survey.ended_by = by_user;
  CHECK(headline(survey) == "INCONCLUSIVE: nothing was tried; its user ended it");
  const std::string text = survey_text(survey);
  CHECK(has(text, "\nask: not tried\n"));
  CHECK(has(text, "\n0 cells in 1 run\n"));
  CHECK_FALSE(has(text, "without a fault"));
  CHECK_FALSE(has(text, "it causes no call"));
  CHECK(has(survey_html(survey, 5), "<small>not tried</small>"));
  CHECK_FALSE(has(survey_html(survey, 5), "without a fault:"));
}

TEST_CASE("what failed ends a survey in its own words", "[survey]") {
  Survey survey = survey_of({});
  survey.complete = false;
  survey.failed = true;
  survey.ended_by = "nobody takes connections at base: start it";
  CHECK(headline(survey) ==
        "INCONCLUSIVE: nothing was tried; nobody takes connections at base: start it");
}

TEST_CASE("an answer that is not as expected says what of it is not", "[survey]") {
  using namespace std::chrono_literals;
  const auto got = [](int status, const std::vector<int>& expected) {
    record::Exchange row;
    row.status = status;
    row.ended = row.sent + 5ms;
    model::Expect expect;
    expect.status = expected;
    return told(row, expect);
  };
  CHECK(got(200, {}) == "200 after 5 ms with an unexpected body");
  CHECK(got(503, {}) == "503 after 5 ms");
  CHECK(got(200, {500}) == "200 after 5 ms, an unexpected status");
  CHECK(got(404, {200, 404}) == "404 after 5 ms with an unexpected body");
  CHECK(got(503, {200}) == "503 after 5 ms");
}

TEST_CASE("what is not held without any fault keeps a survey from being ok", "[survey]") {
  Survey survey = survey_of({{"ask", {Fate::survives}, ""}});
  survey.requests.front().never_held["none twice"] = "45 was measured, == 0 is wanted";
  const std::string why =
      "without any fault, none twice is not held by ask: 45 was measured, == 0 is wanted";
  CHECK(exit_of(survey) == 5);
  CHECK(headline(survey) == "INCONCLUSIVE: nothing breaks so far; " + why);
  CHECK(has(survey_text(survey), "  " + why + "; no cell is blamed for it\n"));
  CHECK(has(survey_html(survey, 5), "none twice is not held by ask"));
  CHECK(has(survey_json(survey, 5), why));
}

TEST_CASE("what is found of an invariant has its value once", "[survey]") {
  record::Finding finding;
  finding.value = "45";
  CHECK(found_of(finding) == "45");
  finding.why = "At 1.2 s: 45 was measured, == 0 is wanted";
  CHECK(found_of(finding) == finding.why);
  finding.why = "charges: those of the bank";
  CHECK(found_of(finding) == "45: charges: those of the bank");
}

TEST_CASE("the page says what was not tried", "[survey]") {
  CHECK(has(survey_html(survey_of({fails}), 5), not_tried));
}

}  // namespace seawall::survey
