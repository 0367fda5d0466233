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
    for (const std::string& word : words)
      for (int status = 100; status < limit; ++status)
        if (matches(word, status)) statuses_.set(static_cast<std::size_t>(status));
  }

  bool has(int status) const {
    return status >= 0 && status < limit && statuses_.test(static_cast<std::size_t>(status));
  }

 private:
  static constexpr int limit = 600;

  static bool matches(std::string_view word, int status) {
    const std::string digits = std::to_string(status);
    if (word.size() != digits.size()) return false;
    for (std::size_t i = 0; i < digits.size(); ++i)
      if (word[i] != digits[i] && (i == 0 || word[i] != 'x')) return false;
    return true;
  }

  std::bitset<limit> statuses_;
};

}  // namespace seawall::resilience
