#include "faults/relay/flow.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "faults/relay/connection.hpp"

namespace seawall::relay {

namespace {

using net::Close;

// A round that moves less than this is no bulk transfer any more: copying is cheaper then.
constexpr std::size_t least_bulk = 32 * 1024;

// What a chunk costs beside its bytes, so that a sender of single bytes cannot fill the memory.
constexpr std::int64_t chunk_cost = 128;

constexpr Duration most_lateness = std::chrono::seconds(60);

// Timers are no finer: of a gap that is, each carries as many bytes as are due.
constexpr Duration finest_gap = std::chrono::milliseconds(1);

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

// Not interrupted: a system call that does not block is not.
ssize_t move_bytes(int from, int to, std::size_t most) {
  return ::splice(from, nullptr, to, nullptr, most, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
}

}  // namespace

Flow::Flow(Connection& connection, Lane& lane, Direction direction)
    : connection_(connection),
      lane_(lane),
      direction_(direction),
      count_(direction == Direction::up ? lane.up : lane.down) {}

void Flow::set_channels(Channel& source, Channel& sink) {
  source_ = &source;
  sink_ = &sink;
  stopped_ = false;
  if (!source.is_plain()) readable_ = true;  // its handshake may have read on
}

void Flow::take_turn() {
  waits_turn_ = false;
  read();
}

void Flow::source_ready(bool hung_up) {
  readable_ = true;
  hung_up_ = hung_up_ || hung_up;
  read();
}

void Flow::sink_ready() {
  if (std::exchange(sink_full_, false)) pump();
}

void Flow::stop() {
  stopped_ = true;
  lane_.worker.loop.cancel(timer_);
  piped_ = 0;
  pipe_ = {};  // not to the pool: there may be bytes in it
  leave_bulk();
}

void Flow::set_schedule(std::unique_ptr<Schedule> schedule) {
  if (schedule) leave_bulk();
  schedule_ = std::move(schedule);
  piece_.reset();
  timed_ = false;
  lane_.worker.loop.cancel(timer_);
}

void Flow::set_intercepted(bool intercepted) {
  intercepted_ = intercepted;
  if (intercepted) leave_bulk();
  if (!intercepted && withheld_) source_end_ = End{now(), *std::exchange(withheld_, {})};
}

void Flow::pass(std::string_view bytes, const Timing& timing) {
  if (stopped_ || finale_ || bytes.empty()) return;
  const bool straight = timing.at_once() && is_straight();
  const std::size_t written = straight ? write(bytes.data(), bytes.size()) : 0;
  if (written < bytes.size() && !stopped_)
    queue(bytes.data() + written, bytes.size() - written, timing);
}

void Flow::finish(Close how, TimePoint at) {
  if (!finale_) finale_ = End{at, how};
}

// What comes next takes the offsets of what is lost.
void Flow::drop() {
  queue_.clear();
  queued_ = 0;
  piece_.reset();
  gap_until_ = TimePoint::min();
  timed_ = false;
  lane_.worker.loop.cancel(timer_);
}

std::int64_t Flow::passed() const {
  return queue_.empty() ? offset_ : queue_.back().start + std::ssize(queue_.back().bytes);
}

// It may be the other direction that is reading and that called: this one reads later.
void Flow::settle() {
  if (!stopped_ && (!queue_.empty() || finale_ || source_end_)) write_due();
  unblock();
}

void Flow::unblock() {
  if (!blocked_ || !may_read()) return;
  blocked_ = false;
  lane_.worker.loop.post([this, self = connection_.shared_from_this()] { read(); });
}

// ---- From the source.

bool Flow::may_read() const {
  if (stopped_ || waits_turn_ || !readable_ || source_end_ || withheld_ || piped_ > 0) return false;
  if (intercepted_ && !connection_.other(*this).has_room()) return false;
  return schedule_ || intercepted_ ? has_room() : queue_.empty();
}

// All that there is, as long as there is room for it.
void Flow::read() {
  blocked_ = readable_;
  if (!may_read()) return;
  blocked_ = false;
  if (bulk_) return splice_on();
  auto& scratch = lane_.worker.scratch;
  arrival_ = {};
  do {
    const auto [state, bytes] = source_->read(scratch.data(), scratch.size());
    if (state == Channel::State::ended) return source_ended(Close::fin);
    if (state == Channel::State::broken) return source_ended(Close::reset);
    // A short read has emptied the socket, and what comes next is told; but not the end, which may
    // have been told already, nor what a TLS session has decrypted.
    const bool emptied = bytes < scratch.size() && !hung_up_ && source_->is_plain();
    if (state == Channel::State::later || emptied) readable_ = false;
    if (bytes > 0) take(scratch.data(), bytes);
    if (bytes == scratch.size() && may_splice()) return enter_bulk();
  } while (may_read());
  blocked_ = readable_;
  if (!queue_.empty() || finale_) pump();
}

bool Flow::is_straight() const {
  return !schedule_ && queue_.empty() && piped_ == 0 && !sink_full_;
}

bool Flow::may_splice() const {
  return !intercepted_ && is_straight() && source_->is_plain() && sink_->is_plain();
}

void Flow::take(const char* bytes, std::size_t count) {
  add(count_.received, count);
  if (intercepted_) return connection_.intercept(direction_, {bytes, count});
  const std::size_t written = is_straight() ? write(bytes, count) : 0;
  if (written < count && !stopped_) queue(bytes + written, count - written);
}

void Flow::source_ended(Close how) {
  leave_bulk();
  if (intercepted_ && !connection_.intercept_end(direction_, how)) {
    withheld_ = how;
    return;
  }
  if (stopped_) return;
  source_end_ = End{now(), how};
  pump();
}

bool Flow::lose_source() {
  if (stopped_ || !schedule_ || !schedule_->blocks()) return false;
  if (intercepted_ && !source_end_) return false;
  if (!source_end_) source_end_ = End{now(), Close::reset};
  source_end_->how = Close::reset;
  return true;
}

// ---- Through the kernel.

void Flow::enter_bulk() {
  bulk_ = true;
  ++lane_.worker.bulk_streams;
  splice_on();
}

void Flow::leave_bulk() {
  if (!std::exchange(bulk_, false)) return;
  --lane_.worker.bulk_streams;
}

void Flow::splice_on() {
  Worker& worker = lane_.worker;
  const std::size_t most = worker.quantum();
  std::size_t moved = 0;
  if (!pipe_) pipe_ = worker.pipes.take();
  while (pipe_ && moved < most && readable_) {
    const ssize_t got = move_bytes(source_->socket(), pipe_.write_end(), most - moved);
    if (got == 0) return source_ended(Close::fin);
    if (got < 0 && !would_block()) return source_ended(Close::reset);
    if (got < 0) {
      readable_ = false;
      break;
    }
    moved += static_cast<std::size_t>(got);
    piped_ += static_cast<std::size_t>(got);
    add(count_.received, static_cast<std::size_t>(got));
    if (!drain_pipe()) return;
  }
  if (!pipe_ || (!readable_ && moved < least_bulk)) leave_bulk();
  worker.pipes.give_back(std::exchange(pipe_, {}));
  waits_turn_ = readable_;
  if (waits_turn_) connection_.read_again(*this);
}

bool Flow::drain_pipe() {
  while (piped_ > 0) {
    const ssize_t gone = move_bytes(pipe_.read_end(), sink_->socket(), piped_);
    if (gone < 0 && would_block()) {
      sink_full_ = true;
      return false;
    }
    if (gone <= 0) {
      connection_.close(Close::reset);
      return false;
    }
    piped_ -= static_cast<std::size_t>(gone);
    offset_ += gone;
    add(count_.sent, static_cast<std::size_t>(gone));
  }
  return true;
}

// A fault came while the sink was full: what has not left meets the fault. The queue is empty, as
// in every bulk transfer.
void Flow::reclaim_pipe() {
  arrival_ = now();
  auto& scratch = lane_.worker.scratch;
  while (piped_ > 0) {
    const ssize_t got = ::read(pipe_.read_end(), scratch.data(), std::min(scratch.size(), piped_));
    if (got <= 0) return connection_.close(Close::reset);
    piped_ -= static_cast<std::size_t>(got);
    queue(scratch.data(), static_cast<std::size_t>(got));
  }
  lane_.worker.pipes.give_back(std::exchange(pipe_, {}));
}

// ---- To the sink.

// What was read in one go is one chunk.
void Flow::queue(const char* bytes, std::size_t count, const Timing& timing) {
  if (arrival_ == TimePoint{}) arrival_ = now();
  if (!queue_.empty() && queue_.back().arrival == arrival_ && queue_.back().timing == timing) {
    queue_.back().bytes.append(bytes, count);
  } else {
    std::int64_t start = offset_;
    if (!queue_.empty()) start = queue_.back().start + std::ssize(queue_.back().bytes);
    queue_.push_back({std::string(bytes, count), 0, start, arrival_, timing});
    queued_ += chunk_cost;
  }
  queued_ += static_cast<std::int64_t>(count);
}

void Flow::pump() {
  if (stopped_) return;
  write_due();
  read();
}

void Flow::write_due() {
  if (!sink_full_ && piped_ > 0 && schedule_) reclaim_pipe();
  if (stopped_ || sink_full_ || (piped_ > 0 && !drain_pipe())) return;
  if (piped_ == 0 && pipe_) lane_.worker.pipes.give_back(std::exchange(pipe_, {}));
  if (queue_.empty() && !source_end_ && !finale_) return;
  const TimePoint now = this->now();
  const std::int64_t before = offset_;
  while (!queue_.empty() && pass_piece(now)) {
  }
  if (stopped_) return;
  if (intercepted_ && offset_ > before) connection_.went(direction_, offset_);
  if (intercepted_) connection_.other(*this).unblock();
  if (!queue_.empty()) return;
  if (finale_)
    pass_finale(now);
  else if (source_end_ && !ended_sink_)
    pass_end(now);
}

bool Flow::pass_piece(TimePoint now) {
  Chunk& chunk = queue_.front();
  const std::size_t left = chunk.bytes.size() - chunk.passed;
  if (at_limit()) {
    end_at_limit();
    return false;
  }
  if (!piece_) piece_ = next_piece(chunk, left);
  if (piece_->due > now) {
    wake_at(piece_->due);
    return false;
  }
  note_lateness(now);
  const auto wanted = std::max(static_cast<std::size_t>(piece_->bytes), sink_->owed());
  const std::size_t written = write(chunk.bytes.data() + chunk.passed, wanted);
  if (stopped_) return false;
  chunk.passed += written;
  queued_ -= static_cast<std::int64_t>(written);
  piece_->bytes -= static_cast<std::int64_t>(written);
  if (chunk.passed == chunk.bytes.size()) {
    queue_.pop_front();
    queued_ -= chunk_cost;
  }
  if (piece_->bytes <= 0) piece_.reset();
  if (written < wanted) return false;
  if (at_limit()) end_at_limit();
  return !stopped_;
}

// The schedule takes for the arrival when the interceptor lets it pass.
Schedule::Piece Flow::next_piece(const Chunk& chunk, std::size_t left) {
  Schedule::Piece piece{static_cast<std::int64_t>(left), chunk.timing.not_before};
  if (const Duration gap = chunk.timing.gap; gap > Duration{}) {
    piece.bytes = std::min<std::int64_t>(piece.bytes, std::max(finest_gap, gap) / gap);
    piece.due = std::max({piece.due, chunk.arrival, gap_until_}) + piece.bytes * gap;
    gap_until_ = piece.due;
  }
  if (!schedule_) return piece;
  const TimePoint arrival = std::max(chunk.arrival, piece.due);
  return schedule_->next({chunk.start, offset_, piece.bytes, arrival});
}

bool Flow::at_limit() const {
  return schedule_ && schedule_->end_offset() && offset_ >= *schedule_->end_offset();
}

void Flow::end_at_limit() {
  schedule_->note_cut();
  connection_.close(Close::fin);
}

void Flow::pass_end(TimePoint now) {
  const TimePoint due = schedule_ ? schedule_->end_due(offset_, source_end_->arrival) : now;
  if (due > now) return wake_at(due);
  if (source_end_->how == Close::reset) return connection_.close(Close::reset);
  if (!connection_.other(*this).done()) sink_->end();  // else both are closed at once
  ended_sink_ = true;
  connection_.flow_done();
}

void Flow::pass_finale(TimePoint now) {
  const TimePoint due =
      schedule_ ? schedule_->end_due(offset_, finale_->arrival) : finale_->arrival;
  if (due > now) return wake_at(due);
  connection_.close(finale_->how);
}

// How many bytes the sink took. Where it is broken, the connection is closed.
std::size_t Flow::write(const char* bytes, std::size_t count) {
  const auto [state, written] = sink_->write(bytes, count);
  if (state == Channel::State::broken) {
    connection_.close(Close::reset);
    return 0;
  }
  sink_full_ = written < count;
  offset_ += static_cast<std::int64_t>(written);
  add(count_.sent, written);
  return written;
}

void Flow::wake_at(TimePoint due) {
  net::Loop& loop = lane_.worker.loop;
  loop.cancel(timer_);
  if (due == never) return;
  timer_ = loop.at(due, [this, due] {
    // It may have passed meanwhile, when something else was written.
    timed_ = piece_ && piece_->due == due;
    pump();
  });
}

// Of pieces that waited for nothing but their time.
void Flow::note_lateness(TimePoint now) {
  if (!std::exchange(timed_, false)) return;
  if (!lane_.injection_error) lane_.injection_error.emplace(most_lateness);
  lane_.injection_error->record(now - piece_->due);
}

}  // namespace seawall::relay
