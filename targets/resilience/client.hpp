// A client: the patterns of one link, composed. Services call others through nothing else.
//
//   call --> cache, coalescing > total deadline > rate limiter > bulkhead
//         > retry (budget) > hedge > throttle > breaker > instance > attempt timeout --> transport
//               ^   |_ side by side _|                                     |
//               |__________________________ again _________________________|
//
// Each layer is there only where the policy of the link has it; what to answer when a call came to
// nothing (fallback) is asked for by whoever answers. Destroying the task of a call at any moment
// gives back what it holds. One client for each link and incarnation; it outlives its
// calls, and all of it runs on its node's thread.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "harness/base/link.hpp"
#include "harness/model/policy.hpp"
#include "harness/runtime/task.hpp"
#include "targets/resilience/breaker.hpp"
#include "targets/resilience/bulkhead.hpp"
#include "targets/resilience/circuit_breaker.hpp"
#include "targets/resilience/coalescing.hpp"
#include "targets/resilience/deadline.hpp"
#include "targets/resilience/hedge.hpp"
#include "targets/resilience/instances.hpp"
#include "targets/resilience/kept_reads.hpp"
#include "targets/resilience/outcome.hpp"
#include "targets/resilience/rate_limiter.hpp"
#include "targets/resilience/retry.hpp"
#include "targets/resilience/retry_budget.hpp"
#include "targets/resilience/throttle.hpp"

namespace seawall::resilience {

// The header that names the caller, where the policy of the link has patterns at the callee's side
// (server.hpp) that must know it.
inline constexpr const char* caller_header = "X-Caller";

// What is answered in place of a read that came to nothing.
struct Substitute {
  std::string body;
  base::Duration age{};  // of an answer that was kept
};

class Client {
 public:
  // `shared`: the one breaker of all links of a caller (breaker_scope = "caller"); it outlives the
  // client, which uses it where the link's policy has a breaker at all. Null: a breaker of its own.
  // `nodes`: the instances of the callee; none: it is a node itself.
  Client(runtime::Env& env, base::Link link, const model::LinkPolicy& policy,
         Breaker* shared = nullptr, std::vector<std::string> nodes = {});
  Client(const Client&) = delete;

  // Makes the call with as many attempts as the policy allows. The caller sets method, path, body,
  // key, trace and index (subject, operation, label); request.deadline is the deadline of the
  // request on whose behalf it calls, or time 0 for none. A repeat of a saga's step is a new call.
  runtime::Task<Outcome> call(model::Request&& request);

  // Whether `part` of an answer may be left out because this call came to nothing: true where the
  // link has a fallback, which has then acted (an event `degraded` at the caller's node).
  bool falls_back(std::string_view part, base::Subject subject);
  // Whether the link's fallback has answers of its own: `static` or `stale_cache`.
  bool has_substitutes() const;
  // Its answer in place of the read of `path` (with its query), told as above; nothing where there
  // is none, or only one older than max_stale.
  std::optional<Substitute> substitute(std::string_view path, std::string_view part,
                                       base::Subject subject);
  // Whether what is left out or replaced is named in the answer.
  bool marks_degraded() const;

  const base::Link& link() const { return link_; }
  const model::LinkPolicy& policy() const { return policy_; }
  // Appends one row for each pattern that the link has; a shared breaker tells its own.
  void collect(std::vector<record::PatternUse>& uses) const;

 private:
  struct Round;
  // One call, on the way through its attempts.
  struct Course {
    explicit Course(const Deadline& d) : deadline(d) {}
    const Deadline deadline;
    std::optional<std::size_t> instance;  // of the last attempt
  };
  // What came of an attempt: a result, or the pattern that did not let it out.
  struct Tried {
    explicit Tried(Attempt attempt) : result(std::move(attempt)) {}
    explicit Tried(std::string_view pattern) : refused_by(pattern) {}
    std::optional<Attempt> result;
    std::string_view refused_by;
  };

  // cache > coalescing > the call; for reads where the link has a cache.
  runtime::Task<Outcome> read(model::Request request);
  runtime::Task<Outcome> fetch(model::Request request);
  // total deadline > ... > transport
  runtime::Task<Outcome> carry_out(model::Request request);
  // rate limiter > bulkhead. The pattern that refused the call; empty: it may go on.
  runtime::Task<std::string_view> wait_for_turn(const Deadline& deadline, Bulkhead::Permit& permit);
  // hedge > attempt. What came of all but the last to end is added to the outcome here.
  runtime::Task<Tried> hedged(const model::Request& request, Course& course, Outcome& outcome);
  runtime::Task<> join(Round& round, model::Request request, Course& course);
  void take(Round& round, std::optional<Tried>& latest, Outcome& outcome);
  bool may_hedge(const Deadline& deadline, base::Subject subject);
  // throttle > breaker > instance > attempt timeout > transport. Sets the deadlines of the request,
  // and keeps a copy of it unless this is the last attempt.
  runtime::Task<Tried> attempt(model::Request& request, Course& course, bool last);
  // Lets an attempt out; nothing: throttle or breaker refused it, as `refused_by` says.
  bool let_out(const model::Request& request, std::optional<Breaker::Permit>& admitted,
               std::string_view& refused_by);
  void count_attempt(const model::Request& request);
  std::size_t choose_instance(const base::ExecutionIndex& index, Course& course);
  // For how long to wait before one more attempt after `tries`; nothing: the call is over.
  // `backoff` is the wait before this, and is brought forward.
  std::optional<base::Duration> pause_to_retry(int tries, const Tried& tried,
                                               const model::Request& request,
                                               const Deadline& deadline, base::Duration& backoff);
  void account(const Attempt& result);
  // Whether the retry budget lets one more copy of a request out.
  bool affords(base::Subject subject);
  base::KeyedRandom draw_for(const base::ExecutionIndex& index, std::string_view purpose) const;
  void reject(Outcome& outcome, std::string_view pattern, base::Subject subject);
  void degrade(std::string_view part, std::string_view how, base::Subject subject);
  void emit(record::Event::Kind kind, std::string_view name, base::Subject subject,
            std::int64_t value = 0);

  runtime::Env& env_;
  base::Link link_;
  std::string where_;
  model::LinkPolicy policy_;
  Instances instances_;
  std::optional<RateLimiter> limiter_;  // of the caller's own side
  std::optional<Bulkhead> bulkhead_;
  std::optional<Retry> retry_;
  std::optional<RetryBudget> budget_;
  std::optional<Hedge> hedge_;
  std::optional<Throttle> throttle_;
  std::optional<FailureRule> failure_rule_;
  std::optional<Breaker> own_breaker_;
  Breaker* breaker_ = nullptr;          // its own or the shared one; null: no breaker
  std::optional<KeptReads> last_good_;  // fallback
  std::optional<KeptReads> cache_;
  std::optional<Coalescing> coalescing_;
  bool tells_caller_ = false;

  // What the patterns without counters of their own did.
  std::int64_t cut_ = 0;        // timeout: attempts that ended at their deadline, calls not begun
  std::int64_t repeated_ = 0;   // retry
  std::int64_t paced_ = 0;      // rate limiter: refused or made to wait
  std::int64_t held_back_ = 0;  // bulkhead: refused or made to wait
  std::int64_t hedged_ = 0;     // hedge: copies sent
  std::int64_t throttled_ = 0;  // throttle
  std::int64_t left_out_ = 0;   // fallback
  std::int64_t kept_ = 0;       // cache: answered from it
};

}  // namespace seawall::resilience
