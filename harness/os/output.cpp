#include "harness/os/output.hpp"

#include <algorithm>

#include "harness/base/text.hpp"

namespace seawall::os {
namespace {

// A line of somebody else's, for people: no escape sequences, and not endless.
std::string tame(std::string_view line) {
  constexpr std::size_t most_columns = 300;
  std::string text(line.substr(0, most_columns));
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  if (line.size() > most_columns) text += " ...";
  return text;
}

}  // namespace

void Output::append(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  const std::size_t overlap = std::min(kept_.size(), awaited_.size());
  const std::size_t from = kept_.size() - overlap;
  kept_ += bytes;
  bytes_ += bytes.size();
  if (!said_ && !awaited_.empty()) said_ = kept_.find(awaited_, from) != std::string::npos;
  // Twice as much may be there for a while, so that not every byte moves all others.
  if (kept_.size() > 2 * most) kept_.erase(0, kept_.size() - most);
}

bool Output::has_said() const {
  const std::lock_guard lock(mutex_);
  return said_;
}

std::uint64_t Output::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

std::string Output::last_lines(std::size_t count) const {
  const std::lock_guard lock(mutex_);
  std::string_view text(kept_);
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (text.empty()) return "it said nothing";
  std::size_t begin = text.size();
  for (std::size_t lines = 0; lines < count && begin != 0; ++lines) {
    const std::size_t end = text.rfind('\n', begin - 1);
    begin = end == std::string_view::npos ? 0 : end;
  }
  std::string_view last = text.substr(begin);
  if (last.starts_with('\n')) last.remove_prefix(1);
  std::string out = "its last lines";
  if (const std::uint64_t before = bytes_ - std::min<std::uint64_t>(bytes_, last.size() + 1);
      before > most)
    out += " (of " + base::grouped(static_cast<std::int64_t>(bytes_)) + " bytes)";
  out += ":";
  for (const std::string_view line : base::split(last, '\n')) out += "\n  | " + tame(line);
  return out;
}

}  // namespace seawall::os
