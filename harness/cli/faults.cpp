// seawall fault and seawall journal: faults of HTTP requests on a running proxy, and what it saw.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "faults/toxiproxy/http_fault.hpp"
#include "harness/base/text.hpp"
#include "harness/cli/asker.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/fault_words.hpp"
#include "harness/scenario/fault.hpp"
#include "harness/scenario/json.hpp"
#include "harness/scenario/toml.hpp"

namespace seawall::cli {
namespace {

namespace json = boost::json;
using toxiproxy::path_segment;

std::string path_of(const ProxyQuestion& question) {
  return "/seawall/v1/proxies/" + path_segment(question.proxy);
}

// Read here as the API will read it, so that a mistake is shown where it was written.
Answered<json::value> fault_of(const ProxyQuestion& question) {
  std::string text = "type = " + quoted(question.type) + "\n";
  for (const std::string& word : question.words) {
    const auto given = fault_key(word);
    if (!given) return trouble(usage, given.error());
    text += given->line;
  }
  scenario::Sources sources;
  scenario::Problems problems(sources);
  const auto words = scenario::parse_toml(sources.add("command line", text), text, problems);
  if (words && scenario::read_fault(*words, toxiproxy::http_fault_kinds(), problems))
    return json::parse(scenario::to_json(*words));
  std::vector<std::string> mistakes;
  for (const base::Diagnostic& mistake : problems.take_errors())
    mistakes.emplace_back(base::trim(base::to_text(mistake)));
  return trouble(usage, base::join(mistakes, "\n"));
}

Answered<json::value> fault_action(const Asker& asker, const ProxyQuestion& question) {
  const std::string all = path_of(question) + "/faults";
  if (question.action == "list") return asker.ask("GET", all);
  if (question.action == "remove")
    return asker.ask("DELETE", all + "/" + path_segment(question.fault));
  const auto fault = fault_of(question);
  if (!fault) return fault;
  return asker.ask("POST", all, *fault);
}

std::string fault_line(const json::object& fault) {
  std::string words;
  std::string hits;
  for (const auto& [key, value] : fault) {
    if (key == "name" || key == "type") continue;
    if (key == "hits" && value.is_object())
      hits = fmt::format("matched {}, acted {}", text_of(value.get_object(), "matched"),
                         text_of(value.get_object(), "acted"));
    else
      words += fmt::format("  {}={}", std::string_view(key), text_of(fault, key));
  }
  return fmt::format("  {:<24} {:<18} {}{}\n", text_of(fault, "name"), text_of(fault, "type"), hits,
                     words);
}

std::string fault_lines(const json::value& value) {
  if (value.is_object()) return fault_line(value.get_object());
  std::string lines;
  for (const json::value& fault : value.get_array())
    if (fault.is_object()) lines += fault_line(fault.get_object());
  return lines.empty() ? "no faults of requests\n" : lines;
}

Answered<json::value> journal_action(const Asker& asker, const ProxyQuestion& question) {
  const std::string path = path_of(question) + "/journal";
  if (question.empty) return asker.ask("DELETE", path);
  if (question.keep || question.do_not_keep)
    return asker.ask("PATCH", path_of(question), {{"journal", question.keep}});
  std::string query;
  for (const auto& [key, value] : {std::pair("method", &question.method),
                                   {"path", &question.path},
                                   {"status", &question.status},
                                   {"fault", &question.fault},
                                   {"since", &question.since},
                                   {"limit", &question.limit}})
    if (!value->empty())
      query += fmt::format("{}{}={}", query.empty() ? "?" : "&", key, path_segment(*value));
  return asker.ask("GET", path + query);
}

std::int64_t number_of(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value && value->is_int64() ? value->get_int64() : 0;
}

std::string seconds(std::int64_t nanoseconds) {
  return fmt::format("{:.3f}s", static_cast<double>(nanoseconds) / 1e9);
}

std::string journal_line(const json::object& row, std::int64_t now) {
  const std::int64_t ended = number_of(row, "ended_ns");
  std::string line =
      fmt::format("  {:>12} ago  #{:<4}", seconds(now - ended), number_of(row, "connection"));
  if (row.contains("method")) {
    const std::int64_t status = number_of(row, "status");
    line += fmt::format("  {:<6} {}  {}  {}", text_of(row, "method"), text_of(row, "target"),
                        status == 0 ? text_of(row, "failure") : std::to_string(status),
                        seconds(ended - number_of(row, "sent_ns")));
    if (const json::value* const faults = row.if_contains("faults"); faults && faults->is_array())
      for (const json::value& fault : faults->get_array())
        line += fmt::format("  [{}]", std::string_view(fault.get_string()));
  }
  if (row.contains("note")) line += "  " + text_of(row, "note");
  return line + "\n";
}

// Rows, or the proxy whose journal is kept or not from now on.
std::string journal_lines(const json::value& value) {
  const json::object& answer = value.get_object();
  const json::value* const rows = answer.if_contains("rows");
  if (!rows)
    return fmt::format(
        "the journal of {} is kept {}\n", text_of(answer, "name"),
        text_of(answer, "journal") == "true" ? "from now on" : "while it has faults of requests");
  std::string lines;
  for (const json::value& row : rows->get_array())
    if (row.is_object()) lines += journal_line(row.get_object(), number_of(answer, "now_ns"));
  if (!lines.empty()) return lines;
  return "no requests: the journal is kept while there are faults of requests, or with --keep\n";
}

}  // namespace

int fault_command(const ProxyQuestion& question) {
  return ask(question, fault_action, fault_lines);
}
int journal_command(const ProxyQuestion& question) {
  return ask(question, journal_action, journal_lines);
}

}  // namespace seawall::cli
