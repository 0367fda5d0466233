#include "harness/init/references.hpp"

#include <cctype>
#include <charconv>

namespace seawall::init {
namespace {

bool is_host_byte(char byte) {
  return std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '-' || byte == '_' ||
         byte == '.';
}

// What ends at `at` lets a host begin there.
bool may_begin(std::string_view before) {
  if (before.empty()) return true;
  const char last = before.back();
  return last == '@' || last == ',' || last == '=' || before.ends_with("//");
}

// "user:password@" of a URL holds no host, whatever it looks like.
bool is_user_part(std::string_view text, std::size_t at) {
  const std::size_t end = text.find_first_of("@/,", at);
  return end != std::string_view::npos && text[end] == '@';
}

}  // namespace

std::string with_references(
    std::string_view text,
    const std::function<std::optional<std::string>(const Reference&)>& with) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = at;
    while (end < text.size() && is_host_byte(text[end])) ++end;
    const std::string_view before = text.substr(0, at);
    if (end == at || !may_begin(before) || is_user_part(text, at)) {
      out += text[at++];
      // A host begins only behind what is none of its bytes.
      while (end > at) out += text[at++];
      continue;
    }
    Reference reference{text.substr(at, end - at), std::nullopt, at == 0 && end == text.size()};
    std::size_t after = end;
    if (end < text.size() && text[end] == ':') {
      int port = 0;
      const auto [stop, error] =
          std::from_chars(text.data() + end + 1, text.data() + text.size(), port);
      if (error == std::errc() && port > 0 && port <= 65535) {
        reference.port = port;
        after = static_cast<std::size_t>(stop - text.data());
      }
    }
    const bool in_url = before.ends_with("//") || before.ends_with('@');
    const bool ends = after == text.size() ||
                      std::string_view("/?,;&").find(text[after]) != std::string_view::npos;
    const bool is_host = ends && (reference.port || in_url || reference.whole);
    const auto instead = is_host ? with(reference) : std::nullopt;
    out += instead ? *instead : std::string(text.substr(at, after - at));
    at = after;
  }
  return out;
}

}  // namespace seawall::init
