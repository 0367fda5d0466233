#include "harness/worlds/run_lines.hpp"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>

#include "harness/base/assert.hpp"

namespace seawall::worlds {

class RunLines::RunLine final : public toxiproxy::Line {
 public:
  RunLine(proxy::Proxy& links, base::Link link, Use& use)
      : links_(links), link_(std::move(link)), use_(use) {}
  ~RunLine() override { meddle({}); }

  base::expected<void, relay::StartError> start() override {
    shut(false);
    return {};
  }
  void stop() override {
    if (shut(true)) ++use_.shut;
  }
  relay::Endpoint listen() const override {
    const net::Address address = links_.address(link_);
    return {address.host, address.port};
  }
  void set_faults(std::vector<relay::StreamFault> faults) override {
    for (const relay::StreamFault& fault : faults) use_.toxics[fault.name];
    proxy::Meddling meddling = ask([](const proxy::Link& link) { return link.meddling(); });
    meddling.streams = std::move(faults);
    meddle(std::move(meddling));
  }
  // Cuts are the run's own.
  base::expected<void, relay::StartError> admit(relay::Link::Admission admission) override {
    base::require(admission == relay::Link::Admission::open, "no cut is on the links of a run");
    return {};
  }
  std::vector<relay::Link::Hits> stream_hits() const override {
    return ask([](const proxy::Link& link) { return link.meddled(); });
  }
  std::vector<relay::Draw> draws() const override { return {}; }
  std::uint64_t hung_connects() const override {
    return ask([](const proxy::Link& link) { return link.tcp().hung_connects(); });
  }
  relay::Counters counters() const override {
    return ask([](const proxy::Link& link) { return link.tcp().counters(); });
  }
  std::optional<stats::Histogram> injection_error() const override {
    return ask([](const proxy::Link& link) { return link.tcp().injection_error(); });
  }
  base::expected<void, std::string> set_http_faults(std::vector<model::Fault> faults) override {
    if (faults.empty()) return {};
    return base::unexpected(std::string("faults of requests are those of the scenario here"));
  }
  std::vector<http::Link::Use> hits() const override { return {}; }
  void always_read_along(bool) override {}  // a run does, where it is HTTP
  std::vector<http::Row> journal(const http::Query&) const override { return {}; }

 private:
  template <class Question>
  std::invoke_result_t<Question, const proxy::Link&> ask(const Question& question) const {
    std::optional<std::invoke_result_t<Question, const proxy::Link&>> answer;
    links_.on(link_, [&](const proxy::Link& link) { answer = question(link); });
    return *std::move(answer);
  }

  // Whether it was not so before.
  bool shut(bool wanted) {
    proxy::Meddling meddling = ask([](const proxy::Link& link) { return link.meddling(); });
    if (std::exchange(meddling.shut, wanted) == wanted) return false;
    meddle(std::move(meddling));
    return true;
  }

  // Those toxics that go are counted to their end.
  void meddle(proxy::Meddling meddling) {
    links_.on(link_, [&](proxy::Link& link) {
      const std::vector<relay::StreamFault> before = link.meddling().streams;
      const std::vector<relay::Link::Hits> hits = link.meddled();
      for (std::size_t i = 0; i < before.size(); ++i) {
        if (std::ranges::any_of(meddling.streams, [&](const relay::StreamFault& stays) {
              return stays.name == before[i].name && stays.direction == before[i].direction;
            }))
          continue;
        relay::Link::Hits& all = use_.toxics[before[i].name];
        all.came += hits[i].came;
        all.acted += hits[i].acted;
      }
      link.meddle(std::move(meddling));
    });
  }

  proxy::Proxy& links_;
  const base::Link link_;
  Use& use_;
};

std::unique_ptr<toxiproxy::Line> RunLines::add(relay::Link::Settings settings) {
  auto link = base::parse_link(settings.name);
  base::require(link.has_value(), "a proxy of a run has the name of its link");
  return std::make_unique<RunLine>(links_, *std::move(link), uses_[settings.name]);
}

std::unique_ptr<toxiproxy::ForwardLine> RunLines::add_forward(http::ForwardProxy::Settings) {
  base::fail_promise("a run has no forwards over its API", std::source_location::current());
}

}  // namespace seawall::worlds
