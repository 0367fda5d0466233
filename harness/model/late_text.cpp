#include "harness/model/late_text.hpp"

namespace seawall::model {
namespace {

using Part = LateText::Part;
using Kind = Part::Kind;

// A late part as the file has it.
std::string written(const Part& part) {
  switch (part.kind) {
    case Kind::port:
      return "${port}";
    case Kind::dir:
      return "${dir}";
    case Kind::service:
      return "${service." + part.text + "}";
    case Kind::link:
      return "${link." + part.link.from + "." + part.link.to + "}";
    default:
      return part.text;
  }
}

template <class Map, class Key>
std::string found_in(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? std::string() : found->second;
}

// Empty where nothing is known.
std::string value_of(const Part& part, const Addresses& known) {
  switch (part.kind) {
    case Kind::port:
      return known.port;
    case Kind::dir:
      return known.dir;
    case Kind::service:
      return found_in(known.services, part.text);
    case Kind::link:
      return found_in(known.links, part.link);
    default:
      return part.text;
  }
}

bool is_late(const Part& part) { return part.kind != Kind::text && part.kind != Kind::secret; }

}  // namespace

LateText plain_text(std::string text) {
  LateText plain;
  plain.parts.push_back({Kind::text, std::move(text), {}});
  return plain;
}

base::expected<std::string, std::string> complete(const LateText& text, const Addresses& known) {
  std::string whole;
  for (const Part& part : text.parts) {
    const std::string value = value_of(part, known);
    if (value.empty() && is_late(part))
      return base::unexpected(written(part) + " stands for nothing yet");
    whole += value;
  }
  return whole;
}

std::string shown(const LateText& text) {
  std::string whole;
  for (const Part& part : text.parts) whole += part.kind == Kind::secret ? "***" : written(part);
  return whole;
}

void collect_secrets(const LateText& text, std::vector<std::string>& secrets) {
  for (const Part& part : text.parts)
    if (part.kind == Kind::secret && !part.text.empty()) secrets.push_back(part.text);
}

std::string without_secrets(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    if (secret.empty()) continue;
    for (std::size_t at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + 3))
      text.replace(at, secret.size(), "***");
  }
  return text;
}

}  // namespace seawall::model
