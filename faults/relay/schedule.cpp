#include "faults/relay/schedule.hpp"

#include <algorithm>
#include <utility>

#include "harness/base/integer_math.hpp"

namespace seawall::relay {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t second = 1'000'000'000;

// What passes at a rate passes in pieces of about this time, so that a window of 100 ms sees the
// rate within one percent; and in no larger ones, so that one connection of several that share a
// rate does not keep the others waiting.
constexpr std::int64_t pieces_per_second = 1000;
constexpr std::int64_t largest_piece = 64 * 1024;

bool touches_bytes(const StreamEffect& effect) {
  return effect.holds || effect.rate || effect.delay || effect.slices;
}
bool touches_end(const StreamEffect& effect) {
  return effect.holds || effect.rate == 0 || effect.delay || effect.close_delay > Duration{};
}

}  // namespace

TimePoint Pacer::claim(std::int64_t bytes, TimePoint earliest) {
  const std::lock_guard lock(mutex_);
  const TimePoint free = since_ + Duration(base::scale(bytes_, second, rate_));
  if (earliest > free) {
    since_ = earliest;
    bytes_ = 0;
  }
  bytes_ += bytes;
  return since_ + Duration(base::scale(bytes_, second, rate_));
}

Schedule::Schedule(std::vector<Applied> faults, base::KeyedRandom key)
    : faults_(std::move(faults)), key_(key) {
  const auto lower = [](std::optional<std::int64_t>& least, std::int64_t value) {
    least = std::min(least.value_or(value), value);
  };
  for (const Applied& applied : faults_) {
    const StreamEffect& effect = applied.fault.effect;
    blocks_ = blocks_ || effect.holds || effect.rate == 0;
    if (applied.pacer) lower(rate_, applied.pacer->rate());
    if (effect.slices) slices_ = true;
    if (effect.slices) gap_ += effect.slices->gap;
    close_delay_ += effect.close_delay;
    if (effect.limit) lower(end_offset_, applied.offset + *effect.limit);
  }
}

Schedule::Piece Schedule::next(const Chunk& chunk) {
  for (Applied& applied : faults_)
    if (touches_bytes(applied.fault.effect)) applied.act();
  if (blocks_) return {chunk.bytes, never};
  Piece piece{piece_size(chunk), chunk.arrival + delay_of(chunk.start)};
  piece.due = std::max({piece.due, last_, next_slice_});
  if (slices_) next_slice_ = piece.due + gap_;
  for (const Applied& applied : faults_)
    if (applied.pacer) piece.due = applied.pacer->claim(piece.bytes, piece.due);
  last_ = piece.due;
  return piece;
}

TimePoint Schedule::end_due(std::int64_t offset, TimePoint arrival) {
  for (Applied& applied : faults_)
    if (touches_end(applied.fault.effect)) applied.act();
  if (blocks_) return never;
  return std::max(arrival + delay_of(offset), last_) + close_delay_;
}

void Schedule::note_cut() {
  for (Applied& applied : faults_)
    if (const auto& limit = applied.fault.effect.limit)
      if (applied.offset + *limit == end_offset_) applied.act();
}

void Schedule::note_end(TimePoint now) {
  const auto is_over = [&](const Applied& applied, const std::optional<Duration>& after) {
    return after && applied.since + *after <= now;
  };
  for (Applied& applied : faults_)
    if (is_over(applied, applied.fault.effect.close_after) ||
        is_over(applied, applied.fault.effect.reset_after))
      applied.act();
}

// By where the chunk began, so that its pieces stay together.
Duration Schedule::delay_of(std::int64_t start) const {
  Duration sum{};
  for (const Applied& applied : faults_) {
    const StreamEffect& effect = applied.fault.effect;
    const auto key = key_.with(applied.fault.name);
    if (effect.delay) sum += plan::draw(*effect.delay, key.with("delay").with(start));
    if (effect.loss) sum += plan::draw(*effect.loss, key.with("loss").with(start));
  }
  return sum;
}

std::int64_t Schedule::piece_size(const Chunk& chunk) const {
  std::int64_t bytes = chunk.bytes;
  for (const Applied& applied : faults_) {
    const auto& slices = applied.fault.effect.slices;
    if (!slices) continue;
    const auto width = static_cast<std::uint64_t>(2 * slices->variation + 1);
    const auto drawn = key_.with(applied.fault.name).with("slice").with(chunk.offset).below(width);
    bytes = std::min(bytes, slices->average - slices->variation + static_cast<std::int64_t>(drawn));
  }
  if (rate_ && !slices_) {
    const std::int64_t paced = *rate_ / pieces_per_second;
    bytes = std::min(bytes, std::clamp(paced, std::int64_t{1}, largest_piece));
  }
  if (end_offset_) bytes = std::min(bytes, *end_offset_ - chunk.offset);
  return std::max(bytes, std::int64_t{1});
}

}  // namespace seawall::relay
