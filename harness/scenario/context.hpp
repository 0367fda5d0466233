// What decoding one document knows beside the document: the names that it may use and where
// problems go.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/vocabulary.hpp"
#include "harness/scenario/value.hpp"

namespace seawall::scenario {

// An environment variable, where it is set.
using Environment = std::function<std::optional<std::string>(std::string_view)>;

struct Context {
  Problems& problems;
  const model::Vocabulary& words;
  const Environment& environment;
  // What ${scenario}, ${seed} and ${variant} stand for.
  std::string scenario;
  std::string seed;
  std::string variant;
  // Names of the whole document. Faults that are taken out count: a check may name one of them, and
  // is not applicable then.
  std::vector<std::string> faults;
  std::vector<std::string> requests;
  model::Instances instances;
  std::vector<std::string> probes = {};
  std::string target = "shop";  // its kind
  // The service whose [[service]] is decoded, or the client within [[load]]: whose calls
  // ${link.A.B} stands for. Empty elsewhere.
  std::string caller = {};
  // What `words` is of, where they follow from the document.
  std::shared_ptr<const model::Vocabulary> own = nullptr;

  bool is_shop() const { return target == "shop"; }
};

// Reports `word` at `place` as unknown: "unknown KIND "word"; expected one of ...", or as a word
// that this version does not build. `where` is the path for is_later().
void report_unknown(const Context& context, Place place, std::string_view kind,
                    std::string_view word, std::span<const std::string> known,
                    std::string_view where);

// Whether `name` is one of `known`; reports it where not.
bool check_name(const Context& context, Place place, std::string_view kind, std::string_view name,
                std::span<const std::string> known, std::string_view where = {});

// Whether `name` is a service of the target or one of its instances ("payment/2").
bool check_node(const Context& context, Place place, std::string_view name);

std::vector<std::string> link_names(const model::Vocabulary& words);

// "A -> B", `*` and instances allowed, that is at least one link of the target; reports where not.
std::optional<base::Link> read_link(const Context& context, Place place, std::string_view text);
// The same for what is said of a link as a whole, never of the way to one instance.
std::optional<base::Link> read_whole_link(const Context& context, Place place,
                                          std::string_view text);

}  // namespace seawall::scenario
