// seawall try: one service that somebody runs, one link to it, a load, faults, and a verdict. The
// words of the command line become a scenario, which is read and judged like any other.
//
//   load --> link with the faults --> [TLS, name] --> the service at the URL
#include <algorithm>
#include <cstdio>

#include <boost/algorithm/string/predicate.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include "faults/relay/relay.hpp"
#include "harness/base/text.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/fault_words.hpp"
#include "harness/cli/run_once.hpp"
#include "harness/cli/started.hpp"
#include "harness/cli/words.hpp"
#include "harness/live/clock.hpp"
#include "harness/net/http_client.hpp"
#include "harness/scenario/reader.hpp"
#include "reports/run_json.hpp"
#include "reports/terminal.hpp"

namespace seawall::cli {
namespace {

using namespace std::chrono_literals;

const std::string service = "service";  // what the scenario calls it

int usage_error(const std::string& message) {
  std::fprintf(stderr, "seawall: try: %s\n", message.c_str());
  return usage;
}

// ---- What is asked.

struct Asked {
  bool tls = false;
  std::string host;
  std::uint16_t port = 80;
  std::string authority;  // as written, for Host
  std::string path;       // with its query
};

base::expected<Asked, std::string> parse_url(const std::string& text) {
  const auto failed = [&](const std::string& why) {
    return base::unexpected<std::string>("'" + text + "' is no URL to ask: " + why +
                                         ", as in http://127.0.0.1:8080/orders");
  };
  const auto url = boost::urls::parse_uri(text);
  if (!url) return failed("expected http://HOST[:PORT][/PATH]");
  Asked asked;
  const auto scheme = url->scheme_id();  // in whatever case it was written
  if (scheme != boost::urls::scheme::http && scheme != boost::urls::scheme::https)
    return failed("expected http or https, and there is " + std::string(url->scheme()));
  if (url->has_userinfo()) return failed("a name and a password belong into a --header");
  asked.tls = scheme == boost::urls::scheme::https;
  // Boost 1.81 ends the host of "http://127.0.0.1.example/" with the number that it begins with.
  const std::string after(url->encoded_resource());
  if (!after.empty() && after.find_first_of("/?#") != 0)
    return failed("expected '/' after the host " + std::string(url->encoded_host()));
  asked.host = std::string(url->encoded_host());
  if (asked.host.starts_with('[') && asked.host.ends_with(']'))
    asked.host = asked.host.substr(1, asked.host.size() - 2);
  if (asked.host.find('%') != std::string::npos) return failed("expected a host without '%'");
  if (asked.host.empty()) return failed("expected a host");
  asked.port = asked.tls ? 443 : 80;
  const std::string port(url->port());
  if (url->has_port() && (port == "0" || port != std::to_string(url->port_number())))
    return failed("expected a port from 1 to 65535");
  if (url->has_port()) asked.port = url->port_number();
  asked.authority = url->encoded_host_and_port();
  asked.path = after;
  const std::size_t fragment = asked.path.find('#');
  if (fragment != std::string::npos) asked.path.resize(fragment);
  if (asked.path.empty() || asked.path[0] != '/') asked.path.insert(0, "/");
  return asked;
}

// As a number; absent: it is a name.
std::optional<boost::asio::ip::address> address_of(const std::string& host) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  if (error) return std::nullopt;
  return address;
}

// A name that only begins like a number of this machine may be anybody's.
bool is_this_machine(const std::string& host) {
  const auto address = address_of(host);
  return address ? address->is_loopback() : boost::algorithm::iequals(host, "localhost");
}

// ---- The words as a scenario.

// Splits at blanks, but not within quotes, brackets and braces.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> all(1);
  int depth = 0;
  bool in_quotes = false;
  for (const char c : text) {
    if (c == '"') in_quotes = !in_quotes;
    if (!in_quotes && (c == '[' || c == '{')) ++depth;
    if (!in_quotes && (c == ']' || c == '}')) --depth;
    if (c == ' ' && !in_quotes && depth <= 0)
      all.emplace_back();
    else
      all.back() += c;
  }
  std::erase(all, "");
  return all;
}

std::string fault_name(std::size_t number) { return "fault-" + std::to_string(number); }

base::expected<std::string, std::string> fault_table(const std::string& text, std::size_t number,
                                                     base::Duration third) {
  const std::vector<std::string> words = words_of(text);
  if (words.empty())
    return base::unexpected<std::string>("--fault is empty; expected \"KIND KEY=VALUE ...\"");
  std::string table =
      fmt::format("[[fault]]\ntype = {}\non = \"client -> {}\"\n", quoted(words.front()), service);
  bool timed = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto given = fault_key(words[i]);
    if (!given) return base::unexpected("--fault '" + text + "': " + given.error());
    const std::string& key = given->key;
    timed = timed || key == "at" || key == "for" || key == "at_call" || key == "when";
    if (key == "name")
      return base::unexpected("--fault '" + text +
                              "': a fault here has no name of its own; it is " +
                              fault_name(number));
    table += given->line;
  }
  table += "name = " + quoted(fault_name(number)) + "\n";
  if (!timed) table += fmt::format("at = \"{}ms\"\nfor = \"{}ms\"\n", third / 1ms, third / 1ms);
  return table;
}

std::string level(const std::string& name, const std::string& that, const std::string& phase) {
  return fmt::format("[[slo]]\nname = {}\nthat = {}\nphase = {}\n", quoted(name), quoted(that),
                     quoted(phase));
}

// As a table in a line; empty where there are none.
base::expected<std::string, std::string> header_table(const std::vector<std::string>& given) {
  std::string table;
  std::vector<std::string> names;
  for (const std::string& header : given) {
    const auto wrong = [&](const std::string& why) {
      return base::unexpected("--header '" + header + "': " + why);
    };
    const std::size_t colon = header.find(':');
    if (colon == 0 || colon == std::string::npos) return wrong("expected \"NAME: VALUE\"");
    const std::string name = header.substr(0, colon);
    const auto same = [&](const std::string& other) {
      return boost::algorithm::iequals(name, other);
    };
    for (const char* own : {"Host", "Content-Length", "Transfer-Encoding", "Connection"})
      if (same(own))
        return wrong(own + std::string(" is said by the client itself, from the URL and the body"));
    if (std::ranges::any_of(names, same))
      return wrong("a second " + name + "; expected one of each");
    names.push_back(name);
    table += fmt::format("{}{} = {}", table.empty() ? "" : ", ", quoted(name),
                         quoted(std::string(base::trim(header.substr(colon + 1)))));
  }
  return table.empty() ? table : "headers = { " + table + " }\n";
}

// One that is given twice.
std::optional<std::string> repeated(std::vector<std::string> all) {
  std::ranges::sort(all);
  const auto twice = std::ranges::adjacent_find(all);
  return twice == all.end() ? std::nullopt : std::optional(*twice);
}

base::expected<std::string, std::string> scenario_text(const Trial& trial, const Asked& asked) {
  if (trial.faults.empty() && !trial.during.empty())
    return base::unexpected<std::string>("--during without a --fault: nothing acts then");
  const auto duration = base::parse_duration(trial.duration);
  if (!duration)
    return base::unexpected("--for " + trial.duration + ": expected " + duration.error());
  if (*duration < 1s)
    return base::unexpected("--for " + trial.duration + ": expected a time of 1s or more");
  if (const auto twice = repeated(trial.levels))
    return base::unexpected("--slo '" + *twice + "' is given twice");
  if (const auto twice = repeated(trial.during))
    return base::unexpected("--during '" + *twice + "' is given twice");
  const auto headers = header_table(trial.headers);
  if (!headers) return headers;
  std::string text = fmt::format(
      "schema = 1\n[scenario]\nname = \"try\"\n"
      "[run]\nwarmup = \"500ms\"\nduration = {}\nsettle = \"10s\"\n"
      "[load]\nto = \"{}\"\nrate = {}\ntimeout = {}\nmax_lateness = {}\n"
      "[[load.request]]\nmethod = {}\npath = {}\n",
      quoted(trial.duration), service, quoted(trial.rate), quoted(trial.timeout),
      quoted(trial.max_lateness), quoted(trial.method), quoted(asked.path));
  if (!trial.body.empty()) text += "body = " + quoted(trial.body) + "\n";
  text += *headers;
  for (std::size_t i = 0; i < trial.faults.size(); ++i) {
    const auto table = fault_table(trial.faults[i], i + 1, *duration / 3);
    if (!table) return table;
    text += *table;
  }
  for (const std::string& that : trial.levels) text += level(that, that, "all");
  for (const std::string& that : trial.during)
    for (std::size_t i = 1; i <= trial.faults.size(); ++i)
      text += level(that + " while " + fault_name(i) + " acts", that, "during " + fault_name(i));
  if (trial.faults.empty()) return text + level("it serves", "ok_share >= 99%", "all");
  return text + level("it serves where no fault acts", "ok_share >= 99%", "outside faults + 1s");
}

// The words of a scenario whose target is this one service.
const model::Vocabulary& words_of_trial() {
  static const model::Vocabulary all = [] {
    model::Vocabulary known = words();
    std::erase_if(known.kinds, [](const auto& kind) { return kind.on_node || kind.on_groups; });
    known.services = {service};
    known.links = {{"client", service}};
    known.requests.clear();
    known.capacity.clear();
    known.stock.clear();
    known.presets.clear();
    return known;
  }();
  return all;
}

// ---- The service.

// A link that speaks TLS to it, or finds it by its name: the links of a run do neither.
struct Bridge {
  std::optional<relay::Relay> relay;
  std::unique_ptr<relay::Link> link;
};

base::expected<runtime::Outside, std::string> reach(const Asked& asked, const Trial& trial,
                                                    Bridge& bridge) {
  runtime::Outside outside{asked.host, asked.port, asked.authority};
  if (!asked.tls && address_of(asked.host)) return outside;
  relay::Link::Settings settings{service, {"127.0.0.1", 0}, {asked.host, asked.port}};
  if (asked.tls && trial.insecure) {
    settings.callee_tls = relay::TlsSettings::trusting_client(asked.host);
  } else if (asked.tls) {
    auto tls = relay::TlsSettings::client(asked.host, trial.authorities);
    if (!tls) return base::unexpected(tls.error());
    settings.callee_tls = std::move(*tls);
  }
  bridge.relay.emplace(live::steady_now, relay::Relay::Settings());
  bridge.link = bridge.relay->add(std::move(settings));
  if (const auto started = bridge.link->start(); !started)
    return base::unexpected(started.error().operation + ": " + started.error().reason);
  outside.host = "127.0.0.1";
  outside.port = bridge.link->listen().port;
  return outside;
}

// One request before anything else: a service that is not there is no finding about faults. It is
// one that changes nothing, and any answer to it will do.
base::expected<void, std::string> ask_once(const model::Scenario& scenario, const Asked& asked,
                                           const runtime::Outside& outside, const Bridge& bridge,
                                           Interrupt& interrupt) {
  net::Loop loop(live::steady_now);
  net::HttpClient::Settings settings;
  settings.host = outside.authority;
  net::HttpClient client(loop, {outside.host, outside.port}, settings);
  model::Request request(model::Method::options, asked.path);
  // However little patience the load has: this is about who is there.
  request.deadline = loop.now() + std::max<base::Duration>(scenario.loads.front().timeout, 2s);
  std::optional<net::HttpClient::Result> result;
  client.send(std::move(request), [&](net::HttpClient::Result r) {
    result = std::move(r);
    loop.stop();
  });
  const Interrupt::Listener listener(interrupt, [&loop] { loop.stop(); });
  loop.run();
  if (!result) return base::unexpected<std::string>("it was interrupted before it began");
  if (*result) return {};
  if (bridge.link && bridge.link->counters().distrusted > 0)
    return base::unexpected(
        "it could not prove that it is " + asked.host +
        ": name its authority with --ca FILE, or trust anybody with --insecure");
  const model::Failure failure = result->error();
  const bool nobody = (bridge.link && bridge.link->counters().unreachable > 0) ||
                      failure == model::Failure::refused || failure == model::Failure::unreachable;
  return base::unexpected(nobody ? "nobody listens there"
                                 : "it gave no answer of HTTP: " +
                                       std::string(model::name_of(failure)));
}

int report(const model::Scenario& scenario, const run::Outcome& outcome, const Options& options,
           Interrupt& interrupt) {
  record::Verdict verdict = outcome.verdict;
  if (!outcome.environment_error.empty()) {
    std::fprintf(stderr, "seawall: try: %s\n", outcome.environment_error.c_str());
    verdict.exit = environment;
  } else if (outcome.record.interrupted) {
    verdict.exit = interrupt.exit_status();
  }
  const reports::RunReport report =
      reports::make_run_report(scenario, outcome.record, verdict, facts_of_now());
  const std::string text = options.json ? reports::run_json(report) + "\n"
                                        : reports::terminal_text(report, "", wants_color(options));
  std::fputs(text.c_str(), stdout);
  return verdict.exit;
}

}  // namespace

int try_command(const Options& options, Interrupt& interrupt) {
  const Trial& trial = options.trial;
  const auto asked = parse_url(trial.url);
  if (!asked) return usage_error(asked.error());
  const auto& allowed = trial.allowed_hosts;
  if (!is_this_machine(asked->host) &&
      std::find(allowed.begin(), allowed.end(), asked->host) == allowed.end())
    return usage_error(asked->host +
                       " is not this machine: faults and load go where you say that "
                       "they may, with --allow-host " +
                       asked->host);
  const auto text = scenario_text(trial, *asked);
  if (!text) return usage_error(text.error());
  scenario::ReadOptions how;
  how.seed = options.seed;
  auto reading = scenario::read_scenario_text("command line", *text, how, words_of_trial());
  if (!reading) {
    print(reading.error());
    return usage;
  }
  model::Scenario& scenario = reading->scenario;
  scenario.target.kind = "outside";

  Bridge bridge;
  const auto outside = reach(*asked, trial, bridge);
  if (!outside) return usage_error(outside.error());
  if (const auto there = ask_once(scenario, *asked, *outside, bridge, interrupt); !there) {
    std::fprintf(stderr, "seawall: try: %s: %s\n", trial.url.c_str(), there.error().c_str());
    return interrupt.count() > 0 ? interrupt.exit_status() : environment;
  }
  Place place;
  place.target.links = {{"client", service}};
  place.outside = {{service, *outside}};
  const auto outcome = run_once(scenario, place, options, interrupt);
  if (!outcome) {
    print({outcome.error()});
    return environment;
  }
  return report(scenario, *outcome, options, interrupt);
}

}  // namespace seawall::cli
