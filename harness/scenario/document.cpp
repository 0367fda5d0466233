#include "harness/scenario/document.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include <fmt/format.h>

#include "harness/base/link.hpp"
#include "harness/base/text.hpp"
#include "harness/model/point.hpp"
#include "harness/scenario/own_words.hpp"
#include "harness/scenario/toml.hpp"

namespace seawall::scenario {
namespace {

constexpr std::size_t longest_chain = 8;
constexpr std::size_t largest_file = 1 << 18;
constexpr std::size_t largest_data = 1 << 24;

// What an entry is called where nothing was said: a request by what it uses or by its method and
// path, a link by its ends.
std::string entry_name(std::string_view list, const Value& entry) {
  if (const std::string_view name = entry.text_of("name"); !name.empty()) return std::string(name);
  if (list == "link" && !entry.text_of("from").empty() && !entry.text_of("to").empty())
    return base::to_text({std::string(entry.text_of("from")), std::string(entry.text_of("to"))});
  if (list != "load.request") return {};
  if (const std::string_view use = entry.text_of("use"); !use.empty()) return std::string(use);
  const std::string_view method = entry.text_of("method");
  const std::string_view path = entry.text_of("path");
  if (path.empty()) return {};
  return std::string(method.empty() ? "GET" : method) + " " + std::string(path);
}

std::string joined(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : std::string(path) + "." + std::string(key);
}

class Merger {
 public:
  explicit Merger(Problems& problems) : problems_(problems) {}

  void lay_table(Value& base, Value overlay, const std::string& path) {
    for (Entry& entry : overlay.entries) {
      const std::string inner = joined(path, entry.key);
      Entry* below = base.find(entry.key);
      if (!below && entry.value.is_table() && is_entry_list(inner) && inner != "load") {
        Value empty;
        empty.kind = Value::Kind::array;
        lay_by_name(empty, std::move(entry.value), inner);
      } else if (!below) {
        base.entries.push_back(std::move(entry));
      } else {
        below->place = entry.place;
        lay(below->value, std::move(entry.value), inner);
      }
    }
  }

 private:
  void lay(Value& base, Value overlay, const std::string& path) {
    if (base.is_table() && overlay.is_table()) return lay_table(base, std::move(overlay), path);
    if (is_entry_list(path) && base.is_array()) {
      if (overlay.is_array()) return lay_list(base, std::move(overlay), path);
      if (overlay.is_table()) return lay_by_name(base, std::move(overlay), path);
    }
    base = std::move(overlay);
  }

  void lay_list(Value& base, Value overlay, const std::string& path) {
    for (Value& entry : overlay.items) {
      Value* below = find_named(base, path, entry_name(path, entry));
      if (below && below->is_table() && entry.is_table())
        lay_table(*below, std::move(entry), path);
      else
        base.items.push_back(std::move(entry));
    }
  }

  void lay_by_name(Value& base, Value overlay, const std::string& path) {
    for (Entry& entry : overlay.entries) {
      Value* below = find_named(base, path, entry.key);
      if (!below)
        no_such_entry(base, entry, path);
      else if (!entry.value.is_table())
        problems_.error(entry.value.place,
                        "found " + kind_of(entry.value) + "; expected keys of this entry",
                        fmt::format("name the key: {}.{}.KEY", path, entry.key));
      else
        lay_table(*below, std::move(entry.value), path);
    }
  }

  void no_such_entry(const Value& base, const Entry& entry, const std::string& path) {
    std::vector<std::string> names;
    for (const Value& item : base.items)
      if (std::string name = entry_name(path, item); !name.empty())
        names.push_back(std::move(name));
    const auto meant = base::nearest(entry.key, names);
    const std::string expected =
        names.empty() ? "there is none with a name" : "expected one of " + base::join(names, ", ");
    problems_.error(entry.place,
                    fmt::format("no [[{}]] is named \"{}\"; {}", path, entry.key, expected),
                    meant ? fmt::format("did you mean \"{}\"?", *meant)
                          : fmt::format("a new one is written [[{}]]", path));
  }

  static Value* find_named(Value& list, const std::string& path, std::string_view name) {
    if (name.empty()) return nullptr;
    for (Value& item : list.items)
      if (item.is_table() && entry_name(path, item) == name) return &item;
    return nullptr;
  }

  Problems& problems_;
};

// Links as keys of [policy] are written in one way, so that "a->b" and "a -> b" are the same key.
void normalise_links(Value& document, Problems& problems) {
  Entry* policy = document.find("policy");
  if (!policy || !policy->value.is_table()) return;
  std::map<std::string, Place> seen;
  for (Entry& entry : policy->value.entries) {
    if (const auto link = base::parse_link(entry.key)) entry.key = base::to_text(*link);
    if (!seen.emplace(entry.key, entry.place).second)
      problems.error(entry.place, fmt::format("\"{}\" is given twice", entry.key));
  }
}

void normalise_variants(Value& document, Problems& problems) {
  Entry* variants = document.find("variant");
  if (!variants || !variants->value.is_table()) return;
  for (Entry& variant : variants->value.entries)
    if (Entry* set = variant.value.find("set"); set && set->value.is_table())
      normalise_links(set->value, problems);
}

// A path of the reader's own machine, which is relative to the file that it stands in.
void make_path_absolute(Value& table, std::string_view key, const std::filesystem::path& folder) {
  Entry* entry = table.find(key);
  if (!entry || !entry->value.is_text() || entry->value.text.empty()) return;
  const std::filesystem::path given = entry->value.text;
  if (given.is_absolute() || entry->value.text.starts_with("${")) return;
  std::error_code problem;
  const auto start = std::filesystem::absolute(folder.empty() ? "." : folder, problem);
  if (problem) return;  // the current folder is gone: stays as it was written
  entry->value.text = (start / given).lexically_normal().string();
  entry->value.verbatim = false;
}

// Done here, where it is known which file that is. All other paths start at target.root.
void make_paths_absolute(Value& document, const std::filesystem::path& folder) {
  if (Entry* report = document.find("report")) make_path_absolute(report->value, "dir", folder);
  if (Entry* target = document.find("target")) make_path_absolute(target->value, "root", folder);
  Entry* load = document.find("load");
  if (!load) return;
  make_path_absolute(load->value, "data", folder);
  for (Value& one : load->value.items) make_path_absolute(one, "data", folder);
}

// Where nothing was said, the paths of the user's own services start beside the file. Written down,
// because the file may be read again from another folder.
void name_root(Value& document, const std::string& name) {
  Entry* target = document.find("target");
  if (target_kind(document) == "shop" || target->value.find("root")) return;
  std::error_code problem;
  const std::filesystem::path folder = std::filesystem::path(name).parent_path();
  const auto root = std::filesystem::absolute(folder.empty() ? "." : folder, problem);
  if (!problem)
    target->value.set("root", text_value(root.lexically_normal().string(), target->value.place));
}

// Within one file a name stands for one entry; only another file may lay something over it.
void check_names(const Value& table, const std::string& path, Problems& problems) {
  for (const Entry& entry : table.entries) {
    const std::string inner = joined(path, entry.key);
    if (!is_entry_list(inner)) continue;
    if (entry.value.is_table()) check_names(entry.value, inner, problems);
    std::set<std::string> seen;
    for (const Value& item : entry.value.items) {
      if (!item.is_table()) continue;
      check_names(item, inner, problems);
      const std::string name = entry_name(inner, item);
      if (name.empty()) continue;
      if (!seen.insert(name).second)
        problems.error(
            item.find("name") ? item.get("name")->place : item.place,
            fmt::format("a second [[{}]] is called \"{}\"; expected different names", inner, name));
    }
  }
}

class Reader {
 public:
  Reader(const LoadFile& load, Sources& sources, Problems& problems)
      : load_(load), sources_(sources), problems_(problems) {}

  std::optional<Value> read(const std::string& name, std::string text) {
    const std::size_t source = sources_.add(name, text);
    std::optional<Value> document = parse_toml(source, text, problems_);
    if (!document) return std::nullopt;
    const std::filesystem::path folder = std::filesystem::path(name).parent_path();
    check_schema(*document);
    normalise_links(*document, problems_);
    normalise_variants(*document, problems_);
    check_names(*document, "", problems_);
    make_paths_absolute(*document, folder);
    const Entry* extends = document->find("extends");
    if (!extends) return document;
    const Value where = extends->value;
    document->erase("extends");
    std::optional<Value> base = read_base(where, name);
    if (!base) return std::nullopt;
    merge(*base, std::move(*document), problems_);
    base->place = Place{source, 1, 1};
    return base;
  }

 private:
  void check_schema(const Value& document) {
    const Entry* schema = document.find("schema");
    if (!schema)
      problems_.error(document.place, "no schema; expected schema = 1 in every file",
                      "write schema = 1 on the first line");
    else if (schema->value.kind != Value::Kind::integer || schema->value.integer != 1)
      problems_.error(schema->value.place,
                      "found " + kind_of(schema->value) + "; expected schema = 1");
  }

  std::optional<Value> read_base(const Value& extends, const std::string& name) {
    const auto fail = [&](const std::string& message) -> std::optional<Value> {
      problems_.error(extends.place, message);
      return std::nullopt;
    };
    if (!extends.is_text() || extends.text.empty())
      return fail("found " + kind_of(extends) + "; expected the name of a file");
    const std::filesystem::path path =
        (std::filesystem::path(name).parent_path() / extends.text).lexically_normal();
    chain_.push_back(std::filesystem::path(name).lexically_normal().string());
    if (std::ranges::find(chain_, path.string()) != chain_.end())
      return fail("\"" + extends.text + "\" extends itself, in the end; expected no circle");
    if (chain_.size() >= longest_chain)
      return fail(fmt::format("a chain of more than {} files; expected fewer", longest_chain));
    base::expected<std::string, std::string> text = load_(path.string());
    if (!text) return fail(path.string() + ": " + text.error());
    return read(path.string(), std::move(*text));
  }

  const LoadFile& load_;
  Sources& sources_;
  Problems& problems_;
  std::vector<std::string> chain_;
};

std::string quoted_toml(const std::string& text) { return to_inline_toml(text_value(text, {})); }

// Where PATH ends: the first `=` outside quotes.
std::size_t end_of_path(std::string_view text) {
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quote) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '=') {
      return at;
    }
  }
  return std::string_view::npos;
}

Value argument_value(const std::string& text, Place place) {
  if (text == "true" || text == "false") {
    Value value;
    value.kind = Value::Kind::boolean;
    value.boolean = text == "true";
    value.place = place;
    return value;
  }
  const bool number = !text.empty() && text.size() < 18 &&
                      text.find_first_not_of("0123456789") == std::string::npos;
  if (!number) return text_value(text, place);
  Value value;
  value.kind = Value::Kind::integer;
  value.integer = std::stoll(text);
  value.place = place;
  return value;
}

// One line of `plan` as the fault that it stands for.
std::optional<Value> fault_of_line(const Value& line, const Value& entry, Problems& problems) {
  if (!line.is_text()) {
    problems.error(line.place, "found " + kind_of(line) + "; expected a line of a plan");
    return std::nullopt;
  }
  const auto item = model::parse_plan_item(line.text);
  if (!item) {
    problems.error_within(line, item.error().at, "in a plan, expected " + item.error().message);
    return std::nullopt;
  }
  if (item->outcome.empty()) {
    problems.error_within(line, line.text.size(), "in a plan, expected \":\" and a kind of fault");
    return std::nullopt;
  }
  Value fault = table_value(line.place);
  fault.set("type", text_value(item->outcome, line.place));
  fault.set("at_call", text_value(model::to_text(item->point), line.place));
  for (const auto& [key, value] : item->arguments)
    fault.set(key, argument_value(value, line.place));
  for (const Entry& given : entry.entries)
    if (given.key != "plan" && given.key != "name") fault.entries.push_back(given);
  return fault;
}

void expand_plan(const Value& entry, std::vector<Value>& faults, Problems& problems) {
  constexpr auto beside = std::to_array<std::string_view>({"plan", "name", "must_hit", "disabled"});
  for (const Entry& given : entry.entries)
    if (std::ranges::find(beside, given.key) == beside.end())
      problems.error(given.place,
                     fmt::format("\"{}\" beside plan; expected only name and must_hit", given.key),
                     "the lines of a plan say what, where and when");
  const Value& plan = *entry.get("plan");
  if (!plan.is_array())
    return problems.error(plan.place, "found " + kind_of(plan) + "; expected an array of lines");
  const std::string name(entry.text_of("name"));
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    std::optional<Value> fault = fault_of_line(plan.items[i], entry, problems);
    if (!fault) continue;
    const std::string suffix = plan.items.size() > 1 ? "-" + std::to_string(i + 1) : "";
    if (!name.empty()) fault->set("name", text_value(name + suffix, entry.place));
    faults.push_back(std::move(*fault));
  }
}

void name_faults(Value& faults) {
  std::map<std::string, int> count;
  for (Value& fault : faults.items) {
    const std::string type(fault.text_of("type"));
    if (type.empty()) continue;
    const int n = ++count[type];
    if (!fault.find("name"))
      fault.set("name", text_value(type + "-" + std::to_string(n), fault.place));
  }
}

void name_requests(Value& load) {
  Entry* requests = load.find("request");
  if (!requests || !requests->value.is_array()) return;
  for (Value& request : requests->value.items) {
    if (!request.is_table() || request.find("name")) continue;
    std::string name = entry_name("load.request", request);
    if (!name.empty()) request.set("name", text_value(std::move(name), request.place));
  }
}

base::expected<std::string, std::string> load_at_most(const std::string& path, std::size_t most,
                                                      std::string_view too_large) {
  std::error_code problem;
  if (std::filesystem::is_directory(path, problem))
    return base::unexpected(std::string("is a folder; expected a file"));
  // A pipe would be waited for.
  if (std::filesystem::is_fifo(path, problem))
    return base::unexpected(std::string("is a pipe; expected a file"));
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const bool exists = std::filesystem::exists(path, problem);
    return base::unexpected(std::string(exists ? "cannot be read" : "there is no such file"));
  }
  std::string text(most + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) return base::unexpected(std::string("cannot be read"));
  if (text.size() > most) return base::unexpected(std::string(too_large));
  return text;
}

}  // namespace

bool is_entry_list(std::string_view path) {
  constexpr auto lists =
      std::to_array<std::string_view>({"fault", "slo", "invariant", "service", "link", "probe",
                                       "load", "load.request", "load.flow"});
  return std::ranges::find(lists, path) != lists.end();
}

base::expected<std::string, std::string> load_from_disk(const std::string& path) {
  return load_at_most(path, largest_file, "is larger than 256 KiB; expected a scenario");
}

base::expected<std::string, std::string> load_data_from_disk(const std::string& path) {
  return load_at_most(path, largest_data, "is larger than 16 MiB; expected less data");
}

std::optional<Value> read_document(const std::string& name, std::string text, const LoadFile& load,
                                   Sources& sources, Problems& problems) {
  auto document = Reader(load, sources, problems).read(name, std::move(text));
  if (document) name_root(*document, name);
  return document;
}

void merge(Value& base, Value overlay, Problems& problems) {
  Merger(problems).lay_table(base, std::move(overlay), "");
}

std::optional<Value> parse_setting(const std::string& source, const std::string& text,
                                   Sources& sources, Problems& problems) {
  const std::size_t at = sources.add(source, text);
  const Place start{at, 1, 1};
  const std::size_t equals = end_of_path(text);
  if (equals == std::string_view::npos || text.find('\n') != std::string::npos) {
    problems.error(start, "found \"" + text + "\"; expected PATH=VALUE, such as run.seed=7");
    return std::nullopt;
  }
  // VALUE is a TOML value, else a text.
  const std::string path(base::trim(std::string_view(text).substr(0, equals)));
  const std::string value(base::trim(std::string_view(text).substr(equals + 1)));
  Problems attempt(sources);
  std::optional<Value> overlay = parse_toml(at, text, attempt);
  if (!overlay) overlay = parse_toml(at, path + "=" + quoted_toml(value), problems);
  if (!overlay) return std::nullopt;
  normalise_links(*overlay, problems);
  make_paths_absolute(*overlay, std::filesystem::path());
  return overlay;
}

std::string setting_as_toml(const std::string& text) {
  Sources sources;
  Problems attempt(sources);
  if (parse_toml(sources.add("--set", text), text, attempt)) return text;
  const std::size_t equals = end_of_path(text);
  const std::string_view value = base::trim(std::string_view(text).substr(equals + 1));
  return text.substr(0, equals) + "=" + quoted_toml(std::string(value));
}

std::optional<Value> overlay_at(const std::string& path, Place place, const Value& value,
                                Sources& sources, Problems& problems) {
  Problems attempt(sources);
  std::optional<Value> overlay = parse_setting("a path", path + "=0", sources, attempt);
  if (!overlay) {
    problems.error(place, fmt::format("\"{}\" is no path; expected such as \"run.seed\"", path));
    return std::nullopt;
  }
  Entry* last = &overlay->entries.front();
  last->place = place;
  while (last->value.is_table()) {
    last = &last->value.entries.front();
    last->place = place;
  }
  last->value = value;
  return overlay;
}

bool overlap(const Value& a, const Value& b) {
  if (!a.is_table() || !b.is_table()) return true;
  return std::ranges::any_of(a.entries, [&](const Entry& entry) {
    const Value* other = b.get(entry.key);
    return other && overlap(entry.value, *other);
  });
}

void name_entries(Value& document, Problems& problems) {
  if (Entry* faults = document.find("fault"); faults && faults->value.is_array()) {
    std::vector<Value> expanded;
    for (Value& fault : faults->value.items) {
      if (fault.is_table() && fault.find("plan"))
        expand_plan(fault, expanded, problems);
      else
        expanded.push_back(std::move(fault));
    }
    faults->value.items = std::move(expanded);
    name_faults(faults->value);
  }
  Entry* load = document.find("load");
  if (!load) return;
  if (load->value.is_table()) name_requests(load->value);
  for (Value& item : load->value.items) name_requests(item);
}

}  // namespace seawall::scenario
