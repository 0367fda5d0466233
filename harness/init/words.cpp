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

// A name as variables are written.
std::string in_capitals(std::string_view name) {
  std::string upper(name);
  for (char& byte : upper)
    byte = byte == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(byte)));
  return upper;
}

bool has_secret_part(std::string_view name) {
  constexpr auto parts =
      std::to_array<std::string_view>({"PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN",
                                       "CREDENTIAL", "PRIVATE", "API_KEY", "APIKEY", "ACCESS_KEY"});
  const std::string upper = in_capitals(name);
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return upper.find(part) != std::string::npos; });
}

// What is too short to be looked for everywhere: JWT_KEY, but not KEYBOARD.
bool has_secret_end(std::string_view name) {
  constexpr auto ends =
      std::to_array<std::string_view>({"PASS", "_PWD", "_PW", "KEY", "AUTH", "CREDS"});
  const std::string upper = in_capitals(name);
  return std::any_of(ends.begin(), ends.end(),
                     [&](std::string_view end) { return upper.ends_with(end); });
}

// Whether a value under the name of a secret is one: ALLOW_EMPTY_PASSWORD=yes tells nobody
// anything, and where a service is to listen is the scenario's own.
bool is_telling(std::string_view value) {
  constexpr auto plain =
      std::to_array<std::string_view>({"", "TRUE", "FALSE", "YES", "NO", "ON", "OFF"});
  return std::find(plain.begin(), plain.end(), in_capitals(value)) == plain.end() &&
         value.find("${port}") == std::string_view::npos;
}

// "password=hunter2 sslmode=off", "--token=abc", "?api_key=abc&x=1".
std::string without_assigned(std::string_view text) {
  std::string out;
  std::size_t name = 0;  // where the name ahead of `at` begins
  for (std::size_t at = 0; at < text.size(); ++at) {
    out += text[at];
    if (is_name_byte(text[at]) || text[at] == '-') continue;
    const bool assigns = text[at] == '=' && has_secret_part(text.substr(name, at - name));
    name = at + 1;
    if (!assigns || name == text.size() || text[name] == '=') continue;
    const bool quoted = text[name] == '"' || text[name] == '\'';
    if (quoted) out += text[name++];
    const std::size_t end =
        std::min(quoted ? text.find(text[name - 1], name) : text.find_first_of(" \t\n&;,'\"", name),
                 text.size());
    const std::string_view value = text.substr(name, end - name);
    out += is_telling(value) ? stand_in : value;
    at = end - 1;
    name = end;
  }
  return out;
}

// "postgres://shop:hunter2@db:5432/shop", "shop:hunter2@tcp(db:3306)/shop".
std::string without_passwords(std::string text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("/ \t\n'\"", at), text.size());
    const std::string_view before = std::string_view(text).substr(at, end - at);
    const std::size_t colon = before.find(':');
    const std::size_t sign = before.rfind('@');
    if (sign != std::string_view::npos && colon < sign && colon + 1 < sign)
      text.replace(at + colon + 1, sign - colon - 1, stand_in);
    const std::size_t next = text.find("//", at);
    if (next == std::string::npos) break;
    at = next + 2;
  }
  return text;
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

bool is_secret(std::string_view name) { return has_secret_part(name) || has_secret_end(name); }

std::string without_secrets(std::string_view name, std::string_view value) {
  // An AUTH with the URL of a service of that name is none.
  const bool is_url = value.find("://") != std::string_view::npos;
  if (has_secret_part(name) || (has_secret_end(name) && !is_url))
    return std::string(is_telling(value) ? stand_in : value);
  return without_passwords(without_assigned(value));
}

std::string interpolated(std::string_view text, const std::map<std::string, std::string>& values,
                         std::vector<std::string>& missing) {
  return Interpolation(text, values, missing).result();
}

}  // namespace seawall::init
