// What /metrics answers follows the grammar of Prometheus' text format, version 0.0.4.
#include "faults/toxiproxy/metrics.hpp"

#include <cstdlib>
#include <set>

#include "harness/base/text.hpp"
#include "tests/support/catch.hpp"
#include "tests/toxiproxy/desk.hpp"

using namespace seawall;
using toxiproxy::test::Desk;

namespace {

bool is_name(std::string_view text) {
  for (const char c : text)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_' && c != ':') return false;
  return !text.empty() && !std::isdigit(static_cast<unsigned char>(text[0]));
}

// Consumes {a="b",c="d"}; false where it is none.
bool take_labels(std::string_view& rest) {
  if (!rest.starts_with('{')) return true;
  rest.remove_prefix(1);
  while (!rest.starts_with('}')) {
    const std::size_t equals = rest.find("=\"");
    if (equals == rest.npos || !is_name(rest.substr(0, equals))) return false;
    std::size_t i = equals + 2;
    for (; i < rest.size() && rest[i] != '"'; ++i) {
      if (rest[i] != '\\') continue;
      if (++i == rest.size() || std::string_view("\\\"n").find(rest[i]) == rest.npos) return false;
    }
    if (i >= rest.size()) return false;
    rest.remove_prefix(i + 1);
    if (rest.starts_with(',')) rest.remove_prefix(1);
  }
  rest.remove_prefix(1);
  return true;
}

// The first line that breaks a rule, and which; empty where none does.
std::string wrong_in(const std::string& text) {
  if (!text.ends_with('\n')) return "no line feed at the end";
  std::set<std::string, std::less<>> seen;
  std::string family;
  std::string type;
  for (const std::string_view line : base::split(text, '\n')) {
    if (line.empty()) continue;
    const auto words = base::split(line, ' ');
    if (line.starts_with("# HELP ")) {
      if (words.size() < 4 || !is_name(words[2]) || !seen.insert(std::string(words[2])).second)
        return std::string(line) + ": a family has one HELP with text";
      family = words[2];
      continue;
    }
    if (line.starts_with("# TYPE ")) {
      if (words.size() != 4 || words[2] != family) return std::string(line) + ": of another family";
      type = words[3];
      if (type != "counter" && type != "gauge" && type != "summary")
        return std::string(line) + ": unknown type";
      if (type == "counter" && !family.ends_with("_total"))
        return std::string(line) + ": a counter ends with _total";
      continue;
    }
    const std::size_t end = line.find_first_of("{ ");
    std::string_view name = line.substr(0, end);
    std::string_view rest = line.substr(std::min(end, line.size()));
    if (type == "summary")
      for (const std::string_view suffix : {"_sum", "_count"})
        if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
    if (name != family) return std::string(line) + ": stands outside its family";
    if (!take_labels(rest) || !rest.starts_with(' ')) return std::string(line) + ": labels";
    const std::string number(rest.substr(1));
    char* stopped = nullptr;
    std::strtod(number.c_str(), &stopped);
    if (number.empty() || *stopped != '\0') return std::string(line) + ": no number";
    if (!seen.insert(std::string(line.substr(0, line.size() - number.size()))).second)
      return std::string(line) + ": twice";
  }
  return {};
}

}  // namespace

TEST_CASE("there are metrics only where they were asked for") {
  Desk none;
  CHECK(none.ask("GET", "/metrics").status == 404);
  Desk proxies({}, {true, false});
  CHECK(proxies.ask("GET", "/metrics").status == 200);
  CHECK(proxies.ask("GET", "/metrics").body.find("process_") == std::string::npos);
  Desk process({}, {false, true});
  CHECK(process.ask("GET", "/metrics").body.find("toxiproxy_") == std::string::npos);
  CHECK(process.ask("GET", "/metrics").body.find("process_open_fds ") != std::string::npos);
}

TEST_CASE("metrics follow the text format, whatever the names are") {
  Desk desk({}, {true, true});
  CHECK(wrong_in(desk.ask("GET", "/metrics").body).empty());
  desk.lines.counters.up = {12, 10};
  desk.lines.counters.down = {7, 5};
  desk.lines.counters.open = 2;
  desk.lines.injection_error.emplace().record(std::chrono::microseconds(50));
  desk.ask("POST", "/proxies", R"({"name":"plain","upstream":"u:1","listen":"127.0.0.1:5000"})");
  desk.ask("POST", "/proxies", R"({"name":"a\"b\\c\nd{}","upstream":"u:1"})");
  const std::string text = desk.ask("GET", "/metrics").body;
  INFO(text);
  CHECK(wrong_in(text).empty());
  const std::string labels = R"(proxy="plain",listener="127.0.0.1:5000",upstream="u:1")";
  for (const auto& line :
       {R"(toxiproxy_proxy_received_bytes_total{direction="upstream",)" + labels + "} 12\n",
        R"(toxiproxy_proxy_sent_bytes_total{direction="downstream",)" + labels + "} 5\n",
        "seawall_proxy_connections_open{" + labels + "} 2\n",
        "seawall_proxy_injection_error_seconds_count{" + labels + "} 1\n"})
    CHECK(text.find(line) != std::string::npos);
}

TEST_CASE("the check of the format finds what breaks it") {
  for (const char* text :
       {"a 1", "# HELP a h\n# TYPE a gauge\nb 1\n", "# HELP a h\n# TYPE a gauge\na{b=\"c} 1\n",
        "# HELP a h\n# TYPE a gauge\na x\n", "# HELP a h\n# TYPE a counter\na 1\n",
        "# HELP a h\n# TYPE a gauge\na 1\na 2\n"})
    CHECK_FALSE(wrong_in(text).empty());
}
