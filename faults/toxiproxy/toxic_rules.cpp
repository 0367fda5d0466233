#include "faults/toxiproxy/toxic_rules.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.hpp"

namespace seawall::toxiproxy {
namespace {

// Upper and lower case mean the same, as in Toxiproxy.
std::optional<relay::Direction> parse_stream(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const relay::Direction direction : {relay::Direction::up, relay::Direction::down})
    if (text == to_text(direction)) return direction;
  return std::nullopt;
}

base::unexpected<Refusal> refuse_stranger(const Toxic& toxic, const GivenAttribute& attribute) {
  std::vector<std::string> names;
  for (const Attribute& row : toxic.type->attributes()) names.emplace_back(row.name);
  return base::unexpected(refusal_of(
      {attribute.offset,
       fmt::format("attributes: a toxic of type {} has no '{:.40}'; it has {}", toxic.type->name,
                   attribute.key, names.empty() ? "none" : base::join(names, ", "))}));
}

// Attributes that the type does not have are dropped where clients of Toxiproxy send them.
Outcome<void> set_attributes(Toxic& toxic, const ToxicInput& input) {
  const auto attributes = toxic.type->attributes();
  for (const GivenAttribute& attribute : input.attributes) {
    const bool known = std::any_of(attributes.begin(), attributes.end(),
                                   [&](const Attribute& row) { return row.name == attribute.key; });
    if (!known && input.unknown == Unknown::refused) return refuse_stranger(toxic, attribute);
    for (std::size_t i = 0; i < attributes.size(); ++i) {
      if (attributes[i].name != attribute.key) continue;
      const auto value = parse_integer(attribute.number, attributes[i].most);
      if (!value)
        return base::unexpected(refusal_of(
            {attribute.offset, fmt::format("attributes.{}: {}", attribute.key, value.error())}));
      toxic.values[i] = *value;
    }
  }
  return {};
}

}  // namespace

Outcome<Toxic> new_toxic(const ToxicInput& input, const std::vector<Toxic>& existing) {
  Toxic toxic;
  const auto direction = parse_stream(input.stream.value_or("downstream"));
  if (!direction)
    return base::unexpected(
        Refusal{400, "stream was invalid, can be either upstream or downstream", input.offset});
  toxic.direction = *direction;
  toxic.type = find_toxic_type(input.type.value_or(""));
  if (toxic.type == nullptr)
    return base::unexpected(Refusal{400, "invalid toxic type", input.offset});
  toxic.name = input.name.value_or("");
  if (toxic.name.empty())
    toxic.name = fmt::format("{}_{}", toxic.type->name, to_text(toxic.direction));
  const auto same = [&](const Toxic& other) { return other.name == toxic.name; };
  if (std::any_of(existing.begin(), existing.end(), same))
    return base::unexpected(Refusal{409, "toxic already exists", input.offset});
  return updated_toxic(std::move(toxic), input);
}

Outcome<std::vector<Toxic>> new_toxics(const std::vector<ToxicInput>& inputs) {
  std::vector<Toxic> toxics;
  for (const ToxicInput& input : inputs) {
    auto toxic = new_toxic(input, toxics);
    if (!toxic) return base::unexpected(toxic.error());
    toxics.push_back(*std::move(toxic));
  }
  return toxics;
}

Outcome<Toxic> updated_toxic(Toxic toxic, const ToxicInput& input) {
  if (const auto set = set_attributes(toxic, input); !set) return base::unexpected(set.error());
  if (input.toxicity) toxic.toxicity = Toxicity::of(*input.toxicity);
  return toxic;
}

}  // namespace seawall::toxiproxy
