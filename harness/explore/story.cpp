#include "harness/explore/story.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "harness/base/link.hpp"
#include "harness/base/text.hpp"
#include "reports/call_facts.hpp"

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
  enum class Way { whole, lost, held } way = Way::whole;  // of what goes to another
  std::string text;
};

class Story {
 public:
  Story(const record::Record& record, const std::vector<const model::Fault*>& faults)
      : record_(record), faults_(faults) {
    for (const LedgerRow& row : record.ledger) writes_.push_back(&row);
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
    using Way = Line::Way;
    const base::Link link = base::between_services(row.link);
    const std::string name =
        fmt::format("{} #{}", std::string_view(row.index.operation), row.index.n);
    const reports::Deliveries deliveries = reports::deliveries_of(row, faults_, record_);
    std::string text = name;
    if (deliveries.held_by)
      text += fmt::format(" held {} by {}{}", base::to_text(deliveries.held_for),
                          deliveries.held_by->type, deliveries.late ? "" : ", and never arrived");
    for (const std::uint16_t fault : row.faults)
      if (fault < faults_.size() && faults_[fault] != deliveries.held_by)
        text += "  <-- " + faults_[fault]->type;
    const Way way = deliveries.held_by ? Way::held : row.copies == 0 ? Way::lost : Way::whole;
    add(Line{row.sent, 0, link.from, link.to, 'o', way, text});
    if (deliveries.late) {
      const bool has_left = row.ended != TimePoint{} && row.ended < *deliveries.late;
      const std::string left =
          has_left ? fmt::format(" (its caller left at {:.2f})", milliseconds(row.ended)) : "";
      add(Line{*deliveries.late, 0, link.from, link.to, 'o', Way::whole,
               name + " arrives late" + left});
    }
    if (deliveries.again)
      add(Line{*deliveries.again, 0, link.from, link.to, 'o', Way::whole,
               name + " arrives once more"});
    if (row.ended == TimePoint{}) return;
    const std::string end = fmt::format("{}: {}", name,
                                        row.status    ? std::to_string(row.status)
                                        : row.failure ? std::string(model::name_of(*row.failure))
                                                      : "no answer");
    // To what was held, or never arrived, no answer got lost: its caller gave up.
    if (!row.status && way != Way::whole)
      add(Line{row.ended, 0, link.from, {}, 'x', Way::whole, end});
    else
      add(Line{row.ended, 0, link.to, link.from, 'o', row.status ? Way::whole : Way::lost, end});
    if (reports::wrote_nothing(row, writes_))
      add(Line{row.ended, 0, link.to, {}, '?', Way::whole, reports::wrote_nothing_words(row)});
  }

  void add(const LedgerRow& row) {
    Line line{row.t, 0, std::string(row.node), {}, '*', Line::Way::whole, {}};
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
              Line::Way::whole,
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
        if (row[i] == ' ' && (line.way == Line::Way::whole || (i - left) % 2 == 0)) row[i] = '-';
      if (line.way == Line::Way::lost) row[to] = 'x';
      if (line.way == Line::Way::whole) row[to] = to > from ? '>' : '<';
    }
    row[from] = line.mark;
    return fmt::format("{:>10.2f}  {}  {}\n", milliseconds(line.t), row, line.text);
  }

  double milliseconds(TimePoint t) const {
    return std::chrono::duration<double, std::milli>(t - record_.time_zero).count();
  }

  const record::Record& record_;
  const std::vector<const model::Fault*>& faults_;
  std::vector<const LedgerRow*> writes_;
  std::vector<std::string> columns_;  // in the order in which they take part
  std::vector<Line> lines_;
};

}  // namespace

std::string story_of(const record::Record& record, const std::vector<const model::Fault*>& faults,
                     std::size_t most) {
  return Story(record, faults).text(most);
}

}  // namespace seawall::explore
