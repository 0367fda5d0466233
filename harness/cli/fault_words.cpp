#include "harness/cli/fault_words.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace seawall::cli {
namespace {

bool is_text(const std::string& key) {
  return key == "name" || key == "body" || key.starts_with("headers.") ||
         key.starts_with("match.header.");
}

std::string value_of(const std::string& key, const std::string& word) {
  const bool number = !word.empty() && word.find_first_not_of("0123456789.") == std::string::npos;
  const bool plain =
      number || word == "true" || word == "false" || word.starts_with('[') || word.starts_with('{');
  if (word.starts_with('"')) return word;
  return plain && !is_text(key) ? word : quoted(word);
}

}  // namespace

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\u{:04x}", static_cast<int>(c));
    else
      out += (c == '"' || c == '\\') ? std::string("\\") + c : std::string(1, c);
  }
  return out + "\"";
}

base::expected<FaultKey, std::string> fault_key(const std::string& word) {
  const std::size_t equals = word.find('=');
  const std::string key = word.substr(0, equals);
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
  if (equals == std::string::npos || !bare)
    return base::unexpected("'" + word + "' is no KEY=VALUE, as in \"latency latency=300ms\"");
  return FaultKey{key, key + " = " + value_of(key, word.substr(equals + 1)) + "\n"};
}

}  // namespace seawall::cli
