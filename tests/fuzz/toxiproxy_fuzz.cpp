// Whatever clients ask, the API of Toxiproxy answers with a status and JSON that can be read, and
// what it says of a proxy afterwards is what it can read itself. Its lines do not listen.
//
// What it tells of a fault of requests makes the same fault.
//
// The input is a sequence of requests, a zero byte after each: "METHOD TARGET BODY".
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "faults/toxiproxy/client.hpp"
#include "faults/toxiproxy/json_text.hpp"
#include "harness/base/assert.hpp"
#include "harness/base/text.hpp"
#include "harness/model/json_reader.hpp"
#include "tests/toxiproxy/desk.hpp"

namespace {

using namespace seawall;
using toxiproxy::Answer;

constexpr std::size_t most_requests = 16;

std::string_view take_word(std::string_view& text) {
  const std::size_t end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return word;
}

void check(const Answer& answer) {
  base::require(answer.status >= 200 && answer.status < 600, "an answer has a status of HTTP");
  base::require((answer.status == 405) == !answer.allow.empty(), "405 says what is allowed");
  if (answer.status == 204) {
    base::require(answer.body.empty(), "204 has no body");
    return;
  }
  if (answer.content_type != "application/json") return;
  model::JsonReader reader(answer.body);
  base::require(reader.skip_value() && reader.read_end(), "an answer is JSON");
}

// `told` is the answer to a question for one fault: its words, and behind them its hits.
void check_fault(const std::string& told) {
  const std::string words = told.substr(0, told.rfind(",\"hits\":")) + "}";
  toxiproxy::test::Desk desk;
  desk.ask("POST", "/proxies", R"({"name":"a","upstream":"b:1"})");
  const Answer answer = desk.ask("POST", "/seawall/v1/proxies/a/faults", words);
  base::require(answer.status == 201, "a fault can be made from what is told of it");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  toxiproxy::test::Desk desk({}, {true, false});
  desk.lines.in_use = {3310};
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  for (std::size_t i = 0; i < most_requests && !rest.empty(); ++i) {
    std::string_view request = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(rest.size(), request.size() + 1));
    const std::string method(take_word(request));
    const std::string target(take_word(request));
    check(desk.ask(method, target, std::string(request)));
  }
  check(desk.ask("GET", "/seawall/v1/proxies"));
  check(desk.ask("GET", "/metrics"));

  // What it tells of its proxies makes the same proxies.
  std::vector<std::string> told;
  for (const toxiproxy::ProxyState& proxy : desk.proxies.list()) {
    const std::string target = "/proxies/" + toxiproxy::path_segment(proxy.name);
    told.push_back(desk.ask("GET", target).body);
    check(desk.ask("GET", "/seawall/v1" + target + "/faults"));
    const auto faults = desk.proxies.faults(proxy.name);
    base::require(faults.has_value(), "a proxy that is listed is there");
    for (const toxiproxy::HttpFaultState& fault : *faults) check_fault(toxiproxy::to_json(fault));
    check(desk.ask("GET", "/seawall/v1" + target + "/journal"));
  }
  toxiproxy::test::Desk copy;
  const Answer answer = copy.ask("POST", "/populate", "[" + base::join(told, ",") + "]");
  base::require(answer.status == 201, "proxies can be made from what is told of them");
  base::require(answer.body == "{\"proxies\":[" + base::join(told, ",") + "]}",
                "and they are the same");
  return 0;
}
