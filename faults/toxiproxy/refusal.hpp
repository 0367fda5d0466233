// What is said instead of a result.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "harness/base/result.hpp"

namespace seawall::toxiproxy {

// Why something was not done, in the words that Toxiproxy's clients look for.
struct Refusal {
  int status = 0;  // of HTTP
  std::string message;
  std::optional<std::size_t> offset;  // in the text that was read, where it is to blame
};
template <class Value>
using Outcome = base::expected<Value, Refusal>;

inline base::unexpected<Refusal> refuse(int status, std::string message,
                                        std::optional<std::size_t> offset = {}) {
  return base::unexpected(Refusal{status, std::move(message), offset});
}

}  // namespace seawall::toxiproxy
