#include "reports/markdown.hpp"

#include "reports/finding_text.hpp"

namespace seawall::reports {

std::string escaped_markdown(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (std::string_view("\\`*_[]<>|#").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace seawall::reports
