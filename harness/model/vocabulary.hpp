// The names that the scenario reader must know and may not include: they belong to higher layers
// (fault kinds, invariants, the target's links and services) and come in as data. So the reader
// stays low and still says "did you mean".
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/base/link.hpp"
#include "harness/model/scenario.hpp"

namespace seawall::model {

// What the reader needs to know of one fault kind.
struct KindWords {
  std::string name;
  bool on_node = false;           // else on a link ...
  bool of_service = false;        // what it is done to is shared by the instances of a service
  bool on_groups = false;         // ... or on every link between groups of services
  std::vector<std::string> keys;  // the parameters it takes, beside those of every fault
  std::vector<std::string> required;
  std::map<std::string, std::string> stand_ins;  // required key -> the one that may replace it
  bool takes_window = true;       // crash: active until the node is ready again, takes no `for`
  bool takes_at_call = true;      // partition: exists for windows only
  // Why no world over sockets has it at a call, and what to write there instead; empty: it has.
  std::string not_live_at_call;
  bool at_write = false;          // stands at durable writes alone, in at_call
  bool takes_probability = true;  // and `first` and `every`: a choice among the requests
  bool takes_match = true;
  // none: does nothing, wherever it stands and whatever its other keys say, and is never missed.
  bool acts = true;
  // Done by commands of the user, to whatever they like: takes no `on`.
  bool by_command = false;
  std::vector<Mode> worlds = {Mode::sim, Mode::inprocess, Mode::processes};
  std::string doc;
  // What is wrong with the parameters of this fault, or empty.
  std::function<std::string(const Fault&)> check;
};

// One measure of the expression language.
struct MeasureWords {
  std::string name;
  Unit unit = Unit::count;
  bool quantile = false;  // written NAME.Q
  // What each argument must be; a '?' behind it: optional.
  //   link | fault | request | service | pattern | text | count | truth (an expression)
  std::vector<std::string> arguments;
  std::string doc;
  // Whether it can be taken while the run goes on, as `hold` and `stop_when` want it. Of the others
  // nothing is known then, and "none so far" would read as "holds".
  bool while_running = false;
  bool more_is_better = false;  // goodput, say: nothing to minimise
};

// What a scenario begins with; what its file says beside it wins.
struct Preset {
  Policy policy;
  Saga saga;
  Target::Reserve reserve = Target::Reserve::atomic;
  Target::Gateway gateway = Target::Gateway::truthful;
  Target::Readiness readiness = Target::Readiness::own;
};

struct Vocabulary {
  std::vector<KindWords> kinds;
  std::vector<MeasureWords> measures;
  std::vector<std::string> invariants;  // "no-double-charge", ...
  std::vector<std::string> services;    // of the target
  std::vector<base::Link> links;        // of the target
  // What an execution index may name: the operations of the calls on a link, and the classes of the
  // durable writes of a service. Of a link or a service that does not stand here, nothing is known,
  // and any name goes.
  std::map<base::Link, std::vector<std::string>> operations;
  std::map<std::string, std::vector<std::string>> write_classes;
  std::vector<std::string> patterns;  // "circuit_breaker", ...
  std::vector<RequestSpec> requests;  // `use = "place-order"`
  std::map<std::string, Preset> presets;
  std::map<std::string, Capacity> capacity;   // defaults by service
  std::map<std::string, std::int64_t> stock;  // default
  // Words of the language that mean nothing for this target: using one is an error that says so.
  std::vector<std::string> elsewhere;
  // Words of the language that this version does not build yet: "postgres" -> "store". Using one is
  // an error that says "not in this version".
  std::vector<std::string> later;
};

}  // namespace seawall::model
