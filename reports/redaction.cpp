#include "reports/redaction.hpp"

#include <algorithm>

namespace seawall::reports {
namespace {

constexpr std::string_view mask = "***";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

// Where in `text` a value stands, quotes excluded.
struct Range {
  std::size_t from = 0;
  std::size_t end = 0;
};

Range quoted_value(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const std::string_view triple = text.substr(at, 3);
  if (triple.size() == 3 && triple[1] == quote && triple[2] == quote)
    return {at + 3, std::min(text.find(triple, at + 3), text.size())};
  std::size_t end = at + 1;
  while (end < text.size() && text[end] != quote && text[end] != '\n')
    end += text[end] == '\\' && quote == '"' ? 2 : 1;
  return {at + 1, std::min(end, text.size())};
}

// The value behind a secret's name, if one follows: `= "x"`, `: x`, `" : "x"`.
Range value_behind(std::string_view text, std::size_t at) {
  const auto skip_blanks = [&] {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  };
  if (at < text.size() && (text[at] == '"' || text[at] == '\'')) ++at;
  skip_blanks();
  if (at == text.size() || (text[at] != '=' && text[at] != ':')) return {};
  const bool header = text[at] == ':';
  ++at;
  skip_blanks();
  if (at < text.size() && (text[at] == '"' || text[at] == '\'')) return quoted_value(text, at);
  // A header's value goes on to the end of its line, any other to the next blank.
  const std::string_view ends = header ? "\"'\r\n" : "\"'\r\n\t ,}]";
  return {at, std::min(text.find_first_of(ends, at), text.size())};
}

// The password of the URL whose "://" stands at `at`.
Range password_behind(std::string_view text, std::size_t at) {
  const std::size_t from = at + 3;
  const std::size_t end = std::min(text.find_first_of(" \t\r\n\"'/<>", from), text.size());
  const std::string_view authority = text.substr(from, end - from);
  const std::size_t host = authority.rfind('@');
  const std::size_t colon = authority.find(':');
  if (host == authority.npos || colon > host) return {};
  return {from + colon + 1, from + host};
}

// "Bearer ${env.TOKEN}" names a secret and does not tell it.
bool only_refers(std::string_view value) {
  for (const std::string_view scheme : {"Bearer ", "Basic ", "Token "})
    if (value.starts_with(scheme)) value.remove_prefix(scheme.size());
  if (value.empty()) return false;
  while (value.starts_with("${env.")) {
    const std::size_t end = value.find('}');
    if (end == value.npos) return false;
    value.remove_prefix(end + 1);
  }
  return value.empty();
}

}  // namespace

Redaction::Redaction(std::span<const std::string> headers)
    : names_{"authorization", "proxy-authorization", "cookie", "set-cookie", "password"} {
  for (const std::string& header : headers) {
    std::string& name = names_.emplace_back(header);
    std::transform(name.begin(), name.end(), name.begin(), lower);
  }
}

// The length of the secret's name that stands at `at` as a word of its own; 0 for none.
std::size_t Redaction::secret_name_at(std::string_view text, std::size_t at) const {
  if (at > 0 && is_word(text[at - 1])) return 0;
  for (const std::string& name : names_) {
    const std::string_view word = text.substr(at, name.size());
    const bool same =
        word.size() == name.size() && std::equal(word.begin(), word.end(), name.begin(),
                                                 [](char a, char b) { return lower(a) == b; });
    const std::size_t end = at + name.size();
    if (same && (end == text.size() || !is_word(text[end]))) return name.size();
  }
  return 0;
}

std::string Redaction::apply(std::string_view text) const {
  std::string out;
  out.reserve(text.size());
  std::size_t copied = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    Range value;
    if (text.substr(at, 3) == "://")
      value = password_behind(text, at);
    else if (const std::size_t length = secret_name_at(text, at); length > 0)
      value = value_behind(text, at + length);
    if (value.from < value.end && !only_refers(text.substr(value.from, value.end - value.from))) {
      out.append(text.substr(copied, value.from - copied)).append(mask);
      copied = value.end;
    }
    at = std::max(at + 1, value.end);
  }
  return out.append(text.substr(copied));
}

}  // namespace seawall::reports
