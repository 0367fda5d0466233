#include "harness/cli/doctor_judgement.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/base/text.hpp"

namespace seawall::cli {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::Share;
using Level = Symptom::Level;

constexpr std::int64_t mib = 1 << 20;

// Above the first it is said, above the second a verdict over sockets means little.
constexpr Share foreign_noted = Share::percent(5), foreign_unfit = Share::percent(25);
constexpr Share stolen_noted = Share::percent(1), stolen_unfit = Share::percent(5);
constexpr std::int64_t sockets_of_a_request = 4;  // on each link that it is on
constexpr std::int64_t free_noted = 1024 * mib, free_unfit = 128 * mib;
constexpr Duration sync_noted = 10ms, sync_unfit = 100ms;
constexpr std::int64_t loopback_noted = 100 * mib;  // bytes a second

// A clock that is read without a system call.
constexpr auto fast_clocks = std::to_array<std::string_view>(
    {"tsc", "kvm-clock", "arch_sys_counter", "hyperv_clocksource_tsc_page", "xen"});

class Doctor {
 public:
  Doctor(const MachineState& machine, const Demand& demand) : machine_(machine), demand_(demand) {}

  std::vector<Symptom> look() {
    look_at_cores();
    look_at_timers();
    look_at_clock();
    look_at_others();
    look_at_loopback();
    look_at_descriptors();
    look_at_ports();
    look_at_disk();
    look_at_namespaces();
    look_at_leftovers();
    return std::move(symptoms_);
  }

 private:
  // In virtual time no second of this machine counts: what is slow is no more than worth a line.
  void tell(Level level, std::string what, std::string found, std::string advice) {
    if (!demand_.over_sockets && level == Level::unfit) level = Level::note;
    if (level == Level::fine) advice.clear();
    symptoms_.push_back({level, std::move(what), std::move(found), std::move(advice)});
  }
  template <class T>
  static Level level_of(T value, T noted, T unfit) {
    return value > unfit ? Level::unfit : value > noted ? Level::note : Level::fine;
  }

  void look_at_cores() {
    const std::int64_t quota = machine_.quota_milli.value_or(1000 * machine_.cores);
    const bool is_cut = quota < 1000 * machine_.cores;
    const std::string cut = is_cut ? fmt::format(", of which its cgroup may use {}.{}",
                                                 quota / 1000, quota % 1000 / 100)
                                   : "";
    const Level level = quota < 1000                   ? Level::unfit
                        : is_cut || machine_.cores < 2 ? Level::note
                                                       : Level::fine;
    tell(level, "cores", std::to_string(machine_.cores) + cut,
         "the load and what it is for take each other's time: give it two cores or more, or use "
         "--mode sim");
  }

  void look_at_timers() {
    if (!machine_.sleeps) return;
    const auto& [middle, p99] = *machine_.sleeps;
    tell(level_of(p99, demand_.lateness / 2, demand_.lateness), "timers",
         fmt::format("late by {} in the middle, {} at p99; the load may be late by {}",
                     base::to_text(rounded(middle)), base::to_text(rounded(p99)),
                     base::to_text(demand_.lateness)),
         "the load would be INCONCLUSIVE: end what else runs here, or raise [load] max_lateness");
  }

  void look_at_clock() {
    if (machine_.clock_source.empty()) return;
    const bool is_fast = std::ranges::find(fast_clocks, machine_.clock_source) != fast_clocks.end();
    tell(is_fast ? Level::fine : Level::note, "clock", machine_.clock_source,
         "each look at this clock is a system call, which costs the load time; see "
         "/sys/devices/system/clocksource/clocksource0/available_clocksource");
  }

  void look_at_others() {
    if (machine_.foreign)
      tell(level_of(machine_.foreign->ppm, foreign_noted.ppm, foreign_unfit.ppm), "other load",
           fmt::format("{} of all cores are used by others; expected at most {}",
                       base::to_text(rounded(*machine_.foreign)), base::to_text(foreign_noted)),
           "end what else runs here (`top` shows it), or use --mode sim; a comparison in wall time "
           "takes no such run");
    if (machine_.stolen)
      tell(level_of(machine_.stolen->ppm, stolen_noted.ppm, stolen_unfit.ppm), "stolen time",
           fmt::format("{} of all cores; expected at most {}",
                       base::to_text(rounded(*machine_.stolen)), base::to_text(stolen_noted)),
           "the host of this virtual machine gives its cores to others: use one of your own, or "
           "--mode sim");
  }

  void look_at_loopback() {
    if (!machine_.loopback) return;
    const auto& [p99, rate] = *machine_.loopback;
    const bool is_slow = rate < loopback_noted;
    tell(std::max(level_of(p99, demand_.lateness / 2, demand_.lateness),
                  is_slow ? Level::note : Level::fine),
         "loopback",
         fmt::format("a round trip takes {} at p99, {} MiB pass in a second",
                     base::to_text(rounded(p99)), rate / mib),
         "all traffic of a run goes this way, so that latencies are those of this machine: look "
         "for packet filters on lo, and for other load");
  }

  void look_at_descriptors() {
    if (!machine_.descriptors) return;
    const std::int64_t wanted = sockets_of_a_request * demand_.in_flight;
    const std::int64_t allowed = *machine_.descriptors;
    tell(allowed < wanted / 4 ? Level::unfit
         : allowed < wanted   ? Level::note
                              : Level::fine,
         "open files",
         fmt::format("at most {}; {} requests in flight take {} and more", base::grouped(allowed),
                     base::grouped(demand_.in_flight), base::grouped(wanted)),
         "raise the hard limit (`ulimit -Hn`, LimitNOFILE=), or lower [load] max_in_flight");
  }

  void look_at_ports() {
    if (!machine_.ports) return;
    const std::int64_t unused = *machine_.ports - machine_.waiting_ports;
    tell(unused < demand_.in_flight                          ? Level::unfit
         : unused < sockets_of_a_request * demand_.in_flight ? Level::note
                                                             : Level::fine,
         "ports",
         fmt::format("{} for connections, {} of them in TIME_WAIT", base::grouped(*machine_.ports),
                     base::grouped(machine_.waiting_ports)),
         "wait a minute for those in TIME_WAIT, or widen net.ipv4.ip_local_port_range");
  }

  void look_at_disk() {
    if (!machine_.folder_problem.empty())
      symptoms_.push_back({Level::unfit, "folder", machine_.folder_problem,
                           "no run starts without it: set TMPDIR to a folder that you can write "
                           "into"});
    if (machine_.sync && demand_.on_disk)
      tell(level_of(*machine_.sync, sync_noted, sync_unfit), "disk",
           fmt::format("a write to {} is safe after {}", machine_.folder,
                       base::to_text(rounded(*machine_.sync))),
           "each step of an order waits for that: set TMPDIR to a faster disk, or "
           "--set target.store=memory");
    if (!machine_.free_bytes) return;
    const std::int64_t free = *machine_.free_bytes;
    tell(free < free_unfit   ? Level::unfit
         : free < free_noted ? Level::note
                             : Level::fine,
         "space", fmt::format("{} MiB are free in {}", base::grouped(free / mib), machine_.folder),
         "make room there, or set TMPDIR to another folder");
  }

  void look_at_namespaces() {
    if (!machine_.namespaces) return;
    const bool is_missed = demand_.namespaces && !*machine_.namespaces;
    tell(is_missed ? Level::unfit : Level::fine, "namespaces",
         *machine_.namespaces ? "a user may make them"
                              : "only root may make them; nothing but isolation = \"netns\" does",
         "allow them (kernel.unprivileged_userns_clone = 1, user.max_user_namespaces), or leave "
         "isolation away");
  }

  void look_at_leftovers() {
    for (const std::string& sentence : machine_.not_undone)
      symptoms_.push_back({Level::unfit, "left behind", sentence,
                           "undo it by hand, and remove the folder that is named: until then no "
                           "run starts"});
    for (const std::string& sentence : machine_.undone)
      symptoms_.push_back({Level::note, "left behind", sentence, "it is undone now"});
    if (machine_.not_undone.empty() && machine_.undone.empty())
      symptoms_.push_back({Level::fine, "left behind", "nothing, by earlier runs", ""});
  }

  // To three digits or so: what is behind them is noise.
  static Duration rounded(Duration time) {
    Duration step = 1us;
    while (time / step >= 1000) step *= 10;
    return time / step * step;
  }
  static Share rounded(Share share) {
    constexpr std::int64_t step = 1'000;  // a tenth of a percent
    return Share{share.ppm / step * step};
  }

  const MachineState& machine_;
  const Demand& demand_;
  std::vector<Symptom> symptoms_;
};

}  // namespace

std::vector<Symptom> judge_machine(const MachineState& machine, const Demand& demand) {
  return Doctor(machine, demand).look();
}

bool is_fit(const std::vector<Symptom>& symptoms) {
  return std::ranges::none_of(symptoms, [](const Symptom& s) { return s.level == Level::unfit; });
}

}  // namespace seawall::cli
