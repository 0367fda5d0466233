// Where a text names another service: as the host of a URL, as HOST:PORT, or alone.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace seawall::init {

struct Reference {
  std::string_view host;
  std::optional<int> port;
  bool whole = false;  // the text is the host and nothing else
};

// `text` with each host and its port replaced by what `with` gives for it, where it gives anything.
// A host stands at the beginning, or behind "//", "@", "," or "="; it ends before ":PORT", "/",
// "?", "," or at the end. A bare word counts as a host only where a port follows, where "//" or "@"
// stands before it, or where it is all of the text.
std::string with_references(
    std::string_view text, const std::function<std::optional<std::string>(const Reference&)>& with);

}  // namespace seawall::init
