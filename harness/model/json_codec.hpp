// JSON of every described structure (describe.hpp), straight from its fields to text and back: no
// tree, no allocation beyond the result. Message bodies of the simulated and the real services, and
// ledger rows, go through here.
//
//   encode_json(order)                            {"order":"o-1","amount":1999,"lines":[{...}]}
//   decode_json<Order>(R"({"order":"o-1"})")      the other fields keep their defaults
//
// Units are integers in their base unit (Duration and TimePoint ns, Money minor units, Rate
// millionths of an event a second, Share ppm, Bytes bytes), enums their names, a base::Subject its
// text; a member that is an absent std::optional is left out, a Switch that is off is false.
#pragma once
#include <charconv>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include "harness/base/assert.hpp"
#include "harness/base/index.hpp"
#include "harness/base/result.hpp"
#include "harness/base/short_text.hpp"
#include "harness/base/text_buffer.hpp"
#include "harness/base/units.hpp"
#include "harness/model/describe.hpp"
#include "harness/model/json_reader.hpp"

namespace seawall::model {

// The same value gives the same bytes, everywhere: members stand in the order of describe(), maps
// are sorted, there are no blanks. Bytes of strings that are not UTF-8 become U+FFFD.
template <Described T>
std::string encode_json(const T& value);
template <Described T>
void append_json(std::string& out, const T& value);

// `text` in quotes, escaped.
void append_json_string(base::TextBuffer& out, std::string_view text);
void append_json_string(std::string& out, std::string_view text);
std::string json_string(std::string_view text);

// Strict on syntax and types, and on the limits and required members that describe() states; skips
// members that it does not know, because a client may send more. A member given twice is a mistake.
// The error is a sentence: "offset 31: lines.quantity: expected an integer".
template <Described T>
base::expected<T, std::string> decode_json(std::string_view text);
// The same for what we have written ourselves: a member that is not known is a mistake too, because
// whoever knows it means something by it.
template <Described T>
base::expected<T, std::string> decode_own_json(std::string_view text);

namespace detail {

// The integer behind a unit, and back.
inline std::int64_t count_of(base::Duration value) { return value.count(); }
inline std::int64_t count_of(base::TimePoint value) { return value.time_since_epoch().count(); }
inline std::int64_t count_of(base::Money value) { return value.minor; }
inline std::int64_t count_of(base::Rate value) { return value.micro_per_second; }
inline std::int64_t count_of(base::Share value) { return value.ppm; }
inline std::int64_t count_of(base::Bytes value) { return value.count; }

template <class T>
concept CountedUnit = requires(T value) {
  { count_of(value) } -> std::same_as<std::int64_t>;
} && !std::integral<T>;

template <CountedUnit T>
T unit_of(std::int64_t count) {
  if constexpr (std::same_as<T, base::TimePoint>)
    return T(base::Duration(count));
  else
    return T{count};
}

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_switch = false;
template <class T>
inline constexpr bool is_switch<Switch<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_string_map = false;
template <class T>
inline constexpr bool is_string_map<std::map<std::string, T>> = true;
template <class T>
inline constexpr bool is_unknown = false;

class JsonEncoder {
 public:
  explicit JsonEncoder(base::TextBuffer& out) : out_(out) {}

  // Called by describe().
  template <class T>
  void field(std::string_view name, T& value, const Field&) {
    if constexpr (is_optional<T>) {
      if (value) field(name, *value, {});
    } else {
      if (!std::exchange(first_, false)) out_ += ',';
      out_.quote(name);
      out_ += ':';
      this->value(value);
    }
  }

  template <class T>
  void value(const T& value) {
    if constexpr (std::same_as<T, bool>) {
      out_ += value ? "true" : "false";
    } else if constexpr (std::integral<T> || std::floating_point<T>) {
      out_.number(value);
    } else if constexpr (CountedUnit<T>) {
      out_.number(count_of(value));
    } else if constexpr (std::same_as<T, std::string> || std::same_as<T, base::ShortText>) {
      append_json_string(out_, value);
    } else if constexpr (std::same_as<T, base::Subject>) {
      append_json_string(out_, base::to_text(value));
    } else if constexpr (NamedEnum<T>) {
      append_json_string(out_, name_of(value));
    } else if constexpr (is_switch<T> || is_optional<T>) {
      if (value)
        this->value(*value);
      else
        out_ += is_switch<T> ? "false" : "null";
    } else if constexpr (is_vector<T>) {
      elements(value);
    } else if constexpr (is_string_map<T>) {
      members(value);
    } else if constexpr (Described<T>) {
      object(value);
    } else {
      static_assert(is_unknown<T>, "this type has no JSON");
    }
  }

  template <class T>
  void object(const T& value) {
    const bool outer = std::exchange(first_, true);
    out_ += '{';
    describe(*this, const_cast<T&>(value));  // which only reads: see field()
    out_ += '}';
    first_ = outer;
  }

 private:
  template <class T>
  void elements(const std::vector<T>& list) {
    char separator = '[';
    if (list.empty()) out_ += '[';
    for (const T& element : list) {
      out_ += std::exchange(separator, ',');
      value(element);
    }
    out_ += ']';
  }

  template <class T>
  void members(const std::map<std::string, T>& map) {
    char separator = '{';
    if (map.empty()) out_ += '{';
    for (const auto& [key, member] : map) {
      out_ += std::exchange(separator, ',');
      append_json_string(out_, key);
      out_ += ':';
      value(member);
    }
    out_ += '}';
  }

  base::TextBuffer& out_;
  bool first_ = true;
};

class JsonDecoder {
 public:
  explicit JsonDecoder(std::string_view text, bool skips_unknown = true)
      : in_(text), skips_unknown_(skips_unknown) {}

  std::string error() const { return in_.error(); }
  bool end() { return in_.read_end(); }

  template <class T>
  bool value(T& out, const Field& limits) {
    if constexpr (std::same_as<T, bool>) {
      return in_.read_bool(out);
    } else if constexpr (std::integral<T>) {
      return integer(out, limits);
    } else if constexpr (std::floating_point<T>) {
      return real(out);
    } else if constexpr (CountedUnit<T>) {
      std::int64_t count = 0;
      return integer(count, limits) && (out = unit_of<T>(count), true);
    } else if constexpr (std::same_as<T, std::string> || std::same_as<T, base::ShortText>) {
      return in_.read_string(out);
    } else if constexpr (std::same_as<T, base::Subject>) {
      return subject(out);
    } else if constexpr (NamedEnum<T>) {
      return word(out);
    } else if constexpr (is_switch<T>) {
      if (in_.take_word("false")) return out.reset(), true;
      return value(out.emplace(), limits);
    } else if constexpr (is_optional<T>) {
      if (in_.take_word("null")) return out.reset(), true;
      return value(out.emplace(), limits);
    } else if constexpr (is_vector<T>) {
      return elements(out, limits);
    } else if constexpr (is_string_map<T>) {
      return members(out, limits);
    } else if constexpr (Described<T>) {
      return object(out);
    } else {
      static_assert(is_unknown<T>, "this type has no JSON");
    }
  }

 private:
  // One pass of describe() over a structure takes as many members as come in its order, so members
  // in order cost one pass; each that is unknown or out of order costs another.
  struct Pass {
    template <class T>
    void field(std::string_view name, T& value, const Field& limits) {
      const std::size_t index = next++;
      if (!pending || key != name) return;
      base::require(index < 64, "a structure that goes through JSON has at most 64 fields");
      const std::uint64_t bit = std::uint64_t{1} << index;
      pending = false;
      taken = true;
      if ((seen & bit) != 0) {
        decoder.in_.fail_at(decoder.in_.offset(), "this member is given twice");
        decoder.in_.blame(name);
        return;
      }
      seen |= bit;
      if (decoder.value(value, limits))
        read_key();
      else
        decoder.in_.blame(name);
    }
    void read_key() { pending = decoder.in_.next_key(first, key); }

    JsonDecoder& decoder;
    std::string_view key;
    bool first = true;
    bool pending = false;    // `key` is read and its value is not
    bool taken = false;      // this pass took a member
    std::size_t next = 0;    // field of this pass
    std::uint64_t seen = 0;  // one bit for each field
  };

  struct Missing {
    template <class T>
    void field(std::string_view name, T&, const Field& limits) {
      if (limits.required && (seen >> index & 1) == 0 && missing.empty()) missing = name;
      ++index;
    }
    std::uint64_t seen;
    std::size_t index = 0;
    std::string_view missing;
  };

  template <class T>
  bool object(T& out) {
    const std::size_t start = in_.offset();
    if (!in_.enter('{')) return false;
    Pass pass{*this};
    pass.read_key();
    while (pass.pending) {
      pass.next = 0;
      pass.taken = false;
      describe(pass, out);
      if (pass.pending && !pass.taken) {
        if (!skips_unknown_) {
          in_.fail_at(in_.offset(), "this member is not known");
          return in_.blame(pass.key);
        }
        if (!in_.skip_value()) return false;
        pass.read_key();
      }
    }
    if (!in_.ok()) return false;
    Missing check{pass.seen};
    describe(check, out);
    if (check.missing.empty()) return true;
    in_.fail_at(start, "this member is missing");
    return in_.blame(check.missing);
  }

  template <class T>
  bool integer(T& out, const Field& limits) {
    const std::size_t start = in_.offset();
    std::string_view token;
    bool integral = false;
    if (!in_.read_number(token, integral)) return false;
    if (!integral) return in_.fail_at(start, "expected an integer");
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), out);
    if (error != std::errc() || end != token.data() + token.size())
      return in_.fail_at(start, "the number is out of range");
    if (std::cmp_less(out, limits.least))
      return in_.fail_at(start, "expected at least " + std::to_string(limits.least));
    if (std::cmp_greater(out, limits.most) && limits.most != Field{}.most)
      return in_.fail_at(start, "expected at most " + std::to_string(limits.most));
    return true;
  }

  template <class T>
  bool real(T& out) {
    const std::size_t start = in_.offset();
    std::string_view token;
    bool integral = false;
    if (!in_.read_number(token, integral)) return false;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), out);
    return error == std::errc() || in_.fail_at(start, "the number is out of range");
  }

  bool subject(base::Subject& out) {
    const std::size_t start = in_.offset();
    std::string text;
    if (!in_.read_string(text)) return false;
    out = base::parse_subject(text);
    if (base::to_text(out) == text) return true;
    return in_.fail_at(start, "expected a subject such as \"order 3\", or \"none\"");
  }

  template <class T>
  bool word(T& out) {
    const std::size_t start = in_.offset();
    std::string text;
    if (!in_.read_string(text)) return false;
    const std::optional<T> known = enum_of<T>(text);
    if (known) return out = *known, true;
    std::string sentence = "expected one of";
    for (const std::string_view name : enum_names<T>) sentence.append(" ").append(name);
    return in_.fail_at(start, sentence);
  }

  template <class T>
  bool elements(std::vector<T>& out, const Field& limits) {
    if (!in_.enter('[')) return false;
    out.clear();
    for (bool first = true; in_.more(']', first);)
      if (!value(out.emplace_back(), limits)) return false;
    return in_.ok();
  }

  template <class T>
  bool members(std::map<std::string, T>& out, const Field& limits) {
    if (!in_.enter('{')) return false;
    out.clear();
    std::string_view key;
    for (bool first = true; in_.next_key(first, key);) {
      const auto [member, fresh] = out.try_emplace(std::string(key));
      if (!fresh) {
        in_.fail_at(in_.offset(), "this member is given twice");
        return in_.blame(member->first);
      }
      if (!value(member->second, limits)) return in_.blame(member->first);
    }
    return in_.ok();
  }

  JsonReader in_;
  const bool skips_unknown_;
};

template <Described T>
base::expected<T, std::string> decoded(JsonDecoder decoder) {
  base::expected<T, std::string> result{};
  if (!decoder.value(*result, Field{}) || !decoder.end())
    result = base::unexpected<std::string>(decoder.error());
  return result;
}

}  // namespace detail

template <Described T>
void append_json(std::string& out, const T& value) {
  base::TextBuffer buffer(out);
  detail::JsonEncoder(buffer).object(value);
}

template <Described T>
std::string encode_json(const T& value) {
  std::string out;
  append_json(out, value);
  return out;
}

template <Described T>
base::expected<T, std::string> decode_json(std::string_view text) {
  return detail::decoded<T>(detail::JsonDecoder(text));
}

template <Described T>
base::expected<T, std::string> decode_own_json(std::string_view text) {
  return detail::decoded<T>(detail::JsonDecoder(text, false));
}

}  // namespace seawall::model
