#include "reports/run_folder.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <sys/resource.h>
#include <unistd.h>

#include "example_run.hpp"
#include "reports/report_table.hpp"
#include "support/catch.hpp"

namespace seawall::reports {
namespace {

namespace fs = std::filesystem;

// A folder of its own to work in, which is the current one as long as it lives.
class Workplace {
 public:
  Workplace() : former_(fs::current_path()) {
    std::string path = fs::temp_directory_path() / "seawall-reports-XXXXXX";
    REQUIRE(mkdtemp(path.data()) != nullptr);
    path_ = path;
    fs::current_path(path_);
  }
  ~Workplace() {
    fs::current_path(former_);
    fs::remove_all(path_);
  }
  std::set<std::string> names(const fs::path& in = ".") const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(in)) names.insert(entry.path().filename());
    return names;
  }

 private:
  fs::path former_;
  fs::path path_;
};

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}
void put(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

FolderChoice out(std::string path) {
  FolderChoice choice;
  choice.out = std::move(path);
  return choice;
}

base::expected<std::string, base::Diagnostic> write(const ExampleRun& run,
                                                    const FolderChoice& choice = {}) {
  return choose_folder(choice, run.scenario, run.facts.started_utc)
      .and_then([&](const Folder& folder) { return write_run_folder(run.report(), folder); });
}

const std::set<std::string> every_file = {"run.json",     "scenario.toml", "events.jsonl",
                                          "latency.hlog", "report.html",   "summary.md",
                                          "junit.xml",    "journal.jsonl", "ledger.jsonl"};

TEST_CASE("a run has all its files and latest points to it") {
  const Workplace here;
  const ExampleRun run;
  const auto folder = write(run);
  REQUIRE(folder);
  CHECK(*folder == "out/20251121T095300Z-shop-slow-payment");
  CHECK(here.names(*folder) == every_file);
  CHECK(here.names("out") == std::set<std::string>{"20251121T095300Z-shop-slow-payment", "latest"});
  CHECK(fs::read_symlink("out/latest") == "20251121T095300Z-shop-slow-payment");
  CHECK(content("out/latest/events.jsonl") == run.report().trace.lines);
}

TEST_CASE("a name that is taken gets a number and latest follows") {
  const Workplace here;
  const ExampleRun run;
  REQUIRE(write(run));
  CHECK(*write(run) == "out/20251121T095300Z-shop-slow-payment-2");
  CHECK(*write(run) == "out/20251121T095300Z-shop-slow-payment-3");
  CHECK(fs::read_symlink("out/latest") == "20251121T095300Z-shop-slow-payment-3");
}

TEST_CASE("a latest that is no link is left alone") {
  const Workplace here;
  fs::create_directories("out/latest");
  REQUIRE(write(ExampleRun()));
  CHECK(fs::is_directory(fs::symlink_status("out/latest")));
}

TEST_CASE("out is the folder itself and a run there is replaced") {
  const Workplace here;
  ExampleRun run;
  CHECK(*write(run, out("here/")) == "here");
  run.scenario.run.seed = 43;
  CHECK(*write(run, out("here")) == "here");
  CHECK(content("here/run.json").find("\"seed\": 43") != std::string::npos);
  CHECK(here.names() == std::set<std::string>{"here"});
}

TEST_CASE("an empty folder may become the run") {
  const Workplace here;
  fs::create_directory("empty");
  REQUIRE(write(ExampleRun(), out("empty")));
  CHECK(here.names("empty") == every_file);
}

TEST_CASE("several runs have folders of their own within out") {
  const Workplace here;
  FolderChoice choice = out("all");
  choice.several = true;
  choice.parts = {"no-breaker", "42"};
  CHECK(*write(ExampleRun(), choice) == "all/shop-slow-payment.no-breaker.42");
}

TEST_CASE("a folder that is no run is never touched") {
  const Workplace here;
  const auto refusal = [](const std::string& path) {
    const auto written = write(ExampleRun(), out(path));
    return written ? "written" : written.error().message;
  };
  fs::create_directory("mine");
  put("mine/thesis.txt", "years of work");
  CHECK(refusal("mine") == "the folder exists and is no run: it holds 'thesis.txt'");

  REQUIRE(write(ExampleRun(), out("run")));
  put("run/notes.txt", "what I saw");
  CHECK(refusal("run") == "the folder exists and is no run: it holds 'notes.txt'");

  fs::create_directory("half");
  put("half/junit.xml", "of another tool");
  CHECK(refusal("half") == "the folder exists and is no run: it has no run.json");

  put("file", "text");
  CHECK(refusal("file") == "expected a folder for the run, found something else");
  fs::create_directory_symlink("run", "link");
  CHECK(refusal("link") == "expected a folder for the run, found something else");

  CHECK(content("mine/thesis.txt") == "years of work");
  CHECK(content("run/notes.txt") == "what I saw");
  CHECK(content("half/junit.xml") == "of another tool");
  CHECK(here.names() == std::set<std::string>{"mine", "run", "half", "file", "link"});
}

TEST_CASE("a place that cannot hold a run is told before the run") {
  const Workplace here;
  put("file", "text");
  const ExampleRun run;
  for (const char* place : {"file/run", ".", "..", "/"}) {
    INFO(place);
    CHECK_FALSE(choose_folder(out(place), run.scenario, run.facts.started_utc));
  }
}

TEST_CASE("the scenario can name the folder") {
  const Workplace here;
  ExampleRun run;
  run.scenario.report.dir = "kept/${scenario}/${variant}-${seed}-${time}";
  CHECK(*write(run) == "kept/shop-slow-payment/no-breaker-42-20251121T095300Z");
  CHECK(*write(run) == "kept/shop-slow-payment/no-breaker-42-20251121T095300Z-2");
  CHECK_FALSE(fs::exists("out"));
}

TEST_CASE("a name cannot lead out of the folder of runs") {
  const Workplace here;
  ExampleRun run;
  run.scenario.meta.name = "../../etc";
  CHECK(*write(run) == "out/20251121T095300Z--..-..-etc");
  run.facts.started_utc = "";
  CHECK(*write(run) == "out/---..-..-etc");
}

TEST_CASE("formats narrow what is written but for the first three files") {
  const Workplace here;
  ExampleRun run;
  run.scenario.report.formats = {"junit"};
  REQUIRE(write(run, out("run")));
  CHECK(here.names("run") ==
        std::set<std::string>{"run.json", "scenario.toml", "events.jsonl", "junit.xml"});
}

TEST_CASE("a disk without room leaves nothing behind and says so") {
  const Workplace here;
  const ExampleRun run;
  REQUIRE(write(run, out("run")));
  const std::string before = content("run/run.json");

  // A file may not grow past this: what a full disk does to write(), with another errno.
  rlimit former{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &former) == 0);
  const auto former_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{512, former.rlim_max};
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  const auto exact = write(run, out("run"));
  const auto numbered = write(run);
  REQUIRE(setrlimit(RLIMIT_FSIZE, &former) == 0);
  std::signal(SIGXFSZ, former_handler);

  REQUIRE_FALSE(exact);
  CHECK(exact.error().file == "run/run.json");
  CHECK(exact.error().message.find("cannot write: ") == 0);
  CHECK(content("run/run.json") == before);
  REQUIRE_FALSE(numbered);
  CHECK(here.names("out").empty());
  CHECK(here.names() == std::set<std::string>{"run", "out"});
}

TEST_CASE("what a killed run left beside its place is passed over") {
  const Workplace here;
  fs::create_directory(".run.partial-1");
  put(".run.partial-1/run.json", "half");
  REQUIRE(write(ExampleRun(), out("run")));
  CHECK(here.names("run") == every_file);
}

TEST_CASE("no secret reaches a file of the run") {
  const Workplace here;
  ExampleRun run;
  for (record::Finding& finding : run.verdict.findings) {
    finding.name += " Authorization: Bearer canary-3";
    finding.why += " postgres://shop:canary-4@db/orders";
  }
  const auto folder = write(run);
  REQUIRE(folder);
  for (const Report& report : all_reports()) {
    INFO(report.file);
    CHECK(content(fs::path(*folder) / report.file).find("canary") == std::string::npos);
  }
  CHECK(content(fs::path(*folder) / "scenario.toml").find("Authorization = \"***\"") !=
        std::string::npos);
}

}  // namespace
}  // namespace seawall::reports
