#include "harness/scenario/schema.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "harness/model/describe.hpp"
#include "harness/model/matrix.hpp"
#include "harness/model/nemesis.hpp"
#include "harness/model/tune.hpp"
#include "harness/scenario/document.hpp"
#include "harness/scenario/own_words.hpp"

namespace seawall::scenario {
namespace {

namespace json = boost::json;

// What one value may be. A key that is missing in a file may stand in the one that it extends, so
// `needs`, a schema of nothing but required keys, is asked of files alone that extend none.
struct Shape {
  json::object may;
  json::object needs;
};

json::string text(std::string_view value) { return json::string(value.data(), value.size()); }

json::array texts(const std::vector<std::string>& values) {
  json::array array;
  for (const std::string& value : values) array.push_back(text(value));
  return array;
}

json::object type(std::string_view name) { return {{"type", text(name)}}; }
json::object pattern(std::string_view regex) {
  return {{"type", "string"}, {"pattern", text(regex)}};
}
json::object any_of(json::object a, json::object b) {
  return {{"anyOf", json::array{std::move(a), std::move(b)}}};
}
json::object list_of(json::object items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}
json::object table_of(json::object values) {
  return {{"type", "object"}, {"additionalProperties", std::move(values)}};
}
json::object text_or_number() { return {{"type", json::array{"string", "number"}}}; }

constexpr std::string_view duration_pattern = "^[0-9]+(\\.[0-9]+)?(h|m|s|ms|us|ns)$";
json::object duration() { return pattern(duration_pattern); }
json::object share() { return pattern("^[0-9]+(\\.[0-9]+)?%$"); }

json::object whole_number(const model::Field& field) {
  json::object number = type("integer");
  if (field.least != std::numeric_limits<std::int64_t>::min()) number["minimum"] = field.least;
  if (field.most != std::numeric_limits<std::int64_t>::max()) number["maximum"] = field.most;
  return number;
}

// The names that a text of the file must be one of, by its path: those that the reader checks it
// against.
class Words {
 public:
  explicit Words(const model::Vocabulary& all) : kinds_(all.kinds) {
    Value document = table_value({});
    Value target = table_value({});
    target.set("kind", text_value("services", {}));
    document.set("target", std::move(target));
    for (const model::KindWords& kind : own_words(document, all).kinds)
      if (kind.by_command) kinds_.push_back(kind);

    std::vector<std::string>& types = at_["fault.type"];
    for (const model::KindWords& kind : kinds_) types.push_back(kind.name);
    for (const auto& [name, preset] : all.presets) at_["policy.preset"].push_back(name);
    for (const model::RequestSpec& request : all.requests)
      at_["load.request.use"].push_back(request.name);
    at_["nemesis.pick"] = types;
    at_["scenario.exercises"] = all.patterns;
    at_["invariant.use"] = all.invariants;
    at_["target.kind"] = {"shop", "services", "external"};
    for (const std::string_view method : model::enum_names<model::Method>)
      at_["fault.match.method"].emplace_back(method);
  }

  const std::vector<std::string>* of(const std::string& path) const {
    const auto found = at_.find(path);
    return found == at_.end() ? nullptr : &found->second;
  }
  const std::vector<model::KindWords>& kinds() const { return kinds_; }

 private:
  std::vector<model::KindWords> kinds_;  // of all targets
  std::map<std::string, std::vector<std::string>> at_;
};

// One value: what describe() says of it, and its path as the reader has it ("load.request.path").
struct Spot {
  const Words& words;
  const model::Field& field;
  std::string where;
};

// Leaves.
Shape shape(const Spot&, const bool&) { return {type("boolean"), {}}; }
Shape shape(const Spot& at, const std::int64_t&) { return {whole_number(at.field), {}}; }
Shape shape(const Spot& at, const std::uint64_t&) { return {whole_number(at.field), {}}; }
Shape shape(const Spot& at, const int&) { return {whole_number(at.field), {}}; }
Shape shape(const Spot& at, const base::Money&) { return {whole_number(at.field), {}}; }
Shape shape(const Spot& at, const model::Zone&) { return {whole_number(at.field), {}}; }
Shape shape(const Spot& at, const double&) {
  json::object number = whole_number(at.field);
  number["type"] = "number";
  return {std::move(number), {}};
}
Shape shape(const Spot& at, const std::string&) {
  const std::vector<std::string>* words = at.words.of(at.where);
  return {words ? json::object{{"enum", texts(*words)}} : type("string"), {}};
}
Shape shape(const Spot&, const base::Duration&) { return {duration(), {}}; }
Shape shape(const Spot&, const base::Share&) { return {share(), {}}; }
Shape shape(const Spot&, const base::Rate&) { return {pattern("^[0-9]+(\\.[0-9]+)?/[sm]$"), {}}; }
Shape shape(const Spot&, const base::Bytes&) {
  return {pattern("^[0-9]+(\\.[0-9]+)?([KMG]i?)?B$"), {}};
}
Shape shape(const Spot&, const model::Bandwidth&) {
  return {pattern("^[0-9]+(\\.[0-9]+)?([KMG]i?)?B/s$"), {}};
}
Shape shape(const Spot&, const model::ClockJump&) {
  return {pattern("^-?" + std::string(duration_pattern.substr(1))), {}};
}
Shape shape(const Spot&, const model::FaultDrain&) { return {duration(), {}}; }
Shape shape(const Spot&, const model::FaultRestart&) {
  return {any_of({{"enum", json::array{"never"}}}, duration()), {}};
}
Shape shape(const Spot&, const model::HedgeDelay&) {
  return {any_of(pattern("^p[1-9][0-9]?$"), duration()), {}};
}
Shape shape(const Spot& at, const model::WindowSize&) {
  return {any_of(whole_number(at.field), duration()), {}};
}
Shape shape(const Spot&, const model::MustHit&) {
  return {any_of({{"type", "integer"}, {"minimum", 0}}, share()), {}};
}
Shape shape(const Spot&, const model::Template&) { return {type("string"), {}}; }
Shape shape(const Spot&, const model::LateText&) { return {text_or_number(), {}}; }
Shape shape(const Spot&, const model::HostPort&) { return {pattern("^[^ /@]+:[0-9]+$"), {}}; }
Shape shape(const Spot&, const model::JsonPath&) { return {pattern("^\\$"), {}}; }
Shape shape(const Spot&, const model::HttpQuestion&) { return {type("string"), {}}; }
Shape shape(const Spot&, const model::Expression&) { return {type("string"), {}}; }
Shape shape(const Spot&, const model::Phase&) { return {type("string"), {}}; }
Shape shape(const Spot&, const model::FaultSite&) { return {type("string"), {}}; }
Shape shape(const Spot&, const model::FaultStart&) { return {type("string"), {}}; }
Shape shape(const Spot&, const model::Seen&) { return {pattern("^\\s*seen\\("), {}}; }
Shape shape(const Spot&, const std::vector<model::Point>&) {
  return {any_of(type("string"), list_of(type("string"))), {}};
}
Shape shape(const Spot&, const model::JsonBody&) { return {}; }  // whatever JSON is
Shape shape(const Spot&, const model::FormBody&) { return {type("object"), {}}; }
Shape shape(const Spot&, const model::VariantOverlay&) { return {type("object"), {}}; }
Shape shape(const Spot&, const model::TuneMeasures&) { return {list_of(type("string")), {}}; }
Shape shape(const Spot&, const model::MatrixAxes&) { return {table_of(type("array")), {}}; }
Shape shape(const Spot&, const model::TuneAxes&) {
  json::object range = {{"type", "object"}, {"required", json::array{"from", "to"}}};
  return {table_of(any_of(type("array"), std::move(range))), {}};
}
Shape shape(const Spot&, const model::Instances&) {
  return {table_of({{"type", "integer"}, {"minimum", 1}, {"maximum", model::Instances::most}}), {}};
}
Shape shape(const Spot&, const std::vector<std::pair<std::string, model::Template>>&) {
  return {table_of(text_or_number()), {}};
}
Shape shape(const Spot&, const std::map<std::string, std::vector<std::string>>&) {
  return {table_of(list_of({{"type", json::array{"string", "number", "boolean"}}})), {}};
}

// What stands around other values.
template <model::NamedEnum T>
Shape shape(const Spot&, const T&) {
  json::array words;
  for (const std::string_view name : model::enum_names<T>) words.push_back(text(name));
  return {{{"enum", std::move(words)}}, {}};
}
template <model::Described T>
Shape shape(const Spot& at, T& value);
template <class T>
Shape shape(const Spot& at, const std::optional<T>&);
template <class T>
Shape shape(const Spot& at, const model::Switch<T>&);
template <class T>
Shape shape(const Spot& at, const std::vector<T>&);
template <class T>
Shape shape(const Spot& at, const std::map<std::string, T>&);

Shape inner_of_list(json::object needs, json::object items) {
  if (needs.empty()) return {list_of(std::move(items)), {}};
  return {list_of(std::move(items)), {{"items", std::move(needs)}}};
}

// The visitor of one table.
class TableShape {
 public:
  explicit TableShape(const Spot& at) : at_(at) {}

  template <class T>
  void field(std::string_view key, T& target, const model::Field& field) {
    const std::string where =
        at_.where.empty() ? std::string(key) : at_.where + "." + std::string(key);
    Shape inner = shape(Spot{at_.words, field, where}, target);
    if (!field.doc.empty()) inner.may["description"] = text(field.doc);
    properties_[key] = std::move(inner.may);
    if (!inner.needs.empty()) needed_below_[key] = std::move(inner.needs);
    if (field.required) required_.push_back(text(key));
  }

  // Keys that are links.
  template <class T>
  void rest(std::map<base::Link, T>&, const model::Field& field) {
    T value;
    Shape inner = shape(Spot{at_.words, field, at_.where + ".LINK"}, value);
    inner.may["description"] = text(field.doc);
    links_["->"] = std::move(inner.may);
  }

  void add(std::string_view key, json::object may) { properties_[key] = std::move(may); }

  Shape take() {
    Shape table{{{"type", "object"}, {"additionalProperties", false}}, {}};
    table.may["properties"] = std::move(properties_);
    if (!links_.empty()) table.may["patternProperties"] = std::move(links_);
    if (!required_.empty()) table.needs["required"] = std::move(required_);
    if (!needed_below_.empty()) table.needs["properties"] = std::move(needed_below_);
    return table;
  }

 private:
  const Spot& at_;
  json::object properties_;
  json::object links_;
  json::object needed_below_;
  json::array required_;
};

// The keys that describe() gives to a table.
struct KeyLister {
  std::vector<std::string> keys;
  template <class T>
  void field(std::string_view key, T&, const model::Field&) {
    keys.emplace_back(key);
  }
};

bool has(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Which keys of [[fault]] go with this kind.
json::array keys_of(const model::KindWords& kind) {
  model::Fault fault;
  KeyLister all, parameters;
  describe(all, fault);
  model::describe_parameters(parameters, fault);
  json::array keys{"disabled"};
  const bool chooses = kind.takes_probability && !kind.on_node;
  const std::map<std::string_view, bool> taken = {
      {"on", !kind.on_groups && !kind.by_command},
      {"groups", kind.on_groups},
      {"for", kind.takes_window},
      {"flap", kind.takes_window},
      {"at_call", kind.takes_at_call},
      {"probability", kind.takes_probability},
      {"match", kind.takes_match},
      {"first", chooses},
      {"every", chooses},
  };
  for (const std::string& key : all.keys) {
    const auto rule = taken.find(key);
    const bool goes =
        has(parameters.keys, key) ? has(kind.keys, key) : rule == taken.end() || rule->second;
    if (goes || !kind.acts) keys.push_back(text(key));
  }
  return keys;
}

json::object is_kind(const model::KindWords& kind) {
  return {{"properties", {{"type", {{"enum", json::array{text(kind.name)}}}}}},
          {"required", json::array{"type"}}};
}

// What a kind needs; a key that another may stand in for is one of the two.
json::object needs_of(const model::KindWords& kind) {
  json::array all;
  for (const std::string& key : kind.required) {
    const auto other = kind.stand_ins.find(key);
    const json::object itself = {{"required", json::array{text(key)}}};
    all.push_back(other == kind.stand_ins.end()
                      ? itself
                      : any_of(itself, {{"required", json::array{text(other->second)}}}));
  }
  return {{"allOf", std::move(all)}};
}

// Of a fault, the keys depend on its kind; the lines of a plan name theirs themselves.
Shape with_kinds(const Words& words, Shape fault) {
  json::array takes, needs{std::move(fault.needs)};
  for (const model::KindWords& kind : words.kinds()) {
    takes.push_back(
        {{"if", is_kind(kind)}, {"then", {{"propertyNames", {{"enum", keys_of(kind)}}}}}});
    if (kind.acts && !kind.required.empty())
      needs.push_back({{"if", is_kind(kind)}, {"then", needs_of(kind)}});
  }
  fault.may["allOf"] = std::move(takes);
  json::object of_plan = {{"required", json::array{"plan"}}};
  return {std::move(fault.may), any_of(std::move(of_plan), {{"allOf", std::move(needs)}})};
}

// A list whose entries merge by name: entries may be taken out, and where a file extends another it
// may address them by name.
Shape entries_of(const Spot& at, Shape entry) {
  json::object needs{{"type", "array"}};
  if (!entry.needs.empty()) {
    json::object out = {{"properties", {{"disabled", {{"enum", json::array{true}}}}}},
                        {"required", json::array{"disabled"}}};
    needs["items"] = {{"if", std::move(out)}, {"else", entry.needs}};
  }
  json::object by_name = table_of(type("object"));
  if (at.where != "load") return {any_of(list_of(entry.may), std::move(by_name)), needs};
  // One load may stand alone.
  json::array forms{entry.may, list_of(entry.may), std::move(by_name)};
  json::object one = {{"if", type("object")}, {"then", std::move(entry.needs)}, {"else", needs}};
  return {{{"anyOf", std::move(forms)}}, std::move(one)};
}

template <model::Described T>
Shape shape(const Spot& at, T& value) {
  TableShape table(at);
  describe(table, value);
  const bool is_entry = is_entry_list(at.where);
  if (is_entry) {
    json::object disabled = type("boolean");
    disabled["description"] = "true: as if it did not stand here";
    table.add("disabled", std::move(disabled));
  }
  if (at.where != "fault") return table.take();
  json::object plan = list_of(type("string"));
  plan["description"] = "\"order 3: order->payment.charge #1: drop_reply\": faults, a line each";
  table.add("plan", std::move(plan));
  return with_kinds(at.words, table.take());
}

template <class T>
Shape shape(const Spot& at, const std::optional<T>&) {
  T value{};
  return shape(at, value);
}

// `false` switches it off; what is a table may be `true`: with its defaults.
template <class T>
Shape shape(const Spot& at, const model::Switch<T>&) {
  T value{};
  Shape inner = shape(at, value);
  json::object off = type("boolean");
  if (!model::Described<T>) off = {{"enum", json::array{false}}};
  return {any_of(std::move(off), std::move(inner.may)), std::move(inner.needs)};
}

template <class T>
Shape shape(const Spot& at, const std::vector<T>&) {
  T value{};
  Shape entry = shape(at, value);
  if (is_entry_list(at.where)) return entries_of(at, std::move(entry));
  return inner_of_list(std::move(entry.needs), std::move(entry.may));
}

// Of the invariants one entry may name several.
Shape shape(const Spot& at, const std::vector<model::Invariant>&) {
  model::Invariant own;
  return entries_of(at, shape(at, own));
}

Shape shape(const Spot& at, const std::vector<model::Variant>&) {
  model::Variant variant;
  Shape one = shape(at, variant);
  return {table_of(std::move(one.may)), {{"additionalProperties", std::move(one.needs)}}};
}

template <class T>
Shape shape(const Spot& at, const std::map<std::string, T>&) {
  T value{};
  Shape inner = shape(at, value);
  if (inner.needs.empty()) return {table_of(std::move(inner.may)), {}};
  return {table_of(std::move(inner.may)), {{"additionalProperties", std::move(inner.needs)}}};
}

// The tables that the reader takes out of the document before it decodes the scenario.
struct Document {
  model::Scenario scenario;
  model::Nemesis nemesis;
  model::MatrixTable matrix;
  model::AblationTable ablation;
  model::TuneTable tune;
};
template <class Visitor>
void describe(Visitor& visit, Document& value) {
  describe(visit, value.scenario);
  visit.field("nemesis", value.nemesis, {"faults drawn from the seed"});
  visit.field("matrix", value.matrix, {"many runs in one file, for seawall matrix"});
  visit.field("ablation", value.ablation, {"one pattern taken away after the other"});
  visit.field("tune", value.tune, {"settings that seawall tune may choose"});
}

}  // namespace

json::object scenario_schema(const model::Vocabulary& vocabulary) {
  const Words words(vocabulary);
  const model::Field field{""};
  Document document;
  Shape file = shape(Spot{words, field, ""}, document);
  json::object schema = {
      {"$schema", "http://json-schema.org/draft-07/schema#"},
      {"title", "Seawall scenario"},
      {"description", "Written by `seawall schema`. What it cannot say, `seawall validate` does."}};
  for (auto& [key, value] : file.may) schema[key] = std::move(value);
  schema.at("properties").at("schema").as_object()["enum"] = json::array{1};
  schema["required"] = json::array{"schema"};
  schema["if"] = {{"required", json::array{"extends"}}};
  schema["then"] = json::object();
  schema["else"] = std::move(file.needs);
  return schema;
}

}  // namespace seawall::scenario
