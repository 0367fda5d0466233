#include "faults/toxiproxy/object_reader.hpp"

namespace seawall::toxiproxy {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool same_key(std::string_view key, std::string_view name) {
  if (key.size() != name.size()) return false;
  for (std::size_t i = 0; i < key.size(); ++i)
    if (lower(key[i]) != name[i]) return false;
  return true;
}

bool ObjectReader::stranger(std::string_view key, std::string_view known) {
  if (unknown == Unknown::dropped) return json.skip_value();
  const std::string more = known.empty() ? "" : fmt::format("; expected {}", known);
  return json.fail_at(json.offset(), fmt::format("there is no key '{:.60}' here{}", key, more));
}

bool ObjectReader::text(std::string_view key, std::optional<std::string>& out) {
  if (json.take_word("null")) return true;
  return json.read_string(out.emplace()) || json.blame(key);
}

bool ObjectReader::flag(std::string_view key, std::optional<bool>& out) {
  if (json.take_word("null")) return true;
  return json.read_bool(out.emplace()) || json.blame(key);
}

bool ObjectReader::texts(std::string_view key, std::vector<std::string>& out) {
  if (json.take_word("null")) return true;
  return elements([&] { return json.read_string(out.emplace_back()); }, out) || json.blame(key);
}

}  // namespace seawall::toxiproxy
