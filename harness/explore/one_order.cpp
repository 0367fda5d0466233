#include "harness/explore/one_order.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <utility>

#include "harness/base/assert.hpp"
#include "harness/base/integer_math.hpp"
#include "harness/base/text.hpp"
#include "harness/scenario/toml.hpp"

namespace seawall::explore {
namespace {

using scenario::Value;
using namespace std::chrono_literals;

// Everything else of a file says when it is run, what it is to show, or what is looked at from
// outside.
constexpr auto kept_tables = std::to_array<std::string_view>({"target", "policy", "saga"});

// No second request comes within the load.
constexpr std::string_view hardly_any = "0.001/s";
// From the moment at which its client has given up to the one at which the faults heal.
constexpr base::Duration after_client = 1s;

struct Source {
  std::size_t load = 0;
  std::size_t request = 0;
};

std::optional<Source> first_order(const model::Scenario& scenario) {
  for (std::size_t load = 0; load < scenario.loads.size(); ++load) {
    const auto& requests = scenario.loads[load].requests;
    for (std::size_t request = 0; request < requests.size(); ++request)
      if (requests[request].method == model::Method::post) return Source{load, request};
  }
  return std::nullopt;
}

// A list of one entry may be written as that entry.
const Value& entry_of(const Value& list, std::size_t index) {
  if (!list.is_array()) return list;
  base::require(index < list.items.size(), "a scenario has the entries that its text has");
  return list.items[index];
}

Value text(std::string_view text) { return scenario::text_value(std::string(text), {}); }
Value text(base::Duration duration) { return text(base::to_text(duration)); }

// One order at the first regular moment of a load that has no second, the others with it.
void send_at_once(Value& load, std::int64_t orders) {
  load.set("rate", text(hardly_any));
  if (orders == 1) return;
  Value burst = scenario::table_value({});
  burst.set("at", text(first_request));
  burst.set("count", scenario::integer_value(orders - 1, {}));
  load.set("burst", std::move(burst));
}

// One after the other, until the rate falls just before one more would be due.
void send_apart(Value& load, std::int64_t orders, base::Duration gap) {
  constexpr base::Duration before = 1ms;
  base::require(gap >= 5 * before, "orders are at least 5 ms apart, or come at once");
  load.set("rate",
           text(base::to_text(base::Rate{base::scale(1'000'000, 1'000'000'000, gap.count())})));
  Value hold = scenario::table_value({});
  hold.set("hold", text((orders - 1) * gap - before));
  Value fall = scenario::table_value({});
  fall.set("to", text(hardly_any));
  fall.set("over", text(base::Duration(before)));
  Value stages = scenario::array_value({});
  stages.items = {std::move(hold), std::move(fall)};
  load.set("stages", std::move(stages));
}

Value load_of(const Value& given, const model::Load& load, std::size_t request,
              const Sending& sending) {
  Value one = scenario::table_value({});
  if (sending.orders == 1 || sending.gap == base::Duration::zero())
    send_at_once(one, sending.orders);
  else
    send_apart(one, sending.orders, sending.gap);
  one.set("arrivals", text("constant"));
  one.set("start", text(first_request));
  one.set("timeout", text(load.timeout));
  if (const Value* to = given.get("to")) one.set("to", *to);
  if (load.data) one.set("data", text(std::filesystem::absolute(*load.data).string()));
  const Value* requests = given.get("request");
  base::require(requests != nullptr, "a load with requests says so in its text");
  Value sent = entry_of(*requests, request);
  sent.set("weight", scenario::integer_value(1, {}));
  Value list = scenario::array_value({});
  list.items.push_back(std::move(sent));
  one.set("request", std::move(list));
  return one;
}

Value run_of(const model::Scenario& scenario, const model::Load& load, const Sending& sending) {
  const base::Duration last = first_request + (sending.orders - 1) * sending.gap;
  const std::uint64_t seed = sending.seed.value_or(scenario.run.seed);
  Value run = scenario::table_value({});
  run.set("seed", scenario::integer_value(static_cast<std::int64_t>(seed), {}));
  run.set("warmup", text("0s"));
  run.set("duration", text(std::max(sending.least, last + load.timeout + after_client)));
  run.set("settle", text(scenario.run.settle));
  return run;
}

base::Diagnostic mistake(const model::Scenario& scenario, std::string message, std::string hint) {
  base::Diagnostic problem;
  problem.file = scenario.file;
  problem.message = std::move(message);
  problem.hint = std::move(hint);
  return problem;
}

}  // namespace

base::Diagnostic no_order(const model::Scenario& scenario) {
  return mistake(scenario, "its first POST request makes no order; expected one that does",
                 "[[load.request]] with use = \"place-order\"");
}

base::expected<std::string, base::Diagnostic> one_order(const model::Scenario& scenario,
                                                        const Sending& sending) {
  if (!scenario.target.is_shop())
    return base::unexpected(mistake(scenario,
                                    "services of your own run in no virtual time; expected the "
                                    "shop, of whose orders thousands are tried",
                                    "`seawall run` puts yours under the faults of a scenario"));
  const auto source = first_order(scenario);
  if (!source)
    return base::unexpected(mistake(scenario,
                                    "no POST request in its load; expected one, the order "
                                    "that is explored",
                                    "[[load.request]] with use = \"place-order\""));
  scenario::Sources sources;
  scenario::Problems problems(sources);
  const std::size_t number = sources.add(scenario.file, scenario.resolved);
  const auto whole = scenario::parse_toml(number, scenario.resolved, problems);
  base::require(whole.has_value(), "the resolved text of a scenario can be read");

  Value one = scenario::table_value({});
  one.set("schema", scenario::integer_value(1, {}));
  Value meta = scenario::table_value({});
  meta.set("name", text(scenario.meta.name));
  one.set("scenario", std::move(meta));
  const model::Load& load = scenario.loads[source->load];
  one.set("run", run_of(scenario, load, sending));
  for (const std::string_view table : kept_tables)
    if (const Value* kept = whole->get(table)) one.set(table, *kept);
  Value target = one.get("target") ? *one.get("target") : scenario::table_value({});
  target.set("mode", text("sim"));
  one.set("target", std::move(target));
  const Value* loads = whole->get("load");
  base::require(loads != nullptr, "a scenario with a load says so in its text");
  one.set("load", load_of(entry_of(*loads, source->load), load, source->request, sending));
  return scenario::to_toml(one);
}

}  // namespace seawall::explore
