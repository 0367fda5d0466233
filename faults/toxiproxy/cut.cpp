#include "faults/toxiproxy/cut.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "harness/base/text.hpp"
#include "harness/model/json_codec.hpp"

namespace seawall::toxiproxy {
namespace {

using Admission = relay::Link::Admission;
using relay::Direction;

struct TypeRow {
  CutType type;
  std::string_view name;
  bool has_direction = false;
};
constexpr auto type_rows = std::to_array<TypeRow>({
    {CutType::partition, "partition", true},
    {CutType::blackhole, "blackhole", true},
    {CutType::refuse, "refuse"},
    {CutType::refuse_new, "refuse_new"},
    {CutType::connect_hang, "connect_hang"},
});

std::string in_list(const std::vector<std::string>& words) {
  std::vector<std::string> elements;
  for (const std::string& word : words) elements.push_back(model::json_string(word));
  return "[" + base::join(elements, ",") + "]";
}

// What a text says, before it is looked at together.
struct Words {
  std::optional<std::string> name;
  std::optional<std::string> type;
  std::optional<std::string> on;
  std::optional<std::string> mode;
  std::optional<std::string> direction;
  std::vector<std::vector<std::string>> groups;
};

bool read_groups(ObjectReader& in, std::vector<std::vector<std::string>>& out) {
  return in.elements([&] { return in.texts("", out.emplace_back()); }, out) ||
         in.json.blame("groups");
}

bool read_words(ObjectReader& in, Words& out) {
  return in.members([&](std::string_view key) {
    if (same_key(key, "name")) return in.text("name", out.name);
    if (same_key(key, "type")) return in.text("type", out.type);
    if (same_key(key, "on")) return in.text("on", out.on);
    if (same_key(key, "mode")) return in.text("mode", out.mode);
    if (same_key(key, "direction")) return in.text("direction", out.direction);
    if (same_key(key, "groups")) return read_groups(in, out.groups);
    return in.stranger(key, "name, type, groups, on, mode, direction");
  });
}

base::unexpected<Mistake> wrong(std::string sentence) {
  return base::unexpected(Mistake{0, std::move(sentence)});
}

base::expected<CutType, Mistake> type_of(const Words& words) {
  std::vector<std::string> names;
  for (const TypeRow& row : type_rows) {
    if (words.type == row.name) return row.type;
    names.emplace_back(row.name);
  }
  return wrong(fmt::format("type: expected one of {}, found '{:.40}'", base::join(names, ", "),
                           words.type.value_or("")));
}

base::expected<void, Mistake> check_groups(const std::vector<std::vector<std::string>>& groups) {
  if (groups.size() < 2) return wrong("groups: expected two or more, as in [[\"a\"], [\"b\"]]");
  std::set<std::string> seen;
  for (const auto& group : groups) {
    if (group.empty()) return wrong("groups: one of them is empty");
    for (const std::string& name : group)
      if (!seen.insert(name).second)
        return wrong(fmt::format("groups: '{:.60}' comes twice", name));
  }
  return {};
}

base::expected<Cut::Way, Mistake> direction_of(const Words& words, const Cut& cut) {
  const auto row = std::find_if(type_rows.begin(), type_rows.end(),
                                [&](const TypeRow& one) { return one.type == cut.type; });
  if (!words.direction) return Cut::Way::both;
  if (!row->has_direction || cut.refuses)
    return wrong("direction: silence alone has one; connections are refused as a whole");
  if (words.direction == "both") return Cut::Way::both;
  if (words.direction == "request") return Cut::Way::request;
  if (words.direction == "response") return Cut::Way::response;
  return wrong(fmt::format("direction: expected request, response or both, found '{:.40}'",
                           *words.direction));
}

base::expected<Cut, Mistake> cut_of(Words words) {
  Cut cut;
  const auto type = type_of(words);
  if (!type) return base::unexpected(type.error());
  cut.type = *type;
  cut.name = words.name.value_or("");
  const bool between = cut.type == CutType::partition;
  if (between && words.on) return wrong("on: a partition has groups in its place");
  if (!between && !words.groups.empty()) return wrong("groups: only a partition has some");
  if (!between && words.on.value_or("").empty())
    return wrong("on: expected a proxy, or \"caller -> callee\"");
  if (!between && words.mode) return wrong("mode: only a partition has one");
  if (between)
    if (const auto checked = check_groups(words.groups); !checked)
      return base::unexpected(checked.error());
  if (words.mode && words.mode != "blackhole" && words.mode != "refuse")
    return wrong(fmt::format("mode: expected blackhole or refuse, found '{:.40}'", *words.mode));
  cut.refuses = words.mode == "refuse";
  cut.groups = std::move(words.groups);
  cut.on = words.on.value_or("");
  const auto direction = direction_of(words, cut);
  if (!direction) return base::unexpected(direction.error());
  cut.direction = *direction;
  return cut;
}

// The caller and the callee of "order -> payment".
std::optional<std::pair<std::string, std::string>> ends_of(std::string_view text) {
  const std::size_t arrow = text.find("->");
  if (arrow == text.npos) return std::nullopt;
  std::pair<std::string, std::string> ends{base::trim(text.substr(0, arrow)),
                                           base::trim(text.substr(arrow + 2))};
  if (ends.first.empty() || ends.second.empty()) return std::nullopt;
  return ends;
}

bool has(const std::vector<std::string>& group, const std::string& name) {
  return std::find(group.begin(), group.end(), name) != group.end();
}

relay::StreamFault fault_of(const Cut& cut, Direction direction) {
  relay::StreamFault fault;
  fault.name = "cut " + cut.name;
  fault.direction = direction;
  return fault;
}

}  // namespace

Parties parties_of(const std::string& proxy, const std::optional<std::string>& caller,
                   const std::optional<std::string>& callee) {
  const auto ends = ends_of(proxy);
  return {proxy, caller.value_or(ends ? ends->first : "client"),
          callee.value_or(ends ? ends->second : proxy)};
}

base::expected<Cut, Mistake> read_cut(std::string_view text) {
  auto words = read_object<Words>(text, Unknown::refused, read_words);
  if (!words) return base::unexpected(words.error());
  return cut_of(*std::move(words));
}

std::string_view to_text(CutType type) {
  for (const TypeRow& row : type_rows)
    if (row.type == type) return row.name;
  return {};
}

std::string members_of(const Cut& cut) {
  std::string members = fmt::format("\"type\":\"{}\"", to_text(cut.type));
  if (cut.type == CutType::partition) {
    std::vector<std::string> groups;
    for (const auto& group : cut.groups) groups.push_back(in_list(group));
    members += fmt::format(",\"groups\":[{}],\"mode\":\"{}\"", base::join(groups, ","),
                           cut.refuses ? "refuse" : "blackhole");
  } else {
    members += ",\"on\":" + model::json_string(cut.on);
  }
  if (cut.direction == Cut::Way::request) members += ",\"direction\":\"request\"";
  if (cut.direction == Cut::Way::response) members += ",\"direction\":\"response\"";
  return members;
}

bool covers(const Cut& cut, const Parties& parties) {
  if (cut.type != CutType::partition) {
    if (base::matches_glob(cut.on, parties.proxy)) return true;
    const auto ends = ends_of(cut.on);
    return ends && base::matches_glob(ends->first, parties.caller) &&
           base::matches_glob(ends->second, parties.callee);
  }
  for (const auto& near : cut.groups)
    for (const auto& far : cut.groups)
      if (&near != &far && has(near, parties.caller) &&
          (has(far, parties.callee) || has(far, parties.proxy)))
        return true;
  return false;
}

CutEffect effect_of(const Cut& cut) {
  CutEffect effect;
  if (cut.type == CutType::connect_hang) {
    effect.admission = Admission::hanging;
  } else if (cut.type == CutType::refuse_new) {
    effect.admission = Admission::refused;
  } else if (cut.type == CutType::refuse || cut.refuses) {
    effect.admission = Admission::refused;
    relay::StreamFault fault = fault_of(cut, Direction::up);
    fault.effect.reset_after = base::Duration{};
    effect.stream.push_back(std::move(fault));
  } else {
    for (const auto& [direction, not_cut] : {std::pair(Direction::up, Cut::Way::response),
                                             std::pair(Direction::down, Cut::Way::request)}) {
      if (cut.direction == not_cut) continue;
      relay::StreamFault fault = fault_of(cut, direction);
      fault.effect.holds = true;
      effect.stream.push_back(std::move(fault));
    }
  }
  return effect;
}

Admission stricter(Admission a, Admission b) {
  if (a == Admission::refused || b == Admission::refused) return Admission::refused;
  return a == Admission::hanging ? a : b;
}

}  // namespace seawall::toxiproxy
