// The durable state of one node of a live world: state by key, and the ledger that tells what
// became of it. It outlives the incarnations of its node: a crash drops what was not yet durable,
// and the next incarnation finds the rest.
//
//   Env --start(ticket)--> queue --> group commit, on a thread of the store's own --> post(Done)
//                                      \ ledger rows --> read_ledger(): judges, over their own
//                                      handle
//
// Nothing throws, and a disk that fails is Failure::disk. Keys are compared as bytes.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "faults/plan/plan.hpp"
#include "harness/base/result.hpp"
#include "harness/model/scenario.hpp"
#include "harness/runtime/env.hpp"

namespace seawall::live {

class Store {
 public:
  // What became of the operation with this ticket; the ticket may be gone by the time it arrives.
  struct Done {
    using Value = runtime::Result<std::optional<std::string>>;
    using Rows = runtime::Result<runtime::Rows>;
    using Written = runtime::Result<runtime::Unit>;
    std::uint64_t ticket = 0;
    std::variant<Value, Rows, Written> outcome;  // of a read, a scan, a write
  };
  // Called on any thread, so it has to hand the outcome over to the loop of the node.
  using Post = std::function<void(Done)>;

  // How faults are aimed at durable writes; empty functions: no fault. Both are called on any
  // thread, with no lock held that the store's other functions need, but for a detach(), which
  // waits for them.
  struct Aim {
    using Fate = plan::WriteDecision::Fate;
    // Asked once for each batch with a write class, in the order of commits, before its commit. One
    // that is to fail ends with Failure::disk, and with it what stands behind it by then: a log is
    // written in order, and its service has reckoned with that write.
    std::function<Fate(const runtime::Batch&)> decide;
    // The write at which the node is to die came: its batch is durable (crash_after) or never will
    // be (crash_before). The store finishes nothing more until it is attached again.
    std::function<void()> die;
  };

  virtual ~Store() = default;

  // An incarnation begins: what it starts is finished through `post`.
  virtual void attach(Post post) = 0;
  // It has ended: drops what was started and is not durable, and waits for the commit that is under
  // way, if any. `post` and the functions of Aim are not called after that. Twice is harmless.
  virtual void detach() = 0;

  // Each posts exactly one Done, unless the incarnation ends before; any number may be in flight. A
  // read sees every finished write. `submitted` is the time that the rows of the ledger carry.
  virtual void read(std::uint64_t ticket, std::string key) = 0;
  virtual void scan(std::uint64_t ticket, std::string prefix) = 0;
  virtual void write(std::uint64_t ticket, runtime::Batch batch, base::TimePoint submitted) = 0;

  // While it is locked, by a transaction of somebody else's, writes wait; reads go on. Any number
  // of locks may be there, each of another holder; they outlive incarnations. `on_wait` is called
  // once, when the first write waits. On the node's thread.
  virtual void lock(std::uint16_t holder, std::function<void()> on_wait) = 0;
  virtual void unlock(std::uint16_t holder) = 0;

  // The lsn of the last ledger row that is durable; 0: none. Any thread.
  virtual std::uint64_t durable_lsn() const = 0;
  // The longest time that a commit took so far, as the disk and the machine had it; 0: there is no
  // disk. Any thread.
  virtual base::Duration slowest_commit() const = 0;
  // Appends the durable ledger rows with an lsn above `after`, by lsn. Any thread, one at a time.
  // The error is a sentence for the user.
  virtual base::expected<void, std::string> read_ledger(std::uint64_t after,
                                                        std::vector<record::LedgerRow>& rows) = 0;

  // Operations that may wait at once; one more fails with Failure::disk.
  static constexpr std::size_t most_waiting = 100'000;
};

// State in memory: it survives a crash of its node, but not the process.
std::unique_ptr<Store> make_memory_store(std::string node, Store::Aim aim);

// State in the SQLite file `path` (WAL, synchronous FULL), which is made where there is none and
// continued where there is one. The error says what is wrong with the file.
base::expected<std::unique_ptr<Store>, std::string> open_sqlite_store(const std::string& path,
                                                                      std::string node,
                                                                      Store::Aim aim);

}  // namespace seawall::live
