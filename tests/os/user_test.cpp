#include "harness/os/user.hpp"

#include <csignal>
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include "harness/os/child.hpp"
#include "harness/os/private_folder.hpp"
#include "harness/os/process.hpp"
#include "tests/os/survivors.hpp"
#include "tests/os/unruly.hpp"
#include "tests/support/catch.hpp"

namespace seawall::os::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

User nobody() { return find_user("nobody").value(); }

// What a command says as that user, or why it cannot be run.
std::string said_as(const User& user, std::vector<std::string> words,
                    const std::string& folder = "/") {
  Command command;
  command.words = std::move(words);
  command.folder = folder;
  command.user = user;
  const auto child = Child::start(shim, command);
  if (!child) return child.error();
  (*child)->wait(60s);
  return (*child)->output().last_lines();
}

}  // namespace

TEST_CASE("a user that there is not is told") {
  const auto user = find_user("seawall-nobody");
  REQUIRE_FALSE(user);
  CHECK(user.error() == "there is no user 'seawall-nobody' on this machine");
}

TEST_CASE("a child becomes a user where root starts it, and is refused where not") {
  const User user = nobody();
  const std::string said = said_as(user, {"id"});
  if (!is_root()) {
    CHECK(said == "cannot run 'id' as the user 'nobody': Operation not permitted");
    return;
  }
  INFO(said);
  CHECK(said.find("uid=" + std::to_string(user.id) + "(nobody)") != said.npos);
  CHECK(said.find("root") == said.npos);  // no group of root's either
}

TEST_CASE("a child that has become a user dies with its shim, and obeys") {
  Command command;
  command.words = {"sleep", "1000"};
  if (is_root()) command.user = nobody();
  auto child = Child::start(shim, command);
  REQUIRE(child);
  SECTION("it is signalled") { CHECK((*child)->signal(SIGKILL)); }
  SECTION("its shim is killed") {
    ::kill(facts_of((*child)->process())->parent, SIGKILL);
    CHECK(comes_true([&] {
      const auto left = facts_of((*child)->process());
      return !left || left->state == 'Z';
    }));
  }
  CHECK((*child)->wait(60s));
}

TEST_CASE("a folder that is given to a user can be used, and what lies beside it cannot") {
  const PrivateFolder own = PrivateFolder::make().value();
  const std::string given = own.path() + "/services/db";
  fs::create_directories(given);
  if (!is_root()) {
    const auto gave = give_folder(given, find_user("root").value());
    REQUIRE_FALSE(gave);
    CHECK(gave.error() == "the user 'root' cannot use " + given + ": Operation not permitted");
    return;
  }
  REQUIRE(give_folder(given, nobody()));
  CHECK(said_as(nobody(), {"sh", "-c", "echo x > f && cat f"}, given) == "its last lines:\n  | x");
  CHECK(said_as(nobody(), {"ls", own.path()}).find("Permission denied") != std::string::npos);
  struct stat facts{};
  REQUIRE(::stat(own.path().c_str(), &facts) == 0);
  CHECK((facts.st_mode & 07777) == 0710);
}

TEST_CASE("a folder in one that is not ours to open is refused, and that stays as it is") {
  if (!is_root()) return;  // who gives nothing away opens nothing
  const PrivateFolder own = PrivateFolder::make().value();
  const std::string closed = own.path() + "/closed";
  fs::create_directories(closed);
  ::chmod(closed.c_str(), 0700);
  ::setenv("TMPDIR", closed.c_str(), 1);
  const PrivateFolder inner = PrivateFolder::make().value();
  ::unsetenv("TMPDIR");
  const auto gave = give_folder(inner.path(), nobody());
  REQUIRE_FALSE(gave);
  CHECK(gave.error() == "the user 'nobody' cannot use " + closed +
                            ": it has no right to pass; set TMPDIR to a folder that everybody can "
                            "pass");
  struct stat facts{};
  REQUIRE(::stat(closed.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 07777) == 0700);
}

}  // namespace seawall::os::test
