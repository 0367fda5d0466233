#include "scenario/words.hpp"

#include <fmt/format.h>

#include "tests/support/catch.hpp"

namespace seawall::scenario::tests {
namespace {

using model::KindWords;
using model::MeasureWords;
using model::Unit;

std::vector<KindWords> kinds() {
  KindWords latency{.name = "latency",
                    .keys = {"latency", "jitter", "direction", "ramp"},
                    .required = {"latency"},
                    .stand_ins = {{"latency", "ramp"}}};
  KindWords abort{.name = "http_abort",
                  .keys = {"status", "headers", "body", "effect", "lying"},
                  .required = {"status"}};
  abort.check = [](const model::Fault& fault) {
    const bool refusal = fault.effect == model::When::after && fault.status == 402;
    return refusal && !fault.lying ? "402 after the effect would lie; expected lying = true" : "";
  };
  KindWords refuse{
      .name = "refuse", .not_live_at_call = "expected reset_peer", .takes_match = false};
  KindWords drop{.name = "drop_reply"};
  KindWords crash{.name = "crash", .on_node = true, .keys = {"drain", "restart"}};
  crash.takes_window = false;
  crash.takes_probability = false;
  crash.takes_match = false;
  KindWords partition{.name = "partition", .on_groups = true, .keys = {"mode", "direction"}};
  partition.takes_at_call = false;
  partition.takes_match = false;
  partition.takes_probability = false;
  KindWords bandwidth{.name = "bandwidth", .keys = {"rate"}, .required = {"rate"}};
  KindWords jump{.name = "clock_jump", .on_node = true, .keys = {"jump"}, .required = {"jump"}};
  KindWords lock{.name = "database_lock", .on_node = true};
  lock.of_service = true;
  KindWords none{.name = "none", .acts = false};
  KindWords loss{.name = "sim_loss", .worlds = {model::Mode::sim}};
  KindWords disk{.name = "disk_error", .on_node = true};
  disk.at_write = true;
  return {latency, abort, refuse, drop, crash, partition, bandwidth, jump, lock, disk, none, loss};
}

std::vector<MeasureWords> measures() {
  return {
      {"latency", Unit::time, true, {"request?"}, "", true},
      {"latency_all", Unit::time, true, {"request?"}, "", true},
      {"error_rate", Unit::share, false, {}, "", true},
      {"ok_rate", Unit::rate, false, {}, "", true, true},
      {"permits_leaked", Unit::count, false, {}, ""},
      {"amplification", Unit::count, false, {"link"}, ""},
      {"in_flight", Unit::count, false, {"service"}, ""},
      {"rejected", Unit::count, false, {"link", "pattern"}, ""},
      {"calls", Unit::count, false, {"link", "text?", "count?"}, ""},
      {"time_to_open", Unit::time, false, {"link", "fault"}, ""},
      {"recovery_time", Unit::time, false, {"fault", "truth"}, ""},
  };
}

model::Preset field_preset() {
  model::Preset preset;
  model::LinkPolicy policy;
  policy.timeout.emplace();
  policy.retry.emplace();
  policy.retry_budget.emplace();
  policy.circuit_breaker.emplace();
  policy.bulkhead.emplace();
  policy.idempotency.emplace();
  preset.policy.links[{"order", "*"}] = policy;
  policy.retry.reset();
  preset.policy.links[{"gateway", "order"}] = policy;
  return preset;
}

model::RequestSpec place_order() {
  model::RequestSpec request;
  request.name = "place-order";
  request.method = model::Method::post;
  request.path.parts = {{.text = "/orders"}};
  request.headers = {{"Idempotency-Key", {{{.kind = model::Template::Part::Kind::uuid}}}}};
  request.save = {{"order_id", "$.id"}};
  return request;
}

}  // namespace

model::Vocabulary small_vocabulary() {
  model::Vocabulary words;
  words.kinds = kinds();
  words.measures = measures();
  words.invariants = {"no-double-charge", "no-oversell", "no-leaked-reservation",
                      "every-saga-settled", "goodput-recovers"};
  words.services = {"gateway", "order", "inventory", "payment", "shipping"};
  words.links = {{"client", "gateway"}, {"gateway", "order"},  {"order", "inventory"},
                 {"order", "payment"},  {"order", "shipping"}, {"gateway", "payment"}};
  words.operations[{"order", "payment"}] = {"charge", "refund"};
  words.write_classes = {{"gateway", {}}, {"payment", {"capture", "refund"}}};
  words.patterns = {"timeout",  "retry",    "retry_budget", "circuit_breaker",
                    "bulkhead", "fallback", "idempotency"};
  words.requests = {place_order()};
  words.presets = {{"none", {}}, {"field", field_preset()}};
  for (const std::string& service : words.services) words.capacity[service] = {};
  words.stock = {{"sku-1", 1'000'000}, {"sku-2", 1'000'000}};
  words.later = {"from-the-vocabulary"};
  return words;
}

ReadOptions quiet_options() {
  ReadOptions options;
  options.environment = [](std::string_view name) {
    return name == "ACME_TOKEN" ? std::optional<std::string>("t0k3n") : std::nullopt;
  };
  options.load = [](const std::string&) -> base::expected<std::string, std::string> {
    return base::unexpected(std::string("there is no such file"));
  };
  options.load_data = options.load;
  return options;
}

base::expected<Reading, base::Diagnostics> read_text(std::string text, const ReadOptions& options) {
  return read_scenario_text("test.toml", std::move(text), options, small_vocabulary());
}

std::string valid_with(const std::string& more) {
  return R"(schema = 1

[scenario]
name = "test/one"

[load]
rate = "150/s"

[[load.request]]
use = "place-order"
# more follows

)" + more;
}

std::string errors_of(std::string text, const ReadOptions& options) {
  const auto reading = read_text(std::move(text), options);
  if (reading) return {};
  std::string out;
  for (const base::Diagnostic& error : reading.error())
    out +=
        fmt::format("{}{}:{} {}{}\n", error.file == "test.toml" ? "" : error.file + ":", error.line,
                    error.column, error.message, error.hint.empty() ? "" : " | " + error.hint);
  return out;
}

Reading reading_of(const std::string& text, const ReadOptions& options) {
  auto reading = read_text(text, options);
  std::string errors;
  if (!reading)
    for (const base::Diagnostic& error : reading.error()) errors += to_text(error);
  INFO(errors);
  REQUIRE(reading.has_value());
  return std::move(*reading);
}

std::string errors_with(const std::string& more) { return errors_of(valid_with(more)); }

}  // namespace seawall::scenario::tests
