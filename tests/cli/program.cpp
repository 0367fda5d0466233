#include "tests/cli/program.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/catch.hpp"

extern char** environ;

namespace seawall::tests {
namespace {

namespace fs = std::filesystem;

struct Pipe {
  Pipe() { REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0); }
  ~Pipe() {
    for (const int end : ends)
      if (end >= 0) close(end);
  }
  std::array<int, 2> ends{-1, -1};
};

// Reads both pipes to their end; calls `seen` with what they said so far.
template <class Seen>
void drain(Pipe& out, Pipe& err, Ended& ended, Seen seen) {
  std::array<pollfd, 2> polled = {pollfd{out.ends[0], POLLIN, 0}, pollfd{err.ends[0], POLLIN, 0}};
  for (int open = 2; open > 0;) {
    REQUIRE(poll(polled.data(), polled.size(), 120'000) > 0);
    for (std::size_t i = 0; i < polled.size(); ++i) {
      if (polled[i].fd < 0 || polled[i].revents == 0) continue;
      std::array<char, 4096> bytes;
      const ssize_t count = read(polled[i].fd, bytes.data(), bytes.size());
      if (count <= 0) {
        polled[i].fd = -1;
        --open;
        continue;
      }
      (i == 0 ? ended.out : ended.err).append(bytes.data(), static_cast<std::size_t>(count));
      seen(ended.out + ended.err);
    }
  }
}

// Starts the program with its streams at the writing ends, which are closed here.
pid_t start(const fs::path& folder, std::vector<std::string> arguments, Pipe& out, Pipe& err) {
  arguments.insert(arguments.begin(), SEAWALL_PROGRAM);
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out.ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.ends[1], STDERR_FILENO);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  pid_t child = 0;
  REQUIRE(posix_spawn(&child, SEAWALL_PROGRAM, &actions, nullptr, words.data(), environ) == 0);
  posix_spawn_file_actions_destroy(&actions);
  for (Pipe* pipe : {&out, &err}) {
    close(pipe->ends[1]);
    pipe->ends[1] = -1;
  }
  return child;
}

int exit_status(pid_t child) {
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

template <class Seen>
Ended run(const fs::path& folder, std::vector<std::string> arguments, Seen seen) {
  Pipe out;
  Pipe err;
  const pid_t child = start(folder, std::move(arguments), out, err);
  Ended ended;
  drain(out, err, ended, [&](const std::string& text) { seen(child, text); });
  ended.status = exit_status(child);
  return ended;
}

}  // namespace

Desk::Desk() {
  std::string path = (fs::temp_directory_path() / "seawall-test-XXXXXX").string();
  REQUIRE(mkdtemp(path.data()));
  path_ = path;
}

Desk::~Desk() {
  std::error_code error;
  fs::remove_all(path_, error);
}

void Desk::write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name) << text;
}

Ended Desk::seawall(std::vector<std::string> arguments) const {
  return run(path_, std::move(arguments), [](pid_t, const std::string&) {});
}

Ended Desk::seawall_until(const std::string& word, int signal,
                          std::vector<std::string> arguments) const {
  bool sent = false;
  return run(path_, std::move(arguments), [&](pid_t child, const std::string& text) {
    if (sent || text.find(word) == std::string::npos) return;
    sent = true;
    kill(child, signal);
  });
}

struct Running::Pipes {
  Pipe out;
  Pipe err;
};

Running::Running(const Desk& desk, std::vector<std::string> arguments)
    : pipes_(std::make_unique<Pipes>()),
      process_(start(desk.path(), std::move(arguments), pipes_->out, pipes_->err)) {}

Running::~Running() {
  if (process_ == 0) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

const std::string& Running::says(const std::string& word) {
  std::array<pollfd, 2> polled = {pollfd{pipes_->out.ends[0], POLLIN, 0},
                                  pollfd{pipes_->err.ends[0], POLLIN, 0}};
  const auto complete = [&] {
    const std::size_t at = said_.find(word);
    return at != std::string::npos && said_.find('\n', at) != std::string::npos;
  };
  while (!complete()) {
    INFO(said_);
    REQUIRE(poll(polled.data(), polled.size(), 120'000) > 0);
    for (pollfd& one : polled) {
      if (one.fd < 0 || one.revents == 0) continue;
      std::array<char, 4096> bytes;
      const ssize_t count = read(one.fd, bytes.data(), bytes.size());
      if (count > 0) said_.append(bytes.data(), static_cast<std::size_t>(count));
      if (count <= 0) one.fd = -1;
    }
    REQUIRE((polled[0].fd >= 0 || polled[1].fd >= 0));
  }
  return said_;
}

Ended Running::end(int signal) {
  kill(process_, signal);
  Ended ended;
  drain(pipes_->out, pipes_->err, ended, [](const std::string&) {});
  ended.err = said_ + ended.err;
  ended.status = exit_status(std::exchange(process_, 0));
  return ended;
}

}  // namespace seawall::tests
