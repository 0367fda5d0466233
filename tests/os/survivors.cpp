#include "tests/os/survivors.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <poll.h>
#include <unistd.h>

namespace seawall::os::test {

std::string new_family() {
  static int families = 0;
  return std::to_string(::getpid()) + "-" + std::to_string(++families);
}

std::vector<pid_t> living(const std::string& family) {
  const std::string mark = std::string(family_variable) + "=" + family + '\0';
  std::vector<pid_t> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != name.npos) continue;
    std::ifstream in(entry.path() / "environ", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (text.find(mark) != text.npos) found.push_back(std::stoi(name));
  }
  return found;
}

bool comes_true(const std::function<bool()>& condition) {
  for (int i = 0; i < 4000; ++i) {
    if (condition()) return true;
    ::poll(nullptr, 0, 5);
  }
  return false;
}

}  // namespace seawall::os::test
