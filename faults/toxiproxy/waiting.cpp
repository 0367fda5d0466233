#include "faults/toxiproxy/waiting.hpp"

#include <algorithm>
#include <utility>

#include <sys/socket.h>

namespace seawall::toxiproxy {

Waiting::Place Waiting::enter(int socket) {
  const std::lock_guard lock(mutex_);
  const Place place = entries_.insert(entries_.end(), Entry{socket, false});
  if (closed_) end(*place);
  if (owed_ > 0 && evict()) --owed_;
  return place;
}

bool Waiting::leave(Place place) {
  const std::lock_guard lock(mutex_);
  const bool evicted = place->evicted;
  entries_.erase(place);
  return evicted;
}

void Waiting::evict_oldest() {
  const std::lock_guard lock(mutex_);
  if (!evict()) ++owed_;
}

void Waiting::ended() {
  const std::lock_guard lock(mutex_);
  if (owed_ > 0) --owed_;
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

bool Waiting::evict() {
  const auto oldest = std::find_if(entries_.begin(), entries_.end(),
                                   [](const Entry& entry) { return !entry.evicted; });
  if (oldest == entries_.end()) return false;
  end(*oldest);
  return true;
}

WaitingHere::WaitingHere(Waiting& waiting, int socket) : waiting_(waiting), socket_(socket) {
  resume();
}

WaitingHere::~WaitingHere() {
  pause();
  if (!evicted_) waiting_.ended();
}

void WaitingHere::pause() {
  if (std::exchange(there_, false)) evicted_ = waiting_.leave(place_) || evicted_;
}

void WaitingHere::resume() {
  if (!std::exchange(there_, true)) place_ = waiting_.enter(socket_);
}

}  // namespace seawall::toxiproxy
