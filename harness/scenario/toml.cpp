#include "harness/scenario/toml.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <tuple>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "harness/base/text.hpp"

namespace seawall::scenario {
namespace {

constexpr std::size_t largest_text = 1 << 18;
constexpr std::size_t most_dots = 4000;
constexpr int deepest = 64;

// How many dots stand outside strings and comments. The parser turns each dot of a key into a level
// and destroys levels recursively, so their number is bounded before it sees the text.
std::size_t count_dots(std::string_view text) {
  std::size_t dots = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.') ++dots;
    if (c == '#') at = std::min(text.find('\n', at), text.size());
    if (c != '"' && c != '\'') continue;
    const bool multiline = text.substr(at).starts_with(std::string(3, c));
    const std::string close(multiline ? 3 : 1, c);
    for (at += close.size(); at < text.size() && !text.substr(at).starts_with(close); ++at) {
      if (c == '"' && text[at] == '\\') ++at;
      if (!multiline && at < text.size() && text[at] == '\n') break;
    }
    at += close.size() - 1;
  }
  return dots;
}

class Converter {
 public:
  Converter(std::size_t source, Problems& problems) : source_(source), problems_(problems) {}

  Value convert(const toml::node& node, int depth) {
    Value value;
    value.place = place_of(node.source());
    if (depth > deepest) {
      problems_.error(value.place, fmt::format("nested deeper than {} levels", deepest));
      return value;
    }
    node.visit([&](const auto& typed) { fill(value, typed, depth); });
    return value;
  }

 private:
  Place place_of(const toml::source_region& region) const {
    return {source_, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
  }

  void fill(Value& value, const toml::table& table, int depth) {
    value.kind = Value::Kind::table;
    for (const auto& [key, node] : table)
      value.entries.push_back(
          Entry{std::string(key.str()), place_of(key.source()), convert(node, depth + 1)});
    const auto before = [](const Entry& a, const Entry& b) {
      return std::tie(a.place.line, a.place.column, a.key) <
             std::tie(b.place.line, b.place.column, b.key);
    };
    std::ranges::sort(value.entries, before);  // the parser sorts by name
  }
  void fill(Value& value, const toml::array& array, int depth) {
    value.kind = Value::Kind::array;
    for (const toml::node& node : array) value.items.push_back(convert(node, depth + 1));
  }
  void fill(Value& value, const toml::value<std::string>& text, int) {
    value.kind = Value::Kind::text;
    value.text = text.get();
    const toml::source_region& region = text.source();
    const auto points = std::ranges::count_if(
        value.text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
    value.verbatim = region.begin.line == region.end.line &&
                     region.end.column == region.begin.column + points + 2;
  }
  void fill(Value& value, const toml::value<bool>& boolean, int) {
    value.kind = Value::Kind::boolean;
    value.boolean = boolean.get();
  }
  void fill(Value& value, const toml::value<std::int64_t>& integer, int) {
    value.kind = Value::Kind::integer;
    value.integer = integer.get();
  }
  void fill(Value& value, const toml::value<double>& real, int) {
    value.kind = Value::Kind::real;
    value.real = real.get();
  }
  template <class Moment>
  void fill(Value& value, const toml::value<Moment>& moment, int) {
    value.kind = Value::Kind::moment;
    std::ostringstream text;
    text << moment.get();
    value.text = text.str();
  }

  std::size_t source_;
  Problems& problems_;
};

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (byte < 0x20 || byte == 0x7f)
      out += fmt::format("\\u{:04x}", byte);
    else
      out += c;
  }
  return out += '"';
}

std::string key_text(std::string_view key) {
  const auto bare = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !key.empty() && std::ranges::all_of(key, bare) ? std::string(key) : toml_string(key);
}

std::string real_text(double real) {
  if (std::isnan(real)) return "nan";
  if (std::isinf(real)) return real < 0 ? "-inf" : "inf";
  std::string text = fmt::format("{}", real);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

bool is_table_list(const Value& value) {
  return value.is_array() && !value.items.empty() &&
         std::ranges::all_of(value.items, &Value::is_table);
}

// Tables above this level stand under a header of their own, deeper ones in one line.
constexpr int deepest_header = 2;

void write_table(std::string& out, const Value& table, const std::string& path, int level,
                 std::string_view header) {
  const auto under_header = [&](const Entry& entry) {
    return level < deepest_header && (entry.value.is_table() || is_table_list(entry.value));
  };
  // A table of nothing but tables needs no header of its own.
  const bool only_tables =
      !table.entries.empty() && std::ranges::all_of(table.entries, under_header);
  if (!only_tables || header.starts_with("[[")) out += fmt::format("\n{}\n", header);
  for (const Entry& entry : table.entries)
    if (!under_header(entry))
      out += key_text(entry.key) + " = " + to_inline_toml(entry.value) + "\n";
  for (const Entry& entry : table.entries) {
    if (!under_header(entry)) continue;
    const std::string inner = path.empty() ? key_text(entry.key) : path + "." + key_text(entry.key);
    if (entry.value.is_table()) write_table(out, entry.value, inner, level + 1, "[" + inner + "]");
    for (const Value& item : entry.value.items)
      write_table(out, item, inner, level + 1, "[[" + inner + "]]");
  }
}

}  // namespace

std::optional<Value> parse_toml(std::size_t source, const std::string& text, Problems& problems) {
  const Place start{source, 1, 1};
  if (text.size() > largest_text) {
    problems.error(start, "larger than 256 KiB; expected a scenario");
    return std::nullopt;
  }
  if (count_dots(text) > most_dots) {
    problems.error(start, fmt::format("more than {} dots outside texts", most_dots));
    return std::nullopt;
  }
  try {
    const toml::table table = toml::parse(std::string_view(text));
    Value value = Converter(source, problems).convert(table, 0);
    value.place = start;
    return value;
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    problems.error({source, static_cast<int>(at.line), static_cast<int>(at.column)},
                   "TOML: " + std::string(error.description()));
    return std::nullopt;
  }
}

std::string to_inline_toml(const Value& value) {
  switch (value.kind) {
    case Value::Kind::boolean:
      return value.boolean ? "true" : "false";
    case Value::Kind::integer:
      return std::to_string(value.integer);
    case Value::Kind::real:
      return real_text(value.real);
    case Value::Kind::text:
      return toml_string(value.text);
    case Value::Kind::moment:
      return value.text;
    case Value::Kind::array: {
      std::vector<std::string> items;
      for (const Value& item : value.items) items.push_back(to_inline_toml(item));
      return "[" + base::join(items, ", ") + "]";
    }
    case Value::Kind::table:
      break;
  }
  std::vector<std::string> entries;
  for (const Entry& entry : value.entries)
    entries.push_back(key_text(entry.key) + " = " + to_inline_toml(entry.value));
  return entries.empty() ? "{}" : "{ " + base::join(entries, ", ") + " }";
}

std::string to_toml(const Value& table) {
  std::string out;
  write_table(out, table, "", 0, "");
  return std::string(base::trim(out)) + "\n";
}

}  // namespace seawall::scenario
