// A service, and the system that services make: what a target gives to the harness. A target is
// data and factories; the harness never links one.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/link.hpp"
#include "harness/model/scenario.hpp"
#include "harness/model/vocabulary.hpp"
#include "harness/runtime/task.hpp"

namespace seawall::runtime {

// What a service puts before its queue: patterns of its own side.
//
//   request --> arrive --> (deadline margin) --> enter --> (queue, worker, handler) --> end
//
// Asked by Capacity. It is alive for as long as its service.
class Admission {
 public:
  // A request that was let in. Destroyed without end(): its caller, or the node, went away.
  class Stay {
   public:
    virtual ~Stay() = default;
    // It is answered. `dropped`: turned away by the queue, or answered past its deadline.
    virtual void end(bool dropped) = 0;
  };

  virtual ~Admission() = default;
  // Before anything else; may take time. An answer turns the request away. `request` outlives it.
  virtual Task<std::optional<Response>> arrive(const Request& request) = 0;
  // Before the queue. The answer of one that is turned away; null: nothing is to be told of its
  // end.
  virtual base::expected<std::unique_ptr<Stay>, Response> enter(const Request& request) = 0;
};

// Built by a factory for each incarnation, so that a crash can restart it. Its members are
// destroyed after every frame that runs in it.
class Service {
 public:
  virtual ~Service() = default;
  // Recovery and relays, before the first request; false: it cannot serve (its store failed).
  virtual Task<bool> start() = 0;
  // Any number in flight: one frame each.
  virtual Task<Response> handle(Request request) = 0;
  // Null: none. The same from the first request on.
  virtual Admission* admission() { return nullptr; }
  // What its patterns did so far; asked for before it ends, in whatever way.
  virtual std::vector<record::PatternUse> patterns() const = 0;
};

struct Node {
  std::string name;
  model::Capacity capacity;
  std::function<std::unique_ptr<Service>(Env&)> make;
};

// A target, ready to be started in any world.
struct Target {
  std::vector<Node> nodes;        // in the order in which they start
  std::vector<base::Link> links;  // "client -> gateway" included
  // Whether what locks the database of one node locks that of each other, too.
  bool one_database = false;
  // What a reply to this request told about an order, from its body alone. Pure; called on any
  // thread.
  model::Told (*told)(model::Method method, std::string_view path, int status,
                      std::string_view body) = nullptr;
  // The operation that a request of a foreign client asks for ("place-order"), for its index;
  // empty: it has none of its own; see operation_of().
  std::string (*operation)(const Request& request) = nullptr;
};

// What a request that names no operation asks for: the target's own name of it, else "METHOD /path"
// without the query, so that all that differ in the query alone are counted as one.
std::string operation_of(const Target& target, const Request& request);

}  // namespace seawall::runtime
