#include "harness/init/part.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include "harness/init/tree.hpp"

namespace seawall::init {

namespace fs = std::filesystem;

std::optional<std::string> Folder::read(const fs::path& relative) const {
  const fs::path file = path_ / relative;
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return std::nullopt;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return std::nullopt;
  // One byte more than is taken anywhere, so that who reads it sees that there is more.
  std::string text(most_bytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
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
