#include "harness/os/end.hpp"

#include <array>
#include <csignal>
#include <string_view>
#include <utility>

namespace seawall::os {
namespace {

constexpr auto names = std::to_array<std::pair<int, std::string_view>>({
    {SIGHUP, "HUP"},
    {SIGINT, "INT"},
    {SIGQUIT, "QUIT"},
    {SIGILL, "ILL"},
    {SIGABRT, "ABRT"},
    {SIGBUS, "BUS"},
    {SIGFPE, "FPE"},
    {SIGKILL, "KILL"},
    {SIGUSR1, "USR1"},
    {SIGSEGV, "SEGV"},
    {SIGUSR2, "USR2"},
    {SIGPIPE, "PIPE"},
    {SIGALRM, "ALRM"},
    {SIGTERM, "TERM"},
    {SIGSTOP, "STOP"},
    {SIGCONT, "CONT"},
});

}  // namespace

End end_of(int code, int status) {
  if (code == CLD_EXITED) return {End::How::exited, status};
  return {End::How::signalled, status};
}

std::string to_text(const End& end) {
  switch (end.how) {
    case End::How::exited:
      return "exited with status " + std::to_string(end.number);
    case End::How::signalled:
      return "was killed by signal " + std::to_string(end.number) + " (" +
             name_of_signal(end.number) + ")";
    case End::How::unknown:
      break;
  }
  return "ended with the process that watched over it";
}

std::string name_of_signal(int number) {
  for (const auto& [known, name] : names)
    if (known == number) return std::string(name);
  return std::to_string(number);
}

}  // namespace seawall::os
