// seawall cut: faults of connections over several proxies of one that runs.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/cli/asker.hpp"
#include "harness/cli/commands.hpp"

namespace seawall::cli {
namespace {

namespace json = boost::json;

// "order,payment" as a list.
json::array group_of(const std::string& text) {
  json::array group;
  for (const std::string_view name : base::split(text, ','))
    group.emplace_back(std::string(base::trim(name)));
  return group;
}

json::object cut_of(const ProxyQuestion& question) {
  json::object cut{{"type", question.type}};
  if (!question.cut.empty()) cut["name"] = question.cut;
  if (!question.on.empty()) cut["on"] = question.on;
  if (!question.mode.empty()) cut["mode"] = question.mode;
  if (!question.direction.empty()) cut["direction"] = question.direction;
  if (!question.groups.empty()) {
    json::array groups;
    for (const std::string& group : question.groups) groups.push_back(group_of(group));
    cut["groups"] = std::move(groups);
  }
  return cut;
}

Answered<json::value> cut_action(const Asker& asker, const ProxyQuestion& question) {
  const std::string all = "/seawall/v1/cuts";
  if (question.action == "list") return asker.ask("GET", all);
  if (question.action == "remove")
    return asker.ask("DELETE", all + "/" + toxiproxy::path_segment(question.cut));
  return asker.ask("POST", all, cut_of(question));
}

std::string cut_line(const json::object& cut) {
  std::string words;
  for (const char* key : {"groups", "on", "mode", "direction", "proxies"})
    if (cut.contains(key)) words += fmt::format("  {}={}", key, text_of(cut, key));
  std::string hits;
  if (const json::value* const given = cut.if_contains("hits"); given && given->is_object())
    hits =
        fmt::format("connections {}, hung connects {}", text_of(given->get_object(), "connections"),
                    text_of(given->get_object(), "hung_connects"));
  return fmt::format("  {:<24} {:<14} {}{}\n", text_of(cut, "name"), text_of(cut, "type"), hits,
                     words);
}

std::string cut_lines(const json::value& value) {
  if (value.is_object()) return cut_line(value.get_object());
  std::string lines;
  for (const json::value& cut : value.get_array())
    if (cut.is_object()) lines += cut_line(cut.get_object());
  return lines.empty() ? "no cuts\n" : lines;
}

}  // namespace

int cut_command(const ProxyQuestion& question) { return ask(question, cut_action, cut_lines); }

}  // namespace seawall::cli
