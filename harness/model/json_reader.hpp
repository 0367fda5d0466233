// The syntax of JSON (RFC 8259) as a cursor over text: no tree, no allocation but for strings that
// carry escapes. Strict: UTF-8 only, no comments, no trailing commas, no leading zeros, a bounded
// depth. Bodies come from clients, so nothing here trusts its input.
//
// After the first mistake every function returns false and error() says what was expected where, so
// a caller chains them with && and looks once. A reader serves one thread.
#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "harness/base/short_text.hpp"

namespace seawall::model {

class JsonReader {
 public:
  static constexpr int max_depth = 32;

  // `text` must outlive the reader and the keys that it hands out.
  explicit JsonReader(std::string_view text) : text_(text) {}

  bool ok() const { return message_.empty(); }
  // "offset 12: lines.quantity: expected an integer"; offsets count bytes from 0.
  std::string error() const;
  // Its parts, for who says the place in another way: the offset, and the rest of the sentence.
  std::size_t wrong_at() const { return wrong_at_; }
  std::string sentence() const;

  // Consumes `open`, which is '{' or '['.
  bool enter(char open);
  // Whether another element follows; consumes the comma before it, or else `close`. `first` is true
  // at the first call for a container and belongs to it.
  bool more(char close, bool& first);
  // The same for the members of an object; consumes the key and its colon. `key` holds until the
  // next key is read.
  bool next_key(bool& first, std::string_view& key);

  bool read_string(std::string& out);
  bool read_string(base::ShortText& out);
  bool read_bool(bool& out);
  // A number as it stands; `integral` where it has neither fraction nor exponent.
  bool read_number(std::string_view& token, bool& integral);
  // Consumes `word` (null, false) where it comes next; no mistake where it does not.
  bool take_word(std::string_view word);
  bool skip_value();
  // Nothing but blanks may follow.
  bool read_end();

  // Where the value that comes next starts; for fail_at.
  std::size_t offset();
  bool fail_at(std::size_t offset, std::string_view sentence);
  // Called on the way out of a member whose value was wrong: puts its name before the sentence.
  bool blame(std::string_view key);

 private:
  void skip_blanks() {
    if (peek() <= ' ') skip_more_blanks();
  }
  void skip_more_blanks();
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool fail(std::string_view sentence) { return fail_at(at_, sentence); }
  bool read_text(std::string_view& plain, std::string& unescaped);
  bool read_quoted(std::string_view& plain, std::string& unescaped);
  bool read_escape(std::string& out);
  bool read_hex4(unsigned& out);
  bool skip_members();
  bool skip_elements();
  bool read_digits();

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::string key_;  // a key that had escapes
  std::string message_;
  std::string path_;
  std::size_t wrong_at_ = 0;
};

// By byte: what stands for itself between the quotes of a string.
inline constexpr auto stands_for_itself = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x80; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

// How many bytes the UTF-8 sequence at the start of `text` has; 0 where it is none (RFC 3629: no
// overlong forms, no surrogates, nothing above U+10FFFF).
std::size_t utf8_length(std::string_view text);
void append_utf8(std::string& out, unsigned code_point);

}  // namespace seawall::model
