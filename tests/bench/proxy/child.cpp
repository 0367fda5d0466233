#include "tests/bench/proxy/child.hpp"

#include <array>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/assert.hpp"

namespace seawall::bench {

Cores Cores::choose() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  ::sched_getaffinity(0, sizeof(allowed), &allowed);
  std::vector<int> cores;
  for (int core = 0; core < CPU_SETSIZE; ++core)
    if (CPU_ISSET(core, &allowed)) cores.push_back(core);
  base::require(!cores.empty(), "there is a core to run on");
  return {cores.front(), cores.size() > 1 ? cores[1] : cores.front()};
}

void pin_this_thread(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(core), &set);
  base::require(::sched_setaffinity(0, sizeof(set), &set) == 0, "a thread can be pinned to a core");
}

namespace {

// The second number of schedstat, where the kernel counts it.
base::Duration read_waiting_time(const std::string& task) {
  std::ifstream schedule(task + "/schedstat");
  std::int64_t ran = 0;
  std::int64_t waited = 0;
  schedule >> ran >> waited;
  return base::Duration(waited);
}

// In the child, after fork: only calls that are safe there.
[[noreturn]] void become(const Child::Command& command, pid_t parent, int input, int output,
                         char* const* words, char* const* environment) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it ended before the line above
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(command.core), &set);
  ::sched_setaffinity(0, sizeof(set), &set);
  const int nothing = ::open("/dev/null", O_RDWR);
  ::dup2(command.input.empty() ? input : ::open(command.input.c_str(), O_RDONLY), STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(nothing, STDERR_FILENO);
  ::execve(words[0], words, environment);
  ::_exit(127);
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

base::Duration waiting_time_of_this_thread() { return read_waiting_time("/proc/thread-self"); }

Child::Child(const Command& command) {
  std::array<int, 2> in, out;
  base::require(::pipe2(in.data(), O_CLOEXEC) == 0 && ::pipe2(out.data(), O_CLOEXEC) == 0,
                "a proxy can have pipes");
  std::vector<std::string> words = command.words;
  std::vector<std::string> environment = command.environment;
  for (char** entry = environ; *entry; ++entry) environment.emplace_back(*entry);
  const std::vector<char*> word_pointers = pointers(words);
  const std::vector<char*> environment_pointers = pointers(environment);
  const pid_t parent = ::getpid();
  process_ = ::fork();
  base::require(process_ >= 0, "a proxy can be started");
  if (process_ == 0)
    become(command, parent, in[0], out[1], word_pointers.data(), environment_pointers.data());
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  output_ = out[0];
  ::fcntl(output_, F_SETFL, O_NONBLOCK);
}

Child::~Child() {
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  ::close(input_);
  ::close(output_);
}

base::Duration Child::processor_time() const {
  clockid_t clock;
  timespec time{};
  base::require(::clock_getcpuclockid(process_, &clock) == 0 && ::clock_gettime(clock, &time) == 0,
                "the processor time of a proxy can be read");
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

base::Duration Child::waiting_time() const {
  base::Duration sum{};
  std::error_code gone;
  const std::string tasks = "/proc/" + std::to_string(process_) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks, gone))
    sum += read_waiting_time(task.path().string());
  return sum;
}

std::int64_t Child::resident_bytes() const {
  // Not VmRSS of status, which lags behind by up to some dozens of pages for each thread.
  std::ifstream rollup("/proc/" + std::to_string(process_) + "/smaps_rollup");
  for (std::string line; std::getline(rollup, line);)
    if (line.starts_with("Rss:")) return std::stoll(line.substr(4)) * 1024;
  return 0;
}

bool Child::running() {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == 0;
}

void Child::write_line(const std::string& line) {
  const std::string bytes = line + "\n";
  base::require(::write(input_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
                "a proxy reads its commands");
}

bool Child::read_line(std::string& line) {
  std::array<char, 512> bytes;
  const ssize_t n = ::read(output_, bytes.data(), bytes.size());
  if (n > 0) read_.append(bytes.data(), static_cast<std::size_t>(n));
  const std::size_t end = read_.find('\n');
  if (end == std::string::npos) return false;
  line = read_.substr(0, end);
  read_.erase(0, end + 1);
  return true;
}

std::uint16_t free_port() {
  static std::uint16_t next = static_cast<std::uint16_t>(12'000 + ::getpid() % 100 * 100);
  for (int tries = 0; tries < 10'000; ++tries) {
    next = next >= 32'000 ? std::uint16_t{12'000} : static_cast<std::uint16_t>(next + 1);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(next);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool free =
        ::bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    ::close(probe);
    if (free) return next;
  }
  base::fail_promise("there is a free port on this machine", std::source_location::current());
}

}  // namespace seawall::bench
