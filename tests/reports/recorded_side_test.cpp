#include "reports/recorded_side.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <stdlib.h>

#include "example_run.hpp"
#include "reports/hdr_log.hpp"
#include "reports/run_folder.hpp"
#include "support/catch.hpp"

namespace seawall::reports {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr base::Duration nanosecond{1};

// A folder with runs in it, gone with its test.
class Runs {
 public:
  Runs() {
    std::string path = fs::temp_directory_path() / "seawall-sides-XXXXXX";
    REQUIRE(mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  ~Runs() { fs::remove_all(path_); }

  std::string path(const std::string& name) const { return (path_ / name).string(); }
  std::string run(const std::string& name, std::uint64_t seed = 42) const {
    ExampleRun example;
    example.scenario.run.seed = seed;
    Folder folder;
    folder.path = path(name);
    REQUIRE(write_run_folder(example.report(), folder));
    return folder.path;
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  fs::path path_;
};

std::string error_of(const std::vector<std::string>& paths) {
  const auto side = read_side(paths, nanosecond);
  if (side) return "no error";
  return fs::path(side.error().front().file).filename().string() + ": " +
         side.error().front().message;
}

bool starts(const std::string& text, const std::string& with) {
  INFO(text);
  return text.starts_with(with);
}

TEST_CASE("a run is read back with its figures, its checks and what it may be compared with") {
  const Runs runs;
  const auto side = read_side({runs.run("one")}, nanosecond);
  REQUIRE(side);
  REQUIRE(side->runs.size() == 1);
  const compare::Run& run = side->runs.front();
  CHECK(run.scenario == "shop/slow-payment [no-breaker]");
  CHECK(run.is_virtual);
  CHECK(run.world == "sim");
  CHECK(run.seed == 42);
  CHECK(run.comparison_hash == "0123456789abcdef");
  CHECK(run.machine == "2 cores, Linux x86_64");
  CHECK(run.load_held);
  CHECK(run.is_whole);
  CHECK(run.broken == std::set<std::string>{"B1 every-saga-settled"});
  CHECK(run.missed == std::set<std::string>{"p99(place-order) <= 400 ms"});
  CHECK(run.judged.contains("B1 every-saga-settled"));
  CHECK(run.judged.contains("p99(place-order) <= 400 ms"));
  const compare::RequestFigures& orders = run.figures.requests.at("place-order");
  CHECK(orders.sent == 101);
  CHECK(orders.expected == 98);
  CHECK(orders.latency.count() == 100);
  CHECK(orders.latency.value_at_quantile(base::Share::percent(50)) / 1ms == 50);
}

TEST_CASE("a folder of runs is a side, in the order of their names") {
  const Runs runs;
  runs.run("many");  // makes no difference: a run itself is one run
  fs::create_directory(runs.path("set"));
  runs.run("set/b", 43);
  runs.run("set/a", 44);
  fs::create_directory(runs.path("set/no-run"));
  const auto side = read_side({runs.path("set")}, nanosecond);
  REQUIRE(side);
  REQUIRE(side->runs.size() == 2);
  CHECK(side->runs[0].where.ends_with("set/a"));
  CHECK(side->runs[1].where.ends_with("set/b"));
  CHECK(read_side({runs.path("set/a"), runs.path("set/b"), runs.path("many")}, nanosecond)
            ->runs.size() == 3);
}

TEST_CASE("what a run leaves open is read with it") {
  const Runs runs;
  const auto side = read_side({runs.run("one")}, nanosecond);
  REQUIRE(side);
  CHECK(side->runs.front().doubts ==
        std::vector<std::string>{"fault lost-replies: acted on 0 of 0, expected 90%"});

  ExampleRun unjudged;
  unjudged.verdict = {};
  Folder folder;
  folder.path = runs.path("unjudged");
  REQUIRE(write_run_folder(unjudged.report(), folder));
  const auto run = read_recorded_run(folder.path);
  REQUIRE(run);
  CHECK(run->doubts == std::vector<std::string>{"nothing was judged in it"});
}

TEST_CASE("a run counts once in a side, under whatever name") {
  const Runs runs;
  const std::string one = runs.run("one");
  CHECK(starts(error_of({one, one}), "one: the same as "));
  fs::create_directory_symlink("one", runs.path("link"));
  CHECK(starts(error_of({one, runs.path("link")}), "link: the same as "));
  fs::copy(one, runs.path("copy"));
  const std::string copied = error_of({one, runs.path("copy")});
  CHECK(starts(copied, "copy: the same run as " + one + ", with the seed 42 and the trace "));
  CHECK(read_side({one, runs.run("other", 43)}, nanosecond));

  runs.write("a.hlog", runs.read("one/latency.hlog"));
  CHECK(starts(error_of({runs.path("a.hlog"), runs.path("a.hlog")}), "a.hlog: the same as "));
}

TEST_CASE("a log alone is a side of latencies") {
  const Runs runs;
  HdrLogWriter writer;
  stats::Histogram histogram;
  histogram.record(1'500ns, 10);
  writer.append("GET /a", 0s, 1s, histogram);
  runs.write("other.hlog", writer.text());
  const auto side = read_side({runs.path("other.hlog")}, base::Duration(1us));
  REQUIRE(side);
  CHECK(side->runs.front().is_log);
  const auto& figures = side->runs.front().figures.requests.at("GET_/a");
  CHECK(figures.latency.count() == 10);
  CHECK(figures.latency.max() / 1us == 1'500);
  CHECK(figures.sent == 0);
}

TEST_CASE("what is no run, or half of one, is told with its file") {
  const Runs runs;
  CHECK(starts(error_of({runs.path("nothing")}), "nothing: expected the folder of a run"));
  fs::create_directory(runs.path("empty"));
  CHECK(starts(error_of({runs.path("empty")}), "empty: no run.json in it"));
  runs.write("text.hlog", "hello\n");
  CHECK(error_of({runs.path("text.hlog")}) ==
        "text.hlog: line 1: expected start, length, max, histogram");
  runs.write("no-values.hlog", "#[only a comment]\n");
  CHECK(starts(error_of({runs.path("no-values.hlog")}), "no-values.hlog: no values in it"));

  const std::string cut = runs.run("cut");
  const std::string log = runs.read("cut/latency.hlog");
  runs.write("cut/latency.hlog", log.substr(0, log.size() - 30));
  CHECK(error_of({cut}).find("latency.hlog: line ") == 0);
  runs.write("cut/latency.hlog", log.substr(0, log.rfind("Tag=")));
  CHECK(starts(error_of({cut}), "latency.hlog: it has "));
  runs.write("cut/latency.hlog", log + "Tag=other" + log.substr(log.rfind(",1.000,") - 6));
  CHECK(starts(error_of({cut}), "latency.hlog: latencies of \"other\""));
  fs::remove(runs.path("cut/latency.hlog"));
  CHECK(starts(error_of({cut}), "latency.hlog: cannot be read"));

  const std::string json = runs.read("cut/run.json");
  runs.write("cut/run.json", json.substr(0, json.size() / 2));
  CHECK(starts(error_of({cut}), "run.json: "));
}

TEST_CASE("all that is wrong with several runs is told at once") {
  const Runs runs;
  const auto side = read_side({runs.path("a"), runs.path("b")}, nanosecond);
  REQUIRE_FALSE(side);
  CHECK(side.error().size() == 2);
}

}  // namespace
}  // namespace seawall::reports
