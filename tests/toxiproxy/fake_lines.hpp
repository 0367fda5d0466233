// Lines that do not listen: what the proxies ask of them is written down, and ports are counted up.
#pragma once
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "faults/toxiproxy/lines.hpp"

namespace seawall::toxiproxy::test {

class FakeLines final : public Lines {
 public:
  // What happened, in order: "add a", "start a", "stop a", "faults a 2".
  std::vector<std::string> told;
  std::map<std::string, std::vector<relay::StreamFault>> faults;  // by proxy, as they are now
  std::set<std::uint16_t> in_use;                                 // no line can listen there
  relay::Counters counters;
  std::optional<stats::Histogram> injection_error;

  std::unique_ptr<Line> add(relay::Link::Settings settings) override {
    tell("add", settings.name);
    return std::make_unique<Fake>(*this, std::move(settings));
  }
  std::optional<relay::Endpoint> resolve(const relay::Endpoint& endpoint) override {
    if (endpoint.host == "unknown.example") return std::nullopt;
    if (endpoint.host == "localhost") return relay::Endpoint{"127.0.0.1", endpoint.port};
    return endpoint;
  }
  std::unique_ptr<ForwardLine> add_forward(http::ForwardProxy::Settings settings) override {
    tell("forward", settings.caller);
    return std::make_unique<FakeForward>(*this, std::move(settings));
  }
  std::map<std::string, http::ForwardRoutes> routes;  // by caller, as they are now
  seawall::base::TimePoint now() const override {
    return seawall::base::TimePoint(std::chrono::seconds(100));
  }

 private:
  class Fake final : public Line {
   public:
    Fake(FakeLines& owner, relay::Link::Settings settings)
        : lines_(owner), settings_(std::move(settings)) {}
    ~Fake() override { lines_.faults.erase(settings_.name); }

    base::expected<void, relay::StartError> start() override {
      lines_.tell("start", settings_.name);
      if (settings_.listen.host == "unknown.example")
        return base::unexpected(relay::StartError{"resolve", "no such host"});
      if (lines_.in_use.contains(settings_.listen.port))
        return base::unexpected(relay::StartError{"bind", "address already in use"});
      if (settings_.listen.port == 0) settings_.listen.port = lines_.next_port_++;
      return {};
    }
    void stop() override { lines_.tell("stop", settings_.name); }
    relay::Endpoint listen() const override { return settings_.listen; }
    void set_faults(std::vector<relay::StreamFault> wanted) override {
      lines_.tell("faults", settings_.name + " " + std::to_string(wanted.size()));
      lines_.faults[settings_.name] = std::move(wanted);
    }
    base::expected<void, relay::StartError> admit(relay::Link::Admission admission) override {
      if (admission != relay::Link::Admission::open || admission_ != admission)
        lines_.tell("admit", settings_.name + " " + std::to_string(static_cast<int>(admission)));
      admission_ = admission;
      return {};
    }
    std::vector<relay::Link::Hits> stream_hits() const override {
      return std::vector<relay::Link::Hits>(lines_.faults[settings_.name].size());
    }
    std::vector<relay::Draw> draws() const override { return {{7, "fault", {}, true}}; }
    std::uint64_t hung_connects() const override { return 0; }
    relay::Counters counters() const override { return lines_.counters; }
    std::optional<stats::Histogram> injection_error() const override {
      return lines_.injection_error;
    }
    base::expected<void, std::string> set_http_faults(std::vector<model::Fault> wanted) override {
      return http_faults_.set(std::move(wanted), lines_.now());
    }
    std::vector<http::Link::Use> hits() const override { return http_faults_.uses(); }
    void always_read_along(bool always) override {
      if (always) lines_.tell("read", settings_.name);
    }
    std::vector<http::Row> journal(const http::Query& query) const override {
      return journal_.select(query);
    }

   private:
    FakeLines& lines_;
    relay::Link::Settings settings_;
    relay::Link::Admission admission_ = relay::Link::Admission::open;
    http::Faults http_faults_{{"client", settings_.name}};
    http::Journal journal_{{"client", settings_.name}, 1, 10};
  };

  class FakeForward final : public ForwardLine {
   public:
    FakeForward(FakeLines& owner, http::ForwardProxy::Settings settings)
        : lines_(owner), settings_(std::move(settings)) {}
    ~FakeForward() override { lines_.routes.erase(settings_.caller); }

    base::expected<void, relay::StartError> start() override {
      if (lines_.in_use.contains(settings_.listen.port))
        return base::unexpected(relay::StartError{"bind", "address already in use"});
      if (settings_.listen.port == 0) settings_.listen.port = lines_.next_port_++;
      return {};
    }
    relay::Endpoint listen() const override { return settings_.listen; }
    void set_routes(http::ForwardRoutes routes) override {
      lines_.routes[settings_.caller] = std::move(routes);
    }
    http::ForwardProxy::Counters counters() const override { return {}; }

   private:
    FakeLines& lines_;
    http::ForwardProxy::Settings settings_;
  };

  void tell(const std::string& what, const std::string& whom) { told.push_back(what + " " + whom); }

  std::uint16_t next_port_ = 40000;
};

}  // namespace seawall::toxiproxy::test
