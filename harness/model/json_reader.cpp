#include "harness/model/json_reader.hpp"

#include <fmt/format.h>

namespace seawall::model {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
unsigned byte(char c) { return static_cast<unsigned char>(c); }

}  // namespace

std::string JsonReader::error() const {
  if (ok()) return {};
  return fmt::format("offset {}: {}", wrong_at_, sentence());
}

std::string JsonReader::sentence() const {
  return fmt::format("{}{}{}", path_, path_.empty() ? "" : ": ", message_);
}

bool JsonReader::fail_at(std::size_t offset, std::string_view sentence) {
  if (ok()) {
    wrong_at_ = offset;
    message_ = sentence;
  }
  return false;
}

bool JsonReader::blame(std::string_view key) {
  if (!path_.empty()) path_.insert(0, 1, '.');
  path_.insert(0, key);
  return false;
}

void JsonReader::skip_more_blanks() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
    ++at_;
  }
}

std::size_t JsonReader::offset() {
  skip_blanks();
  return at_;
}

bool JsonReader::enter(char open) {
  if (!ok()) return false;
  skip_blanks();
  if (peek() != open) return fail(open == '{' ? "expected an object" : "expected an array");
  if (depth_ == max_depth) return fail("nested too deeply");
  ++depth_;
  ++at_;
  return true;
}

bool JsonReader::more(char close, bool& first) {
  if (!ok()) return false;
  skip_blanks();
  if (peek() == close) {
    ++at_;
    --depth_;
    return false;
  }
  if (first) return first = false, true;
  if (peek() != ',') return fail(close == '}' ? "expected ',' or '}'" : "expected ',' or ']'");
  ++at_;
  return true;
}

bool JsonReader::next_key(bool& first, std::string_view& key) {
  if (!more('}', first)) return false;
  skip_blanks();
  if (peek() != '"') return fail("expected a key in quotes");
  if (!read_quoted(key, key_)) return false;
  skip_blanks();
  if (peek() != ':') return fail("expected ':'");
  ++at_;
  return true;
}

bool JsonReader::read_string(std::string& out) {
  std::string_view plain;
  std::string unescaped;
  if (!read_text(plain, unescaped)) return false;
  if (unescaped.empty())
    out = plain;
  else
    out = std::move(unescaped);
  return true;
}

bool JsonReader::read_string(base::ShortText& out) {
  std::string_view plain;
  std::string unescaped;
  if (!read_text(plain, unescaped)) return false;
  out = plain;
  return true;
}

bool JsonReader::read_text(std::string_view& plain, std::string& unescaped) {
  if (!ok()) return false;
  skip_blanks();
  if (peek() != '"') return fail("expected a string");
  return read_quoted(plain, unescaped);
}

// `plain` is the text: within the input where it has no escapes, else within `unescaped`.
bool JsonReader::read_quoted(std::string_view& plain, std::string& unescaped) {
  unescaped.clear();
  std::size_t from = ++at_;
  for (bool escaped = false;;) {
    std::size_t at = at_;  // a local: each step of a member would go through memory
    while (at < text_.size() && stands_for_itself[byte(text_[at])]) ++at;
    at_ = at;
    if (at_ == text_.size()) return fail("the string does not end");
    const char c = text_[at_];
    if (c == '"') {
      plain = text_.substr(from, at_ - from);
      if (escaped) plain = unescaped.append(plain);
      ++at_;
      return true;
    }
    if (c == '\\') {
      unescaped.append(text_, from, at_ - from);
      if (!read_escape(unescaped)) return false;
      escaped = true;
      from = at_;
    } else if (byte(c) < 0x20) {
      return fail("a control character must be escaped");
    } else {
      const std::size_t length = utf8_length(text_.substr(at_));
      if (length == 0) return fail("this is not UTF-8");
      at_ += length;
    }
  }
}

bool JsonReader::read_escape(std::string& out) {
  static constexpr std::string_view names = "\"\\/bfnrt";
  static constexpr std::string_view values = "\"\\/\b\f\n\r\t";
  const std::size_t start = at_++;
  const char name = peek();
  if (const std::size_t i = names.find(name); i != names.npos) {
    out += values[i];
    ++at_;
    return true;
  }
  if (name != 'u') return fail_at(start, "unknown escape");
  ++at_;
  unsigned code = 0;
  if (!read_hex4(code)) return false;
  if (code >= 0xDC00 && code < 0xE000) return fail_at(start, "half of a surrogate pair");
  if (code >= 0xD800 && code < 0xDC00) {
    unsigned low = 0;
    if (text_.substr(at_, 2) != "\\u") return fail_at(start, "half of a surrogate pair");
    at_ += 2;
    if (!read_hex4(low)) return false;
    if (low < 0xDC00 || low >= 0xE000) return fail_at(start, "half of a surrogate pair");
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  }
  append_utf8(out, code);
  return true;
}

bool JsonReader::read_hex4(unsigned& out) {
  for (int i = 0; i < 4; ++i, ++at_) {
    const char c = peek();
    const char lower = static_cast<char>(c | 0x20);
    if (is_digit(c))
      out = out * 16 + static_cast<unsigned>(c - '0');
    else if (lower >= 'a' && lower <= 'f')
      out = out * 16 + static_cast<unsigned>(lower - 'a' + 10);
    else
      return fail("expected four hexadecimal digits");
  }
  return true;
}

bool JsonReader::read_bool(bool& out) {
  if (take_word("true")) return out = true;
  if (take_word("false")) return out = false, true;
  return fail("expected true or false");
}

bool JsonReader::take_word(std::string_view word) {
  if (!ok()) return false;
  skip_blanks();
  if (!text_.substr(at_).starts_with(word)) return false;
  at_ += word.size();
  return true;
}

bool JsonReader::read_digits() {
  if (!is_digit(peek())) return fail("expected a digit");
  while (is_digit(peek())) ++at_;
  return true;
}

bool JsonReader::read_number(std::string_view& token, bool& integral) {
  if (!ok()) return false;
  skip_blanks();
  const std::size_t start = at_;
  if (peek() != '-' && !is_digit(peek())) return fail("expected a number");
  if (peek() == '-') ++at_;
  if (peek() == '0')
    ++at_;  // and no digit may follow
  else if (!read_digits())
    return false;
  if (is_digit(peek())) return fail_at(start, "a number has no leading zero");
  integral = true;
  if (peek() == '.') {
    ++at_;
    integral = false;
    if (!read_digits()) return false;
  }
  if ((peek() | 0x20) == 'e') {
    ++at_;
    integral = false;
    if (peek() == '+' || peek() == '-') ++at_;
    if (!read_digits()) return false;
  }
  token = text_.substr(start, at_ - start);
  return true;
}

bool JsonReader::skip_value() {
  if (!ok()) return false;
  skip_blanks();
  std::string_view plain;
  std::string unescaped;
  bool integral = false;
  switch (peek()) {
    case '{':
      return skip_members();
    case '[':
      return skip_elements();
    case '"':
      return read_quoted(plain, unescaped);
    case 't':
      return take_word("true") || fail("expected a value");
    case 'f':
      return take_word("false") || fail("expected a value");
    case 'n':
      return take_word("null") || fail("expected a value");
    default:
      if (peek() != '-' && !is_digit(peek())) return fail("expected a value");
      return read_number(plain, integral);
  }
}

bool JsonReader::skip_members() {
  if (!enter('{')) return false;
  std::string_view key;
  for (bool first = true; next_key(first, key);)
    if (!skip_value()) return false;
  return ok();
}

bool JsonReader::skip_elements() {
  if (!enter('[')) return false;
  for (bool first = true; more(']', first);)
    if (!skip_value()) return false;
  return ok();
}

bool JsonReader::read_end() {
  if (!ok()) return false;
  skip_blanks();
  return at_ == text_.size() || fail("expected the end");
}

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const unsigned lead = byte(text[0]);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(text[i]) & 0xC0) != 0x80) return 0;
  const unsigned second = byte(text[1]);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second >= 0xA0;
  const bool too_high = lead == 0xF4 && second >= 0x90;
  return overlong || surrogate || too_high ? 0 : length;
}

void append_utf8(std::string& out, unsigned code_point) {
  const auto tail = [&](int shift) {
    out += static_cast<char>(0x80 | ((code_point >> shift) & 0x3F));
  };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | (code_point >> 6));
    tail(0);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0 | (code_point >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | (code_point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace seawall::model
