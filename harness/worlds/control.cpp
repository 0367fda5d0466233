#include "harness/worlds/control.hpp"

#include <utility>

#include "harness/base/assert.hpp"
#include "harness/base/counted.hpp"
#include "harness/base/text.hpp"
#include "harness/live/clock.hpp"
#include "harness/probe/excerpt.hpp"

namespace seawall::worlds {

namespace {

// Of a link; a client may have made any number of them.
constexpr std::size_t most_toxics_told = 10;

std::vector<std::string> told(const std::map<std::string, RunLines::Use>& uses) {
  const std::string over = "over [control] toxiproxy, ";
  std::vector<std::string> sentences;
  for (const auto& [link, use] : uses) {
    std::size_t left = most_toxics_told;
    for (const auto& [toxic, hits] : use.toxics) {
      if (left-- == 0) break;
      sentences.push_back(over + "a client put the toxic " + probe::excerpt(toxic) + " on " + link +
                          ": it acted on " + base::counted(hits.acted, "connection"));
    }
    if (use.toxics.size() > most_toxics_told)
      sentences.push_back(over + "clients put " +
                          base::counted(use.toxics.size() - most_toxics_told, "more toxic") +
                          " on " + link);
    if (use.shut > 0)
      sentences.push_back(over + "a client disabled " + link + " " +
                          base::counted(use.shut, "time"));
  }
  return sentences;
}

}  // namespace

Control::Desk::Desk(toxiproxy::Lines& lines)
    : proxies(lines, {}), forwards(lines, proxies), api(proxies, forwards, {true, false}) {}

Control::Control(proxy::Proxy& links)
    : lines_(links, live::steady_now), desk_(std::make_unique<Desk>(lines_)) {}

base::expected<std::unique_ptr<Control>, std::string> Control::open(const model::HostPort& at,
                                                                    proxy::Proxy& links,
                                                                    const std::vector<Seen>& seen) {
  std::unique_ptr<Control> control(new Control(links));
  Desk& desk = *control->desk_;
  for (const Seen& one : seen) {
    const net::Address listen = links.address(one.link);
    toxiproxy::ProxyInput input;
    input.name = base::to_text(one.link);
    input.listen = net::to_text(listen);
    input.upstream = net::to_text(one.upstream);
    base::require(desk.proxies.create(input).has_value(),
                  "a link of a run can be shown as a proxy");
  }
  desk.proxies.fix();
  toxiproxy::Server::Settings settings;
  settings.host = at.host;
  settings.port = at.port;
  auto server = toxiproxy::Server::listen(desk.api, settings);
  if (!server)
    return base::unexpected("[control] toxiproxy: " + server.error() +
                            "; expected this address free for the run: stop what listens there, "
                            "or give another one");
  desk.server = std::move(*server);
  return control;
}

std::vector<std::string> Control::close() {
  if (!desk_) return {};
  desk_->server.reset();
  desk_.reset();
  return told(lines_.uses());
}

}  // namespace seawall::worlds
