// What the proxies keep of each of them, for the files of Proxies alone.
#pragma once
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faults/toxiproxy/proxies.hpp"
#include "faults/toxiproxy/tls_setup.hpp"

namespace seawall::toxiproxy {

// What has been checked of an input, and can be made.
struct Proxies::Plan {
  std::string name;
  std::string listen;
  std::string upstream;
  relay::Endpoint listen_address;  // resolved, where the name is known
  relay::Endpoint upstream_address;
  bool enabled = true;
  std::optional<std::vector<Toxic>> toxics;
  std::optional<bool> journal;
  std::optional<TlsInput> tls;
  std::optional<std::string> caller;
  std::optional<std::string> callee;

  void take_listen(const Plan& other) {
    listen = other.listen;
    listen_address = other.listen_address;
  }
  void take_upstream(const Plan& other) {
    upstream = other.upstream;
    upstream_address = other.upstream_address;
  }
  // What another listen or upstream does not change.
  void take_rest(const Plan& other) {
    tls = other.tls;
    caller = other.caller;
    callee = other.callee;
  }
  // As far as it says anything, of what the addresses do not say.
  bool says_the_same(const Plan& other) const {
    return (!tls || tls == other.tls) && (!caller || caller == other.caller) &&
           (!callee || callee == other.callee);
  }
  Parties parties() const { return parties_of(name, caller, callee); }
};

struct Proxies::Proxy {
  Plan plan;
  std::vector<Toxic> toxics;  // in order of creation
  std::vector<HttpFault> faults;
  bool journal = false;
  std::optional<base::TimePoint> emptied;  // its journal was
  std::optional<CallerTls> caller_tls;     // since it first listened at all
  std::unique_ptr<Line> line;              // since it first listened at these addresses
  bool enabled = false;

  // The error is a sentence: what cannot act here. Then nothing has changed.
  base::expected<void, std::string> set_faults(std::vector<HttpFault> wanted) {
    std::vector<model::Fault> all;
    for (const HttpFault& fault : wanted) all.push_back(fault.fault);
    if (line)
      if (const auto set = line->set_http_faults(std::move(all)); !set) return set;
    faults = std::move(wanted);
    return {};
  }
  void keep_journal(bool keep) {
    journal = keep;
    if (line) line->always_read_along(keep);
  }
  bool has_fault(std::string_view name) const {
    return std::any_of(faults.begin(), faults.end(),
                       [&](const HttpFault& one) { return one.fault.name == name; });
  }
  // With what they did, where there is a line to ask.
  std::vector<HttpFaultState> fault_states() const {
    std::vector<http::Link::Use> uses;  // in the same order
    if (line) uses = line->hits();
    uses.resize(faults.size());
    std::vector<HttpFaultState> states;
    for (std::size_t i = 0; i < faults.size(); ++i)
      states.push_back({faults[i], uses[i].reached, uses[i].hit});
    return states;
  }
  // Toxics first, and then what the cuts say that lie on it, in their order.
  void apply_stream_faults(const std::vector<Cut>& cuts) const {
    if (!line) return;
    std::vector<relay::StreamFault> stream;
    for (const Toxic& toxic : toxics) stream.push_back(toxic.fault());
    for (const Cut& cut : cuts) {
      if (!covers(cut, plan.parties())) continue;
      for (relay::StreamFault& fault : effect_of(cut).stream) stream.push_back(std::move(fault));
    }
    line->set_faults(std::move(stream));
  }
  base::expected<void, relay::StartError> admit(const std::vector<Cut>& cuts) const {
    auto admission = relay::Link::Admission::open;
    for (const Cut& cut : cuts)
      if (covers(cut, plan.parties())) admission = stricter(admission, effect_of(cut).admission);
    return line ? line->admit(admission) : base::expected<void, relay::StartError>();
  }
  void stop() {
    if (line) line->stop();
    enabled = false;
  }
  auto position(std::string_view name) {
    return std::find_if(toxics.begin(), toxics.end(),
                        [&](const Toxic& toxic) { return toxic.name == name; });
  }
  std::vector<Toxic> ordered_toxics() const {
    std::vector<Toxic> ordered;
    for (const auto direction : {relay::Direction::up, relay::Direction::down})
      for (const Toxic& toxic : toxics)
        if (toxic.direction == direction) ordered.push_back(toxic);
    return ordered;
  }
  ProxyState state() const {
    return {plan.name, plan.listen, plan.upstream, enabled, ordered_toxics()};
  }
  // In the order of ordered_toxics().
  std::vector<relay::Link::Hits> toxic_hits() const {
    std::vector<relay::Link::Hits> hits;  // by creation
    if (line) hits = line->stream_hits();
    hits.resize(std::max(hits.size(), toxics.size()));
    std::vector<relay::Link::Hits> ordered;
    for (const auto direction : {relay::Direction::up, relay::Direction::down})
      for (std::size_t i = 0; i < toxics.size(); ++i)
        if (toxics[i].direction == direction) ordered.push_back(hits[i]);
    return ordered;
  }
  ProxyNumbers numbers() const {
    ProxyNumbers numbers;
    numbers.state = state();
    numbers.parties = plan.parties();
    numbers.toxic_hits = toxic_hits();
    numbers.faults = fault_states();
    numbers.journal = journal;
    numbers.tls = plan.tls;
    if (caller_tls) numbers.certificate = caller_tls->certificate;
    if (!line) return numbers;
    numbers.counters = line->counters();
    numbers.injection_error = line->injection_error();
    return numbers;
  }
};

}  // namespace seawall::toxiproxy
