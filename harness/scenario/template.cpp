#include "harness/scenario/template.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/model/json_codec.hpp"

namespace seawall::scenario {
namespace {

using model::Template;
using Kind = Template::Part::Kind;

enum class Style : std::uint8_t { plain, json, form };

std::string json_escaped(std::string_view text) {
  const std::string quoted = model::json_string(text);
  return quoted.substr(1, quoted.size() - 2);
}

std::string styled(std::string_view text, Style style) {
  if (style == Style::json) return json_escaped(text);
  if (style == Style::form) return base::percent_encoded(text);
  return std::string(text);
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view word : base::split(text, ' '))
    if (!word.empty()) words.emplace_back(word);
  return words;
}

std::optional<std::int64_t> integer_of(const std::string& word) {
  std::int64_t value = 0;
  const char* end = word.data() + word.size();
  const auto [stop, problem] = std::from_chars(word.data(), end, value);
  if (problem != std::errc() || stop != end) return std::nullopt;
  return value;
}

constexpr auto late_names = std::to_array<std::string_view>({"port", "dir", "service", "link"});

std::string_view first_name(std::string_view name) { return name.substr(0, name.find('.')); }

bool is_late(std::string_view name) {
  return std::ranges::find(late_names, first_name(name)) != late_names.end();
}

// What is known at once: the inner part of ${...} as its text. Reports what is unknown.
std::string resolve_now(const Context& context, Place place, const std::string& name) {
  static const std::vector<std::string> known = {"scenario", "seed", "variant", "env.NAME"};
  if (name == "scenario") return context.scenario;
  if (name == "seed") return context.seed;
  if (name == "variant") return context.variant;
  if (name.starts_with("env.")) {
    const std::string variable = name.substr(4);
    if (const auto set = context.environment(variable)) return *set;
    context.problems.error(
        place, fmt::format("the environment variable {} is not set; expected a value", variable),
        variable.empty() ? "" : fmt::format("export {}=... before you start seawall", variable));
    return {};
  }
  if (is_late(name)) {
    context.problems.error(
        place,
        fmt::format("${{{}}} has no place here; expected it in a [[service]], a [[probe]] or a "
                    "command",
                    name),
        "it is known when the services have started");
    return {};
  }
  report_unknown(context, place, "placeholder", first_name(name), known, "placeholder");
  return {};
}

// Splits one text into literals, generators and placeholders. Errors stand where they are.
class Parser {
 public:
  Parser(Context& context, const Value& text, Style style)
      : context_(context), value_(text), style_(style) {}

  Template parse() {
    const std::string_view text = value_.text;
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t next = std::min(text.find("{{", at), text.find("${", at));
      literal(text.substr(at, next - at));
      if (next == std::string_view::npos) break;
      at = text[next] == '{' ? generator(next) : placeholder(next);
    }
    return std::move(result_);
  }

 private:
  void literal(std::string_view text) {
    if (text.empty()) return;
    if (result_.parts.empty() || result_.parts.back().kind != Kind::text)
      result_.parts.emplace_back();
    result_.parts.back().text += styled(text, style_);
  }

  std::size_t generator(std::size_t open) {
    const std::size_t close = value_.text.find("}}", open);
    if (close == std::string::npos) {
      fail(open, "\"{{\" without \"}}\"; expected a template such as {{uuid}}");
      return value_.text.size();
    }
    const std::vector<std::string> words =
        words_of(std::string_view(value_.text).substr(open + 2, close - open - 2));
    if (std::optional<Template::Part> part = part_of(open, words))
      result_.parts.push_back(std::move(*part));
    return close + 2;
  }

  std::optional<Template::Part> part_of(std::size_t open, const std::vector<std::string>& words) {
    static const std::vector<std::string> known = {"uuid", "int", "pick", "saved", "row"};
    const std::string word = words.empty() ? "" : words[0];
    const auto refuse = [&](std::string_view form) {
      fail(open, fmt::format("found \"{{{{{}}}}}\"; expected {}", base::join(words, " "), form));
      return std::nullopt;
    };
    Template::Part part;
    if (word == "uuid") {
      part.kind = Kind::uuid;
      if (words.size() != 1) return refuse("{{uuid}}");
    } else if (word == "int") {
      part.kind = Kind::integer;
      const auto least = words.size() == 3 ? integer_of(words[1]) : std::nullopt;
      const auto most = words.size() == 3 ? integer_of(words[2]) : std::nullopt;
      if (!least || !most || *least > *most) return refuse("{{int LEAST MOST}}");
      part.least = *least;
      part.most = *most;
    } else if (word == "pick") {
      part.kind = Kind::pick;
      if (words.size() < 2) return refuse("{{pick A B ...}}");
      for (std::size_t i = 1; i < words.size(); ++i)
        part.choices.push_back(styled(words[i], style_));
    } else if (word == "saved" || word == "row") {
      part.kind = word == "saved" ? Kind::saved : Kind::row;
      if (words.size() != 2) return refuse(fmt::format("{{{{{} NAME}}}}", word));
      part.text = words[1];
      part.within = style_ == Style::json   ? Template::Part::Within::json
                    : style_ == Style::form ? Template::Part::Within::form
                                            : Template::Part::Within::text;
    } else {
      const Place place = context_.problems.place_within(value_, open);
      report_unknown(context_, place, "template", word, known, "template");
      return std::nullopt;
    }
    return part;
  }

  std::size_t placeholder(std::size_t open) {
    const std::size_t close = value_.text.find('}', open);
    if (close == std::string::npos) {
      fail(open, "\"${\" without \"}\"; expected a name such as ${seed}");
      return value_.text.size();
    }
    const Place place = context_.problems.place_within(value_, open);
    literal(resolve_now(context_, place, value_.text.substr(open + 2, close - open - 2)));
    return close + 1;
  }

  void fail(std::size_t offset, std::string message) {
    context_.problems.error_within(value_, offset, std::move(message));
  }

  Context& context_;
  const Value& value_;
  Style style_;
  Template result_;
};

using Late = model::LateText::Part;

// Splits a late text into its parts.
class LateParser {
 public:
  LateParser(Context& context, const Value& text) : context_(context), value_(text) {}

  model::LateText parse() {
    const std::string& text = value_.text;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t open = std::min(text.find("${", at), text.size());
      if (open > at) add({Late::Kind::text, text.substr(at, open - at), {}});
      if (open == text.size()) break;
      const std::size_t close = text.find('}', open);
      place_ = context_.problems.place_within(value_, open);
      if (close == std::string::npos) {
        error("\"${\" without \"}\"; expected a name such as ${port}");
        break;
      }
      placeholder(text.substr(open + 2, close - open - 2));
      at = close + 1;
    }
    return std::move(result_);
  }

 private:
  void placeholder(const std::string& name) {
    static const std::vector<std::string> known = {
        "port", "dir", "service.NAME", "link.A.B", "env.NAME", "scenario", "seed", "variant"};
    if (name == "port" || name == "dir") return of_its_service(name);
    if (name.starts_with("service.")) return service(name.substr(8));
    if (name.starts_with("link.") || name == "link") return link(name);
    if (name == "scenario" || name == "seed" || name == "variant")
      return add({Late::Kind::text, resolve_now(context_, place_, name), {}});
    if (name.starts_with("env."))
      return add({Late::Kind::secret, resolve_now(context_, place_, name), {}});
    report_unknown(context_, place_, "placeholder", first_name(name), known, "placeholder");
  }

  void of_its_service(const std::string& name) {
    const auto& services = context_.words.services;
    if (std::ranges::find(services, context_.caller) == services.end())
      return error(
          fmt::format("${{{}}} outside a [[service]], whose it is; expected ${{service.X}}", name));
    add({name == "port" ? Late::Kind::port : Late::Kind::dir, {}, {}});
  }

  void service(const std::string& name) {
    if (check_name(context_, place_, "service", name, context_.words.services))
      add({Late::Kind::service, name, {}});
  }

  void link(const std::string& name) {
    const std::optional<base::Link> link = link_of_placeholder(name);
    if (!link) return error(fmt::format("found \"${{{}}}\"; expected ${{link.A.B}}", name));
    if (context_.caller.empty())
      return error(
          fmt::format("${{{}}} leads through the proxy, and nobody calls here; expected "
                      "${{service.{}}}, past it",
                      name, link->to));
    if (!check_name(context_, place_, "service", link->to, context_.words.services)) return;
    if (link->from != context_.caller)
      return error(
          fmt::format("${{{}}} stands in what belongs to {}; expected ${{link.{}.{}}}, its "
                      "own calls",
                      name, context_.caller, context_.caller, link->to));
    if (link->from == link->to)
      return error(fmt::format("a link from {} to itself; expected another service", link->to));
    add({Late::Kind::link, {}, *link});
  }

  void add(Late part) { result_.parts.push_back(std::move(part)); }
  void error(std::string message) { context_.problems.error(place_, std::move(message)); }

  Context& context_;
  const Value& value_;
  Place place_;  // of the placeholder at hand
  model::LateText result_;
};

void append(Template& to, Template from) {
  for (Template::Part& part : from.parts) {
    const bool glue =
        part.kind == Kind::text && !to.parts.empty() && to.parts.back().kind == Kind::text;
    if (glue)
      to.parts.back().text += part.text;
    else
      to.parts.push_back(std::move(part));
  }
}

void append(Template& to, std::string text) {
  Template::Part part;
  part.text = std::move(text);
  Template one;
  one.parts.push_back(std::move(part));
  append(to, std::move(one));
}

void append_json(Context& context, const Value& value, Template& out);

void append_json_text(Context& context, const Value& value, Template& out) {
  Template text = Parser(context, value, Style::json).parse();
  const bool whole = text.parts.size() == 1 && text.parts[0].kind != Kind::text;
  if (whole) {
    text.parts[0].whole_value = true;
    return append(out, std::move(text));
  }
  append(out, "\"");
  append(out, std::move(text));
  append(out, "\"");
}

void append_json_table(Context& context, const Value& table, Template& out) {
  append(out, "{");
  for (std::size_t i = 0; i < table.entries.size(); ++i) {
    const Entry& entry = table.entries[i];
    append(out, fmt::format("{}\"{}\":", i > 0 ? "," : "", json_escaped(entry.key)));
    append_json(context, entry.value, out);
  }
  append(out, "}");
}

void append_json(Context& context, const Value& value, Template& out) {
  switch (value.kind) {
    case Value::Kind::boolean:
      return append(out, value.boolean ? "true" : "false");
    case Value::Kind::integer:
      return append(out, std::to_string(value.integer));
    case Value::Kind::real: {
      const std::string number = fmt::format("{}", value.real);
      if (number.find_first_of("in") != std::string::npos)
        context.problems.error(value.place, "found " + number + "; JSON has no such number");
      return append(out, number);
    }
    case Value::Kind::moment:
      return append(out, "\"" + value.text + "\"");
    case Value::Kind::text:
      return append_json_text(context, value, out);
    case Value::Kind::table:
      return append_json_table(context, value, out);
    case Value::Kind::array:
      break;
  }
  append(out, "[");
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) append(out, ",");
    append_json(context, value.items[i], out);
  }
  append(out, "]");
}

}  // namespace

Template parse_template(Context& context, const Value& text) {
  return Parser(context, text, Style::plain).parse();
}

Template parse_json_body(Context& context, const Value& value) {
  Template body;
  append_json(context, value, body);
  return body;
}

Template parse_form_body(Context& context, const Value& table) {
  Template body;
  for (const Entry& entry : table.entries) {
    append(body, (body.empty() ? "" : "&") + base::percent_encoded(entry.key) + "=");
    if (entry.value.is_text())
      append(body, Parser(context, entry.value, Style::form).parse());
    else if (entry.value.kind == Value::Kind::integer)
      append(body, std::to_string(entry.value.integer));
    else
      context.problems.error(entry.value.place,
                             "found " + kind_of(entry.value) + "; expected a text or a number");
  }
  return body;
}

std::string resolve_placeholders(Context& context, const Value& text,
                                 std::span<const std::string_view> keep) {
  // Each placeholder by itself, because `{{` means nothing here.
  std::string out;
  std::size_t at = 0;
  while (at < text.text.size()) {
    const std::size_t open = text.text.find("${", at);
    out += text.text.substr(at, open - at);
    if (open == std::string::npos) break;
    const std::size_t close = text.text.find('}', open);
    const std::size_t length = close == std::string::npos ? close : close + 1 - open;
    Value one = text_value(text.text.substr(open, length), text.place);
    one.place = context.problems.place_within(text, open);
    const auto kept = [&](std::string_view name) {
      return one.text == fmt::format("${{{}}}", name);
    };
    if (std::ranges::any_of(keep, kept))
      out += one.text;
    else if (const Template part = parse_template(context, one); !part.empty())
      out += part.parts[0].text;
    if (close == std::string::npos) break;
    at = close + 1;
  }
  return out;
}

model::LateText parse_late_text(Context& context, const Value& text) {
  return LateParser(context, text).parse();
}

std::optional<base::Link> link_of_placeholder(std::string_view name) {
  const std::vector<std::string_view> parts = base::split(name, '.');
  if (parts.size() != 3 || parts[0] != "link" || parts[1].empty() || parts[2].empty())
    return std::nullopt;
  return base::Link{std::string(parts[1]), std::string(parts[2])};
}

}  // namespace seawall::scenario
