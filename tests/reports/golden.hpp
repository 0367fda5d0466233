// Text against a file in golden/. After a change that is meant, run the test once with
// SEAWALL_UPDATE_GOLDEN=1 and look at the difference in git.
#pragma once
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "support/catch.hpp"

namespace seawall::reports {

inline void check_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(SEAWALL_GOLDEN) + "/" + name;
  if (std::getenv("SEAWALL_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  INFO(path);
  REQUIRE(file);
  const std::string golden{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  CHECK(text == golden);
}

}  // namespace seawall::reports
