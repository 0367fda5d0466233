#include "harness/model/kept_name.hpp"

#include <algorithm>

#include "harness/base/keyed_random.hpp"
#include "harness/base/text.hpp"
#include "harness/model/scenario.hpp"

namespace seawall::model {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_';
}

// At most so many bytes of it, and no part of a character.
std::string_view beginning(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return text.substr(0, most);
}

// Where it is cut: what follows begins with a '-'.
std::string_view without_end(std::string_view text) {
  while (text.ends_with('-')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string kept_name(std::string_view scenario, std::string_view told,
                      std::string_view separators) {
  std::string plain = "-";
  bool says_all = true;
  for (char before = 0; const char c : told) {
    const bool is_sign = c == '-' && before == '=';
    before = c;
    if (is_plain(c))
      plain += c;
    else if (c == '*')
      plain += "any";
    else if (plain.back() != '-')
      plain += '-';
    if (is_sign) plain += "minus-";
    says_all = says_all && (is_plain(c) || c == '*' || separators.find(c) != separators.npos);
  }
  if (plain.back() == '-') plain.pop_back();
  if (says_all && scenario.size() + plain.size() <= longest_name)
    return base::concat({scenario, plain});
  const std::string all = base::concat({scenario, "-", told});
  const std::string hash = "-" + base::hex(base::hash_bytes(all)).substr(0, 8);
  // The scenario has at least half of it, and all that the rest leaves free.
  const std::size_t wanted = std::min(plain.size(), longest_name / 2 - hash.size());
  const std::string_view first =
      without_end(beginning(scenario, longest_name - hash.size() - wanted));
  const std::size_t room = longest_name - hash.size() - first.size();
  return base::concat({first, without_end(std::string_view(plain).substr(0, room)), hash});
}

}  // namespace seawall::model
