#include "harness/init/words.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "harness/base/text.hpp"

namespace seawall::init {
namespace {

// Of a shell alone; outside of quotes.
constexpr std::string_view shells_own = "|&;<>()$`*?[]#~!{}\n";

bool is_name_byte(char byte) {
  return std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '_';
}

// The name that begins at `at`; empty where none does.
std::string_view name_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_name_byte(text[end])) ++end;
  const bool begins = end > at && std::isdigit(static_cast<unsigned char>(text[at])) == 0;
  return begins ? text.substr(at, end - at) : std::string_view();
}

// Reads a line byte by byte into words.
class Splitting {
 public:
  explicit Splitting(std::string_view line) : line_(line) {}

  std::optional<Words> words() {
    for (; at_ < line_.size() && !fails_; ++at_) take();
    if (fails_) return std::nullopt;
    end_word();
    const bool sets_variable = !words_.empty() && words_.front().find('=') != std::string::npos;
    if (words_.empty() || sets_variable) return std::nullopt;
    return std::move(words_);
  }

 private:
  void take() {
    const char byte = line_[at_];
    if (byte == '\'' || byte == '"') return take_quoted(byte);
    if (byte == ' ' || byte == '\t') return end_word();
    fails_ = shells_own.find(byte) != std::string_view::npos ||
             (byte == '\\' && at_ + 1 == line_.size());
    add(byte == '\\' && !fails_ ? line_[++at_] : byte);
  }

  void take_quoted(char quote) {
    is_word_ = true;
    while (++at_ < line_.size() && line_[at_] != quote) {
      const char byte = line_[at_];
      if (quote == '"' && (byte == '$' || byte == '`')) fails_ = true;
      const bool escapes = quote == '"' && byte == '\\' && at_ + 1 < line_.size() &&
                           (line_[at_ + 1] == '"' || line_[at_ + 1] == '\\');
      add(escapes ? line_[++at_] : byte);
    }
    fails_ = fails_ || at_ >= line_.size();
  }

  void add(char byte) {
    word_ += byte;
    is_word_ = true;
  }

  void end_word() {
    if (is_word_) words_.push_back(std::move(word_));
    word_.clear();
    is_word_ = false;
  }

  std::string_view line_;
  std::size_t at_ = 0;
  bool fails_ = false;
  bool is_word_ = false;
  std::string word_;
  Words words_;
};

// "${NAME}" as "$NAME", because "${" is a template of scenarios. Something harder stays, and is
// found by who looks for "${".
std::string without_braces(std::string_view line) {
  std::string out;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const std::string_view name =
        line.substr(at).starts_with("${") ? name_at(line, at + 2) : std::string_view();
    const std::size_t end = at + 2 + name.size();
    const bool plain = !name.empty() && end < line.size() && line[end] == '}' &&
                       (end + 1 == line.size() || !is_name_byte(line[end + 1]));
    if (plain) {
      out += "$" + std::string(name);
      at = end;
    } else {
      out += line[at];
    }
  }
  return out;
}

// Every $PORT as `with`.
std::string with_port(std::string_view line, std::string_view with) {
  std::string out;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '$' && name_at(line, at + 1) == "PORT") {
      out += with;
      at += 4;
    } else {
      out += line[at];
    }
  }
  return out;
}

std::string unquoted(std::string_view value) {
  value = base::trim(value);
  const bool quoted = value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
                      value.find(value.front(), 1) != std::string_view::npos;
  if (quoted) return std::string(value.substr(1, value.find(value.front(), 1) - 1));
  const std::size_t comment = value.find(" #");
  return std::string(base::trim(value.substr(0, comment)));
}

// One variable of a compose file: what follows its '$'.
class Interpolation {
 public:
  Interpolation(std::string_view text, const std::map<std::string, std::string>& values,
                std::vector<std::string>& missing)
      : text_(text), values_(values), missing_(missing) {}

  std::string result() {
    std::string out;
    while (at_ < text_.size()) {
      if (text_[at_] != '$' || at_ + 1 == text_.size())
        out += text_[at_++];
      else if (text_[at_ + 1] == '$')
        out += '$', at_ += 2;
      else if (text_[at_ + 1] == '{')
        out += braced();
      else
        out += plain();
    }
    return out;
  }

 private:
  std::string plain() {
    const std::string name(name_at(text_, at_ + 1));
    at_ += 1 + name.size();
    return name.empty() ? "$" : value_of(name, std::nullopt);
  }

  std::string braced() {
    const std::string name(name_at(text_, at_ + 2));
    const std::size_t close = text_.find('}', at_);
    if (name.empty() || close == std::string_view::npos) return std::string(1, text_[at_++]);
    std::string_view rest = text_.substr(at_ + 2 + name.size(), close - at_ - 2 - name.size());
    at_ = close + 1;
    if (rest.starts_with(':')) rest.remove_prefix(1);
    if (rest.starts_with('-')) return value_of(name, std::string(rest.substr(1)));
    return value_of(name, std::nullopt);
  }

  std::string value_of(const std::string& name, const std::optional<std::string>& otherwise) {
    const auto known = values_.find(name);
    if (known != values_.end()) return known->second;
    if (!otherwise && std::find(missing_.begin(), missing_.end(), name) == missing_.end())
      missing_.push_back(name);
    return otherwise.value_or("");
  }

  std::string_view text_;
  const std::map<std::string, std::string>& values_;
  std::vector<std::string>& missing_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<Words> words_of(std::string_view line) { return Splitting(base::trim(line)).words(); }

Words command_of(std::string_view line) {
  const std::string plain = without_braces(base::trim(line));
  // A name that no command line has stands for the port while it is split.
  constexpr std::string_view mark = "\x01";
  if (auto words = words_of(with_port(plain, mark))) {
    for (std::string& word : *words)
      for (std::size_t at = word.find(mark); at != std::string::npos; at = word.find(mark))
        word.replace(at, mark.size(), "${port}");
    return std::move(*words);
  }
  return {"sh", "-c", with_port(plain, "${port}")};
}

std::vector<std::pair<std::string, std::string>> variables_in(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> variables;
  for (std::string_view line : base::split(text, '\n')) {
    line = base::trim(line);
    if (line.starts_with("export ")) line = base::trim(line.substr(7));
    const std::string_view name = name_at(line, 0);
    if (name.empty() || name.size() == line.size() || line[name.size()] != '=') continue;
    variables.emplace_back(name, unquoted(line.substr(name.size() + 1)));
  }
  return variables;
}

bool is_secret(std::string_view name) {
  std::string upper(name);
  for (char& byte : upper) byte = static_cast<char>(std::toupper(static_cast<unsigned char>(byte)));
  constexpr auto words = std::to_array<std::string_view>(
      {"PASSWORD", "PASSWD", "SECRET", "TOKEN", "CREDENTIAL", "PRIVATE", "API_KEY", "APIKEY"});
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return upper.find(word) != std::string::npos; });
}

std::string interpolated(std::string_view text, const std::map<std::string, std::string>& values,
                         std::vector<std::string>& missing) {
  return Interpolation(text, values, missing).result();
}

}  // namespace seawall::init
