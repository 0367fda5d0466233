// Keeps secrets out of what a journal shows of a target: the values of query parameters such as
// token or password, and who asks in an absolute one, become ***.
//
//   /pay?order=7&api_key=abc          /pay?order=7&api_key=***
//   http://ann:secret@shop/pay        http://***@shop/pay
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace seawall::http {

class Secrets {
 public:
  // `names` of parameters beside those that are always secret; case does not matter.
  explicit Secrets(const std::vector<std::string>& names = {});

  // Appends `target` to `out`. Any thread.
  void append_masked(std::string& out, std::string_view target) const;
  // Whether there is anything in it that could be secret; most have nothing.
  static bool may_have(std::string_view target) {
    return target.find_first_of("?@;") != target.npos;
  }

 private:
  bool is_secret(std::string_view name) const;

  std::vector<std::string> names_;  // in small letters
};

}  // namespace seawall::http
