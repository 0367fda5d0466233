// A target of the user's own over real sockets: services that are started for the run as the
// scenario states them, or that run already elsewhere; and between them the links of the proxy.
//
//   client --> [client -> orders] --> orders --> [orders -> payments] --> payments --> ...
//   Node here   link of the Proxy     process    ${link.orders.payments}   process
//                                          \--> http_proxy --> [orders -> payments]
//
// Of a service nothing is known but its process and what passes on links: it has no ledger, and is
// at rest when nothing is on any link. It is driven from one thread.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "harness/worlds/control.hpp"
#include "harness/worlds/own_ways.hpp"
#include "harness/worlds/process_world.hpp"

namespace seawall::worlds {

class OwnServices final : public ProcessWorld {
 public:
  // Both outlive it. The target of `setup` has the scenario's links and no nodes: own_target().
  OwnServices(const model::Scenario& scenario, const runtime::WorldSetup& setup);
  // Ends it in whatever state it is: no process, thread, socket or open file is left.
  ~OwnServices() override;

  base::expected<void, std::string> start() override;
  // Nobody tells of a foreign service's state: probes of the scenario do.
  void read_ledger(std::vector<record::LedgerRow>&) override {}
  std::vector<std::string> remarks() const override { return remarks_; }

 private:
  struct Service;

  base::expected<void, std::string> build();
  base::expected<void, std::string> reserve_services();
  base::expected<void, std::string> make_ways();
  base::expected<void, std::string> open_control();
  base::expected<void, std::string> look_at_base();
  base::expected<void, std::string> prepare(Service& service, const model::Service& asked,
                                            model::Addresses addresses);
  base::expected<void, std::string> launch_first(Supervised& supervised);
  base::expected<void, std::string> ready_first(const Supervised& supervised);
  void can_be_used(Service& service);
  static Service& service_of(Host& host);  // all hosts are that
  Service& service_named(const std::string& name);

  proxy::Way way_of(const base::Link& link) const override { return ways_.at(link); }
  void end_control() override;
  void end_nodes() override;
  void record_nodes(record::Record&) override {}
  void remark_on_links();
  std::string without_secrets(std::string text) const;

  const model::Scenario& scenario_;
  std::vector<std::string> secrets_;  // that no message may show
  std::map<base::Link, proxy::Way> ways_;
  std::map<std::string, std::unique_ptr<http::ForwardProxy>> forwards_;  // by caller
  std::unique_ptr<Control> control_;  // where [control] asks for it
  std::vector<std::string> remarks_;
};

// What such a scenario's world is a target of.
runtime::Target own_target(const model::Scenario& scenario);

}  // namespace seawall::worlds
