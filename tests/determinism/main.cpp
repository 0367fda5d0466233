// Runs scenarios in virtual time and prints what each left behind as hashes: the trace, and every
// row of the record. Then 10,000 fuzzed runs of a few orders, a hash for each thousand.
// tests/determinism.sh compares the output of builds by two compilers at several levels of
// optimisation, byte by byte.
#include <cstdio>
#include <string>

#include "harness/base/text.hpp"
#include "harness/explore/whole.hpp"
#include "harness/model/json_codec.hpp"
#include "harness/scenario/reader.hpp"
#include "harness/swarm/fuzz.hpp"
#include "reports/trace.hpp"
#include "targets/shop/shop.hpp"
#include "tests/support/shop_words.hpp"

namespace {

using namespace seawall;

model::Vocabulary words() { return test::shop_words({"retry", "circuit_breaker", "idempotency"}); }

std::uint64_t fold(std::uint64_t hash, std::string_view text) {
  return base::mix(hash ^ base::hash_bytes(text));
}

std::uint64_t hash_of(const std::vector<record::Exchange>& rows) {
  std::uint64_t hash = 0;
  for (const record::Exchange& row : rows) {
    const std::string text = base::concat(
        {base::to_text(row.link), base::to_text(row.index.subject), row.index.operation,
         row.index.label, " ", std::to_string(row.index.n), " ", row.path, row.key, " ",
         std::to_string(row.sent.time_since_epoch().count()), " ",
         std::to_string(row.ended.time_since_epoch().count()), " ", std::to_string(row.status), " ",
         std::to_string(row.durable_lsn), row.told.order, row.told.state});
    hash = fold(hash, text);
  }
  return hash;
}

int run_file(const std::string& file, std::uint64_t seed_offset) {
  scenario::ReadOptions options;
  options.mode = model::Mode::sim;
  auto reading = scenario::read_scenario(file, options, words());
  if (!reading) {
    for (const base::Diagnostic& problem : reading.error())
      std::fputs(base::to_text(problem).c_str(), stderr);
    return 2;
  }
  model::Scenario& scenario = reading->scenario;
  scenario.run.seed += seed_offset;
  const run::Outcome outcome = explore::run_whole(scenario, shop::make_target(scenario));
  std::uint64_t ledger = 0;
  for (const record::LedgerRow& row : outcome.record.ledger)
    ledger = fold(ledger, model::encode_json(row));
  std::printf("%s seed %llu exit %d trace %s exchanges %016llx history %016llx ledger %016llx\n",
              scenario.meta.name.c_str(), static_cast<unsigned long long>(scenario.run.seed),
              outcome.verdict.exit,
              reports::make_trace(outcome.record, scenario.run.seed).hash.c_str(),
              static_cast<unsigned long long>(hash_of(outcome.record.exchanges)),
              static_cast<unsigned long long>(hash_of(outcome.record.history)),
              static_cast<unsigned long long>(ledger));
  return 0;
}

constexpr const char* fuzzed = R"(
schema = 1
[scenario]
name = "fuzzed"
[target]
declines = "20%"
[load]
rate = "1/s"
[[load.request]]
use = "place-order"
)";

// Few orders, so that it takes seconds without optimisation too.
int run_fuzzed() {
  const model::Vocabulary known = words();
  const auto reading = scenario::read_scenario_text("fuzzed.toml", fuzzed, {}, known);
  if (!reading) {
    for (const base::Diagnostic& problem : reading.error())
      std::fputs(base::to_text(problem).c_str(), stderr);
    return 2;
  }
  swarm::Setup setup;
  setup.ground = {&reading->scenario, &known, shop::make_target};
  setup.orders = 3;
  setup.runs = 10'000;
  constexpr std::size_t together = 1'000;
  const std::vector<std::uint64_t> traces = swarm::traces(setup);
  for (std::size_t first = 0; first < traces.size(); first += together) {
    base::KeyedRandom hash(0);
    for (std::size_t i = first; i < first + together; ++i) hash = hash.with(traces[i]);
    std::printf("fuzzed runs from %zu on: %016llx\n", first + 1,
                static_cast<unsigned long long>(hash.bits()));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i)
    for (const std::uint64_t seed_offset : {0, 1})
      if (const int status = run_file(argv[i], seed_offset); status != 0) return status;
  return run_fuzzed();
}
