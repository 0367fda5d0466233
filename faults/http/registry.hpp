// The overseer of a link by itself: it has faults of its own, counts requests by what they ask for,
// and writes a journal of them.
#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "faults/http/call_counts.hpp"
#include "faults/http/faults.hpp"
#include "faults/http/journal.hpp"
#include "faults/http/overseer.hpp"
#include "faults/http/secrets.hpp"

namespace seawall::http {

class Registry final : public Overseer {
 public:
  struct Settings {
    base::Link link;
    std::uint64_t seed = 0;
    std::size_t journal = 10'000;      // rows
    std::vector<std::string> secrets;  // see Secrets
  };
  Registry(Settings settings, std::size_t workers);

  bool reads_along() const override;
  bool sees_through() const override { return false; }
  std::uint64_t version() const override { return faults.version(); }
  std::vector<Cut> cuts_since(std::uint64_t version, const Place& place) override;
  void arrived(const Head& head, const Place& place, Exchange& exchange) override;
  void cut(const Cut& cut, const Place& place, Exchange& exchange, TimePoint now) override;
  void crash(plan::Effect::Crash who, Exchange& exchange) override;
  void ended(const Place& place, Exchange& exchange) override;
  void tell(const Place& place, Journal::Entry&& entry) override;

  const base::Link link;
  Faults faults;
  Journal journal;
  std::atomic<bool> always_read_along = true;  // see Link

 private:
  // What a worker has for itself.
  struct Bench {
    std::shared_ptr<const FaultSet> faults;  // as it knows them
    model::Request request{model::Method::get, {}};
    std::string text;
  };

  Bench& bench(const Place& place) { return *benches_.at(place.worker); }
  const FaultSet& faults_now(Bench& bench) const;
  void describe(const Head& head, Bench& bench, Journal::Entry& row);
  void decide(const Head& head, const Place& place, Exchange& exchange);

  const std::uint64_t seed_;
  const Secrets secrets_;
  CallCounts counts_;
  std::vector<std::unique_ptr<Bench>> benches_;
};

}  // namespace seawall::http
