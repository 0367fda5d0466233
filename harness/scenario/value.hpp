// A scenario file as a tree in which every key and value knows where it was written, whichever
// file, variant or --set it came from. Merging and decoding work on it; the TOML parser ends at its
// door.
//
//   text -> parse_toml -> Value -> merge (extends, variant, --set) -> decode -> model::Scenario
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"

namespace seawall::scenario {

// Where something was written: a text of Sources, and line and column from 1 (columns count code
// points). 0 where it was not written at all.
struct Place {
  std::size_t source = 0;
  int line = 0;
  int column = 0;
};

struct Entry;

struct Value {
  enum class Kind : std::uint8_t { boolean, integer, real, text, array, table, moment };
  Kind kind = Kind::table;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;
  std::string text;            // of a text; of a date or time, as it was written
  std::vector<Value> items;    // of an array
  std::vector<Entry> entries;  // of a table, in the order of the file
  Place place;
  // The text stands in its line as it is, one quote before it, so that an offset in it is a column.
  bool verbatim = false;

  const Entry* find(std::string_view key) const;
  Entry* find(std::string_view key);
  const Value* get(std::string_view key) const;  // nullptr where there is none
  // The text under `key`, or empty.
  std::string_view text_of(std::string_view key) const;
  void set(std::string_view key, Value value);  // replaces or appends
  void erase(std::string_view key);
  bool is_table() const { return kind == Kind::table; }
  bool is_array() const { return kind == Kind::array; }
  bool is_text() const { return kind == Kind::text; }
};

struct Entry {
  std::string key;
  Place place;  // of the key
  Value value;
};

Value text_value(std::string text, Place place);
Value integer_value(std::int64_t integer, Place place);
Value truth_value(bool truth, Place place);
Value array_value(Place place);  // empty
Value table_value(Place place);

// "a whole number", "a table", ...: what a message says was found.
std::string kind_of(const Value& value);

// The texts that values come from, for messages.
class Sources {
 public:
  std::size_t add(std::string name, std::string text);
  const std::string& name(std::size_t source) const { return texts_[source].name; }
  // The line itself, without its end; empty where there is none.
  std::string line(Place place) const;

 private:
  struct Text {
    std::string name;
    std::string text;
  };
  std::vector<Text> texts_;
};

// Collects what is wrong, each thing once.
class Problems {
 public:
  explicit Problems(const Sources& sources) : sources_(sources) {}

  void error(Place place, std::string message, std::string hint = {});
  // At the byte `offset` within a text value.
  void error_within(const Value& text, std::size_t offset, std::string message,
                    std::string hint = {});
  void warn(Place place, std::string message, std::string hint = {});
  Place place_within(const Value& text, std::size_t offset) const;

  bool any() const { return !errors_.empty(); }
  const Sources& sources() const { return sources_; }
  // What comes from now on is said of this variant or cell (`variant "no-keys"`); empty: the file.
  void within(std::string part) { part_ = std::move(part); }

  base::Diagnostics take_errors() { return std::move(errors_); }
  base::Diagnostics take_warnings() { return std::move(warnings_); }

 private:
  void add(base::Diagnostics& list, Place place, std::string message, std::string hint);
  const Sources& sources_;
  std::string part_;
  base::Diagnostics errors_;
  base::Diagnostics warnings_;
};

}  // namespace seawall::scenario
