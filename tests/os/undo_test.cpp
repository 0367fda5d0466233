// What has to be undone is undone, whatever becomes of who has done it: by its guard at once, or by
// the next start.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/os/errand.hpp"
#include "harness/os/private_folder.hpp"
#include "harness/os/undo_guard.hpp"
#include "harness/os/undo_note.hpp"
#include "tests/os/survivors.hpp"
#include "tests/os/unruly.hpp"
#include "tests/support/catch.hpp"

extern char** environ;

namespace seawall::os::test {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// $TMPDIR for one test, and a file beside it that undoing appends a line to.
class UndoPlace {
 public:
  UndoPlace() {
    std::string path = (fs::temp_directory_path() / "seawall-test-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()));
    path_ = path;
    fs::create_directory(path_ / "tmp");
    ::setenv("TMPDIR", tmp().c_str(), 1);
  }
  ~UndoPlace() {
    ::unsetenv("TMPDIR");
    fs::remove_all(path_);
  }
  std::string tmp() const { return (path_ / "tmp").string(); }
  std::vector<std::string> undo() const { return {"sh", "-c", "echo undone >> " + log_file()}; }
  std::string log_file() const { return (path_ / "log").string(); }
  std::string log() const {
    std::ifstream in(path_ / "log");
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

 private:
  fs::path path_;
};

// One that has done something and is killed.
void do_and_die(const std::string& kind, const UndoPlace& place, const std::string& family) {
  ::setenv(family_variable, family.c_str(), 1);
  Pair said = make_pipe();
  std::vector<std::string> words = {OS_UNRULY, "doer", kind, place.tmp()};
  for (const std::string& word : place.undo()) words.push_back(word);
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, said.second.get(), STDOUT_FILENO);
  pid_t process = 0;
  REQUIRE(::posix_spawn(&process, OS_UNRULY, &actions, nullptr, pointers.data(), environ) == 0);
  posix_spawn_file_actions_destroy(&actions);
  ::unsetenv(family_variable);
  said.second.reset();
  char byte = 0;
  REQUIRE(::read(said.first.get(), &byte, 1) == 1);
  ::kill(process, SIGKILL);
  ::waitpid(process, nullptr, 0);
}

// A folder as a killed run leaves it.
fs::path left_behind(const UndoPlace& place, const std::string& name, const UndoNote& note) {
  const fs::path folder = fs::path(place.tmp()) / ("seawall-run-" + name);
  fs::create_directory(folder);
  ::chmod(folder.c_str(), 0700);
  REQUIRE(KeptNote::keep(folder.string(), "1", note));
  return folder;
}

}  // namespace

TEST_CASE("an errand says how it ended, in time or not") {
  Command command;
  command.words = {OS_UNRULY, "say", "hello", "0"};
  CHECK(run_errand(shim, command, 60s));
  command.words = {OS_UNRULY, "say", "no such container", "3"};
  CHECK(run_errand(shim, command, 60s).error() ==
        "exited with status 3; expected status 0; its last lines:\n  | no such container");
  command.words = {OS_UNRULY, "stubborn", "0"};
  CHECK(run_errand(shim, command, 100ms).error().find("took longer than 100ms and was killed") ==
        0);
  std::stop_source hurry;
  hurry.request_stop();
  CHECK(run_errand(shim, command, 60s, hurry.get_token()).error().find("was killed before") == 0);
  command.words = {"/none/such"};
  CHECK(run_errand(shim, command, 60s).error() ==
        "was not run: cannot run '/none/such': No such file or directory");
}

TEST_CASE("what a killed run has left is undone by the next start, once") {
  const UndoPlace place;
  const std::string family = new_family();
  do_and_die("unguarded", place, family);
  CHECK(place.log().empty());
  const auto told = undo_left_behind(shim);
  REQUIRE(told.size() == 1);
  CHECK(told[0].sentence == "the deed of a run that was killed is undone");
  CHECK(told[0].is_done);
  CHECK(place.log() == "undone\n");
  CHECK(undo_left_behind(shim).empty());
  CHECK(place.log() == "undone\n");
  {
    REQUIRE(PrivateFolder::make());
  }
  CHECK(fs::is_empty(place.tmp()));
}

TEST_CASE("what a killed run has left is undone at once where it had a guard") {
  const UndoPlace place;
  const std::string family = new_family();
  do_and_die("guarded", place, family);
  REQUIRE(comes_true([&] { return place.log() == "undone\n"; }));
  REQUIRE(comes_true([&] { return living(family).empty(); }));
  CHECK(fs::is_empty(place.tmp()));
  CHECK(undo_left_behind(shim).empty());
}

TEST_CASE("a guard holds nothing that its driver has open") {
  const UndoPlace place;
  int ends[2];
  REQUIRE(::pipe(ends) == 0);  // without FD_CLOEXEC
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  const auto guard = UndoGuard::start(OS_UNRULY, place.tmp());
  REQUIRE(guard);
  write_end.reset();
  ::fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
  char byte = 0;
  CHECK(comes_true([&] { return ::read(read_end.get(), &byte, 1) == 0; }));
}

TEST_CASE("what cannot be undone is told, and kept for the next start") {
  const UndoPlace place;
  UndoNote note;
  note.what = "the deed";
  note.words = {OS_UNRULY, "say", "no daemon for hunter2", "1"};
  note.secrets = {"hunter2"};
  const fs::path folder = left_behind(place, "1-aaaaaa", note);
  for (int start = 0; start < 2; ++start) {
    const auto told = undo_left_behind(shim);
    REQUIRE(told.size() == 1);
    CHECK(told[0].sentence.find("the deed of a run that was killed is NOT undone") == 0);
    CHECK_FALSE(told[0].is_done);
    CHECK(told[0].sentence.find("| no daemon for ***") != std::string::npos);
    CHECK(told[0].sentence.find(folder.string()) != std::string::npos);
    REQUIRE(PrivateFolder::make());
    CHECK(fs::exists(folder));
  }
}

TEST_CASE("a note is a command, and is run only where nobody else can have written it") {
  const UndoPlace place;
  UndoNote note;
  note.what = "the deed";
  note.words = place.undo();
  const fs::path folder = left_behind(place, "1-aaaaaa", note);
  ::chmod(folder.c_str(), 0770);
  CHECK(undo_left_behind(shim).empty());
  CHECK(place.log().empty());
  ::chmod(folder.c_str(), 0700);
  std::ofstream(folder / "1.undo", std::ios::trunc) << std::string("the deed\0\0=touch\0", 17);
  const auto told = undo_left_behind(shim);
  REQUIRE(told.size() == 1);
  CHECK(told[0].sentence.find("is no note of what to undo") != std::string::npos);
  // Others may be let through, to what is theirs in there.
  ::chmod(folder.c_str(), 0710);
  CHECK(undo_left_behind(shim).size() == 1);
}

TEST_CASE("a deed that is under way is undone when it has ended") {
  const UndoPlace place;
  const fs::path folder = fs::path(place.tmp()) / "seawall-run-1-aaaaaa";
  fs::create_directory(folder);
  ::chmod(folder.c_str(), 0700);
  UndoNote note;
  note.what = "the deed";
  note.words = place.undo();
  std::unique_ptr<Child> deed;
  {
    const auto kept = KeptNote::keep(folder.string(), "1", note);
    REQUIRE(kept);
    Command command;
    command.words = {"sh", "-c", "sleep 0.3; echo done >> " + place.log_file()};
    command.channel = kept->holder();
    auto started = Child::start(shim, command);
    REQUIRE(started);
    deed = std::move(*started);
  }
  CHECK(undo_left_behind(shim).size() == 1);
  CHECK(place.log() == "done\nundone\n");
}

TEST_CASE("a run that goes on keeps its notes, and forgets what it has undone") {
  const UndoPlace place;
  const auto own = PrivateFolder::make();
  REQUIRE(own);
  UndoNote note;
  note.what = "the deed";
  note.words = place.undo();
  auto kept = KeptNote::keep(own->path(), "1", note);
  REQUIRE(kept);
  CHECK(has_notes(own->path()));
  CHECK(undo_left_behind(shim).empty());
  CHECK(place.log().empty());
  kept->forget();
  CHECK_FALSE(has_notes(own->path()));
}

}  // namespace seawall::os::test
