// What is said of an exploration.
#include "harness/explore/report.hpp"

#include <fmt/format.h>

#include "tests/explore/shop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::test {

namespace {

explore::Report report_of(const explore::Exploration& exploration) {
  explore::Report report;
  report.scenario = "explored";
  report.exploration = &exploration;
  report.exit = explore::exit_of(exploration);
  return report;
}

explore::Exploration exploration_of(std::int64_t violations, bool complete) {
  explore::Exploration exploration;
  exploration.searched.complete = complete;
  exploration.searched.levels = {{1, 0, 0, 0, 0}, {1234, 5, 6, violations, 7}};
  if (violations == 0) return exploration;
  explore::Finding& finding = exploration.findings.emplace_back();
  finding.violation.broken = {"A1 no-double-charge", "B2 all-or-nothing"};
  finding.violation.why = "order 1: charged twice";
  finding.plan = {"order 1: a->b.c #1: drop_reply"};
  for (std::int64_t i = 0; i < violations; ++i)
    finding.found_by.push_back({fmt::format("order 1: a->b.c #{}: drop_reply", i + 1)});
  return exploration;
}

}  // namespace

TEST_CASE("coverage stands beside the verdict", "[explore]") {
  const explore::Exploration exploration = exploration_of(0, true);
  const std::string text = explore::explore_text(report_of(exploration));
  CHECK(text.find("1,234 run: 0 violations, 6 like an earlier plan, 5 not reached; 7 pruned") !=
        std::string::npos);
  CHECK(text.find("ok: all singles: 0 violations in 1,229 that acted; 5 did not come to their "
                  "points; 7 pruned") != std::string::npos);
}

TEST_CASE("how orders end without any fault is told where they are not confirmed", "[explore]") {
  explore::Exploration exploration = exploration_of(0, true);
  explore::Report report = report_of(exploration);
  exploration.searched.ends = {{"confirmed", 1}};
  CHECK(explore::explore_text(report).find("1 run: 0 violations\n") != std::string::npos);
  exploration.searched.ends = {{"failed", 1}};
  CHECK(explore::explore_text(report).find("1 run: 0 violations; the order failed\n") !=
        std::string::npos);
  CHECK(explore::explore_json(report).find("\"failed\": 1") != std::string::npos);
  report.orders = 3;
  exploration.searched.ends = {{"confirmed", 1}, {"failed", 1}, {"pending", 1}};
  CHECK(explore::explore_text(report).find("1 run: 0 violations; 1 of 3 orders failed; "
                                           "1 of 3 orders ended as pending\n") !=
        std::string::npos);
}

TEST_CASE("where no order is confirmed without faults, 0 violations prove nothing", "[explore]") {
  explore::Exploration exploration = exploration_of(0, true);
  exploration.searched.ends = {{"failed", 1}};
  const std::string text = explore::explore_text(report_of(exploration));
  CHECK(text.find("INCONCLUSIVE: the order failed without any fault, so no fault met one that "
                  "succeeds; expected a first POST request that is confirmed") !=
        std::string::npos);
  CHECK(text.find("ok: ") == std::string::npos);
  CHECK(explore::exit_of(exploration) == 5);
  exploration.searched.ends = {{"confirmed", 1}, {"failed", 1}};  // it may be the last piece
  CHECK(explore::exit_of(exploration) == 0);
  explore::Exploration broken = exploration_of(1, true);
  broken.searched.ends = {{"failed", 1}};
  CHECK(explore::exit_of(broken) == 1);
}

TEST_CASE("a search that was ended early is inconclusive", "[explore]") {
  const explore::Exploration exploration = exploration_of(0, false);
  const std::string text = explore::explore_text(report_of(exploration));
  CHECK(text.find("INCONCLUSIVE: no violation so far; the budget ended it") != std::string::npos);
}

TEST_CASE("a search that broke something and was ended early says both", "[explore]") {
  const explore::Exploration exploration = exploration_of(3, false);
  const std::string text = explore::explore_text(report_of(exploration));
  CHECK(text.find("BROKEN: 1 kind of violation; the search did not end: the budget ended it after "
                  "1,234 singles") != std::string::npos);
  CHECK(explore::exit_of(exploration) == 1);
}

TEST_CASE("an order that fails without any fault is told where the search did not end, too",
          "[explore]") {
  explore::Exploration exploration = exploration_of(0, false);
  exploration.searched.ends = {{"failed", 1}};
  explore::Report report = report_of(exploration);
  for (const std::string who : {"the budget", "its user"}) {
    report.ended_by = who == "the budget" ? "" : who;
    CHECK(explore::explore_text(report).find(
              "INCONCLUSIVE: no violation so far; " + who +
              " ended it; and the order failed without any fault, so no fault met one") !=
          std::string::npos);
  }
}

TEST_CASE("a finding names its plan and everything that it breaks", "[explore]") {
  const explore::Exploration exploration = exploration_of(3, true);
  const explore::Report report = report_of(exploration);
  const std::string text = explore::explore_text(report);
  for (const char* said :
       {"001 A1 no-double-charge", "and with it B2 all-or-nothing",
        "fault  order 1: a->b.c #1: drop_reply", "found by 3 plans", "BROKEN: 1 kind of violation"})
    CHECK(text.find(said) != std::string::npos);
  CHECK(text.find("not minimal") == std::string::npos);
  CHECK(text.find("\n  .\n") == std::string::npos);  // no hint
  const std::string json = explore::explore_json(report);
  CHECK(json.find("\"folder\": \"found/001\"") != std::string::npos);
  CHECK(json.find("\"exit\": 1") != std::string::npos);
  CHECK(json.find("\"minimal\": true") != std::string::npos);
}

TEST_CASE("a finding that there was no time to shrink says so", "[explore]") {
  explore::Exploration exploration = exploration_of(3, false);
  exploration.findings.front().is_minimal = false;
  explore::Report report = report_of(exploration);
  const std::string said = "  not minimal, a smaller plan may break the same: ";
  CHECK(explore::explore_text(report).find(said + "the budget ended the shrinking\n") !=
        std::string::npos);
  CHECK(explore::explore_json(report).find("\"minimal\": false") != std::string::npos);
  report.ended_by = "its user";
  CHECK(explore::explore_text(report).find(said + "its user ended the shrinking\n") !=
        std::string::npos);
}

TEST_CASE("the other plans of a finding are listed: some in words, all for programs", "[explore]") {
  const explore::Exploration exploration = exploration_of(6, true);
  const explore::Report report = report_of(exploration);
  const std::string text = explore::explore_text(report);
  CHECK(text.find("\n    the same: order 1: a->b.c #2: drop_reply\n") != std::string::npos);
  CHECK(text.find("the same: order 1: a->b.c #1") == std::string::npos);  // it is the one told
  CHECK(text.find("\n    2 more: found_by in explore.json\n") != std::string::npos);
  const std::string json = explore::explore_json(report);
  CHECK(json.find("order 1: a->b.c #6: drop_reply") != std::string::npos);
  CHECK(json.find("\"plans\": 6") != std::string::npos);
}

TEST_CASE("one of a thing is not told as several, and what did not begin is told so", "[explore]") {
  explore::Exploration exploration = exploration_of(1, false);
  exploration.searched.points = 3;
  exploration.searched.points_of_order = 1;
  exploration.searched.levels.push_back({0, 0, 0, 0, 960'900});
  const std::string text = explore::explore_text(report_of(exploration));
  for (const char* said :
       {"explored: 1 order, 1 point, 2 more after faults, 0 faults at them",
        "1,234 run: 1 violation,", "found by 1 plan;", "  pairs           not begun\n"})
    CHECK(text.find(said) != std::string::npos);
  CHECK(text.find("960,900") == std::string::npos);
}

TEST_CASE("a finding is told in lines that fit a terminal", "[explore]") {
  explore::Exploration exploration = exploration_of(1, true);
  exploration.findings.front().violation.why = std::string(60, 'a') + " " + std::string(60, 'b');
  const std::string text = explore::explore_text(report_of(exploration));
  CHECK(text.find("  " + std::string(60, 'a') + "\n  " + std::string(60, 'b') + "\n") !=
        std::string::npos);
}

}  // namespace seawall::test
