#include "harness/scenario/own_rules.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/scenario/decode.hpp"

namespace seawall::scenario {
namespace {

using model::LateText;
using model::LinkSpec;
using model::Scenario;
using model::Service;

// "http://app:pw@db.example:5432/x" -> "db.example"; empty where the host is a late part, which is
// this machine, or where there is none.
std::string host_of(const LateText& url) {
  std::string text;
  for (const LateText::Part& part : url.parts) {
    const bool known =
        part.kind == LateText::Part::Kind::text || part.kind == LateText::Part::Kind::secret;
    text += known ? part.text : std::string(1, '\0');
  }
  const std::size_t scheme = text.find("://");
  if (scheme == std::string::npos) return {};
  std::string rest = text.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  rest = rest.substr(rest.rfind('@') == std::string::npos ? 0 : rest.rfind('@') + 1);
  if (rest.find('\0') != std::string::npos) return {};
  if (rest.starts_with('[')) return rest.substr(1, rest.find(']') - 1);
  return rest.substr(0, rest.find(':'));
}

class OwnRules {
 public:
  OwnRules(Context& context, const Value& document, Scenario& scenario)
      : context_(context),
        document_(document),
        scenario_(scenario),
        services_(active_entries(document.get("service"))),
        links_(active_entries(document.get("link"))),
        probes_(active_entries(document.get("probe"))) {}

  void check() {
    if (scenario_.target.is_external())
      refuse_services();
    else if (services_.empty())
      error(place_of(*document_.get("target"), "kind"),
            "no [[service]]; expected the services that are to be started");
    if (services_.size() == scenario_.services.size()) check_services();
    if (links_.size() == scenario_.links.size()) check_links();
    if (probes_.size() == scenario_.probes.size()) check_probes();
    check_radius();
    check_what_clients_see();
    add_links_of_templates();
  }

 private:
  void error(Place place, std::string message, std::string hint = {}) {
    context_.problems.error(place, std::move(message), std::move(hint));
  }

  void refuse_services() {
    for (const Value* service : services_)
      error(service->place, "a [[service]] beside kind = \"external\"; it runs already",
            "kind = \"services\" starts them");
  }

  void check_services() {
    std::map<std::int64_t, std::string> ports;
    for (std::size_t i = 0; i < services_.size(); ++i) {
      const Service& service = scenario_.services[i];
      check_needs(service, *services_[i]);
      const bool shared = scenario_.target.isolation == model::Target::Isolation::none;
      if (!service.port || !shared) continue;
      const auto [other, fresh] = ports.emplace(*service.port, service.name);
      if (!fresh)
        error(place_of(*services_[i], "port"),
              fmt::format("port {} is that of {}; expected another one, or isolation = \"netns\"",
                          *service.port, other->second));
    }
    if (const std::vector<std::string> circle = circle_of_needs(); !circle.empty())
      error(place_of(*services_[index_of(circle.front())], "needs"),
            fmt::format("{}: a circle of needs, in which none can start first",
                        base::join(circle, " needs ")));
  }

  void check_needs(const Service& service, const Value& table) {
    const Value* needs = table.get("needs");
    if (!needs || !needs->is_array()) return;
    for (std::size_t i = 0; i < std::min(needs->items.size(), service.needs.size()); ++i)
      if (!service.needs[i].empty())
        check_name(context_, needs->items[i].place, "service", service.needs[i], names());
  }

  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const Service& service : scenario_.services) all.push_back(service.name);
    return all;
  }

  std::size_t index_of(const std::string& name) const {
    const auto found = std::ranges::find(scenario_.services, name, &Service::name);
    return static_cast<std::size_t>(found - scenario_.services.begin());
  }

  // "a", "b", "a": the first service of the file that is in one. Empty: there is none.
  std::vector<std::string> circle_of_needs() const {
    std::set<std::size_t> sound;
    for (std::size_t i = 0; i < scenario_.services.size(); ++i) {
      std::vector<std::string> way;
      if (follow_needs(i, way, sound)) return way;
    }
    return {};
  }

  // Whether `way`, with this service behind it, comes back to where it was: then it is cut to the
  // circle.
  bool follow_needs(std::size_t i, std::vector<std::string>& way,
                    std::set<std::size_t>& sound) const {
    if (i == scenario_.services.size() || sound.contains(i)) return false;
    const Service& service = scenario_.services[i];
    const auto before = std::ranges::find(way, service.name);
    const bool closed = before != way.end();
    if (closed) way.erase(way.begin(), before);
    way.push_back(service.name);
    if (closed) return true;
    for (const std::string& need : service.needs)
      if (follow_needs(index_of(need), way, sound)) return true;
    way.pop_back();
    sound.insert(i);
    return false;
  }

  void check_links() {
    for (std::size_t i = 0; i < links_.size(); ++i) {
      const LinkSpec& link = scenario_.links[i];
      const Value& table = *links_[i];
      const bool ends = check_ends(link, table);
      if (scenario_.target.is_external())
        check_outer_link(link, table);
      else
        check_inner_link(link, table, ends);
    }
  }

  bool check_ends(const LinkSpec& link, const Value& table) {
    if (link.from.empty() || link.to.empty()) return false;  // reported already
    if (link.from == link.to) {
      error(place_of(table, "to"),
            fmt::format("a link from {} to itself; expected another service", link.from));
      return false;
    }
    bool known =
        check_name(context_, place_of(table, "to"), "service", link.to, context_.words.services);
    if (link.from != model::client_name)
      known &= check_name(context_, place_of(table, "from"), "service", link.from,
                          context_.words.services);
    return known;
  }

  void check_outer_link(const LinkSpec& link, const Value& table) {
    for (const std::string_view key : {"listen", "upstream"})
      if (!table.find(key))
        error(table.place, fmt::format("\"{}\" is missing; expected HOST:PORT", key));
    if (const Entry* host = table.find("host"))
      error(host->place, "\"host\" beside kind = \"external\"; you point the caller at `listen`");
    if (link.listen && !link.listen->host.empty() && !is_this_machine(link.listen->host))
      error(place_of(table, "listen"),
            fmt::format("found {}; expected an address of this machine, such as 127.0.0.1:18080",
                        model::to_text(*link.listen)));
  }

  void check_inner_link(const LinkSpec& link, const Value& table, bool ends) {
    for (const std::string_view key : {"listen", "upstream"})
      if (const Entry* given = table.find(key))
        error(given->place,
              fmt::format("\"{}\" beside kind = \"services\"; the link knows its service", key));
    const Entry* host = table.find("host");
    if (!host || !ends) return;
    const bool netns = scenario_.target.isolation == model::Target::Isolation::netns;
    const std::size_t caller = index_of(link.from);
    const bool proxied =
        caller < scenario_.services.size() && scenario_.services[caller].wiring.has_value();
    if (!netns && !proxied)
      error(
          host->place,
          fmt::format("\"host\", and nothing makes {} find it; expected wiring = \"http_proxy\" in "
                      "its [[service]], or isolation = \"netns\"",
                      link.from));
  }

  void check_probes() {
    for (std::size_t i = 0; i < probes_.size(); ++i) {
      const model::Probe& probe = scenario_.probes[i];
      if (probe.http) check_host(host_of(probe.http->url), place_of(*probes_[i], "http"));
      if (probe.prometheus)
        check_host(host_of(*probe.prometheus), place_of(*probes_[i], "prometheus"));
      check_host(host_of(probe.dsn), place_of(*probes_[i], "dsn"));
    }
  }

  // Faults and requests go nowhere else than the file says that they may.
  void check_radius() {
    if (scenario_.target.base)
      check_host(host_of(model::plain_text(*scenario_.target.base)),
                 place_of(*document_.get("target"), "base"));
    if (links_.size() != scenario_.links.size()) return;
    for (std::size_t i = 0; i < links_.size(); ++i)
      if (scenario_.links[i].upstream)
        check_host(scenario_.links[i].upstream->host, place_of(*links_[i], "upstream"));
  }

  void check_host(const std::string& host, Place place) {
    if (host.empty()) return;
    const auto& hosts = scenario_.hosts;
    const bool named = std::ranges::find(hosts, host) != hosts.end();
    if (named || (hosts.empty() && is_this_machine(host))) return;
    const std::string may =
        hosts.empty() ? "this machine alone" : "one of " + base::join(hosts, ", ");
    error(place, fmt::format("{} is outside the blast radius; expected {}", host, may),
          fmt::format("add \"{}\" to [blast_radius] hosts, if it may be harmed", host));
  }

  // A tool that makes the load keeps to itself what it saw.
  void check_what_clients_see() {
    const auto by_command = [](const model::Load& load) { return !load.command.empty(); };
    if (scenario_.loads.empty() || !std::ranges::all_of(scenario_.loads, by_command)) return;
    const auto levels = active_entries(document_.get("slo"));
    for (std::size_t i = 0; i < std::min(levels.size(), scenario_.levels.size()); ++i)
      check_seen(scenario_.levels[i].that, place_of(*levels[i], "that"));
    for (const model::Invariant& invariant : scenario_.invariants)
      for (const Value* table : active_entries(document_.get("invariant")))
        if (const Value* that = table->get("that");
            that && invariant.that && base::trim(that->text) == invariant.that->text)
          check_seen(*invariant.that, that->place);
    const Value* steady = document_.get("steady_state");
    for (const model::Expression& hold : scenario_.steady_state)
      check_seen(hold, place_of(*steady, "hold"));
    const Value* radius = document_.get("blast_radius");
    for (const model::StopWhen& stop : scenario_.stop_when)
      check_seen(stop.that, place_of(*radius, "stop_when"));
  }

  void check_seen(const model::Expression& that, Place place) {
    for (const model::MeasureWords& measure : context_.words.measures) {
      if (!measure.while_running || !names_measure(that, measure.name)) continue;
      error(place,
            fmt::format("\"{}\" is what our own client sees, and here a command makes the load; "
                        "expected what links and probes show",
                        measure.name),
            "such as call_latency.p99(\"client -> SERVICE\") or calls(\"client -> SERVICE\", "
            "\"GET /*\", 200)");
    }
  }

  static bool names_measure(const model::Expression& that, const std::string& name) {
    if (that.kind == model::Expression::Kind::measure && that.name == name) return true;
    return std::ranges::any_of(that.children,
                               [&](const auto& child) { return names_measure(child, name); });
  }

  void add_links_of_templates() {
    for (const base::Link& link : context_.words.links) {
      if (std::ranges::find(scenario_.links, link, &LinkSpec::link) != scenario_.links.end())
        continue;
      LinkSpec found;
      found.from = link.from;
      found.to = link.to;
      found.in_file = false;
      scenario_.links.push_back(std::move(found));
    }
  }

  Context& context_;
  const Value& document_;
  Scenario& scenario_;
  std::vector<const Value*> services_;
  std::vector<const Value*> links_;
  std::vector<const Value*> probes_;
};

}  // namespace

bool is_this_machine(std::string_view host) {
  // A name that only begins like such a number may be anybody's.
  const bool number = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host == "::1" || (number && host.starts_with("127."));
}

void drop_foreign_tables(Context& context, Value& document) {
  const auto drop = [&](std::string_view table, std::string_view why) {
    const Entry* entry = document.find(table);
    if (!entry) return;
    context.problems.error(
        entry->place, fmt::format("[{}] beside kind = \"{}\"; {}", table, context.target, why));
    document.erase(table);
  };
  if (context.is_shop()) {
    const std::string_view why = "it belongs to services of your own";
    for (const std::string_view table : {"service", "link", "probe", "control"}) drop(table, why);
  } else {
    const std::string_view why = "it belongs to the shop, and what runs here brings its own";
    for (const std::string_view table : {"policy", "saga"}) drop(table, why);
  }
}

void check_own_system(Context& context, const Value& document, Scenario& scenario) {
  OwnRules(context, document, scenario).check();
}

}  // namespace seawall::scenario
