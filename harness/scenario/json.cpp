#include "harness/scenario/json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/model/json_codec.hpp"
#include "harness/model/json_reader.hpp"

namespace seawall::scenario {
namespace {

class Converter {
 public:
  Converter(std::size_t source, std::string_view text)
      : source_(source), text_(text), json_(text) {}

  std::optional<Value> document() {
    Value value;
    if (table(value) && json_.read_end()) return value;
    return std::nullopt;
  }
  Place wrong_at() const { return place(json_.wrong_at()); }
  std::string sentence() const { return json_.sentence(); }

 private:
  // Columns count code points, as those of a file do.
  Place place(std::size_t offset) const {
    const std::string_view before = text_.substr(0, offset);
    const std::size_t begin = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
    const auto starts_one = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    const std::string_view line = before.substr(begin);
    return {source_, 1 + static_cast<int>(std::ranges::count(before, '\n')),
            1 + static_cast<int>(std::ranges::count_if(line, starts_one))};
  }
  // Of the key that comes next, which may have a comma before it.
  std::size_t key_offset() {
    const std::size_t at = json_.offset();
    if (at == text_.size() || text_[at] != ',') return at;
    return std::min(text_.find_first_not_of(" \t\r\n", at + 1), text_.size());
  }
  Value here() { return table_value(place(json_.offset())); }

  bool value(Value& out) {
    out = here();
    const std::size_t at = json_.offset();
    const char next = at < text_.size() ? text_[at] : '\0';
    if (next == '{') return table(out);
    if (next == '[') return array(out);
    if (next == '"') {
      out.kind = Value::Kind::text;
      return json_.read_string(out.text);
    }
    if (next == 't' || next == 'f') {
      out.kind = Value::Kind::boolean;
      return json_.read_bool(out.boolean);
    }
    if (next == '-' || (next >= '0' && next <= '9')) return number(out);
    return json_.fail_at(at, "expected a text, a number, true, false, an array or an object");
  }

  bool table(Value& out) {
    out = here();
    if (!json_.enter('{')) return false;
    bool first = true;
    std::size_t at = key_offset();
    for (std::string_view key; json_.next_key(first, key); at = key_offset()) {
      const std::string name(key);
      if (out.find(name) != nullptr)
        return json_.fail_at(at, fmt::format("the key '{}' comes twice", name));
      Entry entry{name, place(at), {}};
      if (!value(entry.value)) return json_.blame(name);
      out.entries.push_back(std::move(entry));
    }
    return json_.ok();
  }

  bool array(Value& out) {
    out.kind = Value::Kind::array;
    if (!json_.enter('[')) return false;
    for (bool first = true; json_.more(']', first);)
      if (!value(out.items.emplace_back())) return false;
    return json_.ok();
  }

  bool number(Value& out) {
    const std::size_t at = json_.offset();
    std::string_view token;
    bool integral = false;
    if (!json_.read_number(token, integral)) return false;
    out.kind = integral ? Value::Kind::integer : Value::Kind::real;
    const char* const end = token.data() + token.size();
    const auto [stopped, error] = integral ? std::from_chars(token.data(), end, out.integer)
                                           : std::from_chars(token.data(), end, out.real);
    if (error == std::errc() && stopped == end) return true;
    return json_.fail_at(at, fmt::format("expected a smaller number, found {:.40}", token));
  }

  const std::size_t source_;
  const std::string_view text_;
  model::JsonReader json_;
};

}  // namespace

std::optional<Value> parse_json(std::size_t source, const std::string& text, Problems& problems) {
  Converter converter(source, text);
  std::optional<Value> value = converter.document();
  if (!value) problems.error(converter.wrong_at(), converter.sentence());
  return value;
}

std::string to_json(const Value& value) {
  std::vector<std::string> parts;
  switch (value.kind) {
    case Value::Kind::boolean:
      return value.boolean ? "true" : "false";
    case Value::Kind::integer:
      return std::to_string(value.integer);
    case Value::Kind::real:  // of which TOML has some that JSON has not
      return std::isfinite(value.real) ? fmt::format("{}", value.real) : "null";
    case Value::Kind::text:
    case Value::Kind::moment:
      return model::json_string(value.text);
    case Value::Kind::array:
      for (const Value& item : value.items) parts.push_back(to_json(item));
      return base::concat({"[", base::join(parts, ","), "]"});
    case Value::Kind::table:
      for (const Entry& entry : value.entries)
        parts.push_back(base::concat({model::json_string(entry.key), ":", to_json(entry.value)}));
      return base::concat({"{", base::join(parts, ","), "}"});
  }
  return {};
}

}  // namespace seawall::scenario
