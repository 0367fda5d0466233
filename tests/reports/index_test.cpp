#include "reports/html/index.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "example_run.hpp"
#include "reports/run_folder.hpp"
#include "support/catch.hpp"
#include "tests/support/has.hpp"

namespace seawall::reports {
namespace {

namespace fs = std::filesystem;

// A folder of its own, gone with it.
class IndexPlace {
 public:
  IndexPlace() {
    std::string path = fs::temp_directory_path() / "seawall-index-XXXXXX";
    REQUIRE(mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  ~IndexPlace() { fs::remove_all(path_); }
  std::string of(const std::string& name) const { return path_ / name; }
  std::string path() const { return path_; }
  void add_run(const std::string& name) const {
    FolderChoice choice;
    choice.out = of(name);
    const ExampleRun run;
    const auto folder = choose_folder(choice, run.scenario, run.facts.started_utc);
    REQUIRE(folder);
    REQUIRE(write_run_folder(run.report(), *folder));
  }

 private:
  fs::path path_;
};

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST_CASE("an index has a row for each run, with a link to its page") {
  const IndexPlace place;
  place.add_run("first");
  place.add_run("a 100% odd?name");
  fs::create_directory(place.of("no-run"));
  fs::create_directory_symlink("first", place.of("latest"));
  const auto runs = runs_in(place.path());
  REQUIRE(runs == std::vector<std::string>{place.of("a 100% odd?name"), place.of("first")});

  const auto index = write_index(place.path(), runs);
  REQUIRE(index);
  CHECK(*index == place.of("index.html"));
  const std::string page = content(*index);
  CHECK(has(page, "2 runs: 2 fail"));
  CHECK(has(page, "<a href=\"first/report.html\">shop/slow-payment</a>"));
  CHECK(has(page, "<a href=\"a%20100%25%20odd%3Fname/report.html\">"));
  CHECK(has(page, "B1 every-saga-settled, p99(place-order) &lt;= 400 ms, lost-replies"));
  REQUIRE(write_index(place.path(), runs));  // over the former
  CHECK(content(*index) == page);
}

TEST_CASE("a run that cannot be read has its row, and says why") {
  const IndexPlace place;
  place.add_run("whole");
  place.add_run("cut");
  fs::resize_file(place.of("cut") + "/run.json", 300);
  const auto index = write_index(place.path(), runs_in(place.path()));
  REQUIRE(index);
  CHECK(has(content(*index), "1 fail, 1 unreadable"));
  CHECK(has(content(*index), "it was cut off"));
}

TEST_CASE("an index that cannot be written is an error, and leaves nothing") {
  const IndexPlace place;
  place.add_run("run");
  fs::create_directory(place.of("index.html"));
  const auto index = write_index(place.path(), runs_in(place.path()));
  REQUIRE_FALSE(index);
  CHECK(has(index.error().message, "cannot write"));
  CHECK_FALSE(fs::exists(place.of(".index.html.partial")));
}

TEST_CASE("the common parent holds all folders") {
  CHECK(common_parent({"/a/b/one", "/a/b/two"}) == "/a/b");
  CHECK(common_parent({"/a/b/one", "/a/c/d/two"}) == "/a");
  CHECK(common_parent({"/a/b/one"}) == "/a/b");
}

}  // namespace
}  // namespace seawall::reports
