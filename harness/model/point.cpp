#include "harness/model/point.hpp"

#include <charconv>
#include <limits>
#include <optional>

#include "harness/base/text.hpp"

namespace seawall::model {
namespace {

constexpr std::uint32_t every = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t longest = 1000;

bool is_name_part(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

// Recursive descent over the grammar in point.hpp. The first error wins; after it nothing is taken.
class PointParser {
 public:
  explicit PointParser(std::string_view text) : text_(text) {}

  base::expected<PlanItem, PointError> item() {
    if (text_.size() > longest) fail("a shorter text: at most 1000 characters");
    PlanItem item;
    subject(item.point);
    expect(":");
    point(item);
    if (!error_ && !at_end()) {
      const std::size_t from = text_.rfind('#', at_);
      const std::string ordinal(base::trim(text_.substr(from, at_ - from)));
      expect(":",
             "its end after \"" + ordinal + "\" (a line of a plan: \":\" and a kind of fault)");
      outcome(item);
    }
    if (!error_ && !at_end()) fail("the end of the text");
    if (error_) return base::unexpected(*error_);
    return item;
  }

 private:
  void subject(Point& point) {
    const std::size_t start = skip_blanks();
    const std::string word = name("order N, request N or any");
    if (error_) return;
    if (word == "any") {
      point.any_subject = true;
      return;
    }
    if (word != "order" && word != "request") {
      at_ = start;
      return fail("order N, request N or any");
    }
    point.subject.kind =
        word == "order" ? base::Subject::Kind::order : base::Subject::Kind::request;
    point.subject.number = number("the number of the " + word + ", from 1");
  }

  void point(PlanItem& item) {
    Point& point = item.point;
    point.link.from = name("the name of a service");
    if (take("!")) {
      point.durable_write = true;
      item.operation_at = skip_blanks();
      point.operation = name("the class of a durable write, such as saga.charged or capture");
      if (take(".")) point.operation += "." + name("the second part of the class");
    } else {
      expect("->", "\"->\" and a service (a call), or \"!\" and a class (a durable write)");
      point.link.to = name("the name of a service");
      expect(".", "\".\" and the operation, such as .charge");
      item.operation_at = skip_blanks();
      point.operation = name("the operation, such as charge");
      if (take("[")) label(point);
    }
    ordinal(point);
  }

  void label(Point& point) {
    const std::size_t close = text_.find(']', at_);
    if (error_ || close == std::string_view::npos) return fail("\"]\" after the label");
    point.label = std::string(base::trim(text_.substr(at_, close - at_)));
    at_ = close + 1;
  }

  void ordinal(Point& point) {
    expect("#", "\"#\" and which one: #1, #1..3, #2.. or #*");
    if (take("*")) {
      point.first = 1;
      point.last = every;
      return;
    }
    point.first = small_number();
    point.last = point.first;
    if (!take("..")) return;
    const std::size_t start = skip_blanks();
    const bool bounded = start < text_.size() && text_[start] >= '0' && text_[start] <= '9';
    point.last = bounded ? small_number() : every;
    if (!error_ && point.last < point.first) {
      at_ = start;
      fail("a last number that is not below the first");
    }
  }

  void outcome(PlanItem& item) {
    item.outcome = name("a kind of fault");
    if (!take("(")) return;
    do {
      const std::string key = name("the name of a parameter");
      expect("=");
      const std::string value = argument();
      if (error_) return;
      if (!item.arguments.emplace(key, value).second) return fail("each parameter once");
    } while (take(","));
    expect(")", "\",\" or \")\"");
  }

  std::string argument() {
    if (take("\"")) {
      const std::size_t close = text_.find('"', at_);
      if (close == std::string_view::npos) return fail("a closing quote"), std::string();
      const std::string value(text_.substr(at_, close - at_));
      at_ = close + 1;
      return value;
    }
    const std::size_t start = skip_blanks();
    at_ = std::min(text_.find_first_of(",)", start), text_.size());
    const std::string value(base::trim(text_.substr(start, at_ - start)));
    if (value.empty()) fail("a value");
    return value;
  }

  std::string name(std::string_view what) {
    const std::size_t start = skip_blanks();
    if (error_) return {};
    while (at_ < text_.size() && is_name_part(text_[at_]) && !text_.substr(at_).starts_with("->"))
      ++at_;
    if (at_ == start) fail(std::string(what));
    return std::string(text_.substr(start, at_ - start));
  }

  std::uint64_t number(const std::string& what) {
    const std::size_t start = skip_blanks();
    if (error_) return 0;
    std::uint64_t value = 0;
    const char* begin = text_.data() + start;
    const auto [end, problem] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (problem != std::errc() || value == 0) return fail(what), 0;
    at_ = start + static_cast<std::size_t>(end - begin);
    return value;
  }
  std::uint32_t small_number() {
    const std::size_t start = skip_blanks();
    const std::uint64_t value = number("a number from 1");
    if (value < every) return static_cast<std::uint32_t>(value);
    at_ = start;
    return fail("a smaller number"), 1;
  }

  bool take(std::string_view token) {
    skip_blanks();
    if (error_ || !text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  void expect(std::string_view token, std::string_view what = {}) {
    if (error_ || take(token)) return;
    fail(what.empty() ? "\"" + std::string(token) + "\"" : std::string(what));
  }

  std::size_t skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    return at_;
  }
  bool at_end() { return skip_blanks() == text_.size(); }
  void fail(std::string expected) {
    if (!error_) error_ = PointError{at_, std::move(expected)};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<PointError> error_;
};

std::string ordinal_text(const Point& point) {
  if (point.first == 1 && point.last == every) return " #*";
  std::string text = " #" + std::to_string(point.first);
  if (point.last == every) return text + "..";
  return point.last == point.first ? text : text + ".." + std::to_string(point.last);
}

// An argument as it can stand between two of ",()"; one with a quote in it never came out of a
// plan.
std::string argument_text(const std::string& value) {
  const bool plain = !value.empty() && base::trim(value) == value && value.front() != '"' &&
                     value.find_first_of(",)") == std::string::npos;
  return plain ? value : '"' + value + '"';
}

}  // namespace

base::expected<PlanItem, PointError> parse_plan_item(std::string_view text) {
  return PointParser(text).item();
}

std::string to_text(const Point& point) {
  std::string text = point.any_subject ? "any" : base::to_text(point.subject);
  text += ": " + point.link.from;
  text +=
      point.durable_write ? "!" + point.operation : "->" + point.link.to + "." + point.operation;
  if (!point.label.empty()) text += "[" + point.label + "]";
  return text + ordinal_text(point);
}

std::string to_text(const PlanItem& item) {
  std::string text = to_text(item.point);
  if (item.outcome.empty()) return text;
  text += ": " + item.outcome;
  if (item.arguments.empty()) return text;
  std::string arguments;
  for (const auto& [name, value] : item.arguments) {
    if (!arguments.empty()) arguments += ", ";
    arguments += name + "=" + argument_text(value);
  }
  return text + "(" + arguments + ")";
}

}  // namespace seawall::model
