// A folder of our own for the stores of a live run, gone when the run ends, in whatever way. One
// that a killed process has left behind is removed by the next run: each holds a lock as long as
// its process lives.
#pragma once
#include <string>

#include "harness/base/result.hpp"

namespace seawall::cli {

class PrivateFolder {
 public:
  // Under $TMPDIR, else /tmp. The error says what could not be made, and why.
  static base::expected<PrivateFolder, base::Diagnostic> make();

  PrivateFolder(PrivateFolder&& other) noexcept;
  PrivateFolder& operator=(PrivateFolder&&) = delete;
  ~PrivateFolder();

  const std::string& path() const { return path_; }

 private:
  PrivateFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_;
};

}  // namespace seawall::cli
