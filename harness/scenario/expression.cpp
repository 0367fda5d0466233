#include "harness/scenario/expression.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "harness/base/text.hpp"

namespace seawall::scenario {
namespace {

using model::Expression;
using model::Unit;
using Kind = Expression::Kind;

constexpr std::size_t longest = 2000;
constexpr int deepest = 50;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

std::string unit_words(Unit unit) {
  switch (unit) {
    case Unit::count:
      return "a plain number";
    case Unit::share:
      return "a share";
    case Unit::time:
      return "a time";
    case Unit::rate:
      return "a rate";
    case Unit::truth:
      return "a condition";
    case Unit::bytes:
      return "a size";
    case Unit::text:
      return "a text";
  }
  return "a value";
}

// How a number has to be written to be of this unit.
std::string written_as(Unit unit, const std::string& number) {
  switch (unit) {
    case Unit::share:
      return fmt::format("write \"{}%\"", number);
    case Unit::time:
      return fmt::format("write \"{}ms\" or \"{}s\"", number, number);
    case Unit::rate:
      return fmt::format("write \"{}/s\"", number);
    case Unit::bytes:
      return fmt::format("write \"{}B\" or \"{}KiB\"", number, number);
    default:
      return {};
  }
}

// The grammar of the reference, by recursive descent. The first mistake ends it, as an exception
// that does not leave this file.
class Parser {
 public:
  Parser(Context& context, const Value& value, BareNames names)
      : context_(context), value_(value), text_(value.text), names_(names) {}

  std::optional<Expression> condition() {
    return whole([this](const Expression& result) {
      if (result.unit != Unit::truth)
        fail(result, unit_words(result.unit) + " alone; expected a condition",
             fmt::format("compare it: {} < ...", result.text));
    });
  }
  std::optional<Expression> value() {
    return whole([this](const Expression& result) {
      if (result.unit == Unit::truth)
        fail(result, "a condition; expected a measure such as \"latency_all.p99\"");
    });
  }

 private:
  struct Mistake {};
  template <class Check>
  std::optional<Expression> whole(Check check) {
    try {
      if (text_.size() > longest) fail(0, fmt::format("longer than {} characters", longest));
      Expression result = any_of();
      if (skip_blanks() < text_.size())
        fail(at_, fmt::format("found \"{}\"; expected an operator or the end", rest_word()));
      check(result);
      return result;
    } catch (const Mistake&) {
      return std::nullopt;
    }
  }
  [[noreturn]] void fail(std::size_t at, std::string message, std::string hint = {}) {
    context_.problems.error_within(value_, at, std::move(message), std::move(hint));
    throw Mistake{};
  }
  [[noreturn]] void fail(const Expression& at, std::string message, std::string hint = {}) {
    const Place place{value_.place.source, at.source.line, at.source.column};
    context_.problems.error(place, std::move(message), std::move(hint));
    throw Mistake{};
  }

  Expression any_of() { return chain(Kind::any_of, "or", &Parser::all_of); }
  Expression all_of() { return chain(Kind::all_of, "and", &Parser::comparison); }

  Expression chain(Kind kind, std::string_view word, Expression (Parser::*part)()) {
    const std::size_t start = skip_blanks();
    Expression first = (this->*part)();
    if (!at_word(word)) return first;
    Expression result;
    result.kind = kind;
    result.unit = Unit::truth;
    result.children.push_back(std::move(first));
    while (take_word(word)) result.children.push_back((this->*part)());
    for (const Expression& child : result.children)
      if (child.unit != Unit::truth)
        fail(child,
             fmt::format("{} beside \"{}\"; expected a condition", unit_words(child.unit), word));
    return finish(std::move(result), start);
  }

  Expression comparison() {
    struct Operator {
      std::string_view text;
      Kind kind;
    };
    constexpr auto operators = std::to_array<Operator>({{"<=", Kind::less_equal},
                                                        {">=", Kind::greater_equal},
                                                        {"==", Kind::equal},
                                                        {"!=", Kind::not_equal},
                                                        {"<", Kind::less},
                                                        {">", Kind::greater}});
    const std::size_t start = skip_blanks();
    Expression left = sum();
    for (const Operator& one : operators) {
      if (!take(one.text)) continue;
      baseline_ = left.unit;
      Expression right = sum();
      baseline_.reset();
      if (left.unit == Unit::text || right.unit == Unit::text)
        compares_texts(left, right, one.kind);
      else
        same_unit(left, right, one.text);
      if (left.unit == Unit::truth) fail(left, "a condition compared; expected a value");
      return join(one.kind, Unit::truth, std::move(left), std::move(right), start);
    }
    if (take("=")) fail(at_ - 1, "found \"=\"; expected a comparison", "write \"==\"");
    return left;
  }

  Expression sum() {
    const std::size_t start = skip_blanks();
    Expression left = term();
    while (true) {
      const char sign = peek();
      if (sign != '+' && sign != '-') return left;
      ++at_;
      Expression right = term();
      same_unit(left, right, std::string(1, sign));
      value_only(left);
      const Unit unit = left.unit;
      left = join(sign == '+' ? Kind::add : Kind::subtract, unit, std::move(left), std::move(right),
                  start);
    }
  }

  Expression term() {
    const std::size_t start = skip_blanks();
    Expression left = factor();
    while (true) {
      const char sign = peek();
      if (sign != '*' && sign != '/') return left;
      ++at_;
      Expression right = factor();
      value_only(left);
      value_only(right);
      const Unit unit = sign == '*' ? product(left, right) : quotient(left, right);
      left = join(sign == '*' ? Kind::multiply : Kind::divide, unit, std::move(left),
                  std::move(right), start);
    }
  }

  Unit product(const Expression& left, const Expression& right) {
    if (left.unit == Unit::count) return right.unit;
    if (right.unit == Unit::count) return left.unit;
    if (left.unit == Unit::share) return right.unit;
    if (right.unit == Unit::share) return left.unit;
    if (left.unit == Unit::rate && right.unit == Unit::time) return Unit::count;
    if (left.unit == Unit::time && right.unit == Unit::rate) return Unit::count;
    fail(right, fmt::format("{} times {}; expected a plain number or a share",
                            unit_words(left.unit), unit_words(right.unit)));
  }

  Unit quotient(const Expression& left, const Expression& right) {
    if (left.unit == right.unit) return Unit::count;
    if (right.unit == Unit::count || right.unit == Unit::share) return left.unit;
    if (left.unit == Unit::count && right.unit == Unit::time) return Unit::rate;
    if (left.unit == Unit::count && right.unit == Unit::rate) return Unit::time;
    fail(right, fmt::format("{} divided by {}; expected the same unit", unit_words(left.unit),
                            unit_words(right.unit)));
  }

  Expression factor() {
    if (++depth_ > deepest) fail(at_, fmt::format("nested deeper than {} levels", deepest));
    Expression result = plain_factor();
    --depth_;
    return result;
  }

  Expression plain_factor() {
    const std::size_t start = skip_blanks();
    if (start == text_.size()) fail(start, "the end; expected a value");
    const char c = text_[start];
    if (is_digit(c) || c == '.') return number();
    if ((c == '"' || c == '\'') && names_ == BareNames::probes) return text_value();
    if (c == '"' || c == '\'')
      fail(start, "a quoted name alone; expected a measure or a number",
           "names of faults and links stand within ( ) of a measure");
    if (is_letter(c)) return measure();
    if (take("(")) {
      Expression inner = any_of();
      expect(")");
      inner.text = trimmed(start);
      return inner;
    }
    if (take("-")) {
      Expression negated;
      negated.kind = Kind::negate;
      negated.children.push_back(factor());
      value_only(negated.children[0]);
      negated.unit = negated.children[0].unit;
      return finish(std::move(negated), start);
    }
    fail(start, fmt::format("found \"{}\"; expected a value", rest_word()));
  }

  // What a probe may have answered: state == "open".
  Expression text_value() {
    Expression result = quoted_name("text");
    result.unit = Unit::text;
    return result;
  }

  Expression number() {
    const std::size_t start = at_;
    while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) ++at_;
    const std::string digits(text_.substr(start, at_ - start));
    const std::size_t unit = at_;
    if (at_ < text_.size() && text_[at_] == '%') {
      ++at_;
    } else if (at_ + 1 < text_.size() && text_[at_] == '/' && is_rate_unit(at_ + 1)) {
      at_ += 2;
    } else {
      while (at_ < text_.size() && is_letter(text_[at_])) ++at_;
    }
    return literal(start, digits, text_.substr(start, at_ - start), text_.substr(unit, at_ - unit));
  }

  bool is_rate_unit(std::size_t at) const {
    const char c = text_[at];
    const bool ends = at + 1 == text_.size() || !(is_letter(text_[at + 1]) || text_[at + 1] == '(');
    return (c == 's' || c == 'm' || c == 'h') && ends;
  }

  Expression literal(std::size_t start, const std::string& digits, std::string_view whole,
                     std::string_view unit) {
    Expression result;
    std::string expected;
    const auto take_unit = [&](const auto& parsed, Unit kind, auto value) {
      if (parsed)
        result.number = value(*parsed);
      else
        expected = parsed.error();
      result.unit = kind;
    };
    if (unit.empty()) {
      const char* end = digits.data() + digits.size();
      const auto [stop, problem] = std::from_chars(digits.data(), end, result.number);
      if (problem != std::errc() || stop != end) expected = "a number";
    } else if (unit == "%") {
      take_unit(base::parse_share(whole), Unit::share,
                [](base::Share share) { return static_cast<double>(share.ppm) / 1e6; });
    } else if (unit.starts_with('/')) {
      take_unit(base::parse_rate(whole), Unit::rate,
                [](base::Rate rate) { return static_cast<double>(rate.micro_per_second) / 1e6; });
    } else if (unit.ends_with('B')) {
      take_unit(base::parse_bytes(whole), Unit::bytes,
                [](base::Bytes bytes) { return static_cast<double>(bytes.count); });
    } else {
      take_unit(base::parse_duration(whole), Unit::time,
                [](base::Duration time) { return static_cast<double>(time.count()) / 1e9; });
    }
    if (!expected.empty())
      fail(start, fmt::format("found \"{}\"; expected {}", whole, expected),
           "units are ns us ms s m h, %, /s and B KiB MiB");
    return finish(std::move(result), start);
  }

  Expression measure() {
    const std::size_t start = at_;
    Expression result;
    result.kind = Kind::measure;
    result.name = word();
    if (is_probe(result.name)) return probe(start, std::move(result));
    if (names_ == BareNames::baseline && result.name == "baseline")
      return baseline(start, std::move(result));
    const model::MeasureWords* known = find_measure(start, result.name);
    result.unit = known->unit;
    result.quantile = quantile(start, *known);
    if (take("(")) {
      const std::size_t open = at_;
      if (!take(")")) {
        do argument(result, *known);
        while (take(","));
        expect(")");
      }
      if (!result.children.empty() && known->arguments.empty())
        fail(open, fmt::format("\"{}\" takes no arguments", result.name));
    }
    check_argument_count(start, result, *known);
    return finish(std::move(result), start);
  }

  bool is_probe(const std::string& name) const {
    return std::ranges::find(context_.probes, name) != context_.probes.end();
  }
  Expression probe(std::size_t start, Expression result) {
    if (names_ != BareNames::probes)
      fail(start,
           fmt::format("\"{}\" is a probe, and here measures are compared; expected one",
                       result.name),
           "probes go into an [[invariant]], the steady state, or stop_when");
    result.kind = Kind::probe;
    return finish(std::move(result), start);
  }

  Expression baseline(std::size_t start, Expression result) {
    if (!baseline_)
      fail(start, "\"baseline\" before what it is compared with; expected the measure first",
           "such as latency.p99 > 1.25 * baseline");
    result.unit = *baseline_;
    return finish(std::move(result), start);
  }

  const model::MeasureWords* find_measure(std::size_t start, const std::string& name) {
    std::vector<std::string> names;
    for (const model::MeasureWords& measure : context_.words.measures) {
      if (measure.name == name) return &measure;
      names.push_back(measure.name);
    }
    if (names_ == BareNames::probes)
      names.insert(names.begin(), context_.probes.begin(), context_.probes.end());
    const Place place = context_.problems.place_within(value_, start);
    const bool either = names_ == BareNames::probes && !context_.probes.empty();
    report_unknown(context_, place, either ? "probe or measure" : "measure", name, names,
                   "measure");
    throw Mistake{};
  }

  std::string quantile(std::size_t start, const model::MeasureWords& known) {
    static const std::vector<std::string> names = {"p50",   "p90", "p95", "p99",
                                                   "p99.9", "max", "mean"};
    const bool dotted = at_ < text_.size() && text_[at_] == '.';
    if (!dotted && known.quantile)
      fail(start,
           fmt::format("\"{}\" without a quantile; expected one of {}", known.name,
                       base::join(names, ", ")),
           fmt::format("write \"{}.p99\"", known.name));
    if (!dotted) return {};
    if (!known.quantile) fail(at_, fmt::format("\"{}\" takes no quantile", known.name));
    const std::size_t begin = ++at_;
    std::string name = word();
    if (name.size() > 1 && at_ + 1 < text_.size() && text_[at_] == '.' &&
        is_digit(text_[at_ + 1])) {
      ++at_;
      name += "." + word();
    }
    const Place place = context_.problems.place_within(value_, begin);
    if (!check_name(context_, place, "quantile", name, names)) throw Mistake{};
    return name;
  }

  void argument(Expression& call, const model::MeasureWords& known) {
    const std::size_t index = call.children.size();
    const std::size_t start = skip_blanks();
    if (index >= known.arguments.size())
      fail(start, fmt::format("\"{}\" takes {} argument{}", known.name, known.arguments.size(),
                              known.arguments.size() == 1 ? "" : "s"));
    std::string_view kind = known.arguments[index];
    if (kind.ends_with('?')) kind.remove_suffix(1);
    const char quote = start < text_.size() ? text_[start] : '\0';
    if (kind == "truth" || kind == "count") {
      // Probes are looked at now and then; a measure is taken over all of its time.
      const BareNames outside = std::exchange(names_, BareNames::none);
      call.children.push_back(any_of());
      names_ = outside;
      const Unit wanted = kind == "truth" ? Unit::truth : Unit::count;
      const Unit got = call.children.back().unit;
      if (got != wanted)
        fail(start, fmt::format("{}; expected {}", unit_words(got), unit_words(wanted)));
    } else if (quote == '"' || quote == '\'') {
      call.children.push_back(quoted_name(kind));
    } else {
      fail(start, fmt::format("found \"{}\"; expected a quoted {}", rest_word(), kind),
           "names of faults, links, requests and services are quoted");
    }
  }

  Expression quoted_name(std::string_view kind) {
    const std::size_t start = at_;
    const char quote = text_[at_++];
    const std::size_t close = text_.find(quote, at_);
    if (close == std::string_view::npos) fail(start, "a text without its closing quote");
    Expression result;
    result.kind = Kind::string;
    result.name = std::string(text_.substr(at_, close - at_));
    at_ = close + 1;
    if (!known_name(start + 1, kind, result.name)) throw Mistake{};
    return finish(std::move(result), start);
  }

  bool known_name(std::size_t start, std::string_view kind, std::string& name) {
    const Place place = context_.problems.place_within(value_, start);
    if (kind == "link") {
      const auto link = read_link(context_, place, name);
      if (link) name = base::to_text(*link);
      return link.has_value();
    }
    if (kind == "fault") return check_name(context_, place, kind, name, context_.faults);
    if (kind == "request") return check_name(context_, place, kind, name, context_.requests);
    if (kind == "service") return check_node(context_, place, name);
    if (kind == "pattern")
      return check_name(context_, place, kind, name, context_.words.patterns, "scenario.exercises");
    return true;
  }

  void check_argument_count(std::size_t start, const Expression& call,
                            const model::MeasureWords& known) {
    const std::size_t given = call.children.size();
    if (given >= known.arguments.size() || known.arguments[given].ends_with('?')) return;
    fail(start,
         fmt::format("\"{}\" without its argument {}; expected a {}", known.name, given + 1,
                     known.arguments[given]),
         fmt::format("write {}({})", known.name, base::join(known.arguments, ", ")));
  }

  // A text stands beside a probe, which may have answered one.
  void compares_texts(const Expression& left, const Expression& right, Kind kind) {
    const Expression& text = left.unit == Unit::text ? left : right;
    const Expression& other = left.unit == Unit::text ? right : left;
    if (other.kind != Kind::probe)
      fail(other, fmt::format("{} beside the text {}; expected a probe", unit_words(other.unit),
                              text.text));
    if (kind != Kind::equal && kind != Kind::not_equal)
      fail(text, "a text has no order; expected \"==\" or \"!=\"");
  }

  void same_unit(const Expression& left, const Expression& right, std::string_view sign) {
    if (left.unit == right.unit) return;
    const bool bare_right = right.kind == Kind::number && right.unit == Unit::count;
    const bool bare_left = left.kind == Kind::number && left.unit == Unit::count;
    const std::string hint = bare_right  ? written_as(left.unit, right.text)
                             : bare_left ? written_as(right.unit, left.text)
                                         : std::string();
    const Expression& odd = bare_left ? left : right;
    const Expression& other = bare_left ? right : left;
    fail(odd,
         fmt::format("{} beside \"{}\" of {}; expected {}", unit_words(odd.unit), sign,
                     unit_words(other.unit), unit_words(other.unit)),
         hint);
  }
  void value_only(const Expression& expression) {
    if (expression.unit == Unit::truth) fail(expression, "a condition; expected a value");
    if (expression.unit == Unit::text) fail(expression, "a text; expected a number");
  }

  Expression join(Kind kind, Unit unit, Expression left, Expression right, std::size_t start) {
    Expression result;
    result.kind = kind;
    result.unit = unit;
    result.children.push_back(std::move(left));
    result.children.push_back(std::move(right));
    return finish(std::move(result), start);
  }

  Expression finish(Expression expression, std::size_t start) {
    const Place place = context_.problems.place_within(value_, start);
    expression.text = trimmed(start);
    expression.source = {context_.problems.sources().name(place.source), place.line, place.column};
    return expression;
  }
  std::string trimmed(std::size_t start) const {
    return std::string(base::trim(text_.substr(start, at_ - start)));
  }

  std::string word() {
    const std::size_t start = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
    return std::string(text_.substr(start, at_ - start));
  }
  std::string rest_word() const {
    const std::size_t end = std::min(text_.find_first_of(" \t\n,()", at_ + 1), text_.size());
    return std::string(text_.substr(at_, end - at_));
  }
  bool at_word(std::string_view wanted) {
    const std::size_t start = skip_blanks();
    const std::size_t end = start + wanted.size();
    if (!text_.substr(start).starts_with(wanted)) return false;
    return end >= text_.size() || !(is_letter(text_[end]) || is_digit(text_[end]));
  }
  bool take_word(std::string_view wanted) {
    if (!at_word(wanted)) return false;
    at_ += wanted.size();
    return true;
  }
  bool take(std::string_view token) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  void expect(std::string_view token) {
    if (take(token)) return;
    fail(at_, at_ < text_.size() ? fmt::format("found \"{}\"; expected \"{}\"", rest_word(), token)
                                 : fmt::format("the end; expected \"{}\"", token));
  }
  char peek() { return skip_blanks() < text_.size() ? text_[at_] : '\0'; }
  std::size_t skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n'))
      ++at_;
    return at_;
  }

  Context& context_;
  const Value& value_;
  std::string_view text_;
  BareNames names_;
  std::optional<Unit> baseline_;  // of `baseline`: of what it is compared with
  std::size_t at_ = 0;
  int depth_ = 0;
};

// The name of a fault behind "during" and the like; quotes are allowed.
std::string fault_name(std::string_view text) {
  text = base::trim(text);
  if (text.size() >= 2 && (text[0] == '"' || text[0] == '\'') && text.back() == text[0])
    text = text.substr(1, text.size() - 2);
  return std::string(text);
}

}  // namespace

std::optional<model::Expression> parse_condition(Context& context, const Value& text,
                                                 BareNames names) {
  return Parser(context, text, names).condition();
}

std::optional<model::Expression> parse_value(Context& context, const Value& text) {
  return Parser(context, text, BareNames::none).value();
}

std::optional<model::Phase> parse_phase(Context& context, const Value& value) {
  using When = model::Phase::Kind;
  const std::string_view text = base::trim(value.text);
  model::Phase phase;
  phase.text = std::string(text);
  const auto fail = [&](std::string_view expected) -> std::optional<model::Phase> {
    context.problems.error(value.place,
                           fmt::format("found \"{}\"; expected {}", value.text, expected));
    return std::nullopt;
  };
  const auto read_time = [](std::string_view word, base::Duration& time) {
    const auto parsed = base::parse_duration(base::trim(word));
    if (parsed) time = *parsed;
    return parsed.has_value();
  };
  if (text == "all") return phase;
  const std::size_t blank = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, blank);
  const std::string_view rest = base::trim(text.substr(blank));
  if (word == "before" || word == "during" || word == "after") {
    phase.kind = word == "before" ? When::before : word == "during" ? When::during : When::after;
    phase.fault = fault_name(rest);
    const std::size_t offset = value.text.find(phase.fault);
    const Place place = context.problems.place_within(value, offset);
    if (!check_name(context, place, "fault", phase.fault, context.faults)) return std::nullopt;
    return phase;
  }
  if (word == "outside") {
    phase.kind = When::outside;
    if (!rest.starts_with("faults")) return fail("\"outside faults + 6s\"");
    const std::string_view margin = base::trim(rest.substr(6));
    if (margin.empty()) return phase;
    if (margin[0] != '+' || !read_time(margin.substr(1), phase.margin))
      return fail("\"outside faults + 6s\"");
    return phase;
  }
  if (word == "from") {
    phase.kind = When::from_to;
    const std::size_t to = rest.find(" to ");
    const bool read = to != std::string_view::npos && read_time(rest.substr(0, to), phase.from) &&
                      read_time(rest.substr(to + 4), phase.to);
    if (!read || phase.from >= phase.to) return fail("\"from 12s to 20s\"");
    return phase;
  }
  return fail("all, before F, during F, after F, outside faults + 6s or from 12s to 20s");
}

}  // namespace seawall::scenario
