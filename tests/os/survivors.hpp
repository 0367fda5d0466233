// Who is left of a family of processes: all carry a variable that nobody else has.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace seawall::os::test {

// A value of the variable that no other family has had.
std::string new_family();
inline constexpr const char* family_variable = "SEAWALL_TEST_FAMILY";

// Those that live; not zombies.
std::vector<pid_t> living(const std::string& family);

// Waits, long, until it holds; false where it never did.
bool comes_true(const std::function<bool()>& condition);

}  // namespace seawall::os::test
