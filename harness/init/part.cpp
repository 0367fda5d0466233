#include "harness/init/part.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include "harness/init/tree.hpp"

namespace seawall::init {

namespace fs = std::filesystem;

namespace {

// What keeps a file that is there from being read; empty: nothing that can be seen from outside. A
// pipe would be waited for without end.
std::string obstacle(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (fs::is_regular_file(status)) return {};
  if (fs::is_directory(status)) return "it is a folder; expected a file";
  if (status.type() == fs::file_type::not_found) return "it is a link to what is not there";
  return error ? error.message() : "it is a pipe, a socket or a device; expected a file";
}

// Whether nothing is there; a link that leads nowhere is something.
bool is_missing(const fs::path& file) {
  std::error_code error;
  return fs::symlink_status(file, error).type() == fs::file_type::not_found;
}

}  // namespace

Text Folder::read(const fs::path& relative) const {
  const auto refused = [&](const std::string& why) {
    base::Diagnostic problem;
    problem.file = relative.string();
    problem.message = "cannot be read: " + why;
    return base::unexpected(std::move(problem));
  };
  const fs::path file = path_ / relative;
  if (is_missing(file)) return std::nullopt;
  if (const std::string why = obstacle(file); !why.empty()) return refused(why);
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return refused(std::strerror(errno));
  std::string text(most_bytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return refused(std::strerror(errno));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > most_bytes)
    return refused("it has more than " + std::to_string(most_bytes / 1024) + " KiB");
  return text;
}

std::optional<std::string> Folder::read_beside(const fs::path& relative,
                                               std::vector<std::string>& remarks) const {
  Text text = read(relative);
  if (text) return std::move(*text);
  remarks.push_back(relative.string() + " " + text.error().message + "; this is without it.");
  return std::nullopt;
}

std::vector<std::string> Folder::folders(const fs::path& relative) const {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path_ / relative, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with('.') && entry.is_directory(error)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

void add_variable(Part& part, const std::string& name, const std::string& value) {
  const bool known = std::any_of(part.env.begin(), part.env.end(),
                                 [&](const auto& one) { return one.first == name; });
  if (known || name.empty()) return;
  part.env.emplace_back(name, value);
}

}  // namespace seawall::init
