#include "harness/cli/doctor_measures.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "harness/base/text.hpp"
#include "harness/live/clock.hpp"
#include "harness/os/descriptor.hpp"

namespace seawall::cli {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::Share;

constexpr int sleeps = 2000;  // of 1 ms
constexpr int round_trips = 2000;
constexpr Duration longest_stream = 500ms;
constexpr Duration longest_writing = 2s;
constexpr int writes = 50;

std::string contents(const std::string& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::optional<std::int64_t> number_of(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Of times that were measured; the list is not empty.
Duration quantile(std::vector<Duration> times, std::int64_t percent) {
  std::sort(times.begin(), times.end());
  const std::size_t at = times.size() * static_cast<std::size_t>(percent) / 100;
  return times[std::min(at, times.size() - 1)];
}

// What the cores have done since the start, in ticks.
struct CpuTime {
  std::int64_t all = 0;
  std::int64_t busy = 0;
  std::int64_t stolen = 0;
  std::int64_t own = 0;  // of this process
};

std::optional<CpuTime> cpu_time() {
  const std::vector<std::string> words = words_of(contents("/proc/stat"));
  // cpu user nice system idle iowait irq softirq steal, and guest time, which is within user.
  if (words.size() < 9 || words[0] != "cpu") return std::nullopt;
  CpuTime time;
  for (std::size_t i = 1; i <= 8; ++i) {
    const std::int64_t ticks = number_of(words[i]).value_or(0);
    time.all += ticks;
    if (i == 8) time.stolen = ticks;
    if (i != 4 && i != 5 && i != 8) time.busy += ticks;
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const std::int64_t second = sysconf(_SC_CLK_TCK);
  for (const timeval& spent : {usage.ru_utime, usage.ru_stime})
    time.own += spent.tv_sec * second + spent.tv_usec * second / 1'000'000;
  return time;
}

void measure_sleeps(MachineState& machine) {
  const std::optional<CpuTime> before = cpu_time();
  std::vector<Duration> late;
  for (int i = 0; i < sleeps; ++i) {
    constexpr timespec wanted{0, 1'000'000};
    const base::TimePoint start = live::steady_now();
    ppoll(nullptr, 0, &wanted, nullptr);
    late.push_back(std::max(Duration{}, live::steady_now() - start - Duration(1ms)));
  }
  machine.sleeps = {quantile(late, 50), quantile(late, 99)};
  const std::optional<CpuTime> after = cpu_time();
  if (!before || !after || after->all <= before->all) return;
  const std::int64_t all = after->all - before->all;
  const std::int64_t own = after->own - before->own;
  const auto share = [&](std::int64_t ticks) {
    return Share{std::clamp<std::int64_t>(ticks * Share::all().ppm / all, 0, Share::all().ppm)};
  };
  machine.foreign = share(after->busy - before->busy - own);
  machine.stolen = share(after->stolen - before->stolen);
}

// Both ends of one TCP connection of this machine.
os::Pair loopback_connection() {
  const os::Descriptor listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (!listener || bind(listener.get(), any, size) != 0 || listen(listener.get(), 1) != 0 ||
      getsockname(listener.get(), any, &size) != 0)
    return {};
  os::Pair ends;
  ends.first = os::Descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!ends.first || connect(ends.first.get(), any, size) != 0) return {};
  ends.second = os::Descriptor(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!ends.second) return {};
  for (const int end : {ends.first.get(), ends.second.get()}) {
    const int on = 1;
    const timeval limit{1, 0};  // nothing here may hang
    setsockopt(end, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(end, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(end, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }
  return ends;
}

void measure_loopback(MachineState& machine) {
  const os::Pair ends = loopback_connection();
  if (!ends) return;
  const int here = ends.first.get();
  const int there = ends.second.get();
  std::vector<Duration> times;
  for (int i = 0; i < round_trips; ++i) {
    char byte = 'x';
    const base::TimePoint start = live::steady_now();
    if (write(here, &byte, 1) != 1 || read(there, &byte, 1) != 1 || write(there, &byte, 1) != 1 ||
        read(here, &byte, 1) != 1)
      return;
    times.push_back(live::steady_now() - start);
  }
  std::vector<char> bytes(32 * 1024);
  std::int64_t passed_on = 0;
  const base::TimePoint start = live::steady_now();
  Duration length{};
  for (; length < longest_stream; length = live::steady_now() - start) {
    const ssize_t sent = write(here, bytes.data(), bytes.size());
    if (sent <= 0) return;
    for (ssize_t left = sent; left > 0;) {
      const ssize_t count = read(there, bytes.data(), static_cast<std::size_t>(left));
      if (count <= 0) return;
      left -= count;
    }
    passed_on += sent;
  }
  machine.loopback = {quantile(times, 99), passed_on * 1'000 / (length / 1ms)};
}

void measure_disk(MachineState& machine) {
  struct statvfs space{};
  if (statvfs(machine.folder.c_str(), &space) == 0)
    machine.free_bytes = static_cast<std::int64_t>(space.f_bavail * space.f_frsize);
  // Without a name, so that nothing is left whatever happens.
  const os::Descriptor file(
      open(machine.folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file) return;
  const std::array<char, 4096> page{};
  std::vector<Duration> times;
  const base::TimePoint begin = live::steady_now();
  for (int i = 0; i < writes && live::steady_now() - begin < longest_writing; ++i) {
    const base::TimePoint start = live::steady_now();
    if (write(file.get(), page.data(), page.size()) != static_cast<ssize_t>(page.size()) ||
        fdatasync(file.get()) != 0)
      return;
    times.push_back(live::steady_now() - start);
  }
  machine.sync = quantile(times, 50);
}

// "max 100000" or "150000 100000": so much of each period.
void read_quota(MachineState& machine) {
  // 0::/path, of the one hierarchy of cgroup v2; in a container the path is that of its root.
  const std::string groups = contents("/proc/self/cgroup");
  for (const std::string_view line : base::split(groups, '\n')) {
    if (!line.starts_with("0::")) continue;
    std::string path = "/sys/fs/cgroup" + std::string(line.substr(3));
    for (; path.size() >= std::string_view("/sys/fs/cgroup").size();
         path = path.substr(0, path.rfind('/'))) {
      const std::vector<std::string> words = words_of(contents(path + "/cpu.max"));
      if (words.size() != 2) continue;
      const auto quota = number_of(words[0]), period = number_of(words[1]);
      if (!quota || !period || *period <= 0) continue;
      const std::int64_t milli = *quota * 1000 / *period;
      machine.quota_milli = std::min(machine.quota_milli.value_or(milli), milli);
    }
  }
}

void read_limits(MachineState& machine) {
  machine.cores = std::max<std::int64_t>(1, sysconf(_SC_NPROCESSORS_ONLN));
  const auto clock =
      words_of(contents("/sys/devices/system/clocksource/clocksource0/current_clocksource"));
  if (!clock.empty()) machine.clock_source = clock.front();
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0)  // the soft one is raised to it by each run
    machine.descriptors = static_cast<std::int64_t>(
        std::min<rlim_t>(files.rlim_max, std::numeric_limits<std::int32_t>::max()));
  const auto range = words_of(contents("/proc/sys/net/ipv4/ip_local_port_range"));
  if (range.size() == 2)
    machine.ports = number_of(range[1]).value_or(0) - number_of(range[0]).value_or(0) + 1;
  const auto sockets = words_of(contents("/proc/net/sockstat"));
  const auto waiting = std::find(sockets.begin(), sockets.end(), "tw");
  if (waiting != sockets.end() && waiting + 1 != sockets.end())
    machine.waiting_ports = number_of(waiting[1]).value_or(0);
}

void read_namespaces(MachineState& machine) {
  const auto first = [](const std::string& file) -> std::optional<std::int64_t> {
    const auto words = words_of(contents(file));
    return words.empty() ? std::nullopt : number_of(words.front());
  };
  const auto most = first("/proc/sys/user/max_user_namespaces");
  if (!most) return;
  const bool forbidden = first("/proc/sys/kernel/unprivileged_userns_clone") == 0 ||
                         first("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1;
  machine.namespaces = *most > 0 && !forbidden;
}

}  // namespace

MachineState measure_machine(const std::string& folder,
                             const std::function<void(const char*)>& say) {
  MachineState machine;
  machine.folder = folder;
  read_limits(machine);
  read_quota(machine);
  read_namespaces(machine);
  say("timers and other load");
  measure_sleeps(machine);
  say("the loopback");
  measure_loopback(machine);
  say("the disk");
  measure_disk(machine);
  return machine;
}

}  // namespace seawall::cli
