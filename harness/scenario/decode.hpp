// Decodes a tree into described structures (harness/model/describe.hpp). One visitor does it for
// all tables: it lays what the file says over what the structure already holds (defaults, a
// preset), checks units and ranges, and collects every unknown and missing key.
#pragma once
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/describe.hpp"
#include "harness/model/matrix.hpp"
#include "harness/model/tune.hpp"
#include "harness/scenario/context.hpp"
#include "harness/scenario/value.hpp"

namespace seawall::scenario {

// One value to decode: what it is, what describe() says of it, and its path without the names of
// links and entries ("policy.LINK.retry").
struct At {
  Context& context;
  const Value& value;
  const model::Field& field;
  std::string where;

  void error(std::string message, std::string hint = {}) const {
    context.problems.error(value.place, std::move(message), std::move(hint));
  }
  void found_instead_of(std::string_view expected, std::string hint = {}) const {
    error("found " + kind_of(value) + "; expected " + std::string(expected), std::move(hint));
  }
};

// Leaves.
void decode(const At& at, bool& target);
void decode(const At& at, std::int64_t& target);
void decode(const At& at, std::uint64_t& target);
void decode(const At& at, int& target);
void decode(const At& at, double& target);
void decode(const At& at, std::string& target);
void decode(const At& at, base::Duration& target);
void decode(const At& at, base::Rate& target);
void decode(const At& at, base::Share& target);
void decode(const At& at, base::Money& target);
void decode(const At& at, model::WindowSize& target);
void decode(const At& at, model::HedgeDelay& target);
void decode(const At& at, model::Template& target);
void decode(const At& at, std::vector<std::pair<std::string, model::Template>>& target);
void decode(const At& at, model::JsonBody& target);
void decode(const At& at, model::FormBody& target);
void decode(const At& at, std::map<std::string, std::vector<std::string>>& target);
void decode(const At& at, model::Expression& target);
void decode(const At& at, model::Phase& target);
void decode(const At& at, model::MustHit& target);
void decode(const At& at, model::Instances& target);
void decode(const At& at, model::FaultSite& target);
void decode(const At& at, model::Zone& target);
void decode(const At& at, model::FaultStart& target);
void decode(const At& at, base::Bytes& target);
void decode(const At& at, model::Bandwidth& target);
void decode(const At& at, model::ClockJump& target);
void decode(const At& at, model::Seen& target);
void decode(const At& at, model::FaultRestart& target);
void decode(const At& at, model::FaultDrain& target);
void decode(const At& at, std::vector<model::Point>& target);
void decode(const At& at, std::vector<model::Invariant>& target);
void decode(const At& at, std::vector<model::Variant>& target);
void decode(const At& at, model::VariantOverlay& target);
void decode(const At& at, model::MatrixAxes& target);
void decode(const At& at, model::TuneAxes& target);
void decode(const At& at, model::TuneMeasures& target);

// What is done to a structure before its keys are decoded, and checked of it afterwards, where it
// is more than describe() can say.
template <class T>
void prepare(const At&, T&) {}
void prepare(const At& at, model::Fault& fault);
void prepare(const At& at, model::RequestSpec& request);
void prepare(const At& at, model::ServiceLevel& level);
template <class T>
void check(const At&, T&) {}
void check(const At& at, model::MetaTable& meta);
void check(const At& at, model::Target& target);
void check(const At& at, model::Policy& policy);
void check(const At& at, model::Retry& retry);
void check(const At& at, model::CircuitBreaker& breaker);
void check(const At& at, model::Fallback& fallback);
void check(const At& at, model::RateLimiter& limiter);
void check(const At& at, model::ConcurrencyLimit& limit);
void check(const At& at, model::Match& match);
void check(const At& at, model::Stage& stage);
void check(const At& at, model::RequestSpec& request);
void check(const At& at, model::Load& load);
void check(const At& at, model::ServiceLevel& level);
void check(const At& at, model::Report& report);
void check(const At& at, model::SteadyState& steady);
void check(const At& at, model::StopWhen& stop);

// Whether an entry of a list counts: a table that is not taken out.
bool is_active(const Value& entry);

template <model::Described T>
void decode(const At& at, T& target);
template <model::NamedEnum T>
void decode(const At& at, T& target);
template <class T>
void decode(const At& at, model::Switch<T>& target);
template <class T>
void decode(const At& at, std::optional<T>& target);
template <class T>
void decode(const At& at, std::vector<T>& target);
template <class T>
void decode(const At& at, std::map<std::string, T>& target);

// The visitor of one table.
class TableVisitor {
 public:
  explicit TableVisitor(const At& at) : at_(at) {}

  template <class T>
  void field(std::string_view key, T& target, const model::Field& field) {
    if (const Value* value = look_up(key, field)) decode(below(*value, key, field), target);
  }

  // Keys that are links, `*` before exact ones: what is said of one link wins.
  template <class T>
  void rest(std::map<base::Link, T>& target, const model::Field& field) {
    for (const bool exact : {false, true})
      for (const Entry& entry : at_.value.entries)
        for (const base::Link& link : links_of(entry, exact))
          decode(below(entry.value, "LINK", field), target[link]);
  }

  // Reports the keys that nobody asked for.
  void finish() const;

 private:
  // The value under `key`; reports one that is missing.
  const Value* look_up(std::string_view key, const model::Field& field);
  At below(const Value& value, std::string_view key, const model::Field& field) const;
  // The links of the target that this key means; none where it is another key.
  std::vector<base::Link> links_of(const Entry& entry, bool exact);

  const At& at_;
  std::vector<std::string> known_;
};

template <model::Described T>
void decode(const At& at, T& target) {
  if (!at.value.is_table()) return at.found_instead_of("a table");
  prepare(at, target);
  TableVisitor visitor(at);
  describe(visitor, target);
  visitor.finish();
  check(at, target);
}

template <model::NamedEnum T>
void decode(const At& at, T& target) {
  std::vector<std::string> names;
  for (const std::string_view name : model::enum_names<T>) names.emplace_back(name);
  if (!at.value.is_text()) return at.found_instead_of("one of the words of " + at.where);
  const std::string_view key = std::string_view(at.where).substr(at.where.rfind('.') + 1);
  if (check_name(at.context, at.value.place, key, at.value.text, names, at.where))
    target = *model::enum_of<T>(at.value.text);
}

template <class T>
void decode(const At& at, model::Switch<T>& target) {
  const bool is_switch = at.value.kind == Value::Kind::boolean;
  if (is_switch && !at.value.boolean) return target.reset();
  if (!target) target.emplace();
  if (is_switch && model::Described<T>) return;  // `retry = true`: with its defaults
  decode(at, *target);
}

template <class T>
void decode(const At& at, std::optional<T>& target) {
  if (!target) target.emplace();
  decode(at, *target);
}

template <class T>
void decode(const At& at, std::vector<T>& target) {
  const bool single = std::same_as<T, model::Load> && at.value.is_table();
  if (!at.value.is_array() && !single)
    return at.found_instead_of(model::Described<T> ? "[[" + at.where + "]], a list of tables"
                                                   : std::string("an array"));
  target.clear();
  const auto one = [&](const Value& value) {
    if (model::Described<T> && !is_active(value) && value.is_table()) return;
    decode(At{at.context, value, at.field, at.where}, target.emplace_back());
  };
  if (single) one(at.value);
  for (const Value& item : at.value.items) one(item);
}

template <class T>
void decode(const At& at, std::map<std::string, T>& target) {
  if (!at.value.is_table()) return at.found_instead_of("a table");
  for (const Entry& entry : at.value.entries)
    decode(At{at.context, entry.value, at.field, at.where}, target[entry.key]);
}

}  // namespace seawall::scenario
