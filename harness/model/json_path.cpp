#include "harness/model/json_path.hpp"

#include <charconv>

#include "harness/model/json_reader.hpp"

namespace seawall::model {
namespace {

using Step = JsonPath::Step;

class PathParser {
 public:
  explicit PathParser(std::string_view text) : text_(text) {}

  base::expected<JsonPath, JsonPathError> parse() {
    JsonPath path;
    path.text = std::string(text_);
    if (!take('$')) return expected("\"$\", the document");
    while (at_ < text_.size()) {
      auto step = take('.') ? member() : take('[') ? bracket() : expected("\".\" or \"[\"");
      if (!step) return base::unexpected(std::move(step.error()));
      path.steps.push_back(std::move(*step));
    }
    return path;
  }

 private:
  using Read = base::expected<Step, JsonPathError>;

  Read member() {
    const std::size_t end = std::min(text_.find_first_of(".[]'\"* ", at_), text_.size());
    if (end == at_) return expected("the name of a member");
    Step step;
    step.key = std::string(text_.substr(at_, end - at_));
    at_ = end;
    return step;
  }

  Read bracket() {
    Step step;
    const char quote = peek();
    if (quote == '\'' || quote == '"') {
      ++at_;
      if (!quoted(quote, step.key)) return expected("the closing quote");
    } else {
      std::size_t index = 0;
      const char* end = text_.data() + text_.size();
      const auto [stop, error] = std::from_chars(text_.data() + at_, end, index);
      if (error != std::errc()) return expected("a number from 0, or a name in quotes");
      at_ = static_cast<std::size_t>(stop - text_.data());
      step.index = index;
    }
    if (!take(']')) return expected("\"]\"");
    return step;
  }

  bool quoted(char quote, std::string& name) {
    for (; at_ < text_.size(); ++at_) {
      if (take(quote)) return true;
      if (peek() == '\\' && at_ + 1 < text_.size()) ++at_;
      name += text_[at_];
    }
    return false;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char wanted) {
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  base::unexpected<JsonPathError> expected(std::string what) const {
    return base::unexpected(JsonPathError{at_, std::move(what)});
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// Moves the reader to the member or element that `step` names; false where there is none.
bool enter(JsonReader& reader, std::string_view document, const Step& step) {
  const std::size_t start = reader.offset();
  const char open = start < document.size() ? document[start] : '\0';
  bool first = true;
  if (step.index) {
    if (open != '[' || !reader.enter('[')) return false;
    for (std::size_t left = *step.index; reader.more(']', first); --left) {
      if (left == 0) return true;
      reader.skip_value();
    }
    return false;
  }
  if (open != '{' || !reader.enter('{')) return false;
  for (std::string_view key; reader.next_key(first, key); reader.skip_value())
    if (key == step.key) return true;
  return false;
}

JsonFound::Kind kind_at(char first) {
  using Kind = JsonFound::Kind;
  switch (first) {
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case '"':
      return Kind::text;
    case 't':
    case 'f':
      return Kind::truth;
    case 'n':
      return Kind::null;
    default:
      return Kind::number;
  }
}

}  // namespace

base::expected<JsonPath, JsonPathError> parse_json_path(std::string_view text) {
  return PathParser(text).parse();
}

base::expected<std::optional<JsonFound>, std::string> json_at(std::string_view document,
                                                              const JsonPath& path) {
  // The whole of it first: a document that breaks off behind the value is none.
  JsonReader whole(document);
  if (!whole.skip_value() || !whole.read_end()) return base::unexpected(whole.error());
  JsonReader reader(document);
  for (const Step& step : path.steps)
    if (!enter(reader, document, step)) return std::optional<JsonFound>();
  const std::size_t begin = reader.offset();
  JsonFound found;
  found.kind = kind_at(document[begin]);
  if (found.kind == JsonFound::Kind::text) {
    reader.read_string(found.text);
  } else {
    reader.skip_value();
    // Nothing of the document was skipped after the value: the reader stands at its end, or at a
    // blank before what follows.
    found.text = std::string(document.substr(begin, reader.offset() - begin));
    while (!found.text.empty() && static_cast<unsigned char>(found.text.back()) <= ' ')
      found.text.pop_back();
  }
  return std::optional(std::move(found));
}

}  // namespace seawall::model
