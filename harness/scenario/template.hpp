// Templates: {{uuid}}, {{int 1 500}}, {{pick a b}}, {{saved NAME}}, {{row COLUMN}} are drawn for
// each request; ${scenario}, ${seed}, ${variant} and ${env.NAME} are resolved here, once. ${port},
// ${dir}, ${service.X} and ${link.A.B} wait for the services (late texts).
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/model/late_text.hpp"
#include "harness/model/template.hpp"
#include "harness/scenario/context.hpp"
#include "harness/scenario/value.hpp"

namespace seawall::scenario {

// A text with generators as it is written: paths, headers, bodies.
model::Template parse_template(Context& context, const Value& text);

// A tree as the JSON text of a body. Literals are escaped, and so are the choices of {{pick}} (a
// value saved earlier is escaped by who draws it). A text that is exactly one template becomes a
// part with `whole_value`: it stands for the value with its quotes.
model::Template parse_json_body(Context& context, const Value& value);

// A table as application/x-www-form-urlencoded.
model::Template parse_form_body(Context& context, const Value& table);

// Resolves ${...} alone; those named in `keep` stay as they are, for a later time.
std::string resolve_placeholders(Context& context, const Value& text,
                                 std::span<const std::string_view> keep = {});

// A text of services, probes and commands, for which all of ${...} is known, sooner or later. Names
// in it are checked: ${link.A.B} only where A is whose calls these are (context.caller).
model::LateText parse_late_text(Context& context, const Value& text);

// "A" and "B" of the placeholder "link.A.B", dots within names not being allowed.
std::optional<base::Link> link_of_placeholder(std::string_view name);

}  // namespace seawall::scenario
