// When pairs of runs are enough, and what they say. Looking after every pair would raise false
// alarms, so there are three looks, and a suspicion has to come true on fresh pairs:
//
//   7 pairs ─▶ look ─▶ 11 ─▶ look ─▶ 15 ─▶ look ─▶ undecided
//               ├─ all within tolerance ────────▶ passed
//               └─ one slower, p < 1 % ─▶ 7 fresh pairs ─▶ the same one, p < 5 % ─▶ failed
//                                             └─ else on to the next look, without those
//
// How often it errs is measured over this very code: docs/gate.md.
#pragma once
#include <utility>
#include <vector>

#include "harness/compare/judgement.hpp"

namespace seawall::compare {

class PairedDecision {
 public:
  enum class State : std::uint8_t { looking, confirming, passed, failed, undecided };
  static constexpr std::array<std::size_t, 3> looks = {7, 11, 15};
  static constexpr std::size_t fresh_pairs = 7;
  static constexpr std::size_t most_pairs = looks.back() + looks.size() * fresh_pairs;

  explicit PairedDecision(Tolerances tolerances) : tolerances_(std::move(tolerances)) {}

  // Only where it has not ended.
  void add(const Pair& pair);

  State state() const { return state_; }
  bool has_ended() const { return state_ != State::looking && state_ != State::confirming; }
  // How many more pairs the next look or the confirmation takes.
  std::size_t missing() const;
  std::size_t pairs() const { return seen_.size() + confirmations_ * fresh_pairs + fresh_.size(); }
  // Confirmations that were begun.
  std::size_t confirmations() const {
    return confirmations_ + (state_ == State::confirming ? 1 : 0);
  }
  // What is suspected or, when it has failed, what has come true.
  const std::vector<Metric>& suspects() const { return suspects_; }

  // Over the pairs of the looks, as the last look had them or would have had them now.
  std::vector<Judgement> judgements() const;
  // Over the fresh pairs that confirmed a suspicion; empty where none did.
  std::vector<Judgement> confirmed() const;

 private:
  void look();
  void confirm();

  const Tolerances tolerances_;
  State state_ = State::looking;
  std::vector<Pair> seen_;         // by the looks
  std::size_t looked_at_ = 0;      // so many of them, the last time
  std::vector<Pair> fresh_;        // of the confirmation
  std::size_t confirmations_ = 0;  // that came to nothing
  std::vector<Metric> suspects_;
};

}  // namespace seawall::compare
