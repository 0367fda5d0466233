#include "targets/saga/saga.hpp"

#include <array>
#include <charconv>

namespace seawall::saga {

namespace {

constexpr char separator = ' ';

void append(std::string& row, std::int64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  row.append(digits, end);
  row += separator;
}

// Takes the next field off the front of `rest`.
std::string_view take(std::string_view& rest) {
  const std::size_t end = rest.find(separator);
  const std::string_view field = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return field;
}

bool take(std::string_view& rest, std::int64_t& number) {
  const std::string_view field = take(rest);
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
  return error == std::errc() && end == field.data() + field.size();
}

}  // namespace

// Written five times for each order, so it is a line of fields and no JSON:
//   phase subject-kind subject-number began stamp marks state cause
std::string to_row(const Progress& progress, base::Subject subject) {
  std::string row;
  row.reserve(96);
  append(row, static_cast<std::int64_t>(progress.phase));
  append(row, static_cast<std::int64_t>(subject.kind));
  append(row, static_cast<std::int64_t>(subject.number));
  append(row, progress.began.count());
  append(row, progress.stamp.count());
  for (const Mark mark : progress.marks) row += static_cast<char>(mark);
  row += separator;
  row += progress.state;
  row += separator;
  row += progress.cause;
  return row;
}

std::optional<Loaded> from_row(std::string_view row) {
  std::array<std::int64_t, 5> numbers{};
  for (std::int64_t& number : numbers)
    if (!take(row, number)) return std::nullopt;
  Loaded loaded;
  loaded.progress.phase = static_cast<Phase>(numbers[0]);
  loaded.subject.kind = static_cast<base::Subject::Kind>(numbers[1]);
  loaded.subject.number = static_cast<std::uint64_t>(numbers[2]);
  loaded.progress.began = base::Duration(numbers[3]);
  loaded.progress.stamp = base::Duration(numbers[4]);
  const std::string_view marks = take(row);
  if (marks.size() != most_steps) return std::nullopt;
  for (std::size_t step = 0; step < most_steps; ++step)
    loaded.progress.marks[step] = static_cast<Mark>(marks[step]);
  loaded.progress.state = take(row);
  loaded.progress.cause = row;
  return loaded;
}

}  // namespace seawall::saga
