#include "faults/toxiproxy/waiting.hpp"

#include <utility>

#include <sys/socket.h>

namespace seawall::toxiproxy {

Waiting::Place Waiting::enter(int socket) {
  const std::lock_guard lock(mutex_);
  const Place place = entries_.insert(entries_.end(), Entry{socket, clock_(), false});
  if (closed_) end(*place);
  return place;
}

bool Waiting::leave(Place place) {
  const std::lock_guard lock(mutex_);
  const bool evicted = place->evicted;
  entries_.erase(place);
  return evicted;
}

void Waiting::evict(std::size_t most, base::Duration patience) {
  const std::lock_guard lock(mutex_);
  const base::TimePoint latest = clock_() - patience;
  for (auto entry = entries_.begin(); entry != entries_.end() && most > 0; ++entry) {
    if (entry->since > latest) return;
    if (!entry->evicted) end(*entry);
    --most;
  }
}

void Waiting::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (Entry& entry : entries_) end(entry);
}

void Waiting::end(Entry& entry) {
  entry.evicted = true;
  ::shutdown(entry.socket, SHUT_RDWR);
}

WaitingHere::WaitingHere(Waiting& waiting, int socket) : waiting_(waiting), socket_(socket) {
  resume();
}

WaitingHere::~WaitingHere() { pause(); }

void WaitingHere::pause() {
  if (std::exchange(there_, false)) evicted_ = waiting_.leave(place_) || evicted_;
}

void WaitingHere::resume() {
  if (!std::exchange(there_, true)) place_ = waiting_.enter(socket_);
}

}  // namespace seawall::toxiproxy
