// A set of HTTP statuses, from the words of a policy: "503" is one, "5xx" a hundred of them. Words
// that are no status ("timeout") are left to whoever knows them.
#pragma once
#include <bitset>
#include <span>
#include <string>
#include <string_view>

namespace seawall::resilience {

class StatusSet {
 public:
  StatusSet() = default;
  explicit StatusSet(std::span<const std::string> words) {
    for (const std::string& word : words) add(word);
  }

  bool has(int status) const {
    return status >= 0 && status < limit && statuses_.test(static_cast<std::size_t>(status));
  }

 private:
  static constexpr int limit = 600;

  void add(std::string_view word) {
    if (word.size() != 3 || word[0] < '1' || word[0] > '5') return;
    const Digits tens = digits_of(word[1]);
    const Digits ones = digits_of(word[2]);
    for (std::size_t ten = tens.first; ten < tens.end; ++ten)
      for (std::size_t one = ones.first; one < ones.end; ++one)
        statuses_.set(static_cast<std::size_t>(word[0] - '0') * 100 + ten * 10 + one);
  }
  struct Digits {
    std::size_t first = 0, end = 0;
  };
  static Digits digits_of(char pattern) {
    if (pattern == 'x') return {0, 10};
    if (pattern < '0' || pattern > '9') return {};
    const auto digit = static_cast<std::size_t>(pattern - '0');
    return {digit, digit + 1};
  }

  std::bitset<limit> statuses_;
};

}  // namespace seawall::resilience
