// A text of a few characters, as the rows of a record hold by the dozen: names of states, ids of
// orders, keys. It takes 16 bytes, half of a std::string, and up to 15 characters stand in these;
// what is longer lies on the heap. A move copies the 16 bytes and calls nothing.
//
//   ShortText state = "pending";
//   state == "pending"    state.view().starts_with("pen")    std::string(state)
#pragma once
#include <array>
#include <compare>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace seawall::base {

class alignas(8) ShortText {
 public:
  ShortText() = default;
  template <std::convertible_to<std::string_view> Text>
  ShortText(const Text& text) {
    set(text);
  }
  ShortText(const ShortText& other) { copy(other); }
  ShortText(ShortText&& other) noexcept : bytes_(std::exchange(other.bytes_, Bytes{})) {}
  ShortText& operator=(const ShortText& other) {
    if (this == &other) return *this;
    drop();
    copy(other);
    return *this;
  }
  ShortText& operator=(ShortText&& other) noexcept {
    if (this == &other) return *this;
    drop();
    bytes_ = std::exchange(other.bytes_, Bytes{});
    return *this;
  }
  ~ShortText() { drop(); }

  std::string_view view() const {
    if (is_long()) return long_view();
    return {bytes_.data(), static_cast<std::size_t>(bytes_[most_here])};
  }
  operator std::string_view() const { return view(); }
  operator std::string() const { return std::string(view()); }
  std::size_t size() const { return view().size(); }
  bool empty() const { return bytes_[most_here] == 0; }

  friend bool operator==(const ShortText& a, const ShortText& b) { return a.view() == b.view(); }
  template <std::convertible_to<std::string_view> Text>
    requires(!std::same_as<Text, ShortText>)
  friend bool operator==(const ShortText& a, const Text& b) {
    return a.view() == std::string_view(b);
  }
  friend std::strong_ordering operator<=>(const ShortText& a, const ShortText& b) {
    return a.view() <=> b.view();
  }

 private:
  // The characters, and in the last byte how many they are; or where they are (a pointer and a
  // size), and in the last byte that they are elsewhere.
  using Bytes = std::array<char, 16>;
  static constexpr std::size_t most_here = 15;
  static constexpr char elsewhere = 127;

  bool is_long() const { return bytes_[most_here] == elsewhere; }
  void set(std::string_view text) {
    if (text.size() > most_here) return set_long(text);
    text.copy(bytes_.data(), most_here);
    bytes_[most_here] = static_cast<char>(text.size());
  }
  void copy(const ShortText& other) {
    if (other.is_long()) return set_long(other.long_view());
    bytes_ = other.bytes_;
  }
  void drop() {
    if (is_long()) delete[] long_view().data();
  }
  std::string_view long_view() const;
  void set_long(std::string_view text);

  Bytes bytes_{};
};

}  // namespace seawall::base

// fmt 9 would take the conversion to std::string_view, fmt 10 takes none.
template <>
struct fmt::formatter<seawall::base::ShortText> : fmt::formatter<fmt::string_view> {
  template <class Context>
  auto format(const seawall::base::ShortText& text, Context& context) const {
    const std::string_view view = text.view();
    return fmt::formatter<fmt::string_view>::format({view.data(), view.size()}, context);
  }
};
