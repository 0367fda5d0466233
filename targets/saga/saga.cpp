#include "targets/saga/saga.hpp"

#include <array>

#include "targets/saga/fields.hpp"

namespace seawall::saga {

// Written five times for each order, so it is a line of fields and no JSON:
//   phase subject-kind subject-number began stamp marks state cause
std::string to_row(const Progress& progress, base::Subject subject) {
  std::string text;
  base::TextBuffer row(text);
  append_field(row, static_cast<std::int64_t>(progress.phase));
  append_field(row, static_cast<std::int64_t>(subject.kind));
  append_field(row, static_cast<std::int64_t>(subject.number));
  append_field(row, progress.began.count());
  append_field(row, progress.stamp.count());
  for (const Mark mark : progress.marks) row += static_cast<char>(mark);
  row += field_separator;
  row += progress.state;
  row += field_separator;
  row += progress.cause;
  row.flush();
  return text;
}

std::optional<Loaded> from_row(std::string_view row) {
  std::array<std::int64_t, 5> numbers{};
  for (std::int64_t& number : numbers)
    if (!take_field(row, number)) return std::nullopt;
  Loaded loaded;
  loaded.progress.phase = static_cast<Phase>(numbers[0]);
  loaded.subject.kind = static_cast<base::Subject::Kind>(numbers[1]);
  loaded.subject.number = static_cast<std::uint64_t>(numbers[2]);
  loaded.progress.began = base::Duration(numbers[3]);
  loaded.progress.stamp = base::Duration(numbers[4]);
  const std::string_view marks = take_field(row);
  if (marks.size() != most_steps) return std::nullopt;
  for (std::size_t step = 0; step < most_steps; ++step)
    loaded.progress.marks[step] = static_cast<Mark>(marks[step]);
  loaded.progress.state = take_field(row);
  loaded.progress.cause = row;
  return loaded;
}

}  // namespace seawall::saga
