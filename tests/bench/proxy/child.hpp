// A proxy as a process of its own, on a core of its own. It ends with this object, and with the
// benchmark however that ends.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

#include "harness/base/units.hpp"

namespace seawall::bench {

// The two cores of a run: one for the proxy, one for the clients and servers. On a machine with one
// core they are the same, and the figures say little.
struct Cores {
  int ends = 0;
  int proxy = 0;
  static Cores choose();
};
void pin_this_thread(int core);
// See Child::waiting_time().
base::Duration waiting_time_of_this_thread();

class Child {
 public:
  struct Command {
    std::vector<std::string> words;        // the first is the path of the program
    std::vector<std::string> environment;  // besides that of the benchmark: "NAME=value"
    std::string input;                     // a file; empty: write_line() is its input
    int core = 0;
  };
  explicit Child(const Command& command);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Processor time of all its threads, in user mode and in the kernel. Where the kernel handles
  // received packets in the context of who sent them, as on loopback, that is in it.
  base::Duration processor_time() const;
  // That its threads were ready to run and had no core, because of other work on the machine.
  base::Duration waiting_time() const;
  std::int64_t resident_bytes() const;
  bool running();

  void write_line(const std::string& line);
  // Whether a line has come; it does not wait.
  bool read_line(std::string& line);

 private:
  pid_t process_ = -1;
  int input_ = -1;   // of the child
  int output_ = -1;  // of the child
  std::string read_;
};

// Of the loopback interface, free at this moment. Below those that the kernel gives to outgoing
// connections, of which the benchmark has thousands; another one for each call.
std::uint16_t free_port();

}  // namespace seawall::bench
