// What one table must fulfil beyond the types and ranges of its keys: the prepare() and check() of
// decode.hpp.
#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/model/hidden_text.hpp"
#include "harness/model/json_path.hpp"
#include "harness/model/json_reader.hpp"
#include "harness/scenario/decode.hpp"

namespace seawall::scenario {
namespace {

using model::Template;

// "503", "5xx", or one of `words`.
bool is_status_word(std::string_view text, std::span<const std::string> words) {
  if (std::ranges::find(words, text) != words.end()) return true;
  if (text.size() != 3 || text[0] < '1' || text[0] > '5') return false;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.substr(1) == "xx" || (digit(text[1]) && digit(text[2]));
}

void check_status_words(const At& at, std::string_view key, std::span<const std::string> words) {
  const Value* list = at.value.get(key);
  if (!list || !list->is_array()) return;
  for (const Value& item : list->items) {
    if (!item.is_text() || is_status_word(item.text, words)) continue;
    const std::string others = words.empty() ? "" : base::join(words, ", ") + ", or ";
    const auto meant = base::nearest(item.text, words);
    at.context.problems.error(
        item.place,
        fmt::format("found \"{}\"; expected {}a status such as 503 or 5xx", item.text, others),
        meant ? fmt::format("did you mean \"{}\"?", *meant) : "");
  }
}

void check_json_path(const At& at, Place place, std::string_view path) {
  if (model::parse_json_path(path)) return;
  at.context.problems.error(
      place, fmt::format("found \"{}\"; expected a JSON path such as \"$.id\"", path));
}

bool is_header_name(std::string_view name) {
  const auto token = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !name.empty() && std::ranges::all_of(name, token);
}

bool has_control_character(const Template& text) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return std::ranges::any_of(text.parts, [&](const Template::Part& part) {
    return std::ranges::any_of(part.text, control);
  });
}

void check_body_keys(const At& at) {
  const Entry* first = nullptr;
  for (const std::string_view key : {"json", "form", "body"}) {
    const Entry* given = at.value.find(key);
    if (given && first)
      at.context.problems.error(given->place, fmt::format("\"{}\" beside \"{}\"; expected one body",
                                                          given->key, first->key));
    if (given && !first) first = given;
  }
}

void check_request_line(const At& at, const model::RequestSpec& request) {
  const Place place = place_of(at, "path");
  const auto& parts = request.path.parts;
  if (parts.empty() && at.value.find("use"))
    return;  // of a request that there is not: reported already
  if (parts.empty())
    at.error("\"path\" is missing; expected a path such as \"/orders\"",
             "or `use` a request of the target");
  else if (parts[0].kind != Template::Part::Kind::text || !parts[0].text.starts_with('/'))
    at.context.problems.error(place, "a path without its \"/\"; expected one such as \"/orders\"");
  const auto has_blank = [](const Template::Part& part) {
    return part.text.find(' ') != std::string::npos;
  };
  if (has_control_character(request.path) || std::ranges::any_of(parts, has_blank))
    at.context.problems.error(place, "a blank or control character in a path; expected none",
                              "write it as %20, say");
  for (const auto& [name, value] : request.headers) {
    if (!is_header_name(name))
      at.context.problems.error(place_of(at, "headers"),
                                fmt::format("found \"{}\"; expected the name of a header", name));
    if (has_control_character(value))
      at.context.problems.error(
          place_of(at, "headers"),
          fmt::format("a control character in header {}; expected none", name));
  }
}

}  // namespace

model::Source source_of(const At& at) {
  const Place place = at.value.place;
  return {at.context.problems.sources().name(place.source), place.line, place.column};
}

Place place_of(const At& at, std::string_view key) { return place_of(at.value, key); }

void prepare(const At& at, model::Fault& fault) {
  fault.source = source_of(at);
  fault.in_file = true;
}

void prepare(const At& at, model::ServiceLevel& level) { level.source = source_of(at); }

void check(const At&, model::ServiceLevel& level) {
  if (level.name.empty()) level.name = level.that.text;
}

// Of the target by name, or one condition of its own.
void check(const At& at, model::InvariantEntry& entry) {
  const Entry* use = at.value.find("use");
  model::Invariant& own = entry.own;
  if (use) {
    for (const std::string_view key : {"name", "that", "when", "every"})
      if (const Entry* other = at.value.find(key))
        at.context.problems.error(
            other->place,
            fmt::format("\"{}\" beside use; expected an [[invariant]] for each", key));
    if (use->value.is_array() && use->value.items.empty())
      at.context.problems.error(use->place, "no invariant named; expected at least one");
    return own.that.reset();
  }
  const Value* that = at.value.get("that");
  if (!that) return at.error("neither \"use\" nor \"that\"; expected one of them");
  if (!own.that) return;
  if (own.that->text.empty()) return own.that.reset();  // could not be read: reported
  if (own.name.empty()) own.name = own.that->text;
  const bool always = own.when == model::Invariant::When::always;
  std::vector<std::string> probes;
  model::collect_probes(*own.that, probes);
  if (always && probes.empty())
    at.context.problems.error(place_of(at, "when"),
                              "always, without a probe that could look all the time; expected one, "
                              "or when = \"settled\"");
  if (const Entry* every = at.value.find("every"); every && !always)
    at.context.problems.error(every->place,
                              "\"every\" without when = \"always\"; it has no meaning");
}

void prepare(const At& at, model::RequestSpec& request) {
  const Value* use = at.value.get("use");
  if (!use || !use->is_text()) return;
  std::vector<std::string> names;
  for (const model::RequestSpec& known : at.context.words.requests) {
    if (known.name == use->text) request = known;
    names.push_back(known.name);
  }
  check_name(at.context, use->place, "request", use->text, names);
}

void check(const At& at, model::MetaTable& table) {
  if (const Value* name = at.value.get("name"); name && name->is_text()) {
    if (table.meta.name.empty())
      at.context.problems.error(name->place, "an empty name; expected one such as \"shop/slow\"");
    if (name->text.size() > model::longest_name)
      at.context.problems.error(name->place, "a name of " + std::to_string(name->text.size()) +
                                                 " bytes; expected at most " +
                                                 std::to_string(model::longest_name));
    const bool is_one_line = name->text.find_first_of("\t\r\n") == std::string::npos;
    if (!is_one_line || model::without_hidden(name->text) != name->text)
      at.context.problems.error(name->place, "a control character in a name; expected plain text");
  }
  const Value* exercises = at.value.get("exercises");
  if (!exercises) return;
  for (const Value& item : exercises->items)
    if (item.is_text())
      check_name(at.context, item.place, "pattern", item.text, at.context.words.patterns,
                 "scenario.exercises");
}

void check(const At& at, model::Policy& policy) {
  std::vector<std::string> names;
  for (const auto& [name, preset] : at.context.words.presets) names.push_back(name);
  if (at.value.find("preset"))
    check_name(at.context, place_of(at, "preset"), "preset", policy.preset, names, "policy.preset");
}

void check(const At& at, model::Retry&) {
  static const std::vector<std::string> words = {"connect", "reset", "timeout"};
  check_status_words(at, "retry_on", words);
}

void check(const At& at, model::CircuitBreaker& breaker) {
  check_status_words(at, "ignore", {});
  check_status_words(at, "record", {});
  const bool by_hand = breaker.machine != model::CircuitBreaker::Machine::sound;
  if (by_hand && breaker.consecutive_failures == 0)
    at.context.problems.error(
        place_of(at, "machine"),
        fmt::format("machine = \"{}\" without consecutive_failures; expected how many in a row "
                    "open it",
                    model::name_of(breaker.machine)));
  const Value* size = at.value.get("size");
  const bool timed = breaker.window == model::CircuitBreaker::Window::time;
  if (!size || size->is_text() == timed) return;
  At{at.context, *size, at.field, at.where}.found_instead_of(
      timed ? "a time such as \"10s\", because window is \"time\""
            : "a number of calls, because window is \"count\"",
      timed ? "" : "a time goes with window = \"time\"");
}

void check(const At& at, model::Fallback& fallback) {
  using Kind = model::Fallback::Kind;
  const auto only_of = [&](std::string_view key, Kind kind) {
    const Entry* given = at.value.find(key);
    if (given && fallback.kind != kind)
      at.context.problems.error(
          given->place, fmt::format("\"{}\" beside kind = \"{}\"; it belongs to \"{}\"", key,
                                    model::name_of(fallback.kind), model::name_of(kind)));
  };
  only_of("answer", Kind::fixed);
  only_of("max_stale", Kind::stale_cache);
  model::JsonReader body(fallback.answer);
  const bool object = fallback.answer.find_first_not_of(" \t\r\n") == fallback.answer.find('{');
  if (!body.skip_value() || !body.read_end() || !object)
    at.context.problems.error(
        place_of(at, "answer"),
        "an answer that is no JSON object; expected one such as '{\"available\":0}'");
}

void check(const At& at, model::RateLimiter& limiter) {
  if (!is_header_name(limiter.key))
    at.context.problems.error(
        place_of(at, "key"),
        fmt::format("found \"{}\"; expected the name of a header, link or all", limiter.key));
  if (at.value.find("key") && limiter.side == model::RateLimiter::Side::client)
    at.context.problems.error(
        place_of(at, "key"),
        "\"key\" beside side = \"client\"; a caller has one bucket for a link");
}

void check(const At& at, model::ConcurrencyLimit& limit) {
  const bool ordered = limit.min <= limit.initial && limit.initial <= limit.max;
  if (!ordered)
    at.error(fmt::format("found min = {}, initial = {}, max = {}; expected min <= initial <= max",
                         limit.min, limit.initial, limit.max));
  for (const std::string& pattern : limit.critical) {
    const std::size_t blank = pattern.find(' ');
    if (blank != std::string::npos && model::enum_of<model::Method>(pattern.substr(0, blank)))
      continue;
    at.context.problems.error(
        place_of(at, "critical"),
        fmt::format("found \"{}\"; expected a method and a path, \"POST /orders*\"", pattern));
  }
  if (at.value.find("reserve") && limit.critical.empty())
    at.context.problems.error(place_of(at, "reserve"),
                              "\"reserve\" without \"critical\"; expected what it is for");
}

void check(const At& at, model::Match& match) {
  std::vector<std::string> methods;
  for (const std::string_view name : model::enum_names<model::Method>) methods.emplace_back(name);
  if (!match.method.empty())
    check_name(at.context, place_of(at, "method"), "method", match.method, methods);
}

void check(const At& at, model::Stage&) {
  const bool hold = at.value.find("hold");
  const bool ramp = at.value.find("to") && at.value.find("over");
  const bool part = at.value.find("to") || at.value.find("over");
  if (hold ? part : !ramp) at.error("found another stage; expected { to, over } or { hold }");
}

void check(const At& at, model::RequestSpec& request) {
  check_body_keys(at);
  check_request_line(at, request);
  if (const Value* save = at.value.get("save"))
    for (const Entry& entry : save->entries)
      if (entry.value.is_text()) check_json_path(at, entry.value.place, entry.value.text);
  const Value* expect = at.value.get("expect");
  const Value* json = expect ? expect->get("json") : nullptr;
  if (!json) return;
  for (const Entry& entry : json->entries) check_json_path(at, entry.place, entry.key);
}

namespace {

// The first measure of this expression that can only be taken when the run has ended.
const std::string* measure_of_the_end(const At& at, const model::Expression& expression) {
  if (expression.kind == model::Expression::Kind::measure)
    for (const model::MeasureWords& known : at.context.words.measures)
      if (known.name == expression.name && !known.while_running) return &expression.name;
  for (const model::Expression& child : expression.children)
    if (const std::string* found = measure_of_the_end(at, child)) return found;
  return nullptr;
}

// `key` is judged while the run goes on, by what the clients have seen so far.
void check_while_running(const At& at, Place place, std::string_view key,
                         const model::Expression& expression) {
  const std::string* measure = measure_of_the_end(at, expression);
  if (!measure) return;
  std::string known;
  for (const model::MeasureWords& words : at.context.words.measures) {
    if (!words.while_running) continue;
    if (!known.empty()) known += ", ";
    known += words.name;
  }
  at.context.problems.error(
      place,
      fmt::format("{} is known when the run has ended, and {} is judged while it goes on; expected "
                  "what the clients see: {}",
                  *measure, key, known),
      "state it as an [[slo]]");
}

}  // namespace

void check(const At& at, model::SteadyState& steady) {
  const Value* hold = at.value.get("hold");
  if (!hold || hold->items.size() != steady.hold.size()) return;
  for (std::size_t i = 0; i < steady.hold.size(); ++i)
    check_while_running(at, hold->items[i].place, "hold", steady.hold[i]);
}

void check(const At& at, model::StopWhen& stop) {
  check_while_running(at, place_of(at, "that"), "stop_when", stop.that);
}

void prepare(const At& at, model::Gate& gate) { gate.source = source_of(at); }

void check(const At& at, model::Gate& gate) {
  if (const Value* baseline = at.value.get("baseline");
      baseline && baseline->is_text() && gate.baseline.empty())
    at.context.problems.error(baseline->place, "an empty name; expected a saved run");
  if (const Value* fail_if = at.value.get("fail_if"); fail_if && gate.fail_if.empty())
    at.context.problems.error(fail_if->place, "no condition; expected at least one");
}

void check(const At& at, model::Report& report) {
  static const std::vector<std::string> known = {"json", "html",    "junit", "markdown",
                                                 "hdr",  "journal", "ledger"};
  for (std::size_t i = 0; i < report.formats.size(); ++i)
    check_name(at.context, at.value.get("formats")->items[i].place, "format", report.formats[i],
               known, "report.formats");
}

}  // namespace seawall::scenario
