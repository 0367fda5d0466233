#include "faults/proxy/proxy.hpp"

#include <algorithm>
#include <future>
#include <iterator>

#include "harness/base/assert.hpp"

namespace seawall::proxy {

namespace {
constexpr Duration between_samples = std::chrono::milliseconds(100);

relay::Relay::Settings one_worker(std::uint64_t seed) {
  relay::Relay::Settings settings;
  settings.seed = seed;
  return settings;
}

}  // namespace

Proxy::Proxy(const runtime::Target& target, std::uint64_t seed, Armory& armory, AskCrash crash,
             net::Loop::Clock clock)
    : relay_(std::make_unique<relay::Relay>(clock, one_worker(seed))),
      loop_(relay_->loop(0)),
      numbering_(target),
      around_{loop_, target, seed, armory, numbering_, journal_, std::move(crash)} {}

// What is still asked of its thread looks at the rest.
Proxy::~Proxy() {
  stop();
  relay_.reset();
}

base::expected<void, std::string> Proxy::reserve(
    const std::function<Way(const base::Link&)>& way_of) {
  const std::vector<base::Link>& links = around_.target.links;
  std::vector<Way> ways;
  std::vector<net::ReservedPort> ports;
  for (const base::Link& link : links) {
    ways.push_back(way_of(link));
    auto port = net::ReservedPort::reserve(ways.back().port);
    if (!port) return base::unexpected("the link " + base::to_text(link) + ": " + port.error());
    ports.push_back(std::move(*port));
  }
  run([&] {
    sample(loop_.now());
    for (std::size_t i = 0; i < links.size(); ++i)
      links_.push_back(
          std::make_unique<Link>(around_, *relay_, links[i], std::move(ports[i]), ways[i]));
  });
  return {};
}

net::Address Proxy::address(const base::Link& link) const {
  return {"127.0.0.1", named(link).port()};
}

Link& Proxy::named(const base::Link& link) const {
  const auto at = std::find_if(links_.begin(), links_.end(),
                               [&](const auto& one) { return one->name() == link; });
  base::require(at != links_.end(), "whoever names a link names one of the target");
  return **at;
}

void Proxy::node_up(const std::string& node) {
  ask([this, node] {
    for (const auto& link : links_)
      if (link->name().to == node) link->callee_up();
  });
}

void Proxy::node_down(const std::string& node) {
  ask([this, node] {
    for (const auto& link : links_)
      if (link->name().to == node) link->callee_down();
  });
}

void Proxy::faults_changed() {
  ask([this] {
    for (const auto& link : links_) link->faults_changed();
  });
}

void Proxy::release_held() {
  ask([this] {
    for (const auto& link : links_) link->release_held();
  });
}

void Proxy::not_sent(const base::Link& link, model::Request request, model::Failure failure,
                     TimePoint began) {
  ask([this, link, request = std::move(request), failure, began] {
    for (const auto& one : links_)
      if (one->name() == link) one->not_sent(request, failure, began);
  });
}

void Proxy::on(const base::Link& link, const std::function<void(Link&)>& action) {
  run([&] { action(named(link)); });
}

void Proxy::sync() {
  run([] {});
}

bool Proxy::quiet() const { return asked_ == 0 && around_.flights == 0; }

void Proxy::finish(record::Record& record) {
  stop();
  std::move(journal_.begin(), journal_.end(), std::back_inserter(record.exchanges));
  journal_.clear();
  std::move(samples_.begin(), samples_.end(), std::back_inserter(record.samples));
  samples_.clear();
}

// Shows when this thread ran, and how much was on the links.
void Proxy::sample(TimePoint t) {
  record::Sample& sample = samples_.emplace_back();
  sample.t = loop_.now();
  sample.node = record::Sample::links;
  sample.in_flight = static_cast<std::int64_t>(around_.flights.load());
  const TimePoint next = std::max(t + between_samples, loop_.now());
  next_sample_ = loop_.at(next, [this, next] { this->sample(next); });
}

void Proxy::ask(std::function<void()> action) {
  ++asked_;
  loop_.post([this, action = std::move(action)] {
    action();
    --asked_;
  });
}

void Proxy::run(const std::function<void()>& action) {
  std::promise<void> done;
  loop_.post([&] {
    action();
    done.set_value();
  });
  done.get_future().wait();
}

void Proxy::stop() {
  run([this] {
    loop_.cancel(next_sample_);
    for (const auto& link : links_)
      if (!link->was_used()) unused_.push_back(link->name());
    links_.clear();
  });
  // The last of what was under way is gone when its thread has come to this.
  sync();
}

}  // namespace seawall::proxy
