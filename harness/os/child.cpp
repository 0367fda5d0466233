#include "harness/os/child.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/os/message.hpp"
#include "harness/os/shim.hpp"

extern char** environ;

namespace seawall::os {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

// The driver's variables with these laid over them, as exec wants them.
class Environment {
 public:
  explicit Environment(const std::map<std::string, std::string>& own) {
    for (char** at = environ; *at; ++at) {
      const std::string_view variable(*at);
      if (!own.contains(std::string(variable.substr(0, variable.find('=')))))
        lines_.emplace_back(variable);
    }
    for (const auto& [name, value] : own) lines_.push_back(name + "=" + value);
    for (std::string& line : lines_) pointers_.push_back(line.data());
    pointers_.push_back(nullptr);
  }
  char* const* data() { return pointers_.data(); }

 private:
  std::vector<std::string> lines_;
  std::vector<char*> pointers_;
};

// How posix_spawn is to start a shim: in a session of its own, with no signal blocked or ignored.
class Spawning {
 public:
  Spawning() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    sigset_t set;
    sigemptyset(&set);
    posix_spawnattr_setsigmask(&attributes_, &set);
    sigfillset(&set);
    posix_spawnattr_setsigdefault(&attributes_, &set);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  ~Spawning() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }
  Spawning(const Spawning&) = delete;

  // From a copy whose number is no target's, so that none is overwritten before it is used.
  void give(int descriptor, int as) {
    constexpr int above_all_targets = 16;
    const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, above_all_targets);
    posix_spawn_file_actions_adddup2(&actions_, copy, as);
    copies_.emplace_back(copy);
  }
  void run_in(const std::string& folder) {
    posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
  }

  int run(pid_t& process, std::vector<std::string> words, char* const* environment) {
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return ::posix_spawn(&process, pointers[0], &actions_, &attributes_, pointers.data(),
                         environment);
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
  std::vector<Descriptor> copies_;
};

bool is_folder(const std::string& path) {
  struct stat facts{};
  return ::stat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode);
}

}  // namespace

base::expected<std::unique_ptr<Child>, std::string> Child::start(
    const std::vector<std::string>& shim, const Command& command, OnEnd on_end) {
  if (command.words.empty() || command.words.front().empty())
    return base::unexpected(std::string("there is no command to run"));
  if (!command.folder.empty() && !is_folder(command.folder))
    return base::unexpected("its folder " + command.folder + " does not exist");
  Pair messages = make_message_pair();
  Pair output = make_pipe();
  if (!messages || !output) return base::unexpected("cannot start a process: " + reason(errno));

  Spawning spawning;
  const int said = output.second.get();
  spawning.give(command.out >= 0 ? command.out : said, STDOUT_FILENO);
  spawning.give(command.error >= 0 ? command.error : said, STDERR_FILENO);
  spawning.give(messages.second.get(), shim_messages);
  if (command.channel >= 0) spawning.give(command.channel, shim_channel);
  if (!command.folder.empty()) spawning.run_in(command.folder);
  std::vector<std::string> words = shim;
  words.emplace_back(command.channel >= 0 ? "channel" : "-");
  words.push_back(command.user ? shim_user(command.user->id, command.user->group) : "-");
  words.insert(words.end(), command.words.begin(), command.words.end());
  Environment environment(command.environment);
  pid_t process = 0;
  if (const int error = spawning.run(process, std::move(words), environment.data()); error != 0)
    return base::unexpected("cannot start " + shim.front() + ": " + reason(error));
  output.second.reset();
  messages.second.reset();

  std::unique_ptr<Child> child(new Child(command, std::move(messages.first),
                                         std::move(output.first), process, std::move(on_end)));
  if (auto met = child->meet(command); !met) return base::unexpected(met.error());
  return child;
}

Child::Child(const Command& command, Descriptor messages, Descriptor said, pid_t shim, OnEnd on_end)
    : output_(command.awaited),
      messages_(std::move(messages)),
      said_(std::move(said)),
      shim_(shim),
      on_end_(std::move(on_end)) {}

Child::~Child() {
  if (!thread_.joinable()) return;
  kill();
  thread_.join();
}

// Waits for the shim to say that the program runs.
base::expected<void, std::string> Child::meet(const Command& command) {
  const auto first = receive(messages_.get());
  if (first && first->kind == Message::Kind::started) {
    process_ = first->value;
    is_ours_ = true;
    thread_ = std::thread([this] { watch(); });
    return {};
  }
  ::waitpid(shim_, nullptr, 0);
  const std::string& program = command.words.front();
  if (first && first->kind == Message::Kind::no_user)
    return base::unexpected("cannot run '" + program + "' as the user '" + command.user->name +
                            "': " + reason(first->value));
  const bool is_looked_up = program.find('/') == std::string::npos || program.starts_with('/');
  const std::string where =
      is_looked_up || command.folder.empty() ? "" : " in the folder " + command.folder;
  if (first && first->kind == Message::Kind::failed)
    return base::unexpected("cannot run '" + program + "'" + where + ": " + reason(first->value));
  hear();
  return base::unexpected("cannot run '" + program + "': its shim failed; " + output_.last_lines());
}

void Child::watch() {
  std::array<pollfd, 2> polled = {pollfd{messages_.get(), POLLIN, 0},
                                  pollfd{said_.get(), POLLIN, 0}};
  for (bool shim_lives = true; shim_lives;) {
    ::poll(polled.data(), polled.size(), -1);
    if (polled[1].revents != 0) hear();
    polled[1].fd = said_.get();
    if (polled[0].revents == 0) continue;
    const auto message = receive(messages_.get());
    shim_lives = message.has_value();
    const std::lock_guard lock(mutex_);
    is_ours_ = false;
    if (message && message->kind == Message::Kind::ended)
      how_ = end_of(message->more, message->value);
    if (message) send(messages_.get(), {Message::Kind::reap});
  }
  ::waitpid(shim_, nullptr, 0);
  hear();
  // Whoever waits may destroy the Child, but it joins this thread first.
  {
    const std::lock_guard lock(mutex_);
    ended_ = how_;
  }
  if (on_end_) on_end_(how_);
  changed_.notify_all();
}

// Reads what is there; not endlessly, of one that never stops.
void Child::hear() {
  constexpr int most_reads = 64;
  std::array<char, 16 * 1024> bytes;
  pollfd polled{said_.get(), POLLIN, 0};
  for (int reads = 0; said_ && reads < most_reads && ::poll(&polled, 1, 0) > 0; ++reads) {
    const ssize_t count = ::read(said_.get(), bytes.data(), bytes.size());
    if (count <= 0)
      said_.reset();
    else
      output_.append({bytes.data(), static_cast<std::size_t>(count)});
  }
}

bool Child::signal(int number) {
  const std::lock_guard lock(mutex_);
  return is_ours_ && ::kill(-process_, number) == 0;
}

void Child::kill() {
  signal(SIGKILL);
  send(messages_.get(), {Message::Kind::kill});
}

std::optional<End> Child::wait(base::Duration limit) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, limit, [this] { return ended_.has_value(); });
  return ended_;
}

std::optional<End> Child::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

}  // namespace seawall::os
