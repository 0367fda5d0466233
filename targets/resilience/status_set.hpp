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
    for (char tens = '0'; tens <= '9'; ++tens)
      for (char ones = '0'; ones <= '9'; ++ones)
        if (stands_for(word[1], tens) && stands_for(word[2], ones))
          statuses_.set(
              static_cast<std::size_t>((word[0] - '0') * 100 + (tens - '0') * 10 + (ones - '0')));
  }
  static bool stands_for(char pattern, char digit) { return pattern == 'x' || pattern == digit; }

  std::bitset<limit> statuses_;
};

}  // namespace seawall::resilience
