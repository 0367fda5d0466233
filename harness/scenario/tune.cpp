#include "harness/scenario/tune.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/scenario/decode.hpp"
#include "harness/scenario/document.hpp"
#include "harness/scenario/expression.hpp"
#include "harness/scenario/toml.hpp"

namespace seawall::scenario {
namespace {

constexpr std::size_t most_values = 64;
constexpr std::size_t most_axes = 16;
constexpr std::size_t most_measures = 4;

// `least` times 1, 1.5, 2, 3, 4, 6, 8, ... below `most`, and `most`.
std::vector<std::int64_t> steps(std::int64_t least, std::int64_t most) {
  std::vector<std::int64_t> values;
  for (std::int64_t base = least; base < most; base *= 2) {
    values.push_back(base);
    if (base / 2 > 0 && base / 2 < most - base) values.push_back(base + base / 2);
    if (base > most / 2) break;
  }
  values.push_back(most);
  return values;
}

class Planner {
 public:
  Planner(Context& context, const std::vector<Value>& settings, Sources& sources)
      : context_(context), settings_(settings), sources_(sources) {}

  std::optional<TunePlan> plan(const Value& table) {
    model::TuneTable tune;
    const model::Field field{"what is tuned"};
    decode(At{context_, table, field, "tune"}, tune);
    plan_.tune.candidates = tune.candidates;
    plan_.tune.seeds = tune.seeds;
    if (const Value* vary = table.get("vary"); vary && vary->is_table()) {
      if (vary->entries.empty() || vary->entries.size() > most_axes)
        error(vary->place, fmt::format("expected from 1 to {} settings", most_axes));
      for (const Entry& entry : vary->entries) read_axis(entry);
    }
    if (const Value* measures = table.get("minimise"); measures && measures->is_array()) {
      if (measures->items.empty() || measures->items.size() > most_measures)
        error(measures->place, fmt::format("expected from 1 to {} measures", most_measures));
      for (const Value& item : measures->items) read_measure(item);
    }
    if (context_.problems.any()) return std::nullopt;
    return std::move(plan_);
  }

 private:
  void error(Place place, std::string message, std::string hint = {}) {
    context_.problems.error(place, std::move(message), std::move(hint));
  }

  void read_axis(const Entry& entry) {
    const std::vector<Value> values = values_of(entry);
    if (values.empty()) return;
    if (values.size() > most_values)
      return error(entry.place,
                   fmt::format("{} values; expected at most {}", values.size(), most_values));
    model::TuneAxis axis{entry.key, {}};
    for (const Value& value : values) {
      std::string text = to_inline_toml(value);
      if (std::ranges::find(axis.values, text) != axis.values.end())
        return error(value.place, text + " is given twice");
      axis.values.push_back(std::move(text));
      auto overlay = overlay_at(entry.key, entry.place, value, sources_, context_.problems);
      if (!overlay) return;
      if (axis.values.size() == 1 && !is_free(entry, *overlay)) return;
      plan_.overlays.push_back(std::move(*overlay));
    }
    plan_.tune.vary.push_back(std::move(axis));
  }

  // The seed and the mode belong to the tuning; what is said of a value twice would win in silence.
  bool is_free(const Entry& entry, const Value& overlay) {
    const auto meets = [&](const Value& other) { return overlap(overlay, other); };
    for (const std::string_view taken :
         {"schema", "extends", "variant", "matrix", "ablation", "tune", "run.seed", "target.mode"})
      if (meets(*overlay_at(std::string(taken), entry.place, entry.value, sources_,
                            context_.problems))) {
        error(entry.place, fmt::format("\"{}\" cannot be tuned", taken));
        return false;
      }
    if (std::ranges::any_of(settings_, meets)) {
      error(entry.place,
            fmt::format("\"{}\" is tuned, and the command line gives it a value", entry.key));
      return false;
    }
    if (std::ranges::any_of(first_overlays_, meets)) {
      error(entry.place, fmt::format("\"{}\" varies what another setting does", entry.key));
      return false;
    }
    first_overlays_.push_back(overlay);
    return true;
  }

  std::vector<Value> values_of(const Entry& entry) {
    const Value& given = entry.value;
    if (given.is_array() && !given.items.empty()) return given.items;
    const Value* from = given.is_table() ? given.get("from") : nullptr;
    const Value* to = given.is_table() ? given.get("to") : nullptr;
    if (from && to && given.entries.size() == 2) return range(*from, *to);
    error(given.place, fmt::format("found {}; expected values in an array, or {{ from = ..., to = "
                                   "... }}",
                                   kind_of(given)));
    return {};
  }

  std::vector<Value> range(const Value& from, const Value& to) {
    if (from.kind == Value::Kind::integer && to.kind == Value::Kind::integer)
      return between(from, from.integer, to.integer,
                     [&](std::int64_t n) { return integer_value(n, from.place); });
    const auto texts = [&](auto parse, auto count, auto unit) -> std::vector<Value> {
      const auto least = parse(from.text);
      const auto most = parse(to.text);
      if (!least || !most) return {};
      return between(from, count(*least), count(*most), [&](std::int64_t n) {
        return text_value(base::to_text(unit(n)), from.place);
      });
    };
    if (from.is_text() && to.is_text()) {
      std::vector<Value> values = texts(
          base::parse_duration, [](base::Duration time) { return time.count(); },
          [](std::int64_t n) { return base::Duration(n); });
      if (values.empty())
        values = texts(
            base::parse_share, [](base::Share share) { return share.ppm; },
            [](std::int64_t n) { return base::Share{n}; });
      if (values.empty())
        values = texts(
            base::parse_rate, [](base::Rate rate) { return rate.micro_per_second; },
            [](std::int64_t n) { return base::Rate{n}; });
      if (!values.empty() || context_.problems.any()) return values;
    }
    error(from.place, "expected two whole numbers, times, shares or rates, the first one less");
    return {};
  }

  std::vector<Value> between(const Value& from, std::int64_t least, std::int64_t most,
                             const std::function<Value(std::int64_t)>& as_value) {
    if (least <= 0 || least >= most) {
      error(from.place, "expected a range from more than 0 up to something greater");
      return {};
    }
    std::vector<Value> values;
    for (const std::int64_t step : steps(least, most)) values.push_back(as_value(step));
    return values;
  }

  void read_measure(const Value& item) {
    if (!item.is_text())
      return error(item.place, "found " + kind_of(item) + "; expected a measure");
    auto measure = parse_value(context_, item);
    if (!measure) return;
    if (more_is_better(*measure))
      return error(item.place,
                   "the more of " + measure->text +
                       " the better; expected what is to be "
                       "little, such as error_rate",
                   "\"-" + measure->text + "\" looks for much of it");
    const auto same = [&](const model::Expression& other) { return other.text == measure->text; };
    if (std::ranges::any_of(plan_.tune.minimise, same))
      return error(item.place, measure->text + " is given twice");
    plan_.tune.minimise.push_back(std::move(*measure));
  }

  bool more_is_better(const model::Expression& expression) const {
    return std::ranges::any_of(context_.words.measures, [&](const model::MeasureWords& words) {
      return words.more_is_better && words.name == expression.name;
    });
  }

  Context& context_;
  const std::vector<Value>& settings_;
  Sources& sources_;
  std::vector<Value> first_overlays_;  // of each setting so far
  TunePlan plan_;
};

}  // namespace

// plan_tune() reads what they stand for.
void decode(const At& at, model::TuneAxes&) {
  if (!at.value.is_table()) at.found_instead_of("a table, PATH = [values]");
}
void decode(const At& at, model::TuneMeasures&) {
  if (!at.value.is_array()) at.found_instead_of("an array of measures");
}

std::optional<TunePlan> plan_tune(Context& context, const Value& table,
                                  const std::vector<Value>& settings, Sources& sources) {
  return Planner(context, settings, sources).plan(table);
}

}  // namespace seawall::scenario
