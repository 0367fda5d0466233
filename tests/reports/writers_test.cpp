#include <pugixml.hpp>

#include "example_run.hpp"
#include "reports/finding_text.hpp"
#include "reports/hdr_log.hpp"
#include "reports/journal.hpp"
#include "reports/junit.hpp"
#include "reports/latency.hpp"
#include "reports/ledger.hpp"
#include "reports/summary.hpp"
#include "reports/terminal.hpp"
#include "reports/trace_difference.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;

namespace seawall::reports {
namespace {

using record::Finding;
using Status = Finding::Status;

record::Verdict verdict_of(std::vector<Status> statuses, int exit) {
  record::Verdict verdict;
  verdict.exit = exit;
  for (const Status status : statuses) {
    Finding finding;
    finding.status = status;
    finding.name = "a";
    verdict.findings.push_back(finding);
  }
  return verdict;
}

TEST_CASE("a journal tells no query and counts what it leaves out") {
  ExampleRun run;
  run.record.exchanges.resize(3);
  for (record::Exchange& row : run.record.exchanges) row.link = {"a", "b"};
  run.record.exchanges[0].path = "/find?token=abc";
  const std::string text = journal_jsonl(run.report(), 2);
  CHECK(text.find("\"path\":\"/find\"") != std::string::npos);
  CHECK(text.find("abc") == std::string::npos);
  CHECK(text.ends_with("\n{\"omitted\":1}\n"));
}

TEST_CASE("a ledger is told by time, and counts what it leaves out") {
  ExampleRun run;
  run.record.ledger.clear();
  for (const auto& [t, node, lsn] :
       {std::tuple(2s, "order", 1), std::tuple(1s, "payment", 7), std::tuple(3s, "payment", 8)}) {
    record::LedgerRow& row = run.record.ledger.emplace_back();
    row.t = run.record.time_zero + t;
    row.node = node;
    row.lsn = static_cast<std::uint64_t>(lsn);
    row.machine = record::LedgerRow::Machine::charge;
    row.from = "-";
    row.to = "cap\"tured";
    row.payload_hash = ~0ULL;
  }
  CHECK(ledger_jsonl(run.report(), 2) ==
        R"({"t":1000000000,"node":"payment","write":7,"machine":"charge","from":"-",)"
        R"("to":"cap\"tured","payload_hash":"18446744073709551615"})"
        "\n"
        R"({"t":2000000000,"node":"order","write":1,"machine":"charge","from":"-",)"
        R"("to":"cap\"tured","payload_hash":"18446744073709551615"})"
        "\n{\"omitted\":1}\n");
}

TEST_CASE("a ledger has the writes that a verdict names, however late they were") {
  ExampleRun run;
  run.record.ledger.clear();
  for (int i = 0; i < 40; ++i) {
    record::LedgerRow& row = run.record.ledger.emplace_back();
    row.t = run.record.time_zero + std::chrono::seconds(i);
    row.node = i % 2 == 0 ? "order" : "payment";
    row.lsn = static_cast<std::uint64_t>(100 + i / 2);
    row.order = "o-" + std::to_string(i / 2);
  }
  const auto lines_of = [&run](const std::string& why, std::vector<std::string> orders) {
    run.verdict = verdict_of({Status::held, Status::broken}, 1);
    run.verdict.findings[1].why = why;
    run.verdict.findings[1].orders = std::move(orders);
    return ledger_jsonl(run.report(), 2);
  };
  const std::string first =
      R"({"t":0,"node":"order","write":100,"machine":"order","order":"o-0"})"
      "\n"
      R"({"t":1000000000,"node":"payment","write":100,"machine":"order","order":"o-0"})"
      "\n{\"omitted\":38}\n";
  const std::string late =
      R"({"t":39000000000,"node":"payment","write":119,"machine":"order","order":"o-19"})"
      "\n";
  CHECK(lines_of("it is down", {}) == first);
  CHECK(lines_of("order x: charged twice: write 100 of payment and write 119 of payment; ...",
                 {"x"}) == first + late);
  CHECK(lines_of("write of write 1 of, write 119 of pay", {}) == first);
  CHECK(lines_of("it is open", {"o-0", "o-19"}) ==
        first +
            R"({"t":38000000000,"node":"order","write":119,"machine":"order","order":"o-19"})"
            "\n" +
            late);
}

TEST_CASE("what a verdict names behind the limit of a ledger is no difference of runs") {
  const std::string rows = "{\"t\":1,\"node\":\"a\"}\n{\"omitted\":2}\n";
  CHECK_FALSE(first_difference("ledger.jsonl", rows + "{\"t\":3,\"node\":\"a\"}\n", rows));
  CHECK(first_difference("ledger.jsonl", rows, "{\"t\":1,\"node\":\"a\"}\n{\"omitted\":3}\n"));
}

TEST_CASE("the word of a verdict says the worst of its findings") {
  CHECK(verdict_word(verdict_of({}, 0)) == "pass");
  CHECK(verdict_word(verdict_of({Status::held, Status::not_exercised}, 0)) == "pass");
  CHECK(verdict_word(verdict_of({Status::held, Status::inconclusive}, 5)) == "inconclusive");
  CHECK(verdict_word(verdict_of({Status::inconclusive, Status::broken}, 1)) == "fail");
  CHECK(verdict_word(verdict_of({Status::broken}, 0)) == "fail");  // switched off by --fail-on
  CHECK(verdict_word(verdict_of({}, 6)) == "error");
  CHECK(verdict_word(verdict_of({Status::held}, 130)) == "error");
}

TEST_CASE("counts leave out what there is none of") {
  CHECK(counts_of(verdict_of({}, 0)) == "nothing was judged");
  CHECK(counts_of(verdict_of({Status::held, Status::broken, Status::held}, 1)) ==
        "1 failed, 2 passed");
}

TEST_CASE("a line reads well whatever a finding has") {
  Finding finding;
  finding.name = "converges";
  CHECK(line_of(finding) == "converges");
  finding.limit = "<= 30 s";
  CHECK(line_of(finding) == "converges: expected <= 30 s");
  finding.value = "12 s";
  CHECK(line_of(finding) == "converges: 12 s <= 30 s");
  finding.status = Status::broken;
  finding.orders = {"o-1"};
  CHECK(line_of(finding) == "converges: 12 s, expected <= 30 s (order o-1)");
  finding.phase = "all";
  finding.id = "C1";
  finding.orders = {"o-1", "o-2"};
  finding.offending = 2;
  CHECK(line_of(finding) == "C1 converges: 12 s, expected <= 30 s (orders o-1, o-2)");
}

TEST_CASE("what keeps the system down stands before all that is down") {
  record::Verdict verdict = verdict_of({Status::held, Status::broken, Status::broken}, 1);
  verdict.findings[1].id = "A9";
  verdict.findings[2].id = "C2";
  CHECK(by_urgency(verdict).front()->id == "A9");
  verdict.findings[2].why = "METASTABLE (it does not recover by itself): 0.00 % of the orders";
  CHECK(by_urgency(verdict).front()->id == "C2");
  CHECK(by_urgency(verdict).back()->status == Status::held);
}

TEST_CASE("what keeps the system down stands behind what no recovery mends") {
  record::Verdict verdict = verdict_of({Status::broken, Status::broken, Status::held,
                                        Status::broken, Status::broken, Status::broken},
                                       1);
  const std::vector<std::string> ids = {"A1", "A8", "A2", "A9", "B1", "C2"};
  for (std::size_t i = 0; i < ids.size(); ++i) verdict.findings[i].id = ids[i];
  verdict.findings.back().why = "METASTABLE (it does not recover by itself): 0.00 % of the orders";
  std::vector<std::string> sorted;
  for (const Finding* finding : by_urgency(verdict)) sorted.push_back(finding->id);
  CHECK(sorted == std::vector<std::string>{"A1", "A8", "C2", "A9", "B1", "A2"});
}

TEST_CASE("how many orders more there are reads as other numbers do") {
  Finding finding;
  finding.orders = {"o-1"};
  finding.offending = 5'255;
  CHECK(orders_words(finding) == "o-1 and 5,254 more");
}

TEST_CASE("JUnit stays well-formed whatever the texts hold") {
  ExampleRun run;
  run.verdict.findings[1].why = std::string("a\0b\x01\x1b[31m <&>\"' \xff \xEF\xBF\xBF é", 25);
  run.scenario.meta.name = "a<b>&\"c\"";
  const std::string text = junit_xml(run.report());
  pugi::xml_document document;
  REQUIRE(document.load_string(text.c_str()));
  for (const char c : text) CHECK((static_cast<unsigned char>(c) >= 0x20 || c == '\n'));
  const auto suite = document.child("testsuites").child("testsuite");
  CHECK(std::string(suite.attribute("name").value()) == "a<b>&\"c\" [no-breaker]");
}

TEST_CASE("XML text keeps what XML may hold") {
  CHECK(xml_text("a\tb\nc\r é \xF0\x9F\x98\x80") == "a\tb\nc\r é \xF0\x9F\x98\x80");
  CHECK(xml_text(std::string_view("\0", 1)) == "\xEF\xBF\xBD");
  CHECK(xml_text("\xEF\xBF\xBE") == "\xEF\xBF\xBD");
}

TEST_CASE("a run without a verdict is an error in JUnit") {
  ExampleRun run;
  run.verdict = verdict_of({}, 6);
  pugi::xml_document document;
  REQUIRE(document.load_string(junit_xml(run.report()).c_str()));
  const auto suite = document.child("testsuites").child("testsuite");
  CHECK(suite.attribute("tests").as_int() == 1);
  CHECK(suite.attribute("errors").as_int() == 1);
  CHECK(suite.child("testcase").child("error"));
}

TEST_CASE("a verdict over nothing is no pass") {
  const std::string text = terminal_text(record::Verdict{}, "", false);
  CHECK(text.find("NOTHING JUDGED") == 0);
  CHECK(text.find("PASS") == std::string::npos);
}

TEST_CASE("of what exploring has kept, only what needs attention is printed") {
  ExampleRun run;
  CHECK(terminal_text(run.report(), "", false).find("\nok") != std::string::npos);
  for (const char* tag : {"found", "unproven"}) {
    run.scenario.meta.tags = {"nightly", tag};
    CHECK(terminal_text(run.report(), "", false).find("\nok") == std::string::npos);
  }
}

TEST_CASE("Markdown of others cannot break the summary") {
  ExampleRun run;
  run.record.faults[0].name = "a|b\n# c <script>";
  const std::string text = summary_markdown(run.report());
  CHECK(text.find("| a\\|b \\# c \\<script\\> |") != std::string::npos);
}

TEST_CASE("the terminal obeys no text of others") {
  ExampleRun run;
  run.verdict.findings[1].why =
      "a\x1b]0;title\x07"
      "b";
  const std::string text = terminal_text(run.report(), "out/\x1b[2J", false);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\x07') == std::string::npos);
}

TEST_CASE("colour changes nothing but colour") {
  const ExampleRun run;
  std::string text = terminal_text(run.report(), "out/latest", true);
  const std::string plain = terminal_text(run.report(), "out/latest", false);
  CHECK(text != plain);
  for (std::size_t at = text.find('\x1b'); at != text.npos; at = text.find('\x1b'))
    text.erase(at, text.find('m', at) - at + 1);
  CHECK(text == plain);
}

TEST_CASE("latencies are those of the load phase from the intended time") {
  const ExampleRun run;
  const auto requests = latencies_of(run.record);
  REQUIRE(requests.size() == 1);
  const RequestLatency& orders = requests.at("place-order");
  CHECK(orders.sent == 101);
  CHECK(orders.expected == 98);
  CHECK(orders.histogram().count() == 100);
  CHECK(orders.windows.windows().size() == 2);
}

TEST_CASE("the latency log holds every second of every request") {
  ExampleRun run;
  record::Exchange read = run.record.history.front();
  read.request_name = "read order";
  run.record.history.push_back(read);
  const auto intervals = read_hdr_log(latency_log(run.record));
  REQUIRE(intervals);
  REQUIRE(intervals->size() == 3);
  CHECK(intervals->at(0).tag == "place-order");
  CHECK(intervals->at(0).start == 0s);
  CHECK(intervals->at(0).histogram.count() == 50);
  CHECK(intervals->at(1).tag == "read_order");
  CHECK(intervals->at(2).start == 1s);
  CHECK(intervals->at(2).histogram.max() == base::Duration(100'007'935));
}

}  // namespace
}  // namespace seawall::reports
