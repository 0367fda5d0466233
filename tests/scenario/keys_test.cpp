// The description of a scenario is the one list of its keys: what the reader takes, suggests and
// refuses, and what a reference can be written from.
#include <set>

#include "scenario/words.hpp"
#include "support/catch.hpp"

using namespace seawall;
using namespace seawall::scenario::tests;

namespace {

// Walks everything that is described and lists the paths of its keys.
class KeyLister {
 public:
  explicit KeyLister(std::string path = {}) : path_(std::move(path)) {}

  template <class T>
  void field(std::string_view key, T& value, const model::Field& field) {
    const std::string path = path_.empty() ? std::string(key) : path_ + "." + std::string(key);
    CHECK_FALSE(field.doc.empty());
    paths_.insert(path);
    walk(path, value);
  }
  template <class T>
  void rest(std::map<base::Link, T>& map, const model::Field& field) {
    field_of_entry(map[base::Link{"a", "b"}], field);
  }
  std::set<std::string> take() { return std::move(paths_); }

 private:
  template <class T>
  void field_of_entry(T& value, const model::Field& entry) {
    field("LINK", value, entry);
  }
  template <class T>
  void walk(const std::string& path, T& value) {
    if constexpr (model::Described<T>) {
      KeyLister inner(path);
      describe(inner, value);
      paths_.merge(inner.paths_);
    }
  }
  template <class T>
  void walk(const std::string& path, model::Switch<T>& value) {
    walk(path, value.emplace());
  }
  template <class T>
  void walk(const std::string& path, std::optional<T>& value) {
    walk(path, value.emplace());
  }
  template <class T>
  void walk(const std::string& path, std::vector<T>& value) {
    walk(path, value.emplace_back());
  }
  template <class T>
  void walk(const std::string& path, std::map<std::string, T>& value) {
    walk(path, value["x"]);
  }

  std::string path_;
  std::set<std::string> paths_;
};

std::set<std::string> all_keys() {
  KeyLister lister;
  model::Scenario scenario;
  describe(lister, scenario);
  return lister.take();
}

}  // namespace

TEST_CASE("every key of the language is described once") {
  const std::set<std::string> keys = all_keys();
  CHECK(keys.size() > 120);
  for (const char* key :
       {"schema", "run.seed", "target.capacity.workers", "policy.LINK.circuit_breaker.open_for",
        "saga.repeat.max", "load.request.expect.status", "load.stages.over", "fault.must_hit",
        "fault.match.path", "slo.phase", "blast_radius.stop_when.for", "variant.breaks"})
    CHECK(keys.count(key) == 1);
}

TEST_CASE("a key beside those described is refused in every table") {
  // One letter more than a key that is described: refused, and the right one suggested.
  const std::set<std::string> tables = {"run", "target", "policy", "saga", "report"};
  int tried = 0;
  for (const std::string& key : all_keys()) {
    const std::size_t dot = key.find('.');
    const bool direct = dot != std::string::npos && key.find('.', dot + 1) == std::string::npos;
    if (!direct || !tables.count(key.substr(0, dot)) || key.ends_with("LINK")) continue;
    const std::string name = key.substr(dot + 1);
    const std::string errors =
        errors_of(valid_with("[" + key.substr(0, dot) + "]\n" + name + "x = 1\n"));
    INFO(key);
    CHECK(errors.starts_with("14:1 unknown key \"" + name + "x\""));
    CHECK(errors.ends_with("| did you mean \"" + name + "\"?\n"));
    ++tried;
  }
  CHECK(tried > 20);
}
