// The engine of sagas: runs the steps of a definition, keeps a log of them, takes them back where
// one fails, and goes on after a restart (correctness.md, "The saga").
//
//   begin -> [intent durable] -> call -> [done + next intent durable] -> call ... -> completed
//                                  | refused, never sent, in doubt (up to the pivot)
//                                  v
//            [compensating + intent durable] -> call, until it is done -> ... -> compensated
//
// What makes it right: the intent of a call is durable before the call; up to the pivot each step
// whose intent is logged is compensated, whatever it answered, but for one that never left this
// node; behind the pivot steps are repeated for ever. All of it on the node's thread.
#pragma once
#include <deque>
#include <string>
#include <vector>

#include "harness/model/policy.hpp"
#include "targets/resilience/client.hpp"
#include "targets/saga/definition.hpp"
#include "targets/saga/owner.hpp"
#include "targets/saga/watch.hpp"

namespace seawall::saga {

class Engine {
 public:
  // `clients`: one for each service that a step names. `node`: named in events. All references
  // outlive the engine, which outlives its sagas' coroutines.
  Engine(runtime::Env& env, std::string node, Owner& owner, Definition definition,
         const model::Saga& settings, const std::vector<resilience::Client*>& clients);

  // Reads the log, and gives each saga that owner.find() knows its progress. False: the store
  // failed.
  runtime::Task<bool> load();
  // Goes on with the sagas that are open, and watches over them from now on.
  void resume();

  // Makes the saga durable, with the rows that the owner has put into `batch`: its state is `begun`
  // then. A failure: nothing has begun. What follows is run().
  runtime::Task<runtime::Result<runtime::Unit>> begin(Saga& saga, runtime::Batch& batch);
  // From wherever it is to its end. It may be ended at any moment, and then is an open saga that
  // nobody leads.
  runtime::Task<> run(Saga& saga);

  // Whether its owner has an answer: confirmed, or failing.
  bool decided(const Saga& saga) const;

 private:
  // How repeats go to a service: those that wait for it, oldest first.
  struct Way {
    Way(runtime::Env& env, resilience::Client& c) : client(c), waiting(env) {}
    resilience::Client& client;
    runtime::Notification waiting;
  };
  struct Result {
    Result(resilience::CallClass c, std::string r) : call_class(c), reason(std::move(r)) {}
    resilience::CallClass call_class;
    std::string reason;
  };

  runtime::Task<> go_forward(Saga& saga);
  void intend(Saga& saga, Progress& next, std::size_t at);
  runtime::Task<Result> perform(Saga& saga, std::size_t at);
  // Nothing: not settled yet, so it is repeated.
  std::optional<Result> judge(Saga& saga, std::size_t at, bool asked,
                              const resilience::Outcome& outcome);
  Progress turned_back(const Saga& saga, std::size_t at, const Result& result) const;
  void end_compensated(Progress& next) const;
  bool cancels_orders() const;
  bool owes(const Saga& saga, std::size_t at, const Result& result) const;

  runtime::Task<> go_back(Saga& saga);
  // False: given up after compensation_max_attempts.
  runtime::Task<bool> undo(Saga& saga, std::size_t at);

  runtime::Task<resilience::Outcome> call(Saga& saga, Way& way, const std::string& operation);
  // True: a success on the way has woken it before its time, now or in an earlier pause.
  runtime::Task<bool> pause(const Saga& saga, Way& way, const std::string& operation, int repeat,
                            bool was_woken);

  // Makes the progress durable, and then the saga's own; repeats where the store fails.
  runtime::Task<> log(Saga& saga, Progress next);
  runtime::Task<runtime::Result<runtime::Unit>> commit(Saga& saga, Progress& next,
                                                       runtime::Batch& batch);
  void add_rows(const Saga& saga, const Progress& next, std::vector<record::LedgerRow>& rows) const;
  bool is_durable(const Saga& saga, const Progress& next) const;
  void make_visible(Saga& saga, Progress next);
  void tell_owner(Saga& saga, const Progress& next);
  std::string write_class(const Saga& saga, const Progress& next) const;

  bool asks_again() const;
  Way& way_to(std::size_t step) { return *ways_of_steps_[step]; }

  runtime::Env& env_;
  Owner& owner_;
  Definition definition_;
  model::Saga settings_;
  Watch watch_;
  std::deque<Way> ways_;
  std::vector<Way*> ways_of_steps_;
  std::vector<Saga*> loaded_;  // open, by age
};

}  // namespace seawall::saga
