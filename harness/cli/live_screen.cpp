#include "harness/cli/live_screen.hpp"

#include <cstdlib>
#include <string_view>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

#include "harness/cli/live_view.hpp"

namespace seawall::cli {

LiveScreen::LiveScreen(std::function<void(const std::string&)> write, std::function<Size()> size)
    : write_(std::move(write)), size_(std::move(size)) {}

// A window that has become narrower has wrapped what stood in it.
std::string LiveScreen::erasing() const {
  const std::size_t width = std::max<std::size_t>(1, size_().width);
  std::size_t rows = 0;
  for (const std::size_t columns : rows_)
    rows += std::max<std::size_t>(1, (columns + width - 1) / width);
  rows = std::min(rows, size_().height);
  return rows == 0 ? std::string() : "\r\033[" + std::to_string(rows) + "A\033[J";
}

void LiveScreen::draw(const std::vector<std::string>& lines) {
  std::string text = erasing();
  rows_.clear();
  for (const std::string& line : lines) {
    text += line + "\n";
    rows_.push_back(columns_of(line));
  }
  write_(text);
}

void LiveScreen::clear() {
  if (!rows_.empty()) write_(erasing());
  rows_.clear();
}

Size LiveScreen::of_stderr() {
  winsize window{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 || window.ws_row == 0)
    return {};
  return {window.ws_col, window.ws_row};
}

bool can_draw_live() {
  const auto is_set = [](const char* name) {
    const char* value = std::getenv(name);
    return value && *value;
  };
  const char* terminal = std::getenv("TERM");
  const bool is_dumb = !terminal || !*terminal || std::string_view(terminal) == "dumb";
  return isatty(STDERR_FILENO) == 1 && !is_dumb && !is_set("CI");
}

}  // namespace seawall::cli
