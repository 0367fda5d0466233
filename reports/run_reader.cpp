#include "reports/run_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <concepts>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <type_traits>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "reports/finding_text.hpp"

namespace seawall::reports {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

// A run.json has a few dozen kB. What is larger than this is something else.
constexpr std::uintmax_t most_bytes = 64u << 20;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

// Text of the file in a message: not all of a novel.
std::string excerpt(std::string_view text) {
  constexpr std::size_t most = 60;
  return fmt::format("'{}{}'", printable(text.substr(0, most)), text.size() > most ? "..." : "");
}

std::string_view kind_name(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "true or false";
    case json::kind::int64:
    case json::kind::uint64:
      return "an integer";
    case json::kind::double_:
      return "a fraction";
    case json::kind::string:
      return "a text";
    case json::kind::array:
      return "a list";
    case json::kind::object:
      return "an object";
  }
  return "something else";
}

// The members of one object, each read into its field. The first mistake of the whole file is kept
// in `mistake`; after it nothing matters, so callers read on and look once at the end.
class Members {
 public:
  Members(const json::object& object, std::string place, std::string& mistake)
      : object_(object), place_(std::move(place)), mistake_(mistake) {}

  void read(std::string_view name, std::string& out) {
    if (const json::value* value = find(name, "a text")) take_text(name, *value, out);
  }
  void read(std::string_view name, bool& out) {
    const json::value* value = find(name, "true or false");
    if (value && value->is_bool())
      out = value->get_bool();
    else if (value)
      wrong(name, "true or false", *value);
  }
  template <std::integral Number>
  void read(std::string_view name, Number& out) {
    const json::value* value = find(name, "an integer");
    if (!value) return;
    json::error_code error;
    const Number number = value->is_number() && !value->is_double()
                              ? value->to_number<Number>(error)
                              : (error = json::error::not_number, Number{});
    if (!error)
      out = number;
    else if (value->is_int64() || value->is_uint64())
      say(name, fmt::format("expected an integer from {} to {}, found {}",
                            std::numeric_limits<Number>::min(), std::numeric_limits<Number>::max(),
                            value->is_int64() ? std::to_string(value->get_int64())
                                              : std::to_string(value->get_uint64())));
    else
      wrong(name, "an integer", *value);
  }
  // Of what is counted, and so never below zero.
  void read_count(std::string_view name, std::int64_t& out,
                  std::int64_t most = std::numeric_limits<std::int64_t>::max(),
                  std::string_view what_is_most = "") {
    read(name, out);
    if (!mistake_.empty()) return;
    if (out < 0) say(name, fmt::format("expected a count, found {}", out));
    if (out > most)
      say(name,
          fmt::format("expected {} at most, as {} has it, found {}", most, what_is_most, out));
  }
  // Nanoseconds.
  void read(std::string_view name, base::Duration& out) {
    std::int64_t count = 0;
    read(name, count);
    out = base::Duration(count);
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void read(std::string_view name, Enum& out) {
    std::string word;
    read(name, word);
    if (!mistake_.empty()) return;
    if (const auto found = model::enum_of<Enum>(word))
      out = *found;
    else
      say(name, fmt::format("expected one of {}, found {}", words_of<Enum>(), excerpt(word)));
  }
  void read(std::string_view name, std::vector<std::string>& out) {
    const json::array* array = list(name);
    for (std::size_t i = 0; array && i < array->size(); ++i)
      take_text(fmt::format("{}[{}]", name, i), (*array)[i], out.emplace_back());
  }
  void read(std::string_view name, std::map<std::string, std::string>& out) {
    const json::value* value = find(name, "an object");
    if (value && !value->is_object()) return wrong(name, "an object", *value);
    if (!value) return;
    for (const auto& member : value->get_object())
      take_text(fmt::format("{}.{}", name, std::string_view(member.key())), member.value(),
                out[std::string(member.key())]);
  }
  // A list of objects; `read_row` gets the Members of each.
  template <class Row, class ReadRow>
  void read_rows(std::string_view name, std::vector<Row>& out, ReadRow read_row) {
    const json::array* array = list(name);
    for (std::size_t i = 0; array && i < array->size() && mistake_.empty(); ++i) {
      const std::string place = fmt::format("{}[{}]", name, i);
      const json::object* object = (*array)[i].if_object();
      if (!object) return wrong(place, "an object", (*array)[i]);
      Members members(*object, place_ + place + ".", mistake_);
      read_row(members, out.emplace_back());
    }
  }
  // An object; `read_members` gets its Members.
  template <class ReadMembers>
  void read_object(std::string_view name, ReadMembers read_members) {
    const json::value* value = find(name, "an object");
    if (value && !value->is_object()) return wrong(name, "an object", *value);
    if (!value) return;
    Members members(value->get_object(), fmt::format("{}{}.", place_, name), mistake_);
    read_members(members);
  }
  // A text, or a number as one; null and nothing are the empty text.
  void read_loose(std::string_view name, std::string& out) {
    const json::value* value = object_.if_contains(name);
    if (!value || value->is_null()) return;
    if (value->is_int64())
      out = std::to_string(value->get_int64());
    else
      take_text(name, *value, out);
  }
  bool has(std::string_view name) const { return object_.contains(name); }
  void say(std::string_view name, std::string_view sentence) {
    if (mistake_.empty()) mistake_ = fmt::format("{}{}: {}", place_, name, sentence);
  }

 private:
  const json::value* find(std::string_view name, std::string_view expected) {
    const json::value* value = object_.if_contains(name);
    if (!value) say(name, fmt::format("expected {}, found nothing", expected));
    return value;
  }
  const json::array* list(std::string_view name) {
    const json::value* value = find(name, "a list");
    if (value && !value->is_array()) wrong(name, "a list", *value);
    return value ? value->if_array() : nullptr;
  }
  void take_text(std::string_view name, const json::value& value, std::string& out) {
    if (const json::string* text = value.if_string())
      out = view(*text);
    else
      wrong(name, "a text", value);
  }
  void wrong(std::string_view name, std::string_view expected, const json::value& found) {
    say(name, fmt::format("expected {}, found {}", expected, kind_name(found)));
  }
  template <class Enum>
  static std::string words_of() {
    std::vector<std::string> words(model::enum_names<Enum>.begin(), model::enum_names<Enum>.end());
    return base::join(words, ", ");
  }

  const json::object& object_;
  std::string place_;  // "checks[3].", or empty
  std::string& mistake_;
};

void read_check(Members& members, record::Finding& check) {
  members.read("kind", check.kind);
  if (members.has("id")) members.read("id", check.id);
  members.read("name", check.name);
  members.read("phase", check.phase);
  members.read("verdict", check.status);
  members.read("value", check.value);
  members.read("limit", check.limit);
  members.read("why", check.why);
  members.read("orders", check.orders);
  members.read_count("offending", check.offending);
  members.read_count("exercised", check.exercised);
}

void read_fault(Members& members, RecordedFault& fault) {
  members.read("name", fault.name);
  members.read_loose("on", fault.on);
  members.read_count("hit", fault.hit);
  members.read_count("reached", fault.reached);
  members.read_loose("must_hit", fault.must_hit);
  members.read_count("calls", fault.calls);
  members.read_count("shielded", fault.shielded);
}

void read_pattern(Members& members, record::PatternUse& use) {
  members.read("pattern", use.pattern);
  members.read("where", use.where);
  members.read_count("acted", use.acted);
  members.read_count("permits_taken", use.permits_taken);
  members.read_count("permits_returned", use.permits_returned);
  members.read_count("peak_in_flight", use.peak_in_flight);
}

void read_load(Members& members, RecordedLoad& load) {
  members.read("name", load.name);
  members.read_count("planned", load.planned);
  members.read_count("sent", load.sent);
  members.read_count("peak_in_flight", load.peak_in_flight);
  members.read("lateness_p99_ns", load.lateness_p99);
  members.read("lateness_max_ns", load.lateness_max);
  members.read("lateness_limit_ns", load.lateness_limit);
}

void read_measure(Members& members, RecordedMeasure& measure) {
  members.read("request", measure.request);
  members.read_count("sent", measure.sent);
  members.read_count("expected", measure.expected, measure.sent, "sent");
  members.read_count("ended", measure.ended, measure.sent, "sent");
  members.read("latency_p50_ns", measure.p50);
  members.read("latency_p99_ns", measure.p99);
  members.read("latency_max_ns", measure.max);
}

// Another version may have other parts.
void read_trace(Members& members, RecordedRun& run) {
  members.read("version", run.trace_version);
  if (run.trace_version < 1)
    members.say("version", fmt::format("expected 1 or more, found {}", run.trace_version));
  if (run.trace_version != trace_version) return;
  members.read("events", run.trace_parts.events);
  members.read("journal", run.trace_parts.journal);
  members.read("history", run.trace_parts.history);
  members.read("ledger", run.trace_parts.ledger);
}

void read_verdict(Members& members, std::string& verdict) {
  members.read("verdict", verdict);
  for (const std::string_view word : {"pass", "fail", "inconclusive", "error"})
    if (verdict == word) return;
  members.say("verdict", "expected pass, fail, inconclusive or error, found " + excerpt(verdict));
}

// What a run ends with, and what its verdict is called then.
void check_exit(Members& members, const RecordedRun& run) {
  struct Row {
    std::string_view verdict;
    std::vector<int> exits;
  };
  static const std::vector<Row> rows = {
      {"pass", {0}}, {"fail", {1, 3, 5}}, {"inconclusive", {5}}, {"error", {6, 70, 129, 130, 143}}};
  const auto row = std::ranges::find(rows, run.verdict, &Row::verdict);
  if (row == rows.end() || std::ranges::count(row->exits, run.exit) > 0) return;
  members.say("exit", fmt::format("expected {} with the verdict {}, found {}",
                                  fmt::join(row->exits, ", "), run.verdict, run.exit));
}

// The verdict follows from the checks; where somebody has changed one of them, neither holds.
void check_verdict(Members& members, const RecordedRun& run) {
  const std::string_view expected = verdict_word({run.checks, run.exit});
  if (run.verdict != expected)
    members.say("verdict", fmt::format("expected {}, as the checks and the exit status have it, "
                                       "found {}",
                                       expected, excerpt(run.verdict)));
}

RecordedRun read_members(Members members) {
  RecordedRun run;
  std::int64_t schema = 0;
  members.read("schema", schema);
  if (schema != 1)
    members.say("schema",
                fmt::format("expected 1, found {}: another version of seawall wrote it", schema));
  members.read("scenario", run.scenario);
  members.read("variant", run.variant);
  members.read("mode", run.mode);
  members.read("seed", run.seed);
  read_verdict(members, run.verdict);
  members.read("exit", run.exit);
  members.read("trace_hash", run.trace_hash);
  if (members.has("trace"))
    members.read_object("trace", [&](Members& trace) { read_trace(trace, run); });
  members.read("comparison_hash", run.comparison_hash);
  members.read_rows("checks", run.checks, read_check);
  members.read_rows("faults", run.faults, read_fault);
  members.read_rows("patterns", run.patterns, read_pattern);
  members.read_rows("load", run.loads, read_load);
  members.read_rows("measures", run.measures, read_measure);
  members.read_count("events_omitted", run.events_omitted);
  members.read("interrupted", run.interrupted);
  members.read("stopped_by", run.stopped_by);
  members.read("machine", run.machine);
  members.read("versions", run.versions);
  members.read("started", run.started);
  check_exit(members, run);
  check_verdict(members, run);
  return run;
}

std::string syntax_mistake(std::string_view text, const json::error_code& error, std::size_t at) {
  if (text.empty()) return "it is empty; expected the run.json of a run";
  if (error == json::error::incomplete)
    return fmt::format("it ends in the middle, after {} bytes: it was cut off", text.size());
  return fmt::format("byte {}: it is no JSON: {}", at, error.message());
}

base::Diagnostic mistake_in(const fs::path& file, std::string message) {
  base::Diagnostic problem;
  problem.file = file.string();
  problem.message = std::move(message);
  problem.hint = where_runs_are;
  return problem;
}

}  // namespace

base::expected<RecordedRun, std::string> parse_run_json(std::string_view text) {
  json::stream_parser parser;
  json::error_code error;
  const std::size_t at = parser.write_some(text.data(), text.size(), error);
  if (!error && at < text.size()) error = json::error::extra_data;
  if (!error) parser.finish(error);
  if (error) return base::unexpected(syntax_mistake(text, error, at));
  const json::value document = parser.release();
  if (!document.is_object())
    return base::unexpected(
        fmt::format("expected the object of a run, found {}", kind_name(document)));
  std::string mistake;
  RecordedRun run = read_members(Members(document.get_object(), "", mistake));
  if (!mistake.empty()) return base::unexpected(std::move(mistake));
  return run;
}

base::expected<RecordedRun, base::Diagnostic> read_run(const std::string& folder) {
  const fs::path file = fs::path(folder) / "run.json";
  std::error_code error;
  if (!fs::exists(folder, error))
    return base::unexpected(mistake_in(folder, "there is no such folder; expected one of a run"));
  const std::uintmax_t size = fs::file_size(file, error);
  if (error)
    return base::unexpected(
        mistake_in(file, "cannot be read (" + error.message() + "); expected that of a run"));
  // Streams call it a failure to copy nothing.
  if (size == 0) return base::unexpected(mistake_in(file, "it is empty; expected that of a run"));
  if (size > most_bytes)
    return base::unexpected(
        mistake_in(file, fmt::format("has {} bytes; expected at most {}", size, most_bytes)));
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf()))
    return base::unexpected(
        mistake_in(file, fmt::format("cannot be read: {}", std::strerror(errno))));
  auto run = parse_run_json(text.str());
  if (!run) return base::unexpected(mistake_in(file, std::move(run.error())));
  return std::move(*run);
}

bool is_run_folder(const std::string& folder) {
  std::error_code ignored;
  return fs::exists(fs::path(folder) / "run.json", ignored);
}

}  // namespace seawall::reports
