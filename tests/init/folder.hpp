// A folder with files in it, gone with its owner.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "harness/base/assert.hpp"

namespace seawall::init::tests {

class TestFolder {
 public:
  TestFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "seawall-init-XXXXXX").string();
    base::require(::mkdtemp(path.data()) != nullptr, "a test can make a folder");
    path_ = path;
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace seawall::init::tests
