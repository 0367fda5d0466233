// Any text as an expression, a phase, a template or a line of a plan (the first byte says which).
#include "harness/base/assert.hpp"
#include "harness/model/json_path.hpp"
#include "harness/model/point.hpp"
#include "harness/scenario/expression.hpp"
#include "harness/scenario/template.hpp"
#include "scenario/words.hpp"

using namespace seawall;

namespace {

void read_condition(scenario::Context& context, const scenario::Value& value) {
  const auto condition = scenario::parse_condition(context, value);
  base::require(condition.has_value() != context.problems.any(), "refused with a reason, or read");
  if (!condition) return;
  base::require(condition->unit == model::Unit::truth, "a condition is true or false");
  // What was read prints as it was written, and reads again.
  const scenario::Value text = scenario::text_value(condition->text, value.place);
  base::require(scenario::parse_condition(context, text).has_value(), "its text reads again");
}

void read_plan_item(const std::string& text) {
  const auto item = model::parse_plan_item(text);
  if (!item) return base::require(item.error().at <= text.size(), "an error within the text");
  const auto again = model::parse_plan_item(model::to_text(item->point));
  base::require(again.has_value(), "a printed point reads again");
  base::require(model::to_text(again->point) == model::to_text(item->point), "as the same point");
}

// A path that was read leads somewhere or nowhere in every document, its own text included.
void read_json_path(const std::string& text) {
  const auto path = model::parse_json_path(text);
  if (!path) return base::require(path.error().at <= text.size(), "an error within the text");
  base::require(model::json_at("{\"a\":[1,{\"b\":null}]}", *path).has_value(), "JSON is read");
  (void)model::json_at(text, *path);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const model::Vocabulary words = scenario::tests::small_vocabulary();
  static const scenario::Environment environment = scenario::tests::quiet_options().environment;
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  scenario::Sources sources;
  const std::size_t source = sources.add("fuzz", text);
  scenario::Problems problems(sources);
  scenario::Context context{problems, words, environment, "s", "1", "", {"slow"}, {"place-order"}};
  scenario::Value value = scenario::text_value(text, {source, 1, 1});
  value.verbatim = (data[0] & 0x80) != 0;
  context.probes = {"stock"};
  context.caller = "order";
  switch (data[0] % 8) {
    case 0:
      read_condition(context, value);
      break;
    case 4:
      (void)scenario::parse_condition(context, value, scenario::BareNames::probes);
      break;
    case 5:
      (void)scenario::parse_condition(context, value, scenario::BareNames::baseline);
      break;
    case 6:
      (void)model::shown(scenario::parse_late_text(context, value));
      break;
    case 7:
      read_json_path(text);
      break;
    case 1:
      (void)scenario::parse_phase(context, value);
      break;
    case 2:
      (void)scenario::parse_json_body(context, value);
      break;
    default:
      read_plan_item(text);
  }
  return 0;
}
