// Keeps secrets out of whatever a run writes: the values of Authorization, Cookie, Set-Cookie and
// of the headers that `[redact] headers` names, and passwords in DSNs, become ***.
//
//   Authorization = "Bearer abc"            Authorization = "***"
//   postgres://shop:abc@db/orders           postgres://shop:***@db/orders
//
// A value that only refers to the environment ("Bearer ${env.TOKEN}") tells nothing and stays, so
// that the scenario of a run can be run again.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace seawall::reports {

class Redaction {
 public:
  // `headers`: names beside those that are always secret; case does not matter.
  explicit Redaction(std::span<const std::string> headers);

  // Takes TOML, JSON, headers as they are on the wire, and plain text.
  std::string apply(std::string_view text) const;

 private:
  std::size_t secret_name_at(std::string_view text, std::size_t at) const;

  std::vector<std::string> names_;  // in lower case
};

}  // namespace seawall::reports
