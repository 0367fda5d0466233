#include "harness/explore/kept.hpp"

#include "harness/base/assert.hpp"
#include "harness/base/keyed_random.hpp"
#include "harness/base/text.hpp"
#include "harness/scenario/toml.hpp"

namespace seawall::explore {
namespace {

// What the name of a folder may hold without a second thought; all else is one "-".
void add_plain(std::string& name, std::string_view text) {
  name += '-';
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '.' || c == '_';
    if (is_plain)
      name += c;
    else if (name.back() != '-')
      name += '-';
  }
  if (name.back() == '-') name.pop_back();
}

}  // namespace

std::string name_of_finding(const std::string& scenario, const std::string& invariant,
                            const std::vector<std::string>& plan) {
  constexpr std::size_t longest = 96;  // behind the name of the scenario
  constexpr std::string_view only_order = "order 1: ";
  std::string told;
  add_plain(told, std::string_view(invariant).substr(invariant.find(' ') + 1));
  for (std::string_view line : plan) {
    if (line.starts_with(only_order)) line.remove_prefix(only_order.size());
    add_plain(told, line);
  }
  if (told.size() > longest) {
    const std::string whole = base::hex(base::hash_bytes(told)).substr(0, 8);
    told = told.substr(0, longest - whole.size() - 1) + "-" + whole;
  }
  return scenario + told;
}

std::string kept_scenario(const std::string& text, const Violation& violation,
                          const std::vector<std::string>& plan) {
  scenario::Sources sources;
  scenario::Problems problems(sources);
  const std::size_t number = sources.add("found.toml", text);
  auto whole = scenario::parse_toml(number, text, problems);
  base::require(whole.has_value(), "the text of what was explored can be read");
  const scenario::Value* given = whole->get("scenario");
  base::require(given && given->get("name"), "a scenario that is explored has a name");
  scenario::Value meta = *given;
  const std::string& name = given->get("name")->text;
  meta.set("name",
           scenario::text_value(name_of_finding(name, violation.broken.front(), plan), {}));
  meta.set("description", scenario::text_value(violation.why, {}));
  whole->set("scenario", std::move(meta));
  return scenario::to_toml(*whole);
}

}  // namespace seawall::explore
