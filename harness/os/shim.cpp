#include "harness/os/shim.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/os/descriptor.hpp"
#include "harness/os/message.hpp"
#include "harness/os/process.hpp"

namespace seawall::os {
namespace {

constexpr int cannot_watch = 70;

// Whom the child becomes; absent: it stays who the shim is.
struct Ids {
  uid_t user = 0;
  gid_t group = 0;
};

// What shim_user() gave.
std::optional<Ids> ids_in(std::string_view text) {
  Ids ids;
  const char* const end = text.data() + text.size();
  const auto user = std::from_chars(text.data(), end, ids.user);
  if (user.ec != std::errc() || user.ptr == end || *user.ptr != ':') return std::nullopt;
  const auto group = std::from_chars(user.ptr + 1, end, ids.group);
  if (group.ec != std::errc() || group.ptr != end) return std::nullopt;
  return ids;
}

// What the child is to be.
struct Job {
  bool has_channel = false;
  std::optional<Ids> ids;
  char** command = nullptr;
};

sigset_t all_signals() {
  sigset_t set;
  sigfillset(&set);
  return set;
}

[[noreturn]] void fail(int failure, Message::Kind kind) {
  const Message message{kind, errno};
  [[maybe_unused]] const ssize_t told = ::write(failure, &message, sizeof(message));
  ::_exit(127);
}

// The groups first: who has become a user may change nothing any more.
bool become(const Ids& ids) {
  return ::setgroups(0, nullptr) == 0 && ::setgid(ids.group) == 0 && ::setuid(ids.user) == 0;
}

// In the child, between fork and exec.
[[noreturn]] void run(const Job& job, pid_t shim, int failure) {
  ::setpgid(0, 0);
  if (job.ids && !become(*job.ids)) fail(failure, Message::Kind::no_user);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);              // after that: a change of the user takes it back
  if (::getppid() != shim) ::_exit(cannot_watch);  // it died before the line above
  if (job.has_channel) {
    ::dup2(shim_channel, child_channel);
    ::close(shim_channel);
  } else {
    ::close(shim_messages);
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execvp(job.command[0], job.command);
  fail(failure, Message::Kind::failed);
}

class Shim {
 public:
  Shim() : signals_(::signalfd(-1, &blocked_, SFD_CLOEXEC | SFD_NONBLOCK)) {}

  bool start(const Job& job);
  int watch();

 private:
  void look_for_ends();
  void end_all();
  bool end_some();
  void reap_strangers();
  void wait_for_signal(int milliseconds);

  const sigset_t blocked_ = all_signals();
  const Descriptor signals_;
  pid_t child_ = 0;
  bool ended_ = false;       // the child is a zombie, and the driver was told
  bool known_dead_ = false;  // it is a zombie, and was one before we looked
  bool may_reap_ = false;    // nobody names it any more
};

bool Shim::start(const Job& job) {
  Pair failure = make_pipe();
  const pid_t shim = ::getpid();
  child_ = signals_ && failure ? ::fork() : -1;
  if (child_ < 0) {
    send(shim_messages, {Message::Kind::failed, errno});
    return false;
  }
  if (child_ == 0) run(job, shim, failure.second.get());
  ::setpgid(child_, child_);  // whoever of the two comes first
  if (job.has_channel) ::close(shim_channel);
  failure.second.reset();
  Message problem;
  const bool runs = ::read(failure.first.get(), &problem, sizeof(problem)) != sizeof(problem);
  // A driver that has gone by now is met in watch(): the child may have daemons already.
  send(shim_messages, runs ? Message{Message::Kind::started, child_} : problem);
  return runs;
}

// Until the driver has gone, or the child has and the driver knows.
int Shim::watch() {
  while (true) {
    std::array<pollfd, 2> polled = {pollfd{shim_messages, POLLIN, 0},
                                    pollfd{signals_.get(), POLLIN, 0}};
    ::poll(polled.data(), polled.size(), -1);
    if (polled[1].revents != 0) {
      wait_for_signal(0);
      look_for_ends();
    }
    if (polled[0].revents == 0) continue;
    const auto message = receive(shim_messages);
    const bool is_over = !message || message->kind == Message::Kind::reap;
    may_reap_ = is_over;
    end_all();
    if (is_over) return EXIT_SUCCESS;
    look_for_ends();
  }
}

void Shim::look_for_ends() {
  reap_strangers();
  siginfo_t info{};
  if (ended_ ||
      ::waitid(P_PID, static_cast<id_t>(child_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      info.si_pid == 0)
    return;
  ended_ = true;
  end_all();  // what the child leaves behind is not to go on without it
  send(shim_messages, {Message::Kind::ended, info.si_status, info.si_code});
}

// Kills all below, again and again: who forks meanwhile is seen the next time.
void Shim::end_all() {
  while (end_some()) wait_for_signal(10);
  if (may_reap_) ::waitpid(child_, nullptr, 0);
}

// False where nobody is left. Processes are listed first and looked at one by one after that, so
// one that dies in between may have made another that is not on the list: a look at which anybody
// was found dead who was not known to be proves nothing.
bool Shim::end_some() {
  bool any = false;
  for (const ProcessFacts& one : descendants_of(::getpid())) {
    if (one.state != 'Z')
      any |= ::kill(one.process, SIGKILL) == 0;  // one that became another user's is out of reach
    else if (one.process == child_)
      any |= !std::exchange(known_dead_, true);
    else
      any |= one.parent == ::getpid();
  }
  reap_strangers();
  return any;
}

// Those who came here when their parents died. The child itself stays a zombie until the driver has
// heard of it, so that its number, by which the driver sends signals, is nobody else's.
void Shim::reap_strangers() {
  for (const ProcessFacts& one : descendants_of(::getpid()))
    if (one.parent == ::getpid() && one.process != child_ && one.state == 'Z')
      ::waitpid(one.process, nullptr, WNOHANG);
}

void Shim::wait_for_signal(int milliseconds) {
  pollfd polled{signals_.get(), POLLIN, 0};
  ::poll(&polled, 1, milliseconds);
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof(info)) > 0) continue;
}

}  // namespace

std::string shim_user(uid_t id, gid_t group) {
  return std::to_string(id) + ":" + std::to_string(group);
}

int run_shim(char** arguments) {
  if (!arguments[0] || !arguments[1] || !arguments[2]) return cannot_watch;
  const std::string_view user = arguments[1];
  const Job job{std::string_view(arguments[0]) == "channel", ids_in(user), arguments + 2};
  if (user != "-" && !job.ids) return cannot_watch;
  // Whatever else the driver was given is not the child's.
  ::close_range(job.has_channel ? shim_channel + 1 : shim_channel, ~0U, 0);
  const sigset_t all = all_signals();
  ::sigprocmask(SIG_BLOCK, &all, nullptr);
  ::fcntl(shim_messages, F_SETFD, FD_CLOEXEC);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  Shim shim;
  if (!shim.start(job)) return cannot_watch;
  return shim.watch();
}

}  // namespace seawall::os
