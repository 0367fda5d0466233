#include "harness/scenario/matrix.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/scenario/decode.hpp"
#include "harness/scenario/document.hpp"
#include "harness/scenario/toml.hpp"

namespace seawall::scenario {
namespace {

constexpr std::string_view seed_path = "run.seed";
constexpr std::string_view fault_axis = "faults";
constexpr std::string_view no_fault = "none";
constexpr std::string_view full = model::full_policy;
constexpr std::string_view all = "all";

// The patterns of a link, as describe() has them.
struct KeyCollector {
  std::vector<std::string> keys;
  template <class T>
  void field(std::string_view key, T&, const model::Field&) {
    keys.emplace_back(key);
  }
  template <class T>
  void rest(T&, const model::Field&) {}
};
std::vector<std::string> pattern_keys() {
  model::LinkPolicy policy;
  KeyCollector collector;
  describe(collector, policy);
  return collector.keys;
}

// { a = { b = { c = leaf } } }
Value nested(const std::vector<std::string>& path, Value leaf) {
  const Place place = leaf.place;
  for (std::size_t i = path.size(); i-- > 0;) {
    Value table = table_value(place);
    table.entries.push_back({path[i], place, std::move(leaf)});
    leaf = std::move(table);
  }
  return leaf;
}

// One of the values of an axis: how it is called and what it lays over the file.
struct Step {
  std::string name;
  std::vector<Value> overlays;
};
struct Axis {
  std::string path;
  std::vector<Step> steps;
};

class Planner {
 public:
  Planner(Context& context, const Value& document, const std::vector<Value>& settings,
          const std::vector<std::string>& checks, Sources& sources)
      : context_(context),
        document_(document),
        settings_(settings),
        checks_(checks),
        sources_(sources) {}

  std::optional<MatrixPlan> plan() {
    if (const Value* table = document_.get("matrix")) read_matrix(*table);
    if (const Value* table = document_.get("ablation")) read_ablation(*table);
    if (ablations_.steps.empty()) ablations_.steps.push_back({std::string(full), {}});
    std::size_t count = ablations_.steps.size();
    for (const Axis& axis : axes_) count = std::min(count * axis.steps.size(), most_cells + 1);
    if (axes_.empty() && ablations_.steps.size() == 1 && !context_.problems.any())
      context_.problems.error(document_.place,
                              "a matrix of one cell; expected an axis, or a pattern to remove",
                              "such as [matrix.axes] with \"run.seed\" = [1, 2, 3]");
    if (count > most_cells && !context_.problems.any())
      context_.problems.error(document_.find("matrix")->place,
                              fmt::format("more than {} cells; expected fewer", most_cells),
                              "take values out of the axes");
    if (context_.problems.any()) return std::nullopt;
    expand();
    find_confirmed();
    if (context_.problems.any()) return std::nullopt;
    return std::move(plan_);
  }

 private:
  void error(Place place, std::string message, std::string hint = {}) {
    context_.problems.error(place, std::move(message), std::move(hint));
  }

  void read_matrix(const Value& table) {
    model::MatrixTable matrix;
    const model::Field field{"what is varied"};
    decode(At{context_, table, field, "matrix"}, matrix);
    plan_.matrix.jobs = matrix.jobs;
    if (const Value* axes = table.get("axes"); axes && axes->is_table())
      for (const Entry& entry : axes->entries) read_axis(entry);
  }

  void read_axis(const Entry& entry) {
    if (!entry.value.is_array() || entry.value.items.empty())
      return error(entry.value.place,
                   fmt::format("found {}; expected an array of values", kind_of(entry.value)));
    Axis axis{entry.key, {}};
    for (const Value& value : entry.value.items) {
      const auto step = entry.key == fault_axis ? fault_step(value) : value_step(entry, value);
      if (!step) return;
      const auto same = [&](const Step& other) { return other.name == step->name; };
      if (std::ranges::any_of(axis.steps, same))
        return error(value.place, fmt::format("{} is given twice", step->name));
      axis.steps.push_back(*step);
    }
    if (!is_free(entry, axis)) return;
    plan_.names_faults = plan_.names_faults || axis.path == fault_axis;
    axes_.push_back(std::move(axis));
  }

  // The cell keeps this fault and no other.
  std::optional<Step> fault_step(const Value& value) {
    std::vector<std::string> names = context_.faults;
    if (std::ranges::find(names, no_fault) != names.end()) {
      error(value.place, "a fault is called \"none\", which stands for no fault here",
            "give it another name");
      return std::nullopt;
    }
    names.emplace_back(no_fault);
    if (!value.is_text()) {
      error(value.place, "found " + kind_of(value) + "; expected the name of a fault, or \"none\"");
      return std::nullopt;
    }
    if (!check_name(context_, value.place, "fault", value.text, names)) return std::nullopt;
    Step step{value.text, {}};
    for (const std::string& name : context_.faults)
      step.overlays.push_back(
          nested({"fault", name, "disabled"}, truth_value(name != value.text, value.place)));
    return step;
  }

  std::optional<Step> value_step(const Entry& axis, const Value& value) {
    auto overlay = overlay_at(axis.key, axis.place, value, sources_, context_.problems);
    if (!overlay) return std::nullopt;
    for (const std::string_view key :
         {"schema", "extends", "variant", "matrix", "ablation", "tune"})
      if (overlay->find(key)) {
        error(axis.place, fmt::format("\"{}\" as an axis; expected a key of the scenario", key));
        return std::nullopt;
      }
    const std::string shown = value.is_text() ? value.text : to_inline_toml(value);
    return Step{axis.key.substr(axis.key.rfind('.') + 1) + "=" + shown, {std::move(*overlay)}};
  }

  // What one axis, the command line or another axis says of the same value would win in silence.
  bool is_free(const Entry& entry, const Axis& axis) {
    const auto meets = [&](const Value& other) {
      return std::ranges::any_of(axis.steps.front().overlays,
                                 [&](const Value& own) { return overlap(own, other); });
    };
    if (std::ranges::any_of(settings_, meets)) {
      error(entry.place,
            fmt::format("\"{}\" is an axis, and the command line gives it a value", entry.key));
      return false;
    }
    for (const Axis& other : axes_)
      if (std::ranges::any_of(other.steps.front().overlays, meets)) {
        error(entry.place, fmt::format("\"{}\" and \"{}\" vary the same; expected one of them",
                                       entry.key, other.path));
        return false;
      }
    return true;
  }

  void read_ablation(const Value& table) {
    model::AblationTable ablation;
    const model::Field field{"what is taken away"};
    decode(At{context_, table, field, "ablation"}, ablation);
    const Value* on = table.get("on");
    if (!on || !on->is_text()) return;
    const auto link = read_whole_link(context_, on->place, on->text);
    if (!link) return;
    plan_.matrix.on = *link;

    const std::vector<std::string> known = pattern_keys();
    ablations_.steps.push_back({std::string(full), {}});
    for (const Value& item : items_of(table, "remove"))
      if (check_name(context_, item.place, "pattern", item.text, known, "policy.LINK"))
        take_away(item.text, {item.text}, item.place);
    for (const Value& item : items_of(table, "also"))
      if (check_name(context_, item.place, "ablation", item.text, {{std::string(all)}}))
        take_away(item.text, known, item.place);
    for (const Value& item : items_of(table, "expect_broken")) expect(item);
  }

  static std::vector<Value> items_of(const Value& table, std::string_view key) {
    const Value* list = table.get(key);
    return list ? list->items : std::vector<Value>();
  }

  // Of each link by itself: what a file says of one link wins over what it says of "* -> B".
  void take_away(const std::string& name, std::vector<std::string> keys, Place place) {
    const auto same = [&](const Step& other) { return other.name == name; };
    if (std::ranges::any_of(ablations_.steps, same))
      return error(place, fmt::format("{} is taken away twice", name));
    if (name == "retry") keys.emplace_back("retry_budget");
    Step step{name, {}};
    for (const base::Link& link : context_.words.links) {
      if (!plan_.matrix.on.covers(link)) continue;
      for (const std::string& key : keys)
        step.overlays.push_back(
            nested({"policy", base::to_text(link), key}, truth_value(false, place)));
    }
    step.overlays.push_back(exercises_without(keys, place));
    ablations_.steps.push_back(std::move(step));
  }

  // What is taken away cannot act.
  Value exercises_without(const std::vector<std::string>& keys, Place place) const {
    Value left = array_value(place);
    const Value* meta = document_.get("scenario");
    const Value* exercises = meta ? meta->get("exercises") : nullptr;
    for (const Value& item : exercises ? exercises->items : std::vector<Value>())
      if (std::ranges::find(keys, item.text) == keys.end()) left.items.push_back(item);
    return nested({"scenario", "exercises"}, std::move(left));
  }

  void expect(const Value& item) {
    const std::size_t colon = item.text.find(':');
    if (!item.is_text() || colon == std::string::npos)
      return error(item.place, "expected such as \"idempotency: no-double-charge\"");
    model::Expectation expectation;
    expectation.ablation = base::trim(std::string_view(item.text).substr(0, colon));
    expectation.check = base::trim(std::string_view(item.text).substr(colon + 1));
    std::vector<std::string> ablations;
    for (const Step& step : ablations_.steps)
      if (step.name != full) ablations.push_back(step.name);
    const bool known =
        check_name(context_, item.place, "ablation", expectation.ablation, ablations) &&
        check_name(context_, item.place, "invariant or service level", expectation.check, checks_,
                   "invariant.use");
    if (known) plan_.matrix.expectations.push_back(std::move(expectation));
  }

  // The ablation fastest, then the last axis: what is compared stands side by side.
  void expand() {
    std::vector<CellPlan> points(1);
    for (const Axis& axis : axes_) {
      std::vector<CellPlan> longer;
      for (const CellPlan& point : points)
        for (const Step& step : axis.steps) {
          CellPlan& next = longer.emplace_back(point);
          if (axis.path != seed_path) next.point += (next.point.empty() ? "" : "/") + step.name;
          next.overlays.insert(next.overlays.end(), step.overlays.begin(), step.overlays.end());
        }
      points = std::move(longer);
    }
    for (const Step& step : ablations_.steps) plan_.matrix.ablations.push_back(step.name);
    for (const CellPlan& point : points) {
      if (std::ranges::find(plan_.matrix.points, point.point) == plan_.matrix.points.end())
        plan_.matrix.points.push_back(point.point);
      for (const Step& step : ablations_.steps) {
        CellPlan& cell = plan_.cells.emplace_back(point);
        cell.ablation = step.name;
        cell.overlays.insert(cell.overlays.end(), step.overlays.begin(), step.overlays.end());
      }
    }
  }

  // With its first seed.
  void find_confirmed() {
    std::vector<std::string> names;
    std::vector<std::size_t> first;
    for (std::size_t i = 0; i < plan_.cells.size(); ++i) {
      std::string name = plan_.cells[i].name();
      if (std::ranges::find(names, name) != names.end()) continue;
      names.push_back(std::move(name));
      first.push_back(i);
    }
    const Value* table = document_.get("matrix");
    for (const Value& item : table ? items_of(*table, "confirm") : std::vector<Value>()) {
      if (!check_name(context_, item.place, "cell", item.text, names)) continue;
      const auto at = std::ranges::find(names, item.text);
      plan_.confirm.push_back(first[static_cast<std::size_t>(at - names.begin())]);
    }
  }

  Context& context_;
  const Value& document_;
  const std::vector<Value>& settings_;
  const std::vector<std::string>& checks_;
  Sources& sources_;
  std::vector<Axis> axes_;
  Axis ablations_;
  MatrixPlan plan_;
};

}  // namespace

void decode(const At& at, model::MatrixAxes&) {
  if (!at.value.is_table()) at.found_instead_of("a table, such as \"run.seed\" = [1, 2, 3]");
}

bool has_matrix(const Value& document) {
  return document.find("matrix") != nullptr || document.find("ablation") != nullptr;
}

std::optional<MatrixPlan> plan_matrix(Context& context, const Value& document,
                                      const std::vector<Value>& settings,
                                      const std::vector<std::string>& checks, Sources& sources) {
  return Planner(context, document, settings, checks, sources).plan();
}

}  // namespace seawall::scenario
