// The shim: a process between the driver and one child of it, which sees to it that nothing of the
// child outlives the driver, however the driver ends.
//
//   driver --spawns--> shim --forks--> child --> whatever it starts, daemons too
//      \--- messages ---/ (subreaper: who loses its parent below it becomes its own)
//
// The driver's end of the messages closes with the driver, also by SIGKILL. The shim then kills
// everything below it until nothing is left, and ends. A shim that is itself killed takes the child
// along (PR_SET_PDEATHSIG), though not what the child has started.
//
// It is a program of its own, started with exec: a fork of a driver with threads could hardly do
// anything safely. `seawall` is that program, under a word that its help does not list.
#pragma once
#include <string>
#include <string_view>

#include <sys/types.h>

namespace seawall::os {

// The first argument of a program that is to be a shim.
inline constexpr std::string_view shim_word = "_shim";

// Descriptors of the shim, given by Child.
inline constexpr int shim_messages = 3;  // to the driver
inline constexpr int shim_channel = 4;   // what the child gets as child_channel, if anything
inline constexpr int child_channel = 3;

// What stands for a user among the arguments of a shim.
std::string shim_user(uid_t id, gid_t group);

// What a program does that was started with shim_word: `arguments` are those after it, "channel" or
// "-", a user or "-", and the words of the command, with a null behind them. The exit status of the
// process.
int run_shim(char** arguments);

}  // namespace seawall::os
