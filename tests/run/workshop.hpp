// What commands of a run need in tests: a shim and guard, a private folder, and a log that commands
// append lines to.
#pragma once
#include <filesystem>
#include <fstream>
#include <string>

#include "harness/live/clock.hpp"
#include "harness/model/late_text.hpp"
#include "harness/model/services.hpp"
#include "harness/os/shim.hpp"
#include "harness/run/workplace.hpp"
#include "tests/support/catch.hpp"

namespace seawall::run::tests {

class Workshop {
 public:
  Workshop() {
    std::string path = (std::filesystem::temp_directory_path() / "seawall-test-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()));
    place.program = OS_UNRULY;
    place.shim = {OS_UNRULY, std::string(os::shim_word)};
    place.root = place.notes = path;
    place.clock = live::steady_now;
  }
  ~Workshop() { std::filesystem::remove_all(place.root); }

  std::string log() const {
    std::ifstream in(place.root + "/log");
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  Workplace place;
};

// A shell's, in the workshop.
inline model::Command shell(const std::string& script) {
  return {model::plain_text("sh"), model::plain_text("-c"), model::plain_text(script)};
}

}  // namespace seawall::run::tests
