// Short pieces of text on their way into a string. They gather on the stack and reach the string
// when the buffer is full or ends, so that the string grows once; a dozen appends to a string cost
// more than what they append.
//
//   TextBuffer out(row);
//   out += "answer ";
//   out.number(42);
//   out.flush();           row: "answer 42"
#pragma once
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>

#include "harness/base/assert.hpp"

namespace seawall::base {

class TextBuffer {
 public:
  // Appends to `out`, which outlives the buffer, and is complete when that is flushed or has ended.
  explicit TextBuffer(std::string& out) : out_(out) {}
  TextBuffer(const TextBuffer&) = delete;
  ~TextBuffer() { flush(); }

  TextBuffer& operator+=(char c) {
    if (used_ == sizeof text_) flush();
    text_[used_++] = c;
    return *this;
  }
  TextBuffer& operator+=(std::string_view text) {
    if (text.size() > sizeof text_ - used_) {
      flush();
      if (text.size() > sizeof text_) {
        out_ += text;
        return *this;
      }
    }
    std::memcpy(text_ + used_, text.data(), text.size());
    used_ += text.size();
    return *this;
  }
  // `text` between quotes, as it is.
  void quote(std::string_view text) {
    if (text.size() + 2 > sizeof text_ - used_) flush();
    if (text.size() + 2 > sizeof text_) {
      out_.append(1, '"').append(text).append(1, '"');
      return;
    }
    text_[used_] = '"';
    std::memcpy(text_ + used_ + 1, text.data(), text.size());
    used_ += text.size() + 2;
    text_[used_ - 1] = '"';
  }
  // In decimal, as std::to_chars writes it.
  template <class Number>
  void number(Number value) {
    if constexpr (std::integral<Number>)
      if (static_cast<std::uintmax_t>(value) <= 9) {  // as most numbers of most rows
        *this += static_cast<char>('0' + value);
        return;
      }
    if (sizeof text_ - used_ < longest_number) flush();
    const auto [end, error] = std::to_chars(text_ + used_, text_ + sizeof text_, value);
    require(error == std::errc(), "a number fits into 32 characters");
    used_ = static_cast<std::size_t>(end - text_);
  }
  void flush() {
    out_.append(text_, used_);
    used_ = 0;
  }

 private:
  static constexpr std::size_t longest_number = 32;

  std::string& out_;
  std::size_t used_ = 0;
  char text_[256];
};

}  // namespace seawall::base
