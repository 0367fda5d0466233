// One service as a file of the folder tells of it, before anything is guessed; and the folder that
// such files are read from.
//
//   compose.yaml, Procfile, package.json ──▶ parts ──▶ System (wiring.hpp) ──▶ TOML (write.hpp)
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/init/words.hpp"

namespace seawall::init {

struct Part {
  std::string name;
  std::vector<std::string> aliases;  // by which others may know it, too
  std::string image;                 // of a container: "postgres:16"
  std::string folder;                // where it runs, relative to the folder; empty: there
  Words command;                     // empty: nobody said
  std::vector<std::pair<std::string, std::string>> env;
  std::vector<int> ports;  // that it listens on, in its own network; the main one first
  bool published = false;  // somebody outside calls it
  bool told_port = false;  // it listens where PORT says
  std::vector<std::string> needs;
  std::string health;                // a path that answers 2xx
  std::vector<std::string> remarks;  // sentences for its reader
};

// What was found in a folder.
struct Parts {
  std::string source;  // the file, or the files
  std::vector<Part> parts;
  std::vector<std::string> remarks;
};

// The text of a file, or why it cannot be read. Absent: there is no such file.
using Text = base::expected<std::optional<std::string>, base::Diagnostic>;

// Reads files of a folder, of a bounded size each.
class Folder {
 public:
  explicit Folder(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  Text read(const std::filesystem::path& relative) const;
  // Of a file that is not the one that says which services there are: why it cannot be read is a
  // remark, and what the others say is taken without it.
  std::optional<std::string> read_beside(const std::filesystem::path& relative,
                                         std::vector<std::string>& remarks) const;
  // Of those right below `relative`, the names, sorted; hidden ones are left out.
  std::vector<std::string> folders(const std::filesystem::path& relative) const;

 private:
  std::filesystem::path path_;
};

using Result = base::expected<Parts, base::Diagnostic>;
Result read_compose(const Folder& folder, const std::string& file, const std::string& text);
Result read_procfile(const Folder& folder, const std::string& file, const std::string& text);
// The package of the folder itself where it can be started, else those of folders below it. No
// part: there is none. The error: one of them cannot be read, or is no JSON.
Result read_packages(const Folder& folder);

// What a Dockerfile says of its last stage, laid under what the part says already. `path` is the
// Dockerfile's, relative to the folder.
void add_dockerfile(const Folder& folder, const std::filesystem::path& path, Part& part);
// How the package in the part's folder is started; false where none says so.
bool add_package_command(const Folder& folder, Part& part);

// A variable for the part, where it has none of that name.
void add_variable(Part& part, const std::string& name, const std::string& value);

}  // namespace seawall::init
