// A driver is killed at random moments, with children that ignore TERM and fork away: nothing of it
// is left but its folder, and that goes with the next start.
//
// SEAWALL_KILLS says how often (20), SEAWALL_SEED with which seed (1); tests/kill.sh makes many.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/os/descriptor.hpp"
#include "harness/os/private_folder.hpp"
#include "tests/os/survivors.hpp"
#include "tests/support/catch.hpp"

extern char** environ;

namespace seawall::os::test {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

int number_from(const char* variable, int otherwise) {
  const char* value = std::getenv(variable);
  return value ? std::atoi(value) : otherwise;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// A port that was free a moment ago, and is nobody's while this lives.
class FreePort {
 public:
  FreePort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    number_ = ntohs(address.sin_port);
  }
  std::uint16_t number() const { return number_; }
  bool is_listened_on() const {
    const Descriptor caller(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(number_);
    return ::connect(caller.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) ==
           0;
  }

 private:
  Descriptor socket_;
  std::uint16_t number_ = 0;
};

// A driver in the background, and where it says "ready".
struct Driver {
  pid_t process = 0;
  Pair said = make_pipe();

  Driver(const std::string& family, const fs::path& folder, std::uint16_t port) {
    ::setenv(family_variable, family.c_str(), 1);
    std::string words[] = {OS_UNRULY, "driver", folder.string(), std::to_string(port)};
    char* pointers[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                        nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, said.second.get(), STDOUT_FILENO);
    REQUIRE(::posix_spawn(&process, OS_UNRULY, &actions, nullptr, pointers, environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    ::unsetenv(family_variable);
    said.second.reset();
  }
  // Until it is ready, or for so long.
  void wait(std::chrono::microseconds time) const {
    pollfd polled{said.first.get(), POLLIN, 0};
    const timespec limit{time.count() / 1'000'000, time.count() % 1'000'000 * 1000};
    ::ppoll(&polled, 1, &limit, nullptr);
  }
  void kill() const {
    ::kill(process, SIGKILL);
    ::waitpid(process, nullptr, 0);
  }
};

}  // namespace

TEST_CASE("a driver that is killed at any moment leaves nothing that a start does not sweep") {
  std::string place = (fs::temp_directory_path() / "seawall-test-XXXXXX").string();
  REQUIRE(mkdtemp(place.data()));
  const FreePort port;
  const int seed = number_from("SEAWALL_SEED", 1);
  std::mt19937 draw(static_cast<unsigned>(seed));
  int ready = 0;
  for (int round = 0; round < number_from("SEAWALL_KILLS", 20); ++round) {
    CAPTURE(seed, round);
    const std::string family = new_family();
    const Driver driver(family, place, port.number());
    // Three starts take some 10 ms of this, and under load many times that.
    const bool when_ready = draw() % 4 == 0;
    driver.wait(when_ready ? 60s : std::chrono::microseconds(draw() % 60'000));
    ready += port.is_listened_on() ? 1 : 0;
    driver.kill();
    REQUIRE(comes_true([&] { return living(family).empty(); }));
    CHECK_FALSE(port.is_listened_on());
  }
  CHECK(ready > 0);
  ::setenv("TMPDIR", place.c_str(), 1);
  {
    REQUIRE(PrivateFolder::make());
  }
  ::unsetenv("TMPDIR");
  CHECK(fs::is_empty(place));
  fs::remove_all(place);
}

}  // namespace seawall::os::test
