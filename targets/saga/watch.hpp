// Looks after the sagas that are open: one that is open for longer than `stuck_after` gets a dead
// letter, a durable mark that somebody should look, while its work goes on. The age counts the
// up-time of this node since the saga's first durable row; its down-time does not count, and a
// restart forgets nothing.
//
// Up-time is kept durable by what is written anyway, each saga's row being stamped with it, and by
// a heartbeat of its own while a saga has been open for a while and so little else may be written.
#pragma once
#include <list>
#include <string>

#include "targets/saga/saga.hpp"

namespace seawall::saga {

class Watch {
 public:
  Watch(runtime::Env& env, std::string node, base::Duration stuck_after)
      : env_(env),
        node_(std::move(node)),
        stuck_after_(stuck_after),
        started_(env.now()),
        marked_(env) {}

  // Reads what earlier incarnations left; false: the store failed. `stamp`: the latest of the log.
  runtime::Task<bool> load();
  void has_lived(base::Duration stamp) { before_ = std::max(before_, stamp); }

  // Up-time of the node, over all of its incarnations, as far as it is known.
  base::Duration up() const { return before_ + (env_.now() - started_); }

  // From its beginning to its last row. Sagas enter in the order in which they began.
  void enter(Saga& saga) { saga.place_ = open_.insert(open_.end(), &saga); }
  void leave(Saga& saga) { open_.erase(saga.place_); }

  // Waits until no dead letter of the saga is being written; none is from then on.
  runtime::Task<> hold_off(Saga& saga);
  // The rows of its dead letter, for the batch that opens or closes it.
  static void open_letter(const Saga& saga, std::string_view cause, runtime::Batch& batch);
  static void close_letter(const Saga& saga, runtime::Batch& batch);
  void tell(const Saga& saga, std::string_view what);

  // Never ends.
  runtime::Task<> run();

 private:
  runtime::Task<> mark_stuck();
  runtime::Task<> beat();

  runtime::Env& env_;
  std::string node_;
  base::Duration stuck_after_;
  base::TimePoint started_;
  base::Duration before_{};  // up-time of earlier incarnations
  base::Duration beaten_{};  // up-time that the last heartbeat made durable
  std::list<Saga*> open_;    // oldest first
  runtime::Notification marked_;
};

}  // namespace seawall::saga
