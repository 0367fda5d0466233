// A process of ours, with all that it starts: it gets the environment of the driver and what is
// laid over it, leads a process group of its own, and nothing of it outlives its Child or the
// driver, however that ends (shim.hpp).
//
//   auto child = Child::start(shim, command, on_end);
//   (*child)->signal(SIGSTOP);        // its whole group
//   (*child)->kill();                 // and whatever left the group
//   (*child)->wait(5s);               // until nothing of it is left
//
// Any thread, but for the destructor.
#pragma once
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sys/types.h>

#include "harness/base/result.hpp"
#include "harness/os/descriptor.hpp"
#include "harness/os/end.hpp"
#include "harness/os/output.hpp"
#include "harness/os/user.hpp"

namespace seawall::os {

struct Command {
  std::vector<std::string> words;  // the program, sought on the PATH where it has no slash, first
  std::string folder;              // where it runs; empty: where the driver does
  std::map<std::string, std::string> environment;  // laid over the driver's
  std::optional<User> user;  // that it becomes, with no group but that one; only root can do that
  int channel = -1;          // a descriptor of the driver that it gets as child_channel; -1: none
  int out = -1;  // descriptors that get what it says, in place of output(); -1: output() does
  int error = -1;
  std::string awaited;  // what its output is searched for: see Output
};

class Child {
 public:
  // Told once, on a thread of the child's, when nothing of it is left. It must not destroy the
  // Child.
  using OnEnd = std::function<void(const End&)>;

  // `shim`: the words of a program that is a shim. Returns when the program runs; the error is a
  // sentence for the user, without the child's name.
  static base::expected<std::unique_ptr<Child>, std::string> start(
      const std::vector<std::string>& shim, const Command& command, OnEnd on_end = {});
  // Kills all of it and waits until it is gone.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t process() const { return process_; }
  const Output& output() const { return output_; }

  // To its group, now. False where the child has ended, or nobody of the group may be signalled.
  bool signal(int number);
  // Kills the group now and all else that it started soon after.
  void kill();
  // Waits until nothing of it is left, at most for `limit`: how it ended, or none.
  std::optional<End> wait(base::Duration limit);
  std::optional<End> ended() const;

 private:
  Child(const Command& command, Descriptor messages, Descriptor said, pid_t shim, OnEnd on_end);

  base::expected<void, std::string> meet(const Command& command);
  void watch();
  void hear();

  Output output_;
  const Descriptor messages_;
  Descriptor said_;
  const pid_t shim_;
  const OnEnd on_end_;
  pid_t process_ = 0;

  mutable std::mutex mutex_;  // of all below
  std::condition_variable changed_;
  bool is_ours_ = false;  // nobody else can have its number
  End how_;
  std::optional<End> ended_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace seawall::os
