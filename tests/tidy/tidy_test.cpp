// The style guide as a test: what can be read off the text is checked here, so that nobody has to
// remember it. Each rule says what to do instead.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "harness/base/text.hpp"
#include "tests/support/catch.hpp"

namespace fs = std::filesystem;

namespace {

const fs::path root = SEAWALL_SOURCE_DIR;

struct File {
  std::string name;  // from the root
  std::string text;
  std::vector<std::string> lines;
};

std::string read(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<File> sources(const std::vector<std::string>& folders) {
  std::vector<File> files;
  for (const std::string& folder : folders)
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension();
      if (extension != ".hpp" && extension != ".cpp") continue;
      File file{entry.path().lexically_relative(root).generic_string(), read(entry.path()), {}};
      for (const std::string_view line : seawall::base::split(file.text, '\n'))
        file.lines.emplace_back(line);
      files.push_back(std::move(file));
    }
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.name < b.name; });
  REQUIRE(files.size() > 10);
  return files;
}

const std::vector<std::string> product = {"harness", "faults", "targets", "reports"};
const std::vector<std::string> everything = {"harness", "faults", "targets", "reports", "tests"};

// The table of layers of cmake/SeawallLibrary.cmake: "base" -> 0.
std::map<std::string, int> layers() {
  const std::string cmake = read(root / "cmake/SeawallLibrary.cmake");
  const std::size_t begin = cmake.find("set(SEAWALL_LAYERS");
  std::istringstream table(cmake.substr(begin + 18, cmake.find(')', begin) - begin - 18));
  std::map<std::string, int> result;
  std::string folder;
  for (int layer = 0; table >> folder >> layer;) result[folder] = layer;
  return result;
}

// "harness/base/text.hpp" -> "base"; "reports/junit.cpp" -> "reports".
std::string folder_of(const std::string& name) {
  const auto parts = seawall::base::split(name, '/');
  if (parts.front() == "reports") return "reports";
  return parts.size() > 2 ? std::string(parts[1]) : std::string();
}

// Without comments and the contents of literals, line structure kept.
std::string code_of(const std::string& text) {
  enum class In { code, line_comment, comment, string, character, raw } in = In::code;
  std::string code;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    switch (in) {
      case In::code:
        if (c == '/' && next == '/') {
          in = In::line_comment;
        } else if (c == '/' && next == '*') {
          in = In::comment;
        } else if (c == 'R' && next == '"') {
          in = In::raw;
          code += "\"\"";
        } else if (c == '"') {
          in = In::string;
          code += "\"\"";
        } else if (c == '\'' &&
                   (i == 0 || !std::isalnum(static_cast<unsigned char>(text[i - 1])))) {
          in = In::character;
          code += "''";
        } else {
          code += c;
        }
        continue;
      case In::line_comment:
        if (c == '\n') in = In::code;
        break;
      case In::comment:
        if (c == '*' && next == '/') in = In::code, ++i;
        break;
      case In::string:
        if (c == '\\') ++i;
        if (c == '"') in = In::code;
        break;
      case In::character:
        if (c == '\\') ++i;
        if (c == '\'') in = In::code;
        break;
      case In::raw:
        if (c == ')' && text.find('"', i) != std::string::npos && text.find('"', i) - i <= 17 &&
            text.substr(i + 1, text.find('"', i) - i - 1).find_first_of(" \n(") ==
                std::string::npos) {
          i = text.find('"', i);
          in = In::code;
        }
        break;
    }
    if (c == '\n') code += '\n';
  }
  return code;
}

int line_of(const std::string& text, std::size_t at) {
  return 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
}

void report(const std::vector<std::string>& findings) {
  for (const std::string& finding : findings) UNSCOPED_INFO(finding);
  CHECK(findings.empty());
}

}  // namespace

TEST_CASE("includes go strictly down the layers") {
  const auto layer = layers();
  const std::regex include(R"re(^#include "((?:harness|faults|targets|reports)/[^"]+)")re");
  std::vector<std::string> findings;
  for (const File& file : sources(product)) {
    const std::string folder = folder_of(file.name);
    for (const std::string& line : file.lines) {
      std::smatch match;
      if (!std::regex_search(line, match, include)) continue;
      const std::string used = folder_of(match[1]);
      if (used == folder || used.empty() || used == "planted") continue;
      if (!layer.contains(used) || !layer.contains(folder) || layer.at(used) >= layer.at(folder))
        findings.push_back(file.name + " (" + folder + ") includes " + std::string(match[1]));
    }
  }
  report(findings);
}

TEST_CASE("what decides asks no clock and no chance of its own") {
  struct Ban {
    const char* pattern;
    const char* instead;
    std::vector<std::string> allowed;  // beginnings of file names
  };
  const std::vector<Ban> bans = {
      {R"(steady_clock::now|clock_gettime)",
       "time comes from runtime::Env",
       {"harness/live/clock", "harness/cli/count_progress", "tests/support", "tests/bench"}},
      {R"(system_clock::now|gettimeofday|[^_a-z]time\(\s*(nullptr|NULL|0)\s*\))",
       "wall time is for people: cli/started",
       {"harness/live/clock", "harness/cli", "reports/run_folder"}},
      {R"(random_device|[^_a-z]s?rand\()", "draw with base::KeyedRandom", {}},
      {R"(mt19937)", "draw with base::KeyedRandom", {"tests/"}},
      {R"(sleep_for|sleep_until|[^_a-z]usleep\()", "wait for a condition", {"tests/support"}},
      {R"(using namespace (?!(std::)?(chrono_|string_view_|string_)?literals|seawall))",
       "name what you use",
       {}},
      {R"(std::terminate_handler|const_cast<[^>]*>\(this\))", "find another way", {}},
      // A sanitizer, or a library that may be there, is known to the compiler alone.
      {R"(#\s*ifn?def|#\s*if\s+defined)",
       "no #ifdef: choose at run time or in CMake",
       {"harness/runtime/frame_pool.cpp", "tests/bench/"}},
      {R"(std::async\b|std::thread\([^;]*\)\.detach)",
       "every thread has an owner that joins it",
       {}},
      {R"(std::regex)", "write a small parser", {"tests/"}},
  };
  std::vector<std::string> findings;
  for (const File& file : sources(everything)) {
    const std::string code = code_of(file.text);
    for (const Ban& ban : bans) {
      const auto allowed = [&](const std::string& begin) { return file.name.starts_with(begin); };
      if (std::any_of(ban.allowed.begin(), ban.allowed.end(), allowed)) continue;
      const std::regex pattern(ban.pattern);
      for (std::sregex_iterator at(code.begin(), code.end(), pattern), end; at != end; ++at)
        findings.push_back(file.name + ":" +
                           std::to_string(line_of(code, static_cast<std::size_t>(at->position()))) +
                           ": " + at->str() + ": " + ban.instead);
    }
  }
  report(findings);
}

// g++ 12 destroys a lambda with captures, a conditional of strings, and a braced aggregate twice
// where they are temporaries of a full expression that awaits.
TEST_CASE("no temporary that g++ 12 destroys twice stands beside a co_await") {
  const std::array<std::pair<std::regex, const char*>, 3> shapes = {{
      {std::regex(R"(\[[^\[\]]*\]\s*(\([^()]*\)\s*)?(mutable\s*)?(->\s*[\w:<>]+\s*)?\{)"),
       "name the lambda first, then move it"},
      {std::regex(R"(\?[^;]*""[^;]*:)"), "name the string first"},
      {std::regex(R"(\w\s*\{[^{}]*[\w"][^{}]*\})"), "name the aggregate first, then move it"},
  }};
  std::vector<std::string> findings;
  for (const File& file : sources(everything)) {
    const std::string code = code_of(file.text);
    for (std::size_t at = code.find("co_await"); at != std::string::npos;
         at = code.find("co_await", at + 1)) {
      std::size_t begin = code.find_last_of(";}", at);
      begin = begin == std::string::npos ? 0 : begin + 1;
      // A brace that opens a block before the await ends the search, one of an initialiser does
      // not.
      const std::size_t block = code.rfind("{\n", at);
      if (block != std::string::npos && block >= begin) begin = block + 2;
      const std::string statement = code.substr(begin, code.find(';', at) - begin);
      for (const auto& [shape, instead] : shapes)
        if (std::regex_search(statement, shape))
          findings.push_back(file.name + ":" + std::to_string(line_of(code, at)) + ": " + instead);
    }
  }
  report(findings);
}

TEST_CASE("lines are short and headers say what they are for") {
  std::vector<std::string> findings;
  for (const File& file : sources(everything)) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      // Bytes that continue a UTF-8 character take no column.
      const auto columns = std::count_if(file.lines[i].begin(), file.lines[i].end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
      });
      if (columns > 100)
        findings.push_back(file.name + ":" + std::to_string(i + 1) + ": more than 100 columns");
    }
    if (!file.name.ends_with(".hpp")) continue;
    if (file.text.find("#pragma once") == std::string::npos)
      findings.push_back(file.name + ": no #pragma once");
    if (!file.text.starts_with("//")) findings.push_back(file.name + ": no comment at its top");
  }
  report(findings);
}

TEST_CASE("messages of the waist are no aggregates") {
  const std::string request = read(root / "harness/model/request.hpp");
  CHECK(request.find("static_assert(!std::is_aggregate_v<Request>)") != std::string::npos);
  CHECK(request.find("static_assert(!std::is_aggregate_v<Response>)") != std::string::npos);
}

TEST_CASE("no name of a test holds a character that CTest splits at") {
  const std::regex name(R"re(TEST_CASE(?:_METHOD)?\([^"]*"([^"]*)")re");
  std::vector<std::string> findings;
  for (const File& file : sources({"tests"}))
    for (std::sregex_iterator at(file.text.begin(), file.text.end(), name), end; at != end; ++at)
      if ((*at)[1].str().find_first_of(";\\") != std::string::npos)
        findings.push_back(file.name + ": \"" + (*at)[1].str() + "\"");
  report(findings);
}
