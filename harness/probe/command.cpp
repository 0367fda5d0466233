// Probes by a command of the user, which prints JSON. It leads a process group of its own, and
// whatever it left in that group is killed when it has ended or its time is up.
#include "harness/probe/command.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/probe/excerpt.hpp"

extern char** environ;

namespace seawall::probe {
namespace {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int number() const { return number_; }

 private:
  int number_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

std::optional<Pipe> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

// What the new process is: its folder, its streams, its group, and no signal of ours blocked.
class SpawnPlan {
 public:
  SpawnPlan(const std::string& folder, const Pipe& out, const Pipe& error) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, out.write.number(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, error.write.number(), STDERR_FILENO);
    if (!folder.empty()) posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;

  // The process, or an errno.
  base::expected<pid_t, int> spawn(const std::vector<std::string>& words) const {
    std::vector<char*> pointers;
    for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
    pointers.push_back(nullptr);
    pid_t process = 0;
    const int error =
        posix_spawnp(&process, pointers[0], &actions_, &attributes_, pointers.data(), environ);
    if (error != 0) return base::unexpected(error);
    return process;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// A process that was spawned: destroyed, it and its group are gone.
class Running {
 public:
  explicit Running(pid_t process)
      : process_(process), ended_(static_cast<int>(syscall(SYS_pidfd_open, process, 0))) {}
  ~Running() { end(); }
  Running(const Running&) = delete;

  int ended() const { return ended_.number(); }  // readable then
  // Its wait status. The group is killed before the process is reaped, so that its number is still
  // its own.
  int end() {
    if (process_ == 0) return status_;
    kill(-process_, SIGKILL);
    while (waitpid(process_, &status_, 0) < 0 && errno == EINTR) {
    }
    process_ = 0;
    return status_;
  }

 private:
  pid_t process_;
  Descriptor ended_;
  int status_ = 0;
};

struct Output {
  std::string out;
  std::string error;
  std::array<bool, 2> closed{};
};

// Takes what there is; at most `most` bytes are kept, and the rest is thrown away.
void drain(const Descriptor& from, std::string& into, std::size_t most) {
  std::array<char, 16 * 1024> buffer;
  while (true) {
    const ssize_t got = read(from.number(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    into.append(buffer.data(), std::min<std::size_t>(static_cast<std::size_t>(got),
                                                     most + 1 - std::min(most + 1, into.size())));
  }
}

// Until the process has ended; false where its time was up first.
bool hear_out(const Running& running, const Pipe& out, const Pipe& error, const Limit& limit,
              Output& output) {
  while (true) {
    std::array<pollfd, 3> waits{{{running.ended(), POLLIN, 0},
                                 {out.read.number(), POLLIN, 0},
                                 {error.read.number(), POLLIN, 0}}};
    // An end that was closed stays ready: it is asked no more.
    for (std::size_t i = 1; i < waits.size(); ++i)
      if (output.closed[i - 1]) waits[i].fd = -1;
    const int time = limit.milliseconds();
    if (time == 0) return false;
    poll(waits.data(), waits.size(), time);
    drain(out.read, output.out, longest_output);
    drain(error.read, output.error, longest_output);
    for (std::size_t i = 1; i < waits.size(); ++i)
      if (waits[i].revents & (POLLHUP | POLLERR)) output.closed[i - 1] = true;
    if (waits[0].revents & POLLIN) return true;
  }
}

std::string status_text(int status) {
  if (WIFSIGNALED(status)) return fmt::format("killed by signal {}", WTERMSIG(status));
  return fmt::format("exit status {}", WEXITSTATUS(status));
}

}  // namespace

base::expected<std::string, std::string> output_of(const std::vector<std::string>& words,
                                                   const std::string& folder, const Limit& limit) {
  auto out = make_pipe();
  auto error = make_pipe();
  if (!out || !error) return base::unexpected(std::string("no pipe: ") + std::strerror(errno));
  const auto process = SpawnPlan(folder, *out, *error).spawn(words);
  if (!process)
    return base::unexpected(fmt::format("it cannot be started in {}: {}",
                                        folder.empty() ? "." : folder,
                                        std::strerror(process.error())));
  Running running(*process);
  if (running.ended() < 0)
    return base::unexpected(std::string("it cannot be watched: ") + std::strerror(errno));
  out->write = Descriptor();
  error->write = Descriptor();
  Output output;
  const bool in_time = hear_out(running, *out, *error, limit, output);
  const int status = running.end();
  const std::string said = output.error.empty() ? "" : ": " + excerpt(output.error);
  if (!in_time) return base::unexpected("not done in time, and killed" + said);
  if (status != 0) return base::unexpected(status_text(status) + "; expected 0" + said);
  if (output.out.size() > longest_output)
    return base::unexpected(fmt::format("more than {} bytes of output", longest_output));
  return std::move(output.out);
}

Answer ask_command(const std::vector<std::string>& words, const std::string& folder,
                   const model::JsonPath& path, const Limit& limit) {
  const auto output = output_of(words, folder, limit);
  if (!output) return base::unexpected(output.error());
  return value_in(*output, path);
}

}  // namespace seawall::probe
