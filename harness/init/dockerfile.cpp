// Dockerfiles, as far as they tell how what is built is started.
#include <algorithm>
#include <cctype>
#include <charconv>

#include <boost/json.hpp>

#include "harness/base/text.hpp"
#include "harness/init/part.hpp"

namespace seawall::init {
namespace {

namespace json = boost::json;

// One instruction with its continued lines.
struct Instruction {
  std::string word;  // in capitals
  std::string rest;
};

std::vector<Instruction> instructions_in(const std::string& text) {
  std::vector<Instruction> all;
  std::string whole;
  for (const std::string_view raw : base::split(text, '\n')) {
    const std::string_view line = base::trim(raw);
    if (line.empty() || line.starts_with('#')) continue;
    const bool continues = line.ends_with('\\');
    whole += (whole.empty() ? "" : " ");
    whole += base::trim(line.substr(0, line.size() - (continues ? 1 : 0)));
    if (continues) continue;
    const std::size_t blank = std::min(whole.find(' '), whole.size());
    Instruction one{whole.substr(0, blank), std::string(base::trim(whole.substr(blank)))};
    for (char& byte : one.word)
      byte = static_cast<char>(std::toupper(static_cast<unsigned char>(byte)));
    all.push_back(std::move(one));
    whole.clear();
  }
  return all;
}

// What an instruction runs: words, as a JSON array or as a line of a shell.
struct Run {
  Words words;
  bool by_shell = false;
};

Run run_of(const std::string& rest) {
  boost::system::error_code error;
  const json::value value = json::parse(rest, error);
  if (error || !value.is_array()) return {command_of(rest), true};
  Run run;
  for (const json::value& word : value.get_array())
    if (word.is_string()) run.words.emplace_back(word.get_string());
  return run;
}

// What the last stage says.
struct Stage {
  Run entrypoint;
  Run command;
  std::string folder;  // where it works
  std::vector<std::pair<std::string, std::string>> env;
  std::vector<int> ports;

  void take(const Instruction& one) {
    if (one.word == "FROM") *this = Stage();
    if (one.word == "ENTRYPOINT") entrypoint = run_of(one.rest);
    if (one.word == "CMD") command = run_of(one.rest);
    if (one.word == "WORKDIR") folder = one.rest;
    if (one.word == "ENV") take_variable(one.rest);
    if (one.word == "EXPOSE") take_ports(one.rest);
  }

  // "A=b C=d" or "A b".
  void take_variable(const std::string& rest) {
    const std::size_t blank = rest.find(' ');
    if (rest.substr(0, blank).find('=') == std::string::npos) {
      if (blank != std::string::npos)
        env.emplace_back(rest.substr(0, blank), rest.substr(blank + 1));
      return;
    }
    for (const std::string_view word : base::split(rest, ' '))
      for (auto& variable : variables_in(word)) env.push_back(std::move(variable));
  }

  void take_ports(const std::string& rest) {
    for (const std::string_view word : base::split(rest, ' ')) {
      int port = 0;
      const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), port);
      if (error == std::errc() && port > 0 && port <= 65535) ports.push_back(port);
    }
  }

  // A command of a shell takes the place of what would be its arguments.
  Words all_words() const {
    Words words = entrypoint.words;
    if (!entrypoint.by_shell) words.insert(words.end(), command.words.begin(), command.words.end());
    return words;
  }
};

// "/app/server" where "/app" is what the folder's content became.
std::string here(std::string word, const std::string& folder) {
  const bool below = folder.size() > 1 && word.starts_with(folder + "/");
  return below ? "." + word.substr(folder.size()) : word;
}

}  // namespace

void add_dockerfile(const Folder& folder, const std::filesystem::path& path, Part& part) {
  const auto text = folder.read_beside(path, part.remarks);
  if (!text) return;
  Stage stage;
  for (const Instruction& one : instructions_in(*text)) stage.take(one);
  for (const auto& [name, value] : stage.env)
    if (value.find('$') == std::string::npos && name != "PATH") add_variable(part, name, value);
  if (part.ports.empty()) part.ports = stage.ports;
  if (!part.command.empty()) return;
  for (std::string& word : stage.all_words())
    part.command.push_back(here(std::move(word), stage.folder));
  if (!part.command.empty())
    part.remarks.push_back("The command is that of " + path.string() +
                           ": what it needs must be built and installed on this machine.");
}

}  // namespace seawall::init
