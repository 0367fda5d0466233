// Processes that behave badly, for tests; the shim that must cope with them; and a driver of some.
//
//   unruly _shim ...            a shim
//   unruly driver FOLDER PORT   starts stubborn ones under shims, says "ready", goes on for ever
//   unruly stubborn PORT        ignores TERM, listens, leaves a daemon of its kind behind
//   unruly doer KIND FOLDER WORD...   notes that WORD... undoes something; with a guard if
//   "guarded" unruly _guard ...           a guard unruly flood                says more than
//   anybody wants to read, without an end unruly say TEXT STATUS      says TEXT, and exits unruly
//   show NAME            says the value of a variable, and where it runs
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/os/child.hpp"
#include "harness/os/private_folder.hpp"
#include "harness/os/shim.hpp"
#include "harness/os/undo_guard.hpp"
#include "harness/os/undo_note.hpp"

namespace {

[[noreturn]] void go_on() {
  while (true) ::pause();
}

void ignore_ends() {
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) std::signal(number, SIG_IGN);
}

// 0: none.
void listen_on(std::uint16_t port) {
  if (port == 0) return;
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(socket, 5) != 0) {
    std::perror("cannot listen");
    std::exit(3);
  }
}

// As daemons do it: a session of its own, and no parent.
void leave_daemon() {
  if (::fork() != 0) return;
  ::setsid();
  if (::fork() != 0) ::_exit(0);
  go_on();
}

[[noreturn]] void be_stubborn(std::uint16_t port) {
  ignore_ends();
  listen_on(port);
  leave_daemon();
  std::puts("stubborn");
  std::fflush(stdout);
  go_on();
}

int drive(const char* self, const char* folder, const char* port) {
  ::setenv("TMPDIR", folder, 1);
  const auto own = seawall::os::PrivateFolder::make();
  if (!own) return 3;
  std::vector<std::unique_ptr<seawall::os::Child>> children;
  for (int i = 0; i < 3; ++i) {
    seawall::os::Command command;
    command.words = {self, "stubborn", i == 0 ? port : "0"};
    command.folder = own->path();
    auto child = seawall::os::Child::start({self, std::string(seawall::os::shim_word)}, command);
    if (!child) {
      std::puts(child.error().c_str());
      return 3;
    }
    children.push_back(std::move(*child));
  }
  std::puts("ready");
  std::fflush(stdout);
  go_on();
}

// Does something that has to be undone by TOUCH FILE..., says "ready", and goes on for ever.
int do_deed(const char* self, char** words) {
  namespace os = seawall::os;
  const std::string kind = words[0];
  ::setenv("TMPDIR", words[1], 1);
  const auto own = os::PrivateFolder::make();
  if (!own) return 3;
  std::unique_ptr<os::UndoGuard> guard;
  if (kind == "guarded") {
    auto started = os::UndoGuard::start(self, own->path());
    if (!started) return 3;
    guard = std::move(*started);
  }
  os::UndoNote note;
  note.what = "the deed";
  for (char** word = words + 2; *word; ++word) note.words.emplace_back(*word);
  if (!os::KeptNote::keep(own->path(), "1", note)) return 3;
  std::puts("ready");
  std::fflush(stdout);
  go_on();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const std::string word = argv[1];
  if (word == seawall::os::shim_word) return seawall::os::run_shim(argv + 2);
  if (word == seawall::os::guard_word) return seawall::os::run_guard(argv + 2);
  if (word == "doer" && argc >= 5) return do_deed(argv[0], argv + 2);
  if (word == "driver" && argc == 4) return drive(argv[0], argv[2], argv[3]);
  if (word == "stubborn" && argc == 3) be_stubborn(static_cast<std::uint16_t>(std::atoi(argv[2])));
  if (word == "say" && argc == 4) {
    std::puts(argv[2]);
    return std::atoi(argv[3]);
  }
  if (word == "show" && argc == 3) {
    const char* value = std::getenv(argv[2]);
    char folder[4096];
    std::printf("%s in %s\n", value ? value : "nothing", ::getcwd(folder, sizeof(folder)));
    return 0;
  }
  while (word == "flood") std::puts("more and more and more and more and more");
  return 2;
}
