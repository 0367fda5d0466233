#include "harness/scenario/rows.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "harness/model/json_reader.hpp"

namespace seawall::scenario {
namespace {

using model::Rows;
using Cell = Rows::Cell;

// What there is to say of a line; the offset counts bytes from its start.
struct Wrong {
  std::size_t offset = 0;
  std::string message;
};
template <class T>
using Read = base::expected<T, Wrong>;

base::unexpected<Wrong> wrong(std::size_t offset, std::string message) {
  return base::unexpected(Wrong{offset, std::move(message)});
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Where the first byte stands that no cell may have.
std::optional<Wrong> unfit(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (is_control(text[at])) return Wrong{at, "a control character; expected text without any"};
    const std::size_t length = model::utf8_length(text.substr(at));
    if (length == 0) return Wrong{at, "bytes that are no UTF-8; expected text"};
    at += length;
  }
  return std::nullopt;
}

// Whether it is a number or a truth, as JSON writes them.
bool is_literal(std::string_view text) {
  if (text == "true" || text == "false" || text == "null") return true;
  model::JsonReader reader(text);
  std::string_view number;
  bool integral = false;
  return !text.empty() && text.front() > ' ' && reader.read_number(number, integral) &&
         number.size() == text.size();
}

// ---- CSV.

// The cell that begins at `at`, which is moved behind it.
Read<Cell> csv_cell(std::string_view line, std::size_t& at) {
  Cell cell;
  if (at == line.size() || line[at] != '"') {
    const std::size_t end = std::min(line.find(',', at), line.size());
    cell.text = std::string(line.substr(at, end - at));
    if (const std::size_t quote = cell.text.find('"'); quote != std::string::npos)
      return wrong(at + quote,
                   "a quote within a cell; expected it doubled, and the cell in quotes");
    cell.literal = is_literal(cell.text);
    at = end;
    return cell;
  }
  const std::size_t open = at++;
  while (true) {
    const std::size_t quote = line.find('"', at);
    if (quote == std::string_view::npos)
      return wrong(open, "a cell without its closing quote; expected it in the same line");
    cell.text += line.substr(at, quote - at);
    at = quote + 1;
    if (at == line.size() || line[at] != '"') break;
    cell.text += '"';
    ++at;
  }
  if (at < line.size() && line[at] != ',')
    return wrong(at, "text behind a closing quote; expected a comma, or the end of the line");
  return cell;
}

Read<std::vector<Cell>> csv_line(std::string_view line) {
  std::vector<Cell> cells;
  for (std::size_t at = 0;; ++at) {
    auto cell = csv_cell(line, at);
    if (!cell) return base::unexpected(cell.error());
    cells.push_back(std::move(*cell));
    if (cells.size() > most_columns)
      return wrong(at, fmt::format("more than {} columns", most_columns));
    if (at == line.size()) return cells;
  }
}

// ---- JSON lines.

using Members = std::vector<std::pair<std::string, Cell>>;

bool read_scalar(model::JsonReader& reader, std::string_view line, Cell& cell) {
  const std::size_t start = reader.offset();
  const char first = start < line.size() ? line[start] : '\0';
  if (first == '"') return reader.read_string(cell.text);
  if (first == '{' || first == '[')
    return reader.fail_at(start, "expected a text, a number or a truth");
  if (!reader.skip_value()) return false;
  cell.literal = true;
  cell.text = std::string(line.substr(start));
  cell.text.resize(std::min(cell.text.find_first_of(", \t}"), cell.text.size()));
  return true;
}

Read<Members> json_line(std::string_view line) {
  Members members;
  model::JsonReader reader(line);
  bool first = true;
  std::string_view key;
  if (reader.enter('{')) {
    while (reader.next_key(first, key) && members.size() <= most_columns) {
      members.emplace_back(std::string(key), Cell());
      if (!read_scalar(reader, line, members.back().second)) reader.blame(key);
    }
  }
  if (members.size() > most_columns)
    return wrong(0, fmt::format("more than {} members", most_columns));
  if (reader.ok()) reader.read_end();
  if (!reader.ok()) return wrong(reader.wrong_at(), reader.sentence());
  for (const auto& [name, cell] : members)
    if (const auto bad = unfit(cell.text)) return wrong(0, name + " has " + bad->message);
  return members;
}

// ---- Both.

class Builder {
 public:
  base::expected<void, Wrong> add_csv(std::string_view line) {
    auto cells = csv_line(line);
    if (!cells) return base::unexpected(cells.error());
    if (rows_.columns.empty()) {
      for (const Cell& cell : *cells) rows_.columns.push_back(cell.text);
      return check_columns();
    }
    if (cells->size() != rows_.columns.size())
      return wrong(0, fmt::format("{} cells; expected {}, one for each column", cells->size(),
                                  rows_.columns.size()));
    return keep(std::move(*cells));
  }

  base::expected<void, Wrong> add_json(std::string_view line) {
    auto members = json_line(line);
    if (!members) return base::unexpected(members.error());
    if (rows_.columns.empty()) {
      for (const auto& [name, cell] : *members) rows_.columns.push_back(name);
      if (auto checked = check_columns(); !checked) return checked;
    }
    std::vector<Cell> cells;
    for (const std::string& column : rows_.columns) {
      const auto named = [&](const auto& member) { return member.first == column; };
      const auto at = std::ranges::find_if(*members, named);
      if (at == members->end())
        return wrong(0, fmt::format("no \"{}\"; expected the names of the first line", column));
      cells.push_back(std::move(at->second));
    }
    if (members->size() != cells.size())
      return wrong(0, fmt::format("{} members; expected {}, the names of the first line, each once",
                                  members->size(), cells.size()));
    return keep(std::move(cells));
  }

  std::size_t size() const { return rows_.rows.size(); }
  Rows take() { return std::move(rows_); }

 private:
  base::expected<void, Wrong> check_columns() const {
    for (std::size_t i = 0; i < rows_.columns.size(); ++i) {
      const std::string& name = rows_.columns[i];
      if (name.empty() || name.find(' ') != std::string::npos)
        return wrong(0,
                     fmt::format("a column called \"{}\"; expected a name without blanks", name));
      if (std::find(rows_.columns.begin(), rows_.columns.begin() + static_cast<std::ptrdiff_t>(i),
                    name) != rows_.columns.begin() + static_cast<std::ptrdiff_t>(i))
        return wrong(0, fmt::format("a second column \"{}\"; expected different names", name));
    }
    if (rows_.columns.empty()) return wrong(0, "no column; expected at least one");
    return {};
  }
  base::expected<void, Wrong> keep(std::vector<Cell> cells) {
    if (rows_.rows.size() == most_rows)
      return wrong(0, fmt::format("more than {} rows", most_rows));
    rows_.rows.push_back(std::move(cells));
    return {};
  }

  Rows rows_;
};

}  // namespace

base::expected<Rows, RowsMistake> parse_rows(std::string_view name, std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const bool json = name.ends_with(".jsonl") || name.ends_with(".ndjson");
  Builder builder;
  int number = 0;
  while (!text.empty()) {
    ++number;
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto mistake = [&](Wrong one) {
      return base::unexpected(
          RowsMistake{number, static_cast<int>(one.offset) + 1, std::move(one.message)});
    };
    if (line.empty()) return mistake({0, "an empty line; expected a row"});
    if (auto bad = json ? std::nullopt : unfit(line)) return mistake(std::move(*bad));
    if (auto added = json ? builder.add_json(line) : builder.add_csv(line); !added)
      return mistake(std::move(added.error()));
  }
  if (builder.size() == 0)
    return base::unexpected(RowsMistake{number + 1, 1, "no row; expected at least one"});
  return builder.take();
}

}  // namespace seawall::scenario
