#include "harness/scenario/value.hpp"

#include <algorithm>

namespace seawall::scenario {
namespace {

// More would not be read by anybody.
constexpr std::size_t most_problems = 100;

}  // namespace

const Entry* Value::find(std::string_view key) const {
  for (const Entry& entry : entries)
    if (entry.key == key) return &entry;
  return nullptr;
}

Entry* Value::find(std::string_view key) {
  for (Entry& entry : entries)
    if (entry.key == key) return &entry;
  return nullptr;
}

const Value* Value::get(std::string_view key) const {
  const Entry* entry = find(key);
  return entry ? &entry->value : nullptr;
}

std::string_view Value::text_of(std::string_view key) const {
  const Value* value = get(key);
  return value && value->is_text() ? std::string_view(value->text) : std::string_view();
}

void Value::set(std::string_view key, Value value) {
  if (Entry* entry = find(key)) {
    entry->place = value.place;
    entry->value = std::move(value);
    return;
  }
  const Place where = value.place;
  entries.push_back(Entry{std::string(key), where, std::move(value)});
}

void Value::erase(std::string_view key) {
  std::erase_if(entries, [&](const Entry& entry) { return entry.key == key; });
}

Value text_value(std::string text, Place place) {
  Value value;
  value.kind = Value::Kind::text;
  value.text = std::move(text);
  value.place = place;
  return value;
}

Value integer_value(std::int64_t integer, Place place) {
  Value value;
  value.kind = Value::Kind::integer;
  value.integer = integer;
  value.place = place;
  return value;
}

Value truth_value(bool truth, Place place) {
  Value value;
  value.kind = Value::Kind::boolean;
  value.boolean = truth;
  value.place = place;
  return value;
}

Value array_value(Place place) {
  Value value;
  value.kind = Value::Kind::array;
  value.place = place;
  return value;
}

Value table_value(Place place) {
  Value value;
  value.place = place;
  return value;
}

std::string kind_of(const Value& value) {
  switch (value.kind) {
    case Value::Kind::boolean:
      return value.boolean ? "true" : "false";
    case Value::Kind::integer:
      return "the number " + std::to_string(value.integer);
    case Value::Kind::real:
      return "a number with a fraction";
    case Value::Kind::text:
      return "\"" + value.text + "\"";
    case Value::Kind::array:
      return "an array";
    case Value::Kind::table:
      return "a table";
    case Value::Kind::moment:
      return "a date or time of day";
  }
  return "nothing";
}

std::size_t Sources::add(std::string name, std::string text) {
  texts_.push_back(Text{std::move(name), std::move(text)});
  return texts_.size() - 1;
}

std::string Sources::line(Place place) const {
  const std::string& text = texts_[place.source].text;
  std::size_t begin = 0;
  for (int line = 1; line < place.line; ++line) {
    begin = text.find('\n', begin);
    if (begin == std::string::npos) return {};
    ++begin;
  }
  std::size_t end = std::min(text.find('\n', begin), text.size());
  if (end > begin && text[end - 1] == '\r') --end;
  return text.substr(begin, end - begin);
}

void Problems::error(Place place, std::string message, std::string hint) {
  add(errors_, place, std::move(message), std::move(hint));
}

void Problems::error_within(const Value& text, std::size_t offset, std::string message,
                            std::string hint) {
  add(errors_, place_within(text, offset), std::move(message), std::move(hint));
}

void Problems::warn(Place place, std::string message, std::string hint) {
  add(warnings_, place, std::move(message), std::move(hint));
}

Place Problems::place_within(const Value& text, std::size_t offset) const {
  Place place = text.place;
  if (!text.verbatim) return place;
  ++place.column;  // the quote
  for (std::size_t i = 0; i < std::min(offset, text.text.size()); ++i)
    if ((static_cast<unsigned char>(text.text[i]) & 0xc0) != 0x80) ++place.column;
  return place;
}

void Problems::add(base::Diagnostics& list, Place place, std::string message, std::string hint) {
  if (list.size() >= most_problems) return;
  const std::string& file = sources_.name(place.source);
  const auto same = [&](const base::Diagnostic& one) {
    return one.file == file && one.line == place.line && one.column == place.column &&
           one.message == message;
  };
  if (std::ranges::any_of(list, same)) return;  // a variant repeats what its base got wrong
  if (!part_.empty()) message = "in " + part_ + ": " + message;
  if (std::ranges::any_of(list, same)) return;
  std::string excerpt = place.line > 0 ? sources_.line(place) : std::string();
  list.push_back(base::Diagnostic{file, place.line, place.column, std::move(message),
                                  std::move(hint), std::move(excerpt), &list == &warnings_});
}

}  // namespace seawall::scenario
