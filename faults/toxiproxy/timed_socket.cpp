#include "faults/toxiproxy/timed_socket.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace seawall::toxiproxy {

using std::chrono::milliseconds;

TimedSocket::TimedSocket(int socket, std::size_t request_bytes)
    : socket_(socket),
      request_bytes_(request_bytes),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {}

TimedSocket::~TimedSocket() {
  if (timer_ >= 0) ::close(timer_);
}

bool TimedSocket::next_request(milliseconds time, milliseconds request_time) {
  left_ = request_bytes_;
  arm(time);
  if (used_ == filled_ && !fill()) return false;
  arm(request_time);
  return true;
}

void TimedSocket::drain(milliseconds time) {
  ::shutdown(socket_, SHUT_WR);
  left_ = request_bytes_;
  arm(time);
  do used_ = filled_;
  while (fill());
}

ssize_t TimedSocket::read(char* to, std::size_t size) {
  if (used_ == filled_ && !fill()) return ended_ ? 0 : -1;
  const std::size_t count = std::min(size, filled_ - used_);
  std::memcpy(to, buffer_.data() + used_, count);
  used_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t TimedSocket::write(const char* from, std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t count = ::send(socket_, from + done, size - done, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count > 0)
      done += static_cast<std::size_t>(count);
    else if (errno != EAGAIN || !wait_for(POLLOUT))
      return -1;
  }
  return static_cast<ssize_t>(size);
}

void TimedSocket::arm(milliseconds time) const {
  itimerspec spec{};
  spec.it_value.tv_sec = time.count() / 1000;
  spec.it_value.tv_nsec = time.count() % 1000 * 1'000'000;
  if (timer_ >= 0) timerfd_settime(timer_, 0, &spec, nullptr);
}

// Without a timer, because no descriptor was left, nobody waits.
bool TimedSocket::wait_for(short events) const {
  std::array<pollfd, 2> polled = {pollfd{socket_, events, 0}, pollfd{timer_, POLLIN, 0}};
  if (timer_ < 0) return false;
  while (::poll(polled.data(), polled.size(), -1) < 0)
    if (errno != EINTR) return false;
  return polled[1].revents == 0;
}

bool TimedSocket::fill() {
  used_ = filled_ = 0;
  if (left_ == 0) return false;
  while (true) {
    const ssize_t count =
        ::recv(socket_, buffer_.data(), std::min(buffer_.size(), left_), MSG_DONTWAIT);
    if (count > 0) {
      filled_ = static_cast<std::size_t>(count);
      left_ -= filled_;
      return true;
    }
    ended_ = count == 0;
    if (ended_ || (errno != EAGAIN && errno != EINTR) || !wait_for(POLLIN)) return false;
  }
}

}  // namespace seawall::toxiproxy
