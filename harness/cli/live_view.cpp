#include "harness/cli/live_view.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/cli/shown.hpp"
#include "harness/model/json_reader.hpp"

namespace seawall::cli {
namespace {

using base::Duration;

double milliseconds(Duration time) { return static_cast<double>(time.count()) / 1e6; }
double seconds(Duration time) { return static_cast<double>(time.count()) / 1e9; }

// Whole characters of it, in so many columns.
std::string cut(const std::string& text, std::size_t columns) {
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t length = std::max<std::size_t>(1, model::utf8_length(rest));
    const std::string next = out + std::string(rest.substr(0, length));
    if (columns_of(next) > columns) break;
    out = next;
    rest.remove_prefix(length);
  }
  return out;
}

// The newest values as a row of characters, the largest of them as the darkest.
template <class Pick>
std::string trend(const std::vector<LiveState::Second>& all, std::size_t width, Pick pick) {
  constexpr std::string_view shades = "_.-=+*#";
  const std::size_t count = std::min(width, all.size());
  std::int64_t most = 0;
  for (const LiveState::Second& second : all) most = std::max(most, pick(second));
  std::string text;
  for (std::size_t i = all.size() - count; i < all.size(); ++i) {
    const auto top = static_cast<std::int64_t>(shades.size() - 1);
    text += shades[static_cast<std::size_t>(most == 0 ? 0 : pick(all[i]) * top / most)];
  }
  return text;
}

double error_percent(const LiveState::Second& second) {
  if (second.answered == 0) return 0;
  return 100.0 * static_cast<double>(second.unexpected) / static_cast<double>(second.answered);
}

class View {
 public:
  View(const LiveState& state, std::size_t width, std::size_t height)
      : state_(state),
        width_(std::max<std::size_t>(width, 2) - 1),
        height_(std::max<std::size_t>(height, 1) - 1) {}

  std::vector<std::string> lines() {
    add_load();
    add_trends();
    add_rows(fault_rows(), "faults");
    add_rows(breaker_rows(), "breakers");
    return std::move(lines_);
  }

 private:
  std::size_t room() const { return height_ - lines_.size(); }
  void add(const std::string& text) {
    if (room() > 0) lines_.push_back(cut(shown(text), width_));
  }

  void add_load() {
    const bool is_load = state_.phase == "load";
    const std::string when =
        is_load ? fmt::format("{} {:.0f}/{}", progress_bar(state_.at, state_.length, 24),
                              seconds(state_.at), base::to_text(state_.length))
                : std::string();
    add(fmt::format("  {:<9} {}  in flight {}", state_.phase, when, state_.in_flight));
  }

  void add_trends() {
    if (state_.seconds.empty()) return;
    const LiveState::Second& now = state_.seconds.back();
    const std::string answered = fmt::format("  answered  {}/s", now.answered);
    const std::string errors = fmt::format("  errors    {:.1f} %", error_percent(now));
    const std::string latency = fmt::format("  latency   p50 {:.1f}  p99 {:.1f} ms",
                                            milliseconds(now.p50), milliseconds(now.p99));
    add_trend(answered, [](const auto& second) { return second.answered; });
    add_trend(errors, [](const auto& second) {
      return second.answered == 0 ? 0 : 1000 * second.unexpected / second.answered;
    });
    add_trend(latency, [](const auto& second) { return second.p99.count() / 1000; });
  }
  template <class Pick>
  void add_trend(const std::string& text, Pick pick) {
    constexpr std::size_t at = 42;  // where the trends begin, one below the other
    const std::size_t width = width_ > at + 4 ? std::min<std::size_t>(60, width_ - at) : 0;
    add(fmt::format("{:<{}}{}", text, at, trend(state_.seconds, width, pick)));
  }

  // What acts first, then what has not begun, and what is over last.
  std::vector<std::string> fault_rows() const {
    using State = LiveState::Fault::State;
    std::vector<std::string> rows;
    for (const State state : {State::acts, State::waits, State::healed})
      for (const LiveState::Fault& fault : state_.faults) {
        if (fault.state != state) continue;
        const char* word = state == State::acts ? "ON  " : state == State::waits ? "    " : "off ";
        const std::string since =
            state == State::waits ? "" : fmt::format("  since {:.1f}s", seconds(fault.since));
        rows.push_back(fmt::format("{}{}  {}{}", word, fault.name, fault.what, since));
      }
    return rows;
  }

  std::vector<std::string> breaker_rows() const {
    std::vector<std::string> rows;
    for (const auto& [link, state] : state_.breakers) rows.push_back(link + "  " + state);
    return rows;
  }

  void add_rows(const std::vector<std::string>& rows, std::string_view head) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const bool is_last = room() == 1 && i + 1 < rows.size();
      const std::string more = fmt::format("and {} more", rows.size() - i);
      add(fmt::format("  {:<9} {}", i == 0 ? head : std::string_view(), is_last ? more : rows[i]));
      if (is_last) return;
    }
  }

  const LiveState& state_;
  const std::size_t width_;   // columns that may be written
  const std::size_t height_;  // lines
  std::vector<std::string> lines_;
};

}  // namespace

std::string progress_bar(Duration at, Duration length, std::size_t cells) {
  const auto all = static_cast<std::int64_t>(cells);
  const std::int64_t full = length.count() > 0 ? all * at.count() / length.count() : 0;
  std::string text(static_cast<std::size_t>(std::clamp<std::int64_t>(full, 0, all)), '#');
  text.resize(cells, '-');
  return '[' + text + ']';
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(1, model::utf8_length(text));
    columns += length > 1 ? 2 : 1;  // as much as any character takes
    text.remove_prefix(length);
  }
  return columns;
}

std::vector<std::string> live_lines(const LiveState& state, std::size_t width, std::size_t height) {
  return View(state, width, height).lines();
}

}  // namespace seawall::cli
