#include "harness/os/undo_guard.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/os/message.hpp"
#include "harness/os/process.hpp"
#include "harness/os/shim.hpp"
#include "harness/os/undo_note.hpp"

extern char** environ;

namespace seawall::os {
namespace {

// Processes of a driver that is gone end soon, and until then may write into it.
void remove_from_under(const std::string& folder) {
  constexpr int most_tries = 500;
  constexpr int between_tries = 10;  // ms
  for (int tries = 0; tries < most_tries; ++tries) {
    std::error_code error;
    std::filesystem::remove_all(folder, error);
    if (!error) return;
    ::poll(nullptr, 0, between_tries);
  }
}

}  // namespace

base::expected<std::unique_ptr<UndoGuard>, std::string> UndoGuard::start(
    const std::string& program, const std::string& folder) {
  Pair messages = make_message_pair();
  if (!messages) return base::unexpected(std::string("no sockets: ") + std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, messages.first.get(), STDIN_FILENO);
  // It outlives what listens here, and must not hold its ports.
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  std::string words[] = {program, std::string(guard_word), folder};
  char* pointers[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
  pid_t process = 0;
  const int error =
      ::posix_spawn(&process, program.c_str(), &actions, &attributes, pointers, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    return base::unexpected("cannot start " + program + " as a guard: " + std::strerror(error));
  return std::unique_ptr<UndoGuard>(new UndoGuard(std::move(messages.second), process));
}

UndoGuard::~UndoGuard() {
  send(messages_.get(), {Message::Kind::reap});
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void leave_to_guard(const std::string& program, const std::string& folder) {
  auto guard = UndoGuard::start(program, folder);
  if (guard) (void)guard->release();  // its destructor would dismiss it
}

int run_guard(char** arguments) {
  if (!arguments[0] || receive(STDIN_FILENO)) return EXIT_SUCCESS;
  const std::string folder = arguments[0];
  const Descriptor lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  // A start that came first has done it meanwhile.
  if (!lock || ::flock(lock.get(), LOCK_EX) != 0) return EXIT_SUCCESS;
  for (const Undoing& undoing : run_notes(folder, {own_program(), std::string(shim_word)}))
    std::fprintf(stderr, "seawall: %s\n", undoing.sentence.c_str());
  if (!has_notes(folder)) remove_from_under(folder);
  return EXIT_SUCCESS;
}

}  // namespace seawall::os
