#include "harness/os/process.hpp"

#include <array>
#include <charconv>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "harness/os/descriptor.hpp"

namespace seawall::os {
namespace {

template <class Number>
bool parse(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// The word at this place, counted from 0; empty where there are fewer.
std::string_view word(std::string_view text, int place) {
  for (; place > 0; --place) {
    const std::size_t blank = text.find(' ');
    if (blank == std::string_view::npos) return {};
    text.remove_prefix(blank + 1);
  }
  return text.substr(0, text.find(' '));
}

// "PID (NAME) STATE PARENT ...": the name may hold anything, a parenthesis too.
std::optional<ProcessFacts> parse_stat(pid_t process, std::string_view stat) {
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= stat.size()) return std::nullopt;
  stat.remove_prefix(name_end + 2);
  ProcessFacts facts;
  facts.process = process;
  facts.state = stat.front();
  if (!parse(word(stat, 1), facts.parent) || !parse(word(stat, 19), facts.started))
    return std::nullopt;
  return facts;
}

std::vector<ProcessFacts> all_processes() {
  std::vector<ProcessFacts> all;
  DIR* const folder = ::opendir("/proc");
  if (!folder) return all;
  while (const dirent* entry = ::readdir(folder)) {
    pid_t process = 0;
    if (!parse(std::string_view(entry->d_name), process)) continue;
    if (const auto facts = facts_of(process)) all.push_back(*facts);
  }
  ::closedir(folder);
  return all;
}

}  // namespace

std::optional<ProcessFacts> facts_of(pid_t process) {
  const std::string path = "/proc/" + std::to_string(process) + "/stat";
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  std::array<char, 1024> text{};
  const ssize_t size = ::read(file.get(), text.data(), text.size());
  if (size <= 0) return std::nullopt;
  return parse_stat(process, {text.data(), static_cast<std::size_t>(size)});
}

std::string own_program() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).string();
}

std::vector<ProcessFacts> descendants_of(pid_t ancestor) {
  const std::vector<ProcessFacts> all = all_processes();
  std::vector<ProcessFacts> found;
  const auto add_children = [&](pid_t parent) {
    for (const ProcessFacts& one : all)
      if (one.parent == parent) found.push_back(one);
  };
  add_children(ancestor);
  for (std::size_t i = 0; i < found.size(); ++i) add_children(found[i].process);
  return found;
}

}  // namespace seawall::os
