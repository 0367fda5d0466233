// A folder for the files of one test, gone with it.
#pragma once
#include <filesystem>
#include <string>

#include <stdlib.h>

namespace seawall::live::test {

class Folder {
 public:
  Folder() {
    // In memory where it can be: a disk that others write to stands still for longer than a caller
    // waits.
    std::string memory = "/dev/shm/seawall-XXXXXX";
    std::string disk = (std::filesystem::temp_directory_path() / "seawall-XXXXXX").string();
    path_ = mkdtemp(memory.data()) ? memory : mkdtemp(disk.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string path() const { return path_.string(); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace seawall::live::test
