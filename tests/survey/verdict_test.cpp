// What a survey comes to as a whole, of requests whose cells are known.
#include <boost/json.hpp>

#include "harness/survey/report.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

namespace seawall::survey {

namespace {

// Complete, of as many requests as there are names.
Survey survey_of(const std::vector<std::string>& names) {
  Survey survey;
  survey.scenario = "toy";
  survey.complete = true;
  for (const std::string& name : names) {
    Surveyed& one = survey.requests.emplace_back();
    one.asked.name = name;
    one.places.push_back({{"desk", "bank"}, std::nullopt});
  }
  return survey;
}

void add_cell(Survey& survey, std::size_t request, Fate fate) {
  Cell& cell = survey.cells.emplace_back();
  cell.request = request;
  cell.judged.fate = fate;
}

bool is_complete(const Survey& survey) {
  const auto json = boost::json::parse(survey_json(survey, exit_of(survey)));
  return json.at("complete").as_bool();
}

}  // namespace

TEST_CASE("requests that all survive are ok", "[survey]") {
  Survey survey = survey_of({"ask", "look"});
  add_cell(survey, 0, Fate::survives);
  add_cell(survey, 1, Fate::unproven);
  add_cell(survey, 1, Fate::degrades);
  CHECK(exit_of(survey) == 0);
  CHECK(headline(survey) == "ok: nothing breaks, nothing is corrupted");
  CHECK(is_complete(survey));
}

TEST_CASE("a request that fails without a fault leaves the others inconclusive", "[survey]") {
  Survey survey = survey_of({"ask", "look"});
  add_cell(survey, 0, Fate::survives);
  survey.requests[1].trouble = "without any fault it got 404";
  CHECK(exit_of(survey) == 5);
  CHECK(headline(survey) ==
        "INCONCLUSIVE: nothing breaks so far; look was not tried: without any fault it got 404");
  CHECK_FALSE(is_complete(survey));
  CHECK(has(survey_html(survey, 5), "look was not tried"));
}

TEST_CASE("a request of which no cell is proven leaves the others inconclusive", "[survey]") {
  Survey survey = survey_of({"ask", "look"});
  add_cell(survey, 0, Fate::survives);
  add_cell(survey, 1, Fate::unproven);
  add_cell(survey, 1, Fate::unproven);
  CHECK(exit_of(survey) == 5);
  CHECK(headline(survey) == "INCONCLUSIVE: nothing breaks so far; of look nothing is proven");
  CHECK_FALSE(is_complete(survey));
}

TEST_CASE("what breaks is broken, whatever else was not tried", "[survey]") {
  Survey survey = survey_of({"ask", "look"});
  add_cell(survey, 0, Fate::breaks);
  survey.requests[1].trouble = "without any fault it got 404";
  CHECK(exit_of(survey) == 1);
  CHECK(headline(survey) ==
        "BROKEN: 0 corrupts, 1 breaks; look was not tried: without any fault it got 404");
  CHECK_FALSE(is_complete(survey));
}

TEST_CASE("a request that causes no call has nothing that could go wrong", "[survey]") {
  Survey survey = survey_of({"ask", "look"});
  add_cell(survey, 0, Fate::survives);
  survey.requests[1].places.clear();
  CHECK(exit_of(survey) == 0);
  CHECK(is_complete(survey));
}

}  // namespace seawall::survey
