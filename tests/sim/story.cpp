#include "tests/sim/story.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <sstream>
#include <vector>

#include "faults/kinds/kind.hpp"
#include "harness/sim/world.hpp"
#include "tests/worlds/toy.hpp"

namespace seawall::test {

namespace {

constexpr std::uint64_t orders = 900;
constexpr auto length = 6s;           // of the faults
constexpr auto load_length = 6600ms;  // about: the last fault must have its share

Task<> place(Env& env, std::uint64_t number) {
  const auto draw = base::KeyedRandom(env.seed()).with("story").with(number);
  constexpr std::array verbs{"put", "claim", "get", "nap"};
  const std::string verb = verbs[draw.with("verb").below(verbs.size())];
  const std::string operand =
      verb == "nap" ? std::to_string(draw.with("nap").below(80))
                    : "key-of-some-length/" + std::to_string(draw.with("key").below(200));
  for (int attempt = 1; attempt <= 2; ++attempt) {
    Request request(Method::post, "/" + verb + "/" + operand, std::to_string(number));
    request.idempotency_key = "idempotency-key-" + std::to_string(number);
    request.deadline = env.now() + 200ms + draw.with(attempt).within(300ms);
    request.index.subject = {base::Subject::Kind::order, number};
    request.index.operation = verb;
    request.index.attempt = static_cast<std::uint32_t>(attempt);
    runtime::Call call(env, "front", std::move(request));
    const auto answer = co_await call;
    if (answer && answer->status < 500) break;
  }
  co_return runtime::Unit{};
}

Task<> load(Env& env) {
  for (std::uint64_t number = 1; number <= orders; ++number) {
    const auto gap =
        base::KeyedRandom(env.seed())
            .with("gap")
            .with(number)
            .exponential(std::chrono::nanoseconds(load_length) / static_cast<std::int64_t>(orders));
    runtime::Sleep sleep(env, env.now() + gap);
    co_await sleep;
    env.spawn(place(env, number));
  }
  co_return runtime::Unit{};
}

model::Point any_write() {
  model::Point point;
  point.any_subject = point.durable_write = true;
  point.link.from = "back";
  point.operation = "put";
  return point;
}

model::Fault crash_at_a_write() {
  model::Fault fault;
  fault.name = "crash at a write";
  fault.type = "crash";
  fault.node = "back";
  fault.restart = 20ms;
  fault.at_call = {any_write()};
  return fault;
}

std::vector<model::Fault> every_kind() {
  std::vector<model::Fault> faults{crash_at_a_write()};
  for (const kinds::Kind& kind : kinds::all()) {
    const auto& worlds = kind.words.worlds;
    const bool simulated =
        std::find(worlds.begin(), worlds.end(), model::Mode::sim) != worlds.end();
    if (!kind.words.acts || !simulated) continue;
    model::Fault& fault = faults.emplace_back();
    fault.name = fault.type = kind.words.name;
    if (kind.words.on_node)
      fault.node = "back";
    else if (kind.words.on_groups)
      fault.groups = {{"front"}, {"back"}};
    else
      fault.link = base::Link{"*", "back"};
    // What forgets connections stands between the kinds that let no new ones be made, and makes
    // them needed.
    fault.probability = base::Share::percent(kind.words.takes_probability ? 30 : 100);
    fault.latency = 20ms;
    fault.jitter = 10ms;
    fault.status = 503;
    fault.body = "injected";
    fault.delay = 900ms;
    fault.gap = 15ms;
    fault.loss = base::Share::all();
    fault.timer = 15ms;
    fault.timeout = 30ms;
    fault.rate.per_second = {1000};
    fault.restart = 150ms;
    if (kind.words.name == "disk_error") fault.at_call = {any_write()};
  }
  return faults;
}

template <class Part>
const Part& printable(const Part& part) {
  return part;
}
std::string_view printable(const base::ShortText& part) { return part; }

template <class... Parts>
void line(std::ostringstream& out, const Parts&... parts) {
  ((out << printable(parts) << '|'), ...);
  out << '\n';
}

std::int64_t ns(base::TimePoint t) { return t.time_since_epoch().count(); }

}  // namespace

record::Record run_story(std::uint64_t seed) {
  const runtime::Target target = toy();
  const std::vector<model::Fault> faults = every_kind();
  runtime::WorldSetup setup;
  setup.target = &target;
  setup.seed = seed;
  setup.faults = kinds::arm_all(faults);

  record::Record record;
  sim::World world(setup);
  if (!world.start()) return record;
  world.drive([](Env& env) { return load(env); });
  // Each fault in its turn, overlapping with the next one.
  const auto part = std::chrono::nanoseconds(length) / static_cast<std::int64_t>(faults.size());
  std::optional<runtime::Lease> last;
  for (std::uint16_t i = 0; i < faults.size(); ++i) {
    std::optional<runtime::Lease> lease = world.arm(i);
    world.advance(world.now() + part);
    std::swap(last, lease);
  }
  last.reset();
  world.heal_all();
  for (int i = 0; i < 100 && !world.quiet(); ++i) world.advance(world.now() + 100ms);
  world.finish(record);
  record.sort();
  return record;
}

std::string to_text(const record::Record& record) {
  std::ostringstream out;
  for (const record::LedgerRow& row : record.ledger)
    line(out, row.node, row.lsn, row.batch, ns(row.t), row.order, base::to_text(row.subject),
         row.to);
  for (const record::Exchange& row : record.exchanges) {
    line(out, base::to_text(row.link), base::to_text(row.index.subject), row.index.operation,
         row.index.attempt, row.index.n, row.path, row.key, row.payload_hash, ns(row.sent),
         ns(row.ended), ns(row.deadline), row.status,
         row.failure ? static_cast<int>(*row.failure) : -1, row.told.order, row.durable_lsn,
         row.copies);
    for (const std::uint16_t fault : row.faults) line(out, fault);
  }
  for (const record::Event& event : record.events)
    line(out, ns(event.t), event.n, static_cast<int>(event.kind), event.where, event.name,
         event.what, base::to_text(event.subject), event.value);
  for (const record::Sample& sample : record.samples)
    line(out, ns(sample.t), sample.node, sample.queued, sample.in_flight, sample.oldest.count());
  for (const record::PatternUse& use : record.patterns)
    line(out, use.pattern, use.where, use.acted);
  for (const record::FaultUse& use : record.faults)
    line(out, use.name, use.reached, use.hit, use.calls, ns(use.armed), ns(use.healed));
  return out.str();
}

}  // namespace seawall::test
