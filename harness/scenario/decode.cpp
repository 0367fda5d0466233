#include "harness/scenario/decode.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/model/json_path.hpp"
#include "harness/model/point.hpp"
#include "harness/scenario/document.hpp"
#include "harness/scenario/expression.hpp"
#include "harness/scenario/template.hpp"

namespace seawall::scenario {
namespace {

bool is_number(const Value& value) {
  return value.kind == Value::Kind::integer || value.kind == Value::Kind::real;
}

std::string number_text(const Value& value) {
  return value.kind == Value::Kind::integer ? std::to_string(value.integer)
                                            : fmt::format("{}", value.real);
}

// Whether `count`, in the unit of the field, is within its limits; `show` prints a limit.
template <class Show>
bool in_range(const At& at, std::int64_t count, Show show) {
  const auto& [least, most] = std::pair(at.field.least, at.field.most);
  if (count < least) at.found_instead_of("at least " + show(least));
  if (count > most) at.found_instead_of("at most " + show(most));
  return count >= least && count <= most;
}

std::string plain(std::int64_t count) { return std::to_string(count); }

template <class Integer>
void decode_integer(const At& at, Integer& target) {
  if (at.value.kind != Value::Kind::integer) return at.found_instead_of("a whole number");
  if (!in_range(at, at.value.integer, plain)) return;
  if (!std::in_range<Integer>(at.value.integer)) return at.found_instead_of("a smaller number");
  target = static_cast<Integer>(at.value.integer);
}

// The text in the quotes with which `rest` begins, which it takes off.
std::optional<std::string_view> take_quoted(std::string_view& rest) {
  rest = base::trim(rest);
  if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return std::nullopt;
  const std::size_t end = rest.find(rest[0], 1);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view text = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  return text;
}

bool take_comma(std::string_view& rest) {
  rest = base::trim(rest);
  if (!rest.starts_with(',')) return false;
  rest = base::trim(rest.substr(1));
  return true;
}

// A text that `parse` turns into a unit. `with_unit` shows how a bare number would be written.
template <class Unit, class Parse, class Count, class Show>
void decode_unit(const At& at, Unit& target, Parse parse, Count count, Show show,
                 std::string_view with_unit) {
  const std::string expected = parse("").error();
  if (is_number(at.value))
    return at.found_instead_of(
        expected, "write " + fmt::format(fmt::runtime(with_unit), number_text(at.value)));
  if (!at.value.is_text()) return at.found_instead_of(expected);
  const auto parsed = parse(at.value.text);
  if (!parsed) return at.found_instead_of(parsed.error());
  if (in_range(at, count(*parsed), show)) target = *parsed;
}

// An instance of each service that has several stands in each zone.
void check_zones(const At& at, const model::Instances& target) {
  if (target.zones == 1) return;
  const auto wrong = [&](const std::string& why) {
    at.context.problems.error(at.value.get("zones")->place,
                              fmt::format("{} zones for {}", target.zones, why));
  };
  for (const auto& [service, count] : target.count)
    if (count > 1 && count < target.zones)
      wrong(fmt::format("{} instances of {}; expected one in each", count, service));
  const auto single = [](const auto& each) { return each.second == 1; };
  if (std::ranges::all_of(target.count, single)) wrong("no service with several instances");
}

bool calls_others(const model::Vocabulary& words, std::string_view service) {
  return std::ranges::any_of(words.links, [&](const auto& link) { return link.from == service; });
}

// The operation or the class of a durable write, of a link or a service whose names are known.
void check_operation(const Context& context, const Value& text, const model::PlanItem& item) {
  const model::Point& point = item.point;
  const Place place = context.problems.place_within(text, item.operation_at);
  const auto& of_links = context.words.operations;
  const auto& of_services = context.words.write_classes;
  if (point.durable_write) {
    if (const auto known = of_services.find(point.link.from); known != of_services.end())
      check_name(context, place, "durable write of " + point.link.from, point.operation,
                 known->second);
  } else if (const auto known = of_links.find(point.link); known != of_links.end()) {
    check_name(context, place, "operation of " + base::to_text(point.link), point.operation,
               known->second);
  }
}

}  // namespace

void decode(const At& at, bool& target) {
  if (at.value.kind != Value::Kind::boolean) return at.found_instead_of("true or false");
  target = at.value.boolean;
}

void decode(const At& at, std::int64_t& target) { decode_integer(at, target); }
void decode(const At& at, std::uint64_t& target) { decode_integer(at, target); }
void decode(const At& at, int& target) { decode_integer(at, target); }

void decode(const At& at, double& target) {
  if (!is_number(at.value)) return at.found_instead_of("a number");
  const double number =
      at.value.kind == Value::Kind::integer ? static_cast<double>(at.value.integer) : at.value.real;
  const bool within = number >= static_cast<double>(at.field.least) &&
                      number <= static_cast<double>(at.field.most);  // NaN is not
  if (!within)
    return at.found_instead_of(fmt::format("from {} to {}", at.field.least, at.field.most));
  target = number;
}

void decode(const At& at, std::string& target) {
  if (!at.value.is_text()) return at.found_instead_of("a text");
  // Names are shown everywhere and must not hold a secret; ${scenario} would name itself.
  const bool is_name = at.where.starts_with("scenario.") || at.where.ends_with(".name");
  // The folder of a run is named when the run starts.
  constexpr auto in_dir = std::to_array<std::string_view>({"scenario", "seed", "variant", "time"});
  const std::span<const std::string_view> keep(in_dir.data(),
                                               at.where == "report.dir" ? in_dir.size() : 0);
  target = is_name ? at.value.text : resolve_placeholders(at.context, at.value, keep);
}

void decode(const At& at, base::Duration& target) {
  decode_unit(
      at, target, base::parse_duration, [](base::Duration time) { return time.count(); },
      [](std::int64_t count) { return base::to_text(base::Duration(count)); },
      "\"{0}ms\" or \"{0}s\"");
}

void decode(const At& at, base::Rate& target) {
  decode_unit(
      at, target, base::parse_rate, [](base::Rate rate) { return rate.micro_per_second; },
      [](std::int64_t count) { return base::to_text(base::Rate{count}); }, "\"{0}/s\"");
}

void decode(const At& at, base::Bytes& target) {
  decode_unit(
      at, target, base::parse_bytes, [](base::Bytes bytes) { return bytes.count; },
      [](std::int64_t count) { return base::to_text(base::Bytes{count}); }, "\"{0}B\"");
}

void decode(const At& at, base::Share& target) {
  decode_unit(
      at, target, base::parse_share, [](base::Share share) { return share.ppm; },
      [](std::int64_t count) { return base::to_text(base::Share{count}); }, "\"{0}%\"");
}

void decode(const At& at, base::Money& target) { decode_integer(at, target.minor); }

void decode(const At& at, model::WindowSize& target) {
  if (at.value.kind == Value::Kind::integer) return decode(at, target.calls);
  if (at.value.is_text()) return decode(at, target.time);
  at.found_instead_of("a number of calls, or a time such as \"10s\"");
}

// "p95", or a time.
void decode(const At& at, model::HedgeDelay& target) {
  if (!at.value.is_text() || !at.value.text.starts_with('p')) {
    target.percentile = 0;
    return decode(at, target.time);
  }
  const std::string_view digits = std::string_view(at.value.text).substr(1);
  std::int64_t percentile = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), percentile);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  if (!whole || percentile < 1 || percentile > 99)
    return at.found_instead_of("a time, or a percentile from p1 to p99");
  target.percentile = percentile;
}

void decode(const At& at, model::Template& target) {
  if (!at.value.is_text()) return at.found_instead_of("a text");
  target = parse_template(at.context, at.value);
}

// Numbers count as their text: PORT = 3000.
void decode(const At& at, model::LateText& target) {
  if (is_number(at.value)) {
    target = model::plain_text(number_text(at.value));
    return;
  }
  if (!at.value.is_text()) return at.found_instead_of("a text");
  target = parse_late_text(at.context, at.value);
}

void decode(const At& at, model::HostPort& target) {
  constexpr std::string_view expected = "HOST:PORT, such as \"127.0.0.1:8474\"";
  if (!at.value.is_text()) return at.found_instead_of(expected);
  const std::string_view text = at.value.text;
  const std::size_t colon = std::min(text.rfind(':'), text.size());
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string_view digits = text.substr(std::min(colon + 1, text.size()));
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), target.port);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  const bool plain = !host.empty() && host.find_first_of(" /@[]") == std::string_view::npos;
  if (!whole || target.port == 0 || !plain) return at.found_instead_of(expected);
  target.host = std::string(host);
}

void decode(const At& at, model::JsonPath& target) {
  if (!at.value.is_text()) return at.found_instead_of("a JSON path such as \"$.id\"");
  auto path = model::parse_json_path(at.value.text);
  if (path) {
    target = std::move(*path);
    return;
  }
  at.context.problems.error_within(
      at.value, path.error().at,
      fmt::format("in the JSON path \"{}\", expected {}", at.value.text, path.error().message),
      "such as \"$.stock[0].available\" or \"$['a b']\"");
}

// "GET http://...": the method may be left out.
void decode(const At& at, model::HttpQuestion& target) {
  constexpr std::string_view expected = "METHOD and URL, such as \"GET http://${service.X}/path\"";
  if (!at.value.is_text()) return at.found_instead_of(expected);
  const std::string& text = at.value.text;
  const std::size_t blank = text.find(' ');
  Value url = at.value;
  if (blank != std::string::npos) {
    const auto method = model::enum_of<model::Method>(text.substr(0, blank));
    if (!method) return at.found_instead_of(expected);
    target.method = *method;
    url.text = text.substr(blank + 1);
    if (url.verbatim) url.place.column += static_cast<int>(blank) + 1;
  }
  target.url = parse_late_text(at.context, url);
}

void decode(const At& at, std::vector<std::pair<std::string, model::Template>>& target) {
  if (!at.value.is_table()) return at.found_instead_of("a table");
  for (const Entry& entry : at.value.entries) {
    Value text = entry.value;
    if (is_number(text)) text = text_value(number_text(text), text.place);
    model::Template value;
    decode(At{at.context, text, at.field, at.where}, value);
    const auto same = [&](const auto& pair) { return pair.first == entry.key; };
    if (const auto found = std::ranges::find_if(target, same); found != target.end())
      found->second = std::move(value);
    else
      target.emplace_back(entry.key, std::move(value));
  }
}

namespace {

using Headers = std::vector<std::pair<std::string, model::Template>>;

// Unless the file has a type of its own.
void add_content_type(const At& at, Headers& headers, std::string type) {
  const auto is_type = [](const auto& header) {
    return std::ranges::equal(header.first, std::string_view("content-type"), {},
                              [](unsigned char c) { return std::tolower(c); });
  };
  if (std::ranges::any_of(headers, is_type)) return;
  const Value text = text_value(std::move(type), at.value.place);
  headers.emplace_back("Content-Type", parse_template(at.context, text));
}

}  // namespace

void decode(const At& at, model::JsonBody& target) {
  target.text = parse_json_body(at.context, at.value);
  add_content_type(at, target.headers, "application/json");
}

void decode(const At& at, model::FormBody& target) {
  if (!at.value.is_table()) return at.found_instead_of("a table");
  target.text = parse_form_body(at.context, at.value);
  add_content_type(at, target.headers, "application/x-www-form-urlencoded");
}

// Values of JSON that an answer may have: numbers and words count as their text.
void decode(const At& at, std::map<std::string, std::vector<std::string>>& target) {
  if (!at.value.is_table()) return at.found_instead_of("a table");
  for (const Entry& entry : at.value.entries) {
    if (!entry.value.is_array()) {
      At{at.context, entry.value, at.field, at.where}.found_instead_of("an array of values");
      continue;
    }
    std::vector<std::string>& accepted = target[entry.key];
    accepted.clear();
    for (const Value& item : entry.value.items) {
      const At one{at.context, item, at.field, at.where};
      if (item.is_text())
        decode(one, accepted.emplace_back());
      else if (is_number(item))
        accepted.push_back(number_text(item));
      else if (item.kind == Value::Kind::boolean)
        accepted.push_back(item.boolean ? "true" : "false");
      else
        one.found_instead_of("a text, a number, true or false");
    }
  }
}

void decode(const At& at, model::Expression& target) {
  if (!at.value.is_text()) return at.found_instead_of("a condition such as \"error_rate < 1%\"");
  const bool of_a_moment = at.where == "steady_state.hold" || at.where == "invariant.that" ||
                           at.where == "blast_radius.stop_when.that";
  const BareNames names = of_a_moment                  ? BareNames::probes
                          : at.where == "gate.fail_if" ? BareNames::baseline
                                                       : BareNames::none;
  if (auto parsed = parse_condition(at.context, at.value, names)) target = std::move(*parsed);
}

void decode(const At& at, model::Phase& target) {
  if (!at.value.is_text()) return at.found_instead_of("a phase such as \"after NAME\"");
  if (auto parsed = parse_phase(at.context, at.value)) target = std::move(*parsed);
}

void decode(const At& at, model::MustHit& target) {
  constexpr std::string_view expected = "a number from 0, or a share such as \"90%\"";
  if (at.value.kind == Value::Kind::integer && at.value.integer >= 0) {
    target.count = at.value.integer;
    target.share.reset();
    return;
  }
  const auto share = at.value.is_text() ? base::parse_share(at.value.text)
                                        : base::expected<base::Share, std::string>{};
  if (!at.value.is_text() || !share) return at.found_instead_of(expected);
  target.share = *share;
}

// `zones`, and services by name.
void decode(const At& at, model::Instances& target) {
  constexpr model::Field numbers{"a number", 1, model::Instances::most};
  if (!at.value.is_table()) return at.found_instead_of("a table");
  const model::Vocabulary& words = at.context.words;
  std::vector<std::string> known;
  for (const std::string& service : words.services)
    if (!calls_others(words, service)) known.push_back(service);
  known.emplace_back("zones");
  for (const Entry& entry : at.value.entries) {
    const At number{at.context, entry.value, numbers, at.where};
    const bool is_service = std::ranges::find(words.services, entry.key) != words.services.end();
    if (entry.key == "zones") {
      decode(number, target.zones);
    } else if (is_service && calls_others(words, entry.key)) {
      at.context.problems.error(
          entry.place, fmt::format("{} has no instances: it calls other services, and expects to "
                                   "be the only one; expected one that calls none",
                                   entry.key));
    } else if (check_name(at.context, entry.place, "key", entry.key, known)) {
      decode(number, target.count[entry.key]);  // stays 0 where it is misread
    }
  }
  check_zones(at, target);
}

void decode(const At& at, model::Zone& target) {
  target.of = at.context.instances.zones;
  decode(at, target.number);
  if (target.number > target.of)
    at.error(fmt::format("zone {}: there {}", target.number,
                         target.of == 1 ? "is 1 zone" : fmt::format("are {} zones", target.of)),
             "[target.instances] zones = 2 splits the instances into two");
}

void decode(const At& at, model::FaultSite& target) {
  if (!at.value.is_text()) return at.found_instead_of("a link \"A -> B\", or a service");
  if (at.value.text.find("->") == std::string::npos) {
    if (check_node(at.context, at.value.place, at.value.text)) target.node = at.value.text;
  } else {
    target.link = read_link(at.context, at.value.place, at.value.text);
  }
}

void decode(const At& at, model::FaultStart& target) {
  const std::size_t plus = at.value.is_text() ? at.value.text.rfind('+') : std::string::npos;
  if (plus == std::string::npos) return decode(at, target.at);
  const std::string_view text = at.value.text;
  target.after = std::string(base::trim(text.substr(0, plus)));
  check_name(at.context, at.value.place, "fault", target.after, at.context.faults);
  const auto time = base::parse_duration(base::trim(text.substr(plus + 1)));
  if (!time) return at.found_instead_of("a time, or \"NAME + 20s\"");
  target.at = *time;
}

void decode(const At& at, model::Bandwidth& target) {
  constexpr std::string_view expected = "bytes a second, such as \"64KiB/s\"";
  if (!at.value.is_text() || !at.value.text.ends_with("/s")) return at.found_instead_of(expected);
  const auto bytes = base::parse_bytes(at.value.text.substr(0, at.value.text.size() - 2));
  if (!bytes || bytes->count <= 0) return at.found_instead_of(expected);
  target.per_second = *bytes;
}

// The one time that may be negative.
void decode(const At& at, model::ClockJump& target) {
  const std::string_view text = at.value.is_text() ? at.value.text : std::string_view();
  const bool back = text.starts_with('-');
  const auto time = base::parse_duration(text.substr(back ? 1 : 0));
  if (!time) return at.found_instead_of("a time such as \"1h\", or \"-1h\" backwards");
  target.by = back ? -*time : *time;
}

// seen("A -> B"), and behind that "METHOD /path*", a status, or both.
void decode(const At& at, model::Seen& target) {
  const auto wrong = [&] {
    at.found_instead_of("seen(\"A -> B\", \"METHOD /path*\", 200)", "the last two may be left out");
  };
  if (!at.value.is_text()) return wrong();
  std::string_view rest = base::trim(at.value.text);
  if (!rest.starts_with("seen(") || !rest.ends_with(")")) return wrong();
  rest = rest.substr(5, rest.size() - 6);
  const auto link = take_quoted(rest);
  if (!link) return wrong();
  const auto known = read_link(at.context, at.value.place, *link);
  if (known) target.link = *known;
  bool more = take_comma(rest);
  if (const auto request = more ? take_quoted(rest) : std::nullopt) {
    const std::size_t slash = std::min(request->find('/'), request->size());
    target.match.method = base::trim(request->substr(0, slash));
    target.match.path = request->substr(slash);
    const auto& method = target.match.method;
    if (!method.empty() && !model::enum_of<model::Method>(method)) return wrong();
    more = take_comma(rest);
  }
  if (more) {
    int status = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), status);
    if (error != std::errc() || status < 100 || status > 599) return wrong();
    target.status = status;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  }
  if (!base::trim(rest).empty()) wrong();
}

void decode(const At& at, model::FaultRestart& target) {
  if (at.value.is_text() && at.value.text == "never") return target.time.reset();
  base::Duration time{};
  decode(at, time);
  target.time = time;
}

void decode(const At& at, model::FaultDrain& target) { decode(at, target.time); }

void decode(const At& at, std::vector<model::Point>& target) {
  const auto one = [&](const Value& text) {
    if (!text.is_text())
      return At{at.context, text, at.field, at.where}.found_instead_of(
          "a text such as \"order 3: order->payment.charge #1\"");
    const auto item = model::parse_plan_item(text.text);
    if (!item)
      return at.context.problems.error_within(text, item.error().at,
                                              "in at_call, expected " + item.error().message,
                                              "such as \"order 3: order->payment.charge #1\"");
    if (!item->outcome.empty())
      return at.context.problems.error(
          text.place, "an outcome in at_call; expected the point alone",
          "`type` says what happens there; a whole line stands in `plan`");
    check_operation(at.context, text, *item);
    target.push_back(item->point);
  };
  target.clear();
  if (!at.value.is_array()) return one(at.value);
  for (const Value& item : at.value.items) one(item);
}

// [[invariant]] use = ["a", "b"]: one entry of the file, several invariants. Or one of its own.
void decode(const At& at, std::vector<model::Invariant>& target) {
  if (!at.value.is_array()) return at.found_instead_of("[[invariant]], a list of tables");
  for (const Value& entry : at.value.items) {
    const At one{at.context, entry, at.field, at.where};
    if (entry.is_table() && !is_active(entry)) continue;
    model::Invariant own;
    model::InvariantEntry written{own, {}};
    decode(one, written);
    own.source = source_of(one);
    if (own.that) target.push_back(own);
    const Value* use = entry.get("use");
    for (const Value& name : use && use->is_array() ? use->items : std::vector<Value>{}) {
      if (!name.is_text()) continue;  // reported already
      check_name(at.context, name.place, "invariant", name.text, at.context.words.invariants,
                 "invariant.use");
      model::Invariant known;
      known.name = name.text;
      known.source = source_of({at.context, name, at.field, at.where});
      target.push_back(std::move(known));
    }
  }
}

// [variant.NAME]: a table of tables.
void decode(const At& at, std::vector<model::Variant>& target) {
  if (!at.value.is_table()) return at.found_instead_of("tables, [variant.NAME]");
  for (const Entry& entry : at.value.entries) {
    model::Variant variant;
    decode(At{at.context, entry.value, at.field, at.where}, variant);
    variant.name = entry.key;
    const std::string& file = at.context.problems.sources().name(entry.place.source);
    variant.source = {file, entry.place.line, entry.place.column};
    target.push_back(std::move(variant));
  }
}

void decode(const At& at, model::VariantOverlay&) {
  if (!at.value.is_table()) at.found_instead_of("keys of the file, such as set.run.duration");
}

bool is_active(const Value& entry) {
  return entry.is_table() && !(entry.get("disabled") && entry.get("disabled")->boolean);
}

std::vector<const Value*> active_entries(const Value* list) {
  std::vector<const Value*> entries;
  if (!list) return entries;
  if (is_active(*list)) entries.push_back(list);
  for (const Value& item : list->items)
    if (is_active(item)) entries.push_back(&item);
  return entries;
}

Place place_of(const Value& table, std::string_view key) {
  const Value* value = table.get(key);
  return value ? value->place : table.place;
}

void TableVisitor::finish() const {
  std::vector<std::string> known = known_;
  const bool is_entry = is_entry_list(at_.where);
  if (is_entry) known.push_back("disabled");
  if (const Value* disabled = at_.value.get("disabled");
      is_entry && disabled && disabled->kind != Value::Kind::boolean)
    at_.context.problems.error(disabled->place,
                               "found " + kind_of(*disabled) + "; expected true or false");
  for (const Entry& entry : at_.value.entries) {
    if (std::ranges::find(known, entry.key) != known.end()) continue;
    report_unknown(at_.context, entry.place, "key", entry.key, known, at_.where);
  }
}

const Value* TableVisitor::look_up(std::string_view key, const model::Field& field) {
  known_.emplace_back(key);
  const Value* value = at_.value.get(key);
  if (!value && field.required)
    at_.error(fmt::format("\"{}\" is missing; expected {}", key, field.doc));
  return value;
}

At TableVisitor::below(const Value& value, std::string_view key, const model::Field& field) const {
  std::string where = at_.where.empty() ? std::string(key) : at_.where + "." + std::string(key);
  return At{at_.context, value, field, std::move(where)};
}

std::vector<base::Link> TableVisitor::links_of(const Entry& entry, bool exact) {
  const std::optional<base::Link> link = base::parse_link(entry.key);
  if (!link) return {};
  if (std::ranges::find(known_, entry.key) == known_.end()) {
    known_.push_back(entry.key);
    read_whole_link(at_.context, entry.place, entry.key);  // reports one that is not there
  }
  std::vector<base::Link> links;
  if (exact != (link->from != "*" && link->to != "*")) return links;
  for (const base::Link& one : at_.context.words.links)
    if (link->covers(one)) links.push_back(one);
  return links;
}

}  // namespace seawall::scenario
