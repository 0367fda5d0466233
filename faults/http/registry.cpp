#include "faults/http/registry.hpp"

#include <utility>

#include "faults/http/text.hpp"
#include "harness/base/assert.hpp"
#include "harness/base/keyed_random.hpp"
#include "harness/net/http_headers.hpp"

namespace seawall::http {

Registry::Registry(Settings settings, std::size_t workers)
    : link(settings.link),
      faults(settings.link),
      journal(settings.link, workers, settings.journal),
      seed_(settings.seed),
      secrets_(settings.secrets) {
  for (std::size_t i = 0; i < workers; ++i) {
    benches_.push_back(std::make_unique<Bench>());
    benches_.back()->faults = faults.current();
  }
}

bool Registry::reads_along() const { return always_read_along || !faults.current()->empty(); }

const FaultSet& Registry::faults_now(Bench& bench) const {
  if (bench.faults->version() != faults.version()) bench.faults = faults.current();
  return *bench.faults;
}

std::vector<Cut> Registry::cuts_since(std::uint64_t version, const Place& place) {
  return faults_now(bench(place)).cuts_since(version, link);
}

void Registry::arrived(const Head& head, const Place& place, Exchange& exchange) {
  const FaultSet& set = faults_now(bench(place));
  exchange.version = set.version();
  describe(head, bench(place), exchange.row);
  if (!set.empty()) decide(head, place, exchange);
}

void Registry::describe(const Head& head, Bench& bench, Journal::Entry& row) {
  if (Secrets::may_have(head.target)) {
    bench.text.clear();
    secrets_.append_masked(bench.text, head.target);
    row.set_target(bench.text);
  } else {
    row.set_target(head.target);
  }
  auto kind = base::KeyedRandom(0);
  if (!head.index.empty())
    if (auto index = net::parse_index(head.index)) row.index = std::move(*index);
  const bool foreign = row.index.subject.kind == base::Subject::Kind::none;
  if (foreign)
    kind = kind.with(head.method).with(without_query(head.target));
  else
    kind = kind.with(row.index.subject).with(row.index.operation).with(row.index.label);
  row.index.n = counts_.next(kind.bits());
  // So that what it draws depends on what came before it of its kind, and on nothing else.
  if (foreign) row.index.subject = {base::Subject::Kind::foreign, row.index.n};
}

void Registry::decide(const Head& head, const Place& place, Exchange& exchange) {
  Bench& bench = this->bench(place);
  model::Request& request = bench.request;
  request.path.assign(head.target);
  request.headers.clear();
  request.index = exchange.row.index;
  if (request.index.operation.empty()) {
    bench.text.assign(head.method).append(" ").append(without_query(head.target));
    request.index.operation = bench.text;
  }
  bench.faults->take_headers(head, request);
  plan::Decision decision =
      bench.faults->decide(seed_, link, request, head.method, exchange.row.sent, place.opened);
  if (!decision.hit.empty()) {
    exchange.row.names = bench.faults->names();
    exchange.row.faults = std::move(decision.hit);
  }
  if (!decision.effect.neutral())
    exchange.effect = std::make_unique<plan::Effect>(std::move(decision.effect));
}

// By a worker's own set: that from which it has the cut.
void Registry::cut(const Cut& cut, const Place& place, Exchange& exchange, TimePoint) {
  const FaultSet& set = *bench(place).faults;
  exchange.row.names = set.names();
  exchange.row.faults.assign(1, cut.position);
  set.count_cut(cut.position);
}

void Registry::crash(plan::Effect::Crash, Exchange&) {
  base::require(false, "a link by itself has no faults of nodes");
}

void Registry::ended(const Place& place, Exchange& exchange) {
  journal.write(place.worker, std::move(exchange.row));
}

void Registry::tell(const Place& place, Journal::Entry&& entry) {
  journal.write(place.worker, std::move(entry));
}

}  // namespace seawall::http
