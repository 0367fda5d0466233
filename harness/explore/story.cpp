#include "harness/explore/story.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "harness/base/link.hpp"

namespace seawall::explore {
namespace {

using base::TimePoint;
using record::Exchange;
using record::LedgerRow;

constexpr std::size_t column_width = 11;

// One line of the diagram: something at one service, or from one to another.
struct Line {
  TimePoint t{};
  std::size_t n = 0;  // in the order in which they were found, where the times are the same
  std::string from;
  std::string to;  // empty: it stays where it is
  char mark = '*';
  bool lost = false;
  std::string text;
};

class Story {
 public:
  Story(const record::Record& record, const std::vector<const model::Fault*>& faults)
      : record_(record), faults_(faults) {
    for (const Exchange& row : record.exchanges) add(row);
    for (const LedgerRow& row : record.ledger)
      if (row.subject.kind == base::Subject::Kind::order && row.machine != LedgerRow::Machine::key)
        add(row);
    for (const record::Event& event : record.events) add(event);
    std::ranges::sort(lines_, [](const Line& a, const Line& b) {
      return std::tie(a.t, a.n) < std::tie(b.t, b.n);
    });
  }

  std::string text(std::size_t most) const {
    std::string text = head();
    const std::size_t shown_first = lines_.size() <= most ? lines_.size() : most - most / 4;
    for (std::size_t i = 0; i < shown_first; ++i) text += drawn(lines_[i]);
    if (shown_first == lines_.size()) return text;
    const std::size_t last = lines_.size() - most / 4;
    text += fmt::format("{:>10}  ({} more)\n", "...", last - shown_first);
    for (std::size_t i = last; i < lines_.size(); ++i) text += drawn(lines_[i]);
    return text;
  }

 private:
  void add(Line line) {
    for (const std::string& end : {line.from, line.to})
      if (!end.empty() && std::ranges::find(columns_, end) == columns_.end())
        columns_.push_back(end);
    line.n = lines_.size();
    lines_.push_back(std::move(line));
  }

  void add(const Exchange& row) {
    const base::Link link = base::between_services(row.link);
    std::string name = fmt::format("{} #{}", std::string_view(row.index.operation), row.index.n);
    for (const std::uint16_t fault : row.faults)
      if (fault < faults_.size()) name += "  <-- " + faults_[fault]->type;
    Line request{row.sent, 0, link.from, link.to, 'o', row.copies == 0, name};
    add(std::move(request));
    if (row.ended == TimePoint{}) return;
    Line reply{row.ended, 0, link.to, link.from, 'o', !row.status, {}};
    reply.text = fmt::format("{} #{}: {}", std::string_view(row.index.operation), row.index.n,
                             row.status    ? std::to_string(row.status)
                             : row.failure ? std::string(model::name_of(*row.failure))
                                           : "no answer");
    add(std::move(reply));
  }

  void add(const LedgerRow& row) {
    Line line{row.t, 0, std::string(row.node), {}, '*', false, {}};
    line.text = fmt::format("{} {}", model::name_of(row.machine), std::string_view(row.to));
    if (!row.cause.empty()) line.text += fmt::format(" ({})", std::string_view(row.cause));
    add(std::move(line));
  }

  void add(const record::Event& event) {
    if (event.kind != record::Event::Kind::node || event.t <= record_.time_zero) return;
    Line line{event.t,
              0,
              event.where,
              {},
              event.what == "up" ? '^' : 'X',
              false,
              event.where + " " + event.what};
    add(std::move(line));
  }

  std::size_t column_of(const std::string& name) const {
    const auto found = std::ranges::find(columns_, name);
    return static_cast<std::size_t>(found - columns_.begin()) * column_width + column_width / 2;
  }

  std::string head() const {
    std::string text = fmt::format("{:>10}  ", "ms");
    for (const std::string& name : columns_)
      text += fmt::format("{:^{}}", name.substr(0, column_width - 1), column_width);
    return text + "\n";
  }

  std::string drawn(const Line& line) const {
    std::string row(columns_.size() * column_width, ' ');
    for (std::size_t i = 0; i < columns_.size(); ++i)
      row[i * column_width + column_width / 2] = '|';
    const std::size_t from = column_of(line.from);
    if (!line.to.empty()) {
      const std::size_t to = column_of(line.to);
      const auto [left, right] = std::minmax(from, to);
      for (std::size_t i = left + 1; i < right; ++i)
        if (row[i] == ' ' && (!line.lost || (i - left) % 2 == 0)) row[i] = '-';
      row[to] = line.lost ? 'x' : to > from ? '>' : '<';
    }
    row[from] = line.mark;
    const std::chrono::duration<double, std::milli> at = line.t - record_.time_zero;
    return fmt::format("{:>10.2f}  {}  {}\n", at.count(), row, line.text);
  }

  const record::Record& record_;
  const std::vector<const model::Fault*>& faults_;
  std::vector<std::string> columns_;  // in the order in which they take part
  std::vector<Line> lines_;
};

}  // namespace

std::string story_of(const record::Record& record, const std::vector<const model::Fault*>& faults,
                     std::size_t most) {
  return Story(record, faults).text(most);
}

}  // namespace seawall::explore
