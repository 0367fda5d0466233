#include "harness/scenario/reader.hpp"

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/scenario/canonical.hpp"
#include "harness/scenario/decode.hpp"
#include "harness/scenario/load_checks.hpp"
#include "harness/scenario/matrix.hpp"
#include "harness/scenario/nemesis.hpp"
#include "harness/scenario/own_rules.hpp"
#include "harness/scenario/own_words.hpp"
#include "harness/scenario/rows.hpp"
#include "harness/scenario/rules.hpp"
#include "harness/scenario/toml.hpp"
#include "harness/scenario/tune.hpp"

namespace seawall::scenario {
namespace {

using model::Scenario;

constexpr std::size_t most_variants = 32;

std::vector<std::string> names_in(const Value* list) {
  std::vector<std::string> names;
  if (!list) return names;
  for (const Value& item : list->items)
    if (const std::string_view name = item.text_of("name"); !name.empty()) names.emplace_back(name);
  return names;
}

std::vector<std::string> request_names(const Value* load) {
  if (!load) return {};
  std::vector<std::string> names = names_in(load->get("request"));
  for (const Value& item : load->items)
    for (std::string& name : names_in(item.get("request"))) names.push_back(std::move(name));
  return names;
}

// What is wrong with them is reported where they are decoded; here the count is 0 then.
model::Instances instances_in(const Value* target) {
  model::Instances instances;
  const Value* table = target ? target->get("instances") : nullptr;
  if (!table) return instances;
  for (const Entry& entry : table->entries) {
    const std::int64_t number = entry.value.integer;
    const bool misread = number < 1 || number > model::Instances::most;
    if (entry.key != "zones")
      instances.count[entry.key] = misread ? 0 : number;
    else if (!misread)
      instances.zones = number;
  }
  return instances;
}

// Literal values of secret headers, and passwords in URLs; `${env...}` stays, because it is no
// secret.
void hide_secrets(Value& value, const std::vector<std::string>& redacted) {
  if (value.is_text()) value.text = without_password(value.text);
  for (Value& item : value.items) hide_secrets(item, redacted);
  for (Entry& entry : value.entries) {
    if (entry.key != "headers" && entry.key != "header") {
      hide_secrets(entry.value, redacted);
      continue;
    }
    for (Entry& header : entry.value.entries)
      if (is_secret_header(header.key, redacted) && header.value.is_text() &&
          header.value.text.find("${env.") == std::string::npos)
        header.value.text = "***";
  }
}

// The document as the run's folder keeps it.
std::string resolved_text(Value document, const Scenario& scenario) {
  hide_secrets(document, scenario.redact_headers);
  if (scenario.variant.empty()) return to_toml(document);
  document.erase("variant");  // they are laid over the file, and this is no longer the file
  if (Entry* meta = document.find("scenario"))
    meta->value.set("variant", text_value(scenario.variant, meta->place));
  return to_toml(document);
}

class Reader {
 public:
  Reader(const ReadOptions& options, const model::Vocabulary& vocabulary)
      : options_(options), vocabulary_(vocabulary) {}

  base::expected<Reading, base::Diagnostics> read(const std::string& name, std::string text) {
    file_ = name;
    std::optional<Value> document =
        read_document(name, std::move(text), options_.load, sources_, problems_);
    if (!document) return failure();
    read_settings();
    std::optional<Reading> chosen = read_variant(*document, "");
    const Value* variants = document->get("variant");
    if (!options_.variant.empty()) choose_variant(variants, chosen);
    if (variants && variants->entries.size() > most_variants)
      problems_.error(variants->place, fmt::format("more than {} variants", most_variants));
    else if (variants) {
      for (const Entry& entry : variants->entries) {
        std::optional<Reading> reading = read_variant(*document, entry.key);
        if (entry.key == options_.variant) chosen = std::move(reading);
      }
    }
    if (problems_.any() || !chosen) return failure();
    if (!options_.chosen.empty()) return std::move(*chosen);
    const Value whole = overlaid(*document, options_.variant);
    chosen->matrix = read_matrix(whole, chosen->scenario);
    chosen->tune = read_tune(whole);
    if (problems_.any()) return failure();
    return std::move(*chosen);
  }

 private:
  void read_settings() {
    for (const std::string& text : options_.sets) add_setting("--set", text);
    for (const std::string& text : options_.chosen) add_setting("tuned", text);
    if (options_.seed) add_setting("--seed", "run.seed=" + std::to_string(*options_.seed));
    if (options_.mode)
      add_setting("--mode", fmt::format("target.mode=\"{}\"", model::name_of(*options_.mode)));
  }
  void add_setting(const std::string& source, const std::string& text) {
    auto overlay = parse_setting(source, text, sources_, problems_);
    if (overlay && can_be_laid_over(*overlay)) settings_.push_back(std::move(*overlay));
  }
  // What makes a document of files cannot change once it is one.
  bool can_be_laid_over(const Value& overlay) {
    for (const std::string_view key : {"schema", "extends", "variant"})
      if (const Entry* entry = overlay.find(key)) {
        problems_.error(entry->place, fmt::format("\"{}\" here; it belongs into a file", key));
        return false;
      }
    return true;
  }

  void choose_variant(const Value* variants, std::optional<Reading>& chosen) {
    chosen.reset();
    std::vector<std::string> names;
    if (variants)
      for (const Entry& entry : variants->entries) names.push_back(entry.key);
    const Place place{sources_.add("--variant", options_.variant), 1, 1};
    if (std::ranges::find(names, options_.variant) == names.end()) {
      const std::string known =
          names.empty() ? file_ + " has none" : "expected one of " + base::join(names, ", ");
      const auto meant = base::nearest(options_.variant, names);
      problems_.error(place, fmt::format("no variant \"{}\"; {}", options_.variant, known),
                      meant ? fmt::format("did you mean \"{}\"?", *meant) : "");
    }
  }

  // One whole scenario: the document, the variant laid over it, and over that the command line.
  std::optional<Reading> read_variant(const Value& document, const std::string& variant) {
    if (!variant.empty()) problems_.within("variant \"" + variant + "\"");
    std::optional<Reading> reading = read_overlaid(overlaid(document, variant), variant);
    problems_.within("");
    return reading;
  }

  Value overlaid(const Value& document, const std::string& variant) {
    Value merged = document;
    if (!variant.empty())
      if (const Value* set = document.get("variant")->get(variant)->get("set");
          set && set->is_table() && can_be_laid_over(*set))
        merge(merged, *set, problems_);
    for (const Value& setting : settings_) merge(merged, setting, problems_);
    name_entries(merged, problems_);
    return merged;
  }

  std::optional<Reading> read_overlaid(Value merged, const std::string& variant) {
    for (const std::string_view several : {"matrix", "ablation", "tune"}) merged.erase(several);
    Context context = context_of(merged, variant);
    drop_foreign_tables(context, merged);
    const std::size_t drawn = draw_nemesis(context, merged);
    Reading reading;
    reading.scenario = decode_document(merged, variant);
    auto& faults = reading.scenario.faults;
    if (drawn <= faults.size())
      for (std::size_t i = faults.size() - drawn; i < faults.size(); ++i) faults[i].in_file = false;
    reading.warnings = problems_.take_warnings();
    if (problems_.any()) return std::nullopt;
    reading.scenario.resolved = resolved_text(std::move(merged), reading.scenario);
    reading.scenario.comparison_hash = comparison_hash(reading.scenario);
    return reading;
  }

  // The cells are scenarios like any other: what is wrong in the first of them ends the reading.
  std::optional<model::Matrix> read_matrix(Value document, const Scenario& scenario) {
    if (!has_matrix(document)) return std::nullopt;
    if (const Value* target = document.get("target"); !target || !target->get("mode"))
      set_mode(document, model::Mode::sim);
    std::vector<std::string> checks = vocabulary_.invariants;
    for (const model::ServiceLevel& level : scenario.levels) checks.push_back(level.name);
    for (const model::Invariant& own : scenario.invariants)
      if (own.that) checks.push_back(own.name);
    Context context = context_of(document, options_.variant);
    auto plan = plan_matrix(context, document, settings_, checks, sources_);
    if (!plan) return std::nullopt;
    model::Matrix matrix = std::move(plan->matrix);
    document.erase("variant");
    // A cell keeps the fault that it names and no other.
    if (plan->names_faults) document.erase("nemesis");
    for (const CellPlan& cell : plan->cells)
      if (!read_cell(document, cell, matrix.cells)) return std::nullopt;
    set_mode(document, model::Mode::inprocess);
    for (const std::size_t position : plan->confirm)
      if (!read_cell(document, plan->cells[position], matrix.confirm)) return std::nullopt;
    return matrix;
  }

  bool read_cell(const Value& document, const CellPlan& plan, std::vector<model::Cell>& cells) {
    problems_.within("cell \"" + plan.name() + "\"");
    Value merged = document;
    for (const Value& overlay : plan.overlays) merge(merged, overlay, problems_);
    std::optional<Reading> reading = read_overlaid(std::move(merged), "");
    problems_.within("");
    if (reading) cells.push_back({plan.ablation, plan.point, std::move(reading->scenario)});
    return reading.has_value();
  }

  // Each value by itself, so that none of them is a mistake; their combinations are for who tunes.
  std::optional<model::Tune> read_tune(const Value& document) {
    const Value* table = document.get("tune");
    if (!table) return std::nullopt;
    if (!table->is_table()) {
      problems_.error(table->place, "found " + kind_of(*table) + "; expected a table");
      return std::nullopt;
    }
    if (has_matrix(document)) {
      problems_.error(table->place, "[tune] beside [matrix] or [ablation]; expected one of them",
                      "put one into a file of its own that extends this one");
      return std::nullopt;
    }
    Context context = context_of(document, options_.variant);
    auto plan = plan_tune(context, *table, settings_, sources_);
    if (!plan) return std::nullopt;
    for (const Value& overlay : plan->overlays) {
      Value merged = document;
      merge(merged, overlay, problems_);
      if (!read_overlaid(std::move(merged), options_.variant)) return std::nullopt;
    }
    return std::move(plan->tune);
  }

  // Of the shop; other targets have but one.
  void set_mode(Value& document, model::Mode mode) {
    if (target_kind(document) != "shop") return;
    Value overlay = table_value(document.place);
    Value target = table_value(document.place);
    target.set("mode", text_value(std::string(model::name_of(mode)), document.place));
    overlay.set("target", std::move(target));
    merge(document, std::move(overlay), problems_);
  }

  Scenario decode_document(const Value& document, const std::string& variant) {
    Scenario scenario = with_defaults(document);
    Context context = context_of(document, variant);
    const model::Field field{"a scenario"};
    decode(At{context, document, field, ""}, scenario);
    if (!variant.empty()) scenario.variant = variant;
    check_rules(context, document, scenario);
    read_rows(document, scenario);
    return scenario;
  }

  // Here, because nothing starts before every file is known to be valid.
  void read_rows(const Value& document, Scenario& scenario) {
    const auto tables = active_entries(document.get("load"));
    for (std::size_t i = 0; i < std::min(tables.size(), scenario.loads.size()); ++i) {
      model::Load& load = scenario.loads[i];
      const Value* data = tables[i]->get("data");
      if (!data || !load.data) continue;
      load.rows = rows_of(*load.data, data->place);
      if (load.rows) check_columns(load, data->place);
    }
  }

  // Null where they cannot be had, which is reported once.
  std::shared_ptr<const model::Rows> rows_of(const std::string& file, Place place) {
    const auto [known, fresh] = rows_.try_emplace(file);
    if (!fresh) return known->second;
    auto text = options_.load_data(file);
    if (!text) {
      problems_.error(place, file + ": " + text.error());
      return nullptr;
    }
    auto rows = parse_rows(file, *text);
    if (rows) return known->second = std::make_shared<const model::Rows>(std::move(*rows));
    const RowsMistake& mistake = rows.error();
    problems_.error({sources_.add(file, std::move(*text)), mistake.line, mistake.column},
                    mistake.message);
    return nullptr;
  }

  void check_columns(const model::Load& load, Place place) {
    const std::vector<std::string>& columns = load.rows->columns;
    for (const model::RequestSpec& request : load.requests)
      for (const std::string& name : columns_of(request)) {
        if (std::ranges::find(columns, name) != columns.end()) continue;
        const auto meant = base::nearest(name, columns);
        problems_.error(place,
                        fmt::format("{} draws {{{{row {}}}}}, which is no column of {}; expected "
                                    "one of {}",
                                    request.name, name, *load.data, base::join(columns, ", ")),
                        meant ? fmt::format("did you mean \"{}\"?", *meant) : "");
      }
  }

  Scenario with_defaults(const Value& document) const {
    Scenario scenario;
    scenario.file = file_;
    if (target_kind(document) != "shop") {
      scenario.run.warmup = {};
      return scenario;
    }
    scenario.target.capacity = vocabulary_.capacity;
    scenario.target.stock = vocabulary_.stock;
    const Value* policy = document.get("policy");
    const std::string_view named = policy ? policy->text_of("preset") : std::string_view();
    const std::string name = named.empty() ? scenario.policy.preset : std::string(named);
    const auto preset = vocabulary_.presets.find(name);
    if (preset == vocabulary_.presets.end()) return scenario;
    // Every link has an entry of its own from here on: what a file says of "* -> B" is laid over
    // each of them.
    scenario.policy.preset = name;
    scenario.policy.breaker_scope = preset->second.policy.breaker_scope;
    for (const base::Link& link : vocabulary_.links)
      scenario.policy.links[link] = preset->second.policy.of(link);
    scenario.saga = preset->second.saga;
    scenario.target.reserve = preset->second.reserve;
    scenario.target.gateway = preset->second.gateway;
    scenario.target.readiness = preset->second.readiness;
    return scenario;
  }

  Context context_of(const Value& document, const std::string& variant) {
    const std::string kind = target_kind(document);
    std::shared_ptr<const model::Vocabulary> own;
    if (kind != "shop")
      own = std::make_shared<const model::Vocabulary>(own_words(document, vocabulary_));
    const model::Vocabulary& words = own ? *own : vocabulary_;
    Context context{problems_, words, options_.environment, "", "1", variant, {}, {}, {}};
    context.own = std::move(own);
    context.target = kind;
    context.probes = names_in(document.get("probe"));
    if (const Value* meta = document.get("scenario")) {
      context.scenario = std::string(meta->text_of("name"));
      if (variant.empty()) context.variant = std::string(meta->text_of("variant"));
    }
    const Value* run = document.get("run");
    const Value* seed = run ? run->get("seed") : nullptr;
    if (seed && seed->kind == Value::Kind::integer) context.seed = std::to_string(seed->integer);
    context.faults = names_in(document.get("fault"));
    context.requests = request_names(document.get("load"));
    context.instances = instances_in(document.get("target"));
    return context;
  }

  base::unexpected<base::Diagnostics> failure() {
    base::Diagnostics errors = problems_.take_errors();
    std::ranges::sort(errors, [](const base::Diagnostic& a, const base::Diagnostic& b) {
      return std::tie(a.file, a.line, a.column, a.message) <
             std::tie(b.file, b.line, b.column, b.message);
    });
    return base::unexpected(std::move(errors));
  }

  const ReadOptions& options_;
  const model::Vocabulary& vocabulary_;
  std::string file_;
  Sources sources_;
  Problems problems_{sources_};
  std::vector<Value> settings_;
  std::map<std::string, std::shared_ptr<const model::Rows>> rows_;  // by file
};

}  // namespace

std::optional<std::string> process_environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

base::expected<Reading, base::Diagnostics> read_scenario(const std::string& path,
                                                         const ReadOptions& options,
                                                         const model::Vocabulary& vocabulary) {
  base::expected<std::string, std::string> text = options.load(path);
  if (!text) return base::unexpected(base::Diagnostics{{path, 0, 0, text.error(), "", ""}});
  return read_scenario_text(path, std::move(*text), options, vocabulary);
}

base::expected<Reading, base::Diagnostics> read_scenario_text(const std::string& name,
                                                              std::string text,
                                                              const ReadOptions& options,
                                                              const model::Vocabulary& vocabulary) {
  return Reader(options, vocabulary).read(name, std::move(text));
}

}  // namespace seawall::scenario
