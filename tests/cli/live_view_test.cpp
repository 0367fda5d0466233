// The live view as a user sees it, and that it stays within its window whatever is in it.
#include "harness/cli/live_view.hpp"

#include <cstdlib>
#include <sstream>

#include "harness/cli/live_screen.hpp"
#include "tests/support/catch.hpp"

using namespace seawall::cli;
using namespace std::chrono_literals;

namespace {

LiveState state_in_the_middle() {
  LiveState state;
  state.phase = "load";
  state.at = 15s;
  state.length = 30s;
  state.in_flight = 12;
  for (int i = 0; i < 15; ++i) {
    const bool is_slow = i > 10;
    state.seconds.push_back({150, is_slow ? i : 0, 9ms, is_slow ? 66ms : 12ms});
  }
  state.faults = {{"lost", "drop_reply on order -> payment", LiveState::Fault::State::healed, 7s},
                  {"slow", "latency on order -> payment", LiveState::Fault::State::acts, 10s},
                  {"dead", "crash on payment", LiveState::Fault::State::waits, {}}};
  state.breakers = {{"order -> payment", "open"}, {"order -> inventory", "closed"}};
  return state;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// What a terminal shows that gets these bytes: it knows a line feed, a carriage return, "up" and
// "clear to the end", and wraps.
class Terminal {
 public:
  explicit Terminal(Size size) : size_(size), rows_(1) {}

  void take(const std::string& bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] == '\n') {
        down();
      } else if (bytes[i] == '\r') {
        column_ = 0;
      } else if (bytes[i] == '\033') {
        i = obey(bytes, i + 2);
      } else {
        if (column_ == size_.width) down();
        std::string& row = rows_[row_];
        row.resize(std::max(row.size(), column_ + 1), ' ');
        row[column_++] = bytes[i];
      }
    }
  }
  std::string text() const { return joined(rows_); }

 private:
  void down() {
    column_ = 0;
    if (++row_ == rows_.size()) rows_.emplace_back();
  }
  std::size_t obey(const std::string& bytes, std::size_t at) {
    std::size_t number = 0;
    for (; std::isdigit(static_cast<unsigned char>(bytes[at])); ++at)
      number = 10 * number + static_cast<std::size_t>(bytes[at] - '0');
    if (bytes[at] == 'A') row_ -= std::min(row_, number);
    if (bytes[at] == 'J') {
      rows_.resize(row_ + 1);
      rows_[row_].resize(column_);
    }
    return at;
  }

  const Size size_;
  std::vector<std::string> rows_;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
};

}  // namespace

TEST_CASE("the live view has load, errors, percentiles, faults and breakers") {
  CHECK(joined(live_lines(state_in_the_middle(), 80, 24)) ==
        "  load      [############------------] 15/30s  in flight 12\n"
        "  answered  150/s                         ###############\n"
        "  errors    9.3 %                         ___________+**#\n"
        "  latency   p50 9.0  p99 66.0 ms          ...........####\n"
        "  faults    ON  slow  latency on order -> payment  since 10.0s\n"
        "                dead  crash on payment\n"
        "            off lost  drop_reply on order -> payment  since 7.0s\n"
        "  breakers  order -> inventory  closed\n"
        "            order -> payment  open\n");
}

TEST_CASE("what a small window has no room for is counted or left out") {
  CHECK(joined(live_lines(state_in_the_middle(), 50, 7)) ==
        "  load      [############------------] 15/30s  in\n"
        "  answered  150/s                         #######\n"
        "  errors    9.3 %                         ___+**#\n"
        "  latency   p50 9.0  p99 66.0 ms          ...####\n"
        "  faults    ON  slow  latency on order -> payment\n"
        "            and 2 more\n");
  CHECK(joined(live_lines(state_in_the_middle(), 20, 3)) ==
        "  load      [######\n"
        "  answered  150/s  \n");
  CHECK(live_lines(state_in_the_middle(), 20, 1).empty());
  CHECK(live_lines(state_in_the_middle(), 0, 0).empty());
}

TEST_CASE("the live view stays within any window, whatever names are in it") {
  LiveState state = state_in_the_middle();
  state.faults[0].name = std::string(300, 'x') + "\033[2J\n";
  state.faults[1].name = "\xe6\xb3\xa2\xe6\xb5\xaa\xff " + std::string(50, 'y');
  state.phase = "steady\tstate";
  for (const std::size_t width : {1, 2, 10, 39, 42, 47, 80, 500})
    for (const std::size_t height : {1, 2, 3, 5, 8, 24, 100}) {
      const auto lines = live_lines(state, width, height);
      CHECK(lines.size() < height);
      for (const std::string& line : lines) {
        CHECK(columns_of(line) < std::max<std::size_t>(width, 2));
        CHECK(line.find_first_of("\033\n\t") == std::string::npos);
      }
    }
}

TEST_CASE("a run that has just begun has a view too") {
  LiveState state;
  state.phase = "warm-up";
  CHECK(joined(live_lines(state, 80, 24)) == "  warm-up     in flight 0\n");
}

TEST_CASE("a block is drawn in its own place and goes away without a trace") {
  Size size{40, 10};
  Terminal terminal(size);
  LiveScreen screen([&](const std::string& bytes) { terminal.take(bytes); }, [&] { return size; });
  terminal.take("before\n");
  screen.draw({"one", "two", "three"});
  CHECK(terminal.text() == "before\none\ntwo\nthree\n\n");
  screen.draw({"1", "2"});
  CHECK(terminal.text() == "before\n1\n2\n\n");
  screen.clear();
  terminal.take("a line that stays\n");
  screen.draw({"1"});
  CHECK(terminal.text() == "before\na line that stays\n1\n\n");
  screen.leave();
  terminal.take("of somebody else\n");
  screen.draw({"2"});
  CHECK(terminal.text() == "before\na line that stays\n1\nof somebody else\n2\n\n");
  screen.clear();
  CHECK(terminal.text() == "before\na line that stays\n1\nof somebody else\n\n");
}

TEST_CASE("a window that became narrower has wrapped the block, which goes away all the same") {
  Size size{40, 10};
  std::string bytes;
  LiveScreen screen([&](const std::string& text) { bytes = text; }, [&] { return size; });
  screen.draw({std::string(30, 'x'), "short"});
  size = {20, 10};
  screen.clear();
  CHECK(bytes == "\r\033[3A\033[J");
}

TEST_CASE("there is no live view for a CI job") {
  const char* const before = std::getenv("CI");
  const std::string kept = before ? before : "";
  ::setenv("CI", "true", 1);
  CHECK_FALSE(can_draw_live());
  if (before)
    ::setenv("CI", kept.c_str(), 1);
  else
    ::unsetenv("CI");
}
