// What a process has said, bounded: its last bytes are kept, and one text can be waited for, also
// where that has gone by.
//
// Any thread.
#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "harness/base/units.hpp"

namespace seawall::os {

class Output {
 public:
  static constexpr std::size_t most = 64 * 1024;  // bytes kept

  // `awaited`: what has_said() is about; empty: nothing.
  explicit Output(std::string awaited = {}) : awaited_(std::move(awaited)) {}

  void append(std::string_view bytes);

  bool has_said() const;
  // The last lines, each with "  | " before it and with nothing that a terminal would obey; and how
  // much was said before them that is not kept. A sentence instead where it said nothing.
  std::string last_lines(std::size_t count = 20) const;
  std::uint64_t bytes() const;  // in all

 private:
  const std::string awaited_;
  mutable std::mutex mutex_;
  std::string kept_;
  std::uint64_t bytes_ = 0;
  bool said_ = false;
};

}  // namespace seawall::os
