#include "harness/scenario/rules.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "harness/base/integer_math.hpp"
#include "harness/base/text.hpp"
#include "harness/model/point.hpp"
#include "harness/scenario/decode.hpp"
#include "harness/scenario/own_rules.hpp"

namespace seawall::scenario {
namespace {

using base::Duration;
using base::to_text;
using model::Fault;
using model::KindWords;
using model::Scenario;

constexpr std::string_view durable_write_example = "at_call = \"order 3: payment!capture #1\"";

// Where a key of a table of the document stands, else the table, else the document.
Place place_of(const Value& document, std::string_view table, std::string_view key) {
  const Value* value = document.get(table);
  return value ? place_of(*value, key) : document.place;
}

struct NameLister {
  std::vector<std::string> names;
  template <class T>
  void field(std::string_view key, T&, const model::Field&) {
    names.emplace_back(key);
  }
};

std::vector<std::string> parameter_names() {
  NameLister lister;
  Fault fault;
  model::describe_parameters(lister, fault);
  return lister.names;
}

// When a fault acts, in the load phase. Absent for faults aimed at calls, and for those that wait
// for what is seen.
struct Span {
  Duration start{};
  Duration end{};
};

class FaultRules {
 public:
  FaultRules(Context& context, const Value& document, Scenario& scenario)
      : context_(context), scenario_(scenario), tables_(active_entries(document.get("fault"))) {}

  std::vector<Span> check() {
    std::vector<Span> spans;
    if (tables_.size() != scenario_.faults.size()) return spans;  // not a list: reported already
    check_names();
    for (std::size_t i = 0; i < tables_.size(); ++i) {
      check_one(scenario_.faults[i], *tables_[i]);
      if (const auto span = span_of(i, 0)) spans.push_back(*span);
    }
    return spans;
  }

 private:
  void error(Place place, std::string message, std::string hint = {}) {
    context_.problems.error(place, std::move(message), std::move(hint));
  }

  void check_names() {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < tables_.size(); ++i) {
      const std::string& name = scenario_.faults[i].name;
      if (name.empty())
        error(place_of(*tables_[i], "name"), "a fault without a name; expected one");
      else if (!seen.insert(name).second)
        error(place_of(*tables_[i], "name"),
              fmt::format("a second [[fault]] is called \"{}\"; expected different names", name));
    }
  }

  void check_one(Fault& fault, const Value& table) {
    const KindWords* kind = find_kind(fault, table);
    if (!kind) return;
    if (!kind->acts) {
      fault.must_hit = model::MustHit{.count = 0, .share = std::nullopt};
      return;
    }
    check_parameters(*kind, table);
    check_shape(*kind, table);
    check_turns(fault, table);
    if (kind->on_groups || table.find("groups"))
      check_groups(*kind, fault, table);
    else if (kind->at_write && !table.find("at_call"))
      error(table.place, fmt::format("\"at_call\" is missing; {} needs it", kind->name),
            std::string(durable_write_example));
    else if (!table.find("at_call"))
      check_site(*kind, fault, table);
    else if (!fault.at_call.empty())
      check_points(*kind, fault, table);
    const auto& worlds = kind->worlds;
    const model::Mode mode = scenario_.target.mode;
    if (scenario_.target.is_shop() && std::ranges::find(worlds, mode) == worlds.end())
      error(place_of(table, "type"),
            fmt::format("{} does not work in mode {}; expected another mode or kind", kind->name,
                        model::name_of(scenario_.target.mode)));
    check_call_is_had(*kind, table);
    if (!kind->check || context_.problems.any()) return;
    if (std::string wrong = kind->check(fault); !wrong.empty()) error(table.place, wrong);
  }

  void check_call_is_had(const KindWords& kind, const Value& table) {
    const model::Target& target = scenario_.target;
    const bool is_simulated = target.is_shop() && target.mode == model::Mode::sim;
    const Entry* at_call = table.find("at_call");
    if (!at_call || kind.not_live_at_call.empty() || is_simulated) return;
    const std::string_view found =
        target.is_shop() ? model::name_of(target.mode) : std::string_view(target.kind);
    error(at_call->place,
          fmt::format("{} at a call works with the shop in mode sim alone, found {}", kind.name,
                      found),
          kind.not_live_at_call);
  }

  const KindWords* find_kind(const Fault& fault, const Value& table) {
    std::vector<std::string> names;
    for (const KindWords& kind : context_.words.kinds) {
      if (kind.name == fault.type) return &kind;
      names.push_back(kind.name);
    }
    if (table.find("type"))
      report_unknown(context_, place_of(table, "type"), "type", fault.type, names, "fault.type");
    return nullptr;
  }

  void check_parameters(const KindWords& kind, const Value& table) {
    static const std::vector<std::string> parameters = parameter_names();
    for (const Entry& entry : table.entries) {
      const bool is_parameter = std::ranges::find(parameters, entry.key) != parameters.end();
      const bool taken = std::ranges::find(kind.keys, entry.key) != kind.keys.end();
      if (is_parameter && !taken)
        error(entry.place,
              fmt::format("{} takes no \"{}\"; expected {}", kind.name, entry.key,
                          kind.keys.empty() ? "no parameters" : base::join(kind.keys, ", ")));
    }
    for (const std::string& key : kind.required) check_required(kind, key, table);
  }

  void check_required(const KindWords& kind, const std::string& key, const Value& table) {
    const auto other = kind.stand_ins.find(key);
    const Entry* stand_in = other == kind.stand_ins.end() ? nullptr : table.find(other->second);
    if (!stand_in && !table.find(key))
      error(table.place, fmt::format("\"{}\" is missing; {} needs it", key, kind.name));
    if (stand_in && table.find(key))
      error(stand_in->place,
            fmt::format("\"{}\" beside \"{}\"; expected one of them", stand_in->key, key));
  }

  void check_shape(const KindWords& kind, const Value& table) {
    const auto refuse = [&](std::string_view key, bool allowed, std::string_view why) {
      const Entry* entry = table.find(key);
      if (entry && !allowed)
        error(entry->place, fmt::format("{} takes no \"{}\"; {}", kind.name, key, why));
    };
    const bool at_call = table.find("at_call");
    refuse("for", kind.takes_window, "it lasts until the node serves again");
    refuse("flap", kind.takes_window, "it lasts until the node serves again");
    refuse("at_call", kind.takes_at_call, "it exists for windows only: expected at and for");
    refuse("probability", kind.takes_probability, "expected it left out");
    refuse("match", kind.takes_match, "expected it left out");
    refuse("zone", !kind.on_node && !kind.on_groups && !at_call, "it goes with a link in \"on\"");
    const bool chooses = kind.takes_probability && !kind.on_node;
    refuse("first", chooses, "it does not choose among requests");
    refuse("every", chooses, "it does not choose among requests");
    if (const Entry* at = table.find("at"); at && table.find("when"))
      error(at->place, "\"at\" beside when; expected one of them");
    if (!at_call) return;
    for (const std::string_view key : {"at", "for", "when", "flap", "ramp"})
      if (const Entry* entry = table.find(key))
        error(entry->place, fmt::format("\"{}\" beside at_call; expected one of them", key));
  }

  void check_site(const KindWords& kind, const Fault& fault, const Value& table) {
    if (kind.by_command) return check_commands(fault, table);
    const bool right = kind.on_node ? !fault.node.empty() && !fault.link : fault.link.has_value();
    const Value* on = table.get("on");
    const bool misread = on && fault.node.empty() && !fault.link;  // reported already
    if (misread) return;
    if (right && kind.on_node) return check_one_node(kind, fault.node, on->place);
    if (right && fault.zone && !is_anywhere(fault))
      error(place_of(table, "zone"),
            fmt::format("no instance of {} stands in zone {}", fault.link->to, fault.zone->number));
    if (right) return;
    const std::string_view expected = kind.on_node ? "a service" : "a link \"A -> B\"";
    if (on)
      error(on->place, fmt::format("found \"{}\"; {} works on {}", on->text, kind.name, expected));
    else
      error(table.place, fmt::format("\"on\" is missing; {} works on {}", kind.name, expected));
  }

  // It stands nowhere: its commands know what they do, and to whom.
  void check_commands(const Fault& fault, const Value& table) {
    if (const Entry* on = table.find("on"))
      error(on->place, "command takes no \"on\"; its commands say what they are done to");
    const auto check = [&](std::string_view key, const model::Command& command) {
      if (table.find(key) && (command.empty() || command.front().empty()))
        error(place_of(table, key), "an empty command; expected a program");
    };
    check("start", fault.start);
    check("undo", fault.undo);
  }

  // Whether it stands on any link.
  bool is_anywhere(const Fault& fault) const {
    return std::ranges::any_of(context_.words.links, [&](const base::Link& link) {
      const auto nodes = context_.instances.nodes_of(link.to);
      return std::ranges::any_of(
          nodes, [&](const std::string& node) { return fault.covers({link.from, node}); });
    });
  }

  // It is done to a node, and of a service with instances that is one of them, or what they share.
  void check_one_node(const KindWords& kind, const std::string& node, Place place) {
    const std::string service(base::service_of(node));
    if (kind.of_service && node != service)
      return error(place, fmt::format("{} has no database of its own; expected {}", node, service));
    if (kind.of_service) return;
    const auto nodes = context_.instances.nodes_of(node);
    if (nodes.size() > 1)
      error(place, fmt::format("{} has {} instances, and {} works on one; expected {}", node,
                               nodes.size(), kind.name, base::join(nodes, " or ")));
  }

  // `first` and `ramp` against the rest of their fault.
  void check_turns(const Fault& fault, const Value& table) {
    if (fault.first && !fault.must_hit.share && fault.must_hit.count > *fault.first)
      error(place_of(table, "must_hit"),
            fmt::format("must_hit = {} of the first {}; expected no more than these",
                        fault.must_hit.count, *fault.first));
    if (const Entry* ramp = table.find("ramp"); ramp && !table.find("for"))
      error(ramp->place, "\"ramp\" without \"for\"; expected the time that it takes");
  }

  // At least two groups of services that are in no other, with a link between them.
  void check_groups(const KindWords& kind, const Fault& fault, const Value& table) {
    const Entry* groups = table.find("groups");
    if (groups && !kind.on_groups)
      return error(groups->place,
                   fmt::format("{} takes no \"groups\"; expected \"on\"", kind.name));
    if (const Entry* on = table.find("on"))
      error(on->place, fmt::format("{} takes no \"on\"; expected \"groups\"", kind.name));
    if (!groups)
      return error(table.place, fmt::format("\"groups\" is missing; {} needs it", kind.name),
                   "such as groups = [[\"order\"], [\"payment\"]]");
    if (!groups->value.is_array() || groups->value.items.size() != fault.groups.size()) return;
    if (fault.groups.size() < 2)
      return error(groups->place, "fewer than two groups; expected what is cut off from what");
    std::set<std::string> seen;
    bool known = true;
    for (std::size_t i = 0; i < fault.groups.size(); ++i) {
      const Value& group = groups->value.items[i];
      known &= !fault.groups[i].empty();
      if (fault.groups[i].empty()) error(group.place, "an empty group; expected services");
      for (const std::string& service : fault.groups[i]) {
        known &= check_node(context_, group.place, service);
        const bool twice = std::ranges::any_of(seen, [&](const std::string& other) {
          return base::means(service, other) || base::means(other, service);
        });
        if (twice)
          error(group.place, fmt::format("\"{}\" stands twice; expected it in one group", service));
        seen.insert(service);
      }
    }
    if (known && !is_anywhere(fault))
      error(groups->place, "no link is between these groups; expected services that call others",
            "the links are " + base::join(link_names(context_.words), ", "));
  }

  // A fault at execution indexes: all of them on one link, or at one node, which follow from them.
  void check_points(const KindWords& kind, Fault& fault, const Value& table) {
    const Place place = place_of(table, "at_call");
    for (const model::Point& point : fault.at_call)
      if (!check_point(kind, fault, point, place)) return;
    const model::Point& first = fault.at_call.front();
    for (const model::Point& point : fault.at_call)
      if (point.link != first.link || point.durable_write != first.durable_write)
        return error(place, "execution indexes of two links in one fault; expected one link",
                     "write one [[fault]] for each");
    if (!kind.on_node) {
      if (fault.link && !fault.link->covers(first.link))
        error(place_of(table, "on"), fmt::format("{} is not the link of at_call; expected {}",
                                                 to_text(*fault.link), to_text(first.link)));
      fault.link = first.link;
    } else if (first.durable_write && fault.node.empty()) {
      fault.node = first.link.from;
    } else if (fault.node.empty()) {
      error(table.place, "\"on\" is missing; expected who dies, caller or callee",
            fmt::format("on = \"{}\" or on = \"{}\"", first.link.from, first.link.to));
    } else if (fault.node != first.link.from && !base::means(first.link.to, fault.node)) {
      error(place_of(table, "on"),
            fmt::format("{} has no part in {}; expected the caller or the callee", fault.node,
                        model::to_text(first)));
    }
  }

  // A durable write of the callee is most likely what was meant.
  std::string write_in_place_of(model::Point point) const {
    const auto known = context_.words.write_classes.find(point.link.to);
    if (known == context_.words.write_classes.end() || known->second.empty())
      return std::string(durable_write_example);
    point.durable_write = true;
    point.link = {point.link.to, ""};
    point.label.clear();
    point.operation = known->second.front();
    return fmt::format("at_call = \"{}\"; {} writes {}", model::to_text(point), point.link.from,
                       base::join(known->second, ", "));
  }

  bool check_point(const KindWords& kind, const Fault&, const model::Point& point, Place place) {
    if (kind.at_write && !point.durable_write) {
      error(place,
            fmt::format("{} at a call; expected a durable write, \"SERVICE!CLASS #1\"", kind.name),
            write_in_place_of(point));
      return false;
    }
    if (!point.durable_write) return read_link(context_, place, to_text(point.link)).has_value();
    if (!kind.on_node) {
      error(place, fmt::format("{} at a durable write; expected a call, \"A->B.OPERATION #1\"",
                               kind.name));
      return false;
    }
    if (!check_name(context_, place, "service", point.link.from, context_.words.services))
      return false;
    if (context_.instances.nodes_of(point.link.from).size() == 1) return true;
    error(place, fmt::format("{} has instances, which share what is durable; expected a call, "
                             "\"A->B.OPERATION #1\"",
                             point.link.from));
    return false;
  }

  std::optional<Span> span_of(std::size_t i, std::size_t depth) {
    const Fault& fault = scenario_.faults[i];
    const Value& table = *tables_[i];
    if (table.find("at_call") || table.find("when")) return std::nullopt;
    const Duration load = scenario_.run.duration;
    Span span;
    span.start = fault.window.at;
    if (!fault.window.after.empty()) {
      const auto before = heal_of(fault, table, depth);
      if (!before) return std::nullopt;
      span.start += *before;
    }
    if (span.start >= load) {
      error(place_of(table, "at"),
            fmt::format("starts at {}, when the load of {} is over; expected "
                        "an earlier start",
                        to_text(span.start), to_text(load)));
      return std::nullopt;
    }
    if (span.start + fault.drain >= load)
      error(place_of(table, "drain"),
            fmt::format("drains to {}, and the load of {} is over; expected it to die within that",
                        to_text(span.start + fault.drain), to_text(load)));
    span.end = fault.window.length ? span.start + *fault.window.length : load;
    if (!table.find("for") && takes_no_window(fault) && fault.restart)
      span.end = std::min(load, span.start + fault.drain + *fault.restart);
    if (span.end > load)
      error(place_of(table, "for"),
            fmt::format("would end at {}, after the load of {}; expected an end within it",
                        to_text(span.end), to_text(load)),
            fmt::format("for = \"{}\" lasts to the end", to_text(load - span.start)));
    if (fault.flap && !takes_no_window(fault) && fault.flap->on >= span.end - span.start)
      error(place_of(table, "flap"),
            fmt::format("acts for {}, in a window of {}; expected it to rest within that",
                        to_text(fault.flap->on), to_text(span.end - span.start)));
    return span;
  }

  std::optional<Duration> heal_of(const Fault& fault, const Value& table, std::size_t depth) {
    for (std::size_t i = 0; i < tables_.size(); ++i) {
      if (scenario_.faults[i].name != fault.window.after) continue;
      if (depth > tables_.size()) {
        error(place_of(table, "at"), "waits for itself, in the end; expected no circle");
        return std::nullopt;
      }
      if (tables_[i]->find("at_call")) {
        error(place_of(table, "at"), fmt::format("\"{}\" has no window that ends; expected a fault "
                                                 "with at and for",
                                                 fault.window.after));
        return std::nullopt;
      }
      const auto span = span_of(i, depth + 1);
      return span ? std::optional(span->end) : std::nullopt;
    }
    if (std::ranges::find(context_.faults, fault.window.after) != context_.faults.end())
      error(place_of(table, "at"),
            fmt::format("\"{}\" is disabled; expected a fault that acts", fault.window.after));
    return std::nullopt;
  }

  bool takes_no_window(const Fault& fault) const {
    return std::ranges::any_of(context_.words.kinds, [&](const KindWords& kind) {
      return kind.name == fault.type && !kind.takes_window;
    });
  }

  Context& context_;
  Scenario& scenario_;
  std::vector<const Value*> tables_;
};

// Everything else that spans tables.
class Rules {
 public:
  Rules(Context& context, const Value& document, const Scenario& scenario)
      : context_(context), document_(document), scenario_(scenario) {}

  void check(const std::vector<Span>& faults) {
    check_loads();
    check_saved_values();
    check_phases();
    check_own_invariants();
    check_variants();
    if (!scenario_.target.is_shop()) return;  // the rest is of its sagas
    check_settle();
    check_holds();
    warn_of_idle_outliers();
    warn_of_recovery_windows(faults);
  }

 private:
  void error(Place place, std::string message, std::string hint = {}) {
    context_.problems.error(place, std::move(message), std::move(hint));
  }

  void check_loads() {
    const auto tables = active_entries(document_.get("load"));
    if (tables.size() != scenario_.loads.size()) return;
    if (tables.empty() && document_.find("load"))
      error(document_.get("load")->place, "no load; expected at least one");
    const Duration duration = scenario_.run.duration;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < tables.size(); ++i) {
      const model::Load& load = scenario_.loads[i];
      if (load.start >= duration)
        error(place_of(*tables[i], "start"),
              fmt::format("starts at {}, when the load of {} is over; expected an earlier start",
                          to_text(load.start), to_text(duration)));
      if (load.burst && load.burst->at >= duration)
        error(place_of(*tables[i], "burst"),
              fmt::format("a burst at {}, when the load of {} is "
                          "over; expected an earlier one",
                          to_text(load.burst->at), to_text(duration)));
      if (tables.size() > 1 && load.name.empty())
        error(tables[i]->place, "one of several loads without a name; expected \"name\"");
      if (!load.name.empty() && !seen.insert(load.name).second)
        error(
            place_of(*tables[i], "name"),
            fmt::format("a second [[load]] is called \"{}\"; expected different names", load.name));
      check_request_names(*tables[i], load);
    }
  }

  void check_request_names(const Value& table, const model::Load& load) {
    const auto requests = active_entries(table.get("request"));
    std::set<std::string> seen;
    for (std::size_t i = 0; i < std::min(requests.size(), load.requests.size()); ++i)
      if (!seen.insert(load.requests[i].name).second)
        error(place_of(*requests[i], "name"),
              fmt::format("a second [[load.request]] is called \"{}\"; expected different names",
                          load.requests[i].name));
  }

  // {{saved NAME}} needs a request that saves NAME.
  void check_saved_values() {
    std::vector<std::string> saved;
    for (const model::Load& load : scenario_.loads)
      for (const model::RequestSpec& request : load.requests)
        for (const auto& [name, path] : request.save) saved.push_back(name);
    const auto tables = active_entries(document_.get("load"));
    if (tables.size() != scenario_.loads.size()) return;
    for (std::size_t i = 0; i < tables.size(); ++i) {
      const auto requests = active_entries(tables[i]->get("request"));
      const auto& specs = scenario_.loads[i].requests;
      for (std::size_t j = 0; j < std::min(requests.size(), specs.size()); ++j)
        check_saved_values(*requests[j], specs[j], saved);
    }
  }
  void check_saved_values(const Value& table, const model::RequestSpec& request,
                          const std::vector<std::string>& saved) {
    const auto check = [&](std::string_view key, const model::Template& text) {
      for (const auto& part : text.parts)
        if (part.kind == model::Template::Part::Kind::saved)
          check_name(context_, place_of(table, key), "saved value", part.text, saved);
    };
    check("path", request.path);
    check(table.find("form") ? "form" : table.find("body") ? "body" : "json", request.body);
    for (const auto& [name, value] : request.headers) check("headers", value);
    for (const auto& [name, value] : request.query) check("query", value);
  }

  void check_phases() {
    const auto tables = active_entries(document_.get("slo"));
    const Duration duration = scenario_.run.duration;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < std::min(tables.size(), scenario_.levels.size()); ++i) {
      const model::ServiceLevel& level = scenario_.levels[i];
      if (level.phase.kind == model::Phase::Kind::from_to && level.phase.to > duration)
        error(place_of(*tables[i], "phase"),
              fmt::format("\"{}\" ends after the load of {}; expected an end within it",
                          level.phase.text, to_text(duration)));
      if (!seen.insert(level.name).second)
        error(
            place_of(*tables[i], "name"),
            fmt::format("a second [[slo]] is called \"{}\"; expected different names", level.name),
            "give it a name of its own");
    }
  }

  void check_own_invariants() {
    std::set<std::string> seen;
    for (const model::ServiceLevel& level : scenario_.levels) seen.insert(level.name);
    const auto tables = active_entries(document_.get("invariant"));
    for (const Value* table : tables) {
      const Value* that = table->get("that");
      if (!that || !that->is_text()) continue;
      const Value* name = table->get("name");
      const Value& called = name && name->is_text() ? *name : *that;
      const std::string text(base::trim(called.text));
      const auto& known = context_.words.invariants;
      const bool of_target = std::ranges::find(known, text) != known.end();
      if (of_target || !seen.insert(text).second)
        error(called.place,
              fmt::format("a second check is called \"{}\"; expected different names", text),
              "give it a name of its own");
    }
  }

  void check_variants() {
    std::vector<std::string> checks = context_.words.invariants;
    for (const model::Invariant& invariant : scenario_.invariants)
      if (invariant.that) checks.push_back(invariant.name);
    for (const model::ServiceLevel& level : scenario_.levels) checks.push_back(level.name);
    const Value* variants = document_.get("variant");
    if (!variants || !variants->is_table()) return;
    for (const Entry& variant : variants->entries) {
      const Value* breaks = variant.value.get("breaks");
      if (!breaks) continue;
      for (const Value& item : breaks->items)
        if (item.is_text())
          check_name(context_, item.place, "invariant or service level", item.text, checks,
                     "invariant.use");
    }
  }

  // C1: everything may still have to repeat, open and probe once more.
  void check_settle() {
    Duration breaker{};
    Duration total{};
    for (const auto& [link, policy] : scenario_.policy.links) {
      if (policy.timeout) total = std::max(total, policy.timeout->total);
      if (!policy.circuit_breaker) continue;
      const auto& wait = policy.circuit_breaker->half_open_max_wait;
      breaker = std::max(breaker, policy.circuit_breaker->open_for + wait.value_or(Duration{}));
    }
    const Duration needed = 2 * scenario_.saga.repeat.max + breaker + 5 * total;
    if (scenario_.run.settle >= needed) return;
    error(place_of(document_, "run", "settle"),
          fmt::format("settle is {}; expected at least {} (2 x saga.repeat.max + open_for + "
                      "half_open_max_wait + 5 x timeout.total)",
                      to_text(scenario_.run.settle), to_text(needed)),
          fmt::format("write settle = \"{}\"; it ends as soon as all is settled", to_text(needed)));
  }

  void check_holds() {
    const Duration needed = scenario_.run.duration + scenario_.run.settle;
    if (scenario_.saga.hold_ttl >= needed) return;
    const Value* saga = document_.get("saga");
    const bool on_purpose = saga && saga->find("hold_ttl");
    const Place place =
        on_purpose ? place_of(*saga, "hold_ttl") : place_of(document_, "run", "duration");
    std::string message = fmt::format(
        "hold_ttl is {}, shorter than duration + settle ({}): holds may expire before their order "
        "is through",
        to_text(scenario_.saga.hold_ttl), to_text(needed));
    if (on_purpose)
      context_.problems.warn(place, std::move(message));
    else
      error(place, std::move(message),
            fmt::format("write [saga] hold_ttl = \"{}\"", to_text(needed)));
  }

  // Ejecting takes enough instances, and a share of them that is at least one.
  void warn_of_idle_outliers() {
    for (const auto& [link, policy] : scenario_.policy.links) {
      if (!policy.outlier) continue;
      const auto nodes = scenario_.target.instances.nodes_of(link.to).size();
      const auto instances = static_cast<std::int64_t>(nodes);
      if (policy.outlier->most_ejected(instances) > 0) continue;
      const auto least = std::max<std::int64_t>(2, policy.outlier->minimum_hosts);
      const std::string why =
          instances < least ? fmt::format("it takes {} instances of {}, and there {} {}", least,
                                          link.to, instances == 1 ? "is" : "are", instances)
                            : fmt::format("max_ejection = {} of {} instances is none of them",
                                          to_text(policy.outlier->max_ejection), instances);
      context_.problems.warn(place_of(document_, "policy", to_text(link)),
                             fmt::format("outlier of {} never ejects: {}", to_text(link), why));
    }
  }

  // C2 compares two windows; without both it cannot be judged. Of interest where the story is about
  // it; elsewhere the verdict says so.
  void warn_of_recovery_windows(const std::vector<Span>& faults) {
    constexpr Duration shortest = std::chrono::seconds(5);
    constexpr Duration recovery = std::chrono::seconds(10);
    const auto& asked = scenario_.invariants;
    if (faults.empty() ||
        std::ranges::count(asked, "goodput-recovers", &model::Invariant::name) == 0)
      return;
    const auto first = std::ranges::min(faults, {}, &Span::start).start;
    const auto last = std::ranges::max(faults, {}, &Span::end).end;
    const Duration after = scenario_.run.duration - last - recovery;
    const auto warn = [&](std::string_view which, Duration has) {
      context_.problems.warn(
          place_of(document_, "run", "duration"),
          fmt::format(
              "goodput-recovers will not be judged: {} is {} and about {} requests; expected "
              "at least 5s and 500",
              which, to_text(std::max(has, Duration{})), arrivals_in(has)));
    };
    if (first < shortest || arrivals_in(first) < 500)
      warn("the load before the first fault", first);
    if (after < shortest || arrivals_in(std::min(after, recovery)) < 500)
      warn("the load from 10s after the last heal", std::min(after, recovery));
  }

  // Arrivals of the constant rates; a ramp counts as its first rate.
  std::int64_t arrivals_in(Duration time) const {
    constexpr std::int64_t micro_nano = 1'000'000'000'000'000;
    std::int64_t sum = 0;
    for (const model::Load& load : scenario_.loads)
      sum +=
          base::scale(load.rate.micro_per_second, std::max(time, Duration{}).count(), micro_nano);
    return sum;
  }

  Context& context_;
  const Value& document_;
  const Scenario& scenario_;
};

}  // namespace

void check_rules(Context& context, const Value& document, Scenario& scenario) {
  if (!context.is_shop()) check_own_system(context, document, scenario);
  const std::vector<Span> faults = FaultRules(context, document, scenario).check();
  Rules(context, document, scenario).check(faults);
}

void check_faults(Context& context, const Value& document, Scenario& scenario) {
  FaultRules(context, document, scenario).check();
}

}  // namespace seawall::scenario
