#include "harness/os/private_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/catch.hpp"

namespace seawall::os::test {
namespace {

namespace fs = std::filesystem;

// $TMPDIR for one test.
class Place {
 public:
  Place() {
    std::string path = (fs::temp_directory_path() / "seawall-test-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()));
    path_ = path;
    ::setenv("TMPDIR", path.c_str(), 1);
  }
  ~Place() {
    ::unsetenv("TMPDIR");
    fs::remove_all(path_);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("a private folder is gone with its owner") {
  const Place place;
  {
    const auto folder = PrivateFolder::make();
    REQUIRE(folder);
    CHECK(fs::path(folder->path()).parent_path() == place.path());
    std::ofstream(fs::path(folder->path()) / "file") << "text";
  }
  CHECK(fs::is_empty(place.path()));
}

TEST_CASE("a sweep takes what nobody holds, and nothing else") {
  const Place place;
  const auto held = PrivateFolder::make();
  REQUIRE(held);
  fs::create_directories(place.path() / "seawall-run-1-dead00" / "deep");
  fs::create_directories(place.path() / "somebody-else");
  std::ofstream(place.path() / "seawall-run-file") << "no folder";
  fs::create_directory_symlink(place.path() / "somebody-else", place.path() / "seawall-run-link");
  const auto second = PrivateFolder::make();
  REQUIRE(second);
  CHECK_FALSE(fs::exists(place.path() / "seawall-run-1-dead00"));
  for (const char* other : {"somebody-else", "seawall-run-file", "seawall-run-link"})
    CHECK(fs::exists(place.path() / other));
  CHECK(fs::exists(held->path()));
  CHECK(fs::exists(second->path()));
}

TEST_CASE("a folder that cannot be made is told with what to do") {
  const Place place;
  ::setenv("TMPDIR", (place.path() / "none").c_str(), 1);
  const auto folder = PrivateFolder::make();
  REQUIRE_FALSE(folder);
  CHECK(folder.error().hint == "set TMPDIR to a folder that can be written");
}

}  // namespace seawall::os::test
