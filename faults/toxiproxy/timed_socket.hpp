// The bytes of one connection of the API, with one deadline for a whole request and one limit to
// its bytes, however they come. A timer in the kernel keeps the time, which poll() watches beside
// the socket: a client that sends a byte now and then gains nothing.
#pragma once
#include <array>
#include <chrono>
#include <cstddef>

#include <sys/types.h>

namespace seawall::toxiproxy {

class TimedSocket {
 public:
  // The socket belongs to the caller. A request has at most so many bytes.
  TimedSocket(int socket, std::size_t request_bytes);
  ~TimedSocket();
  TimedSocket(const TimedSocket&) = delete;

  // Whether the first byte of a request came within `time`; the time of the request starts then.
  bool next_request(std::chrono::milliseconds time, std::chrono::milliseconds request_time);
  // Lets the client read the last answer before the connection goes: closed with bytes that nobody
  // read, it would be reset.
  void drain(std::chrono::milliseconds time);

  // As those of POSIX, but that they wait until the request's time is over: then -1.
  ssize_t read(char* to, std::size_t size);
  // All of them.
  ssize_t write(const char* from, std::size_t size);
  int descriptor() const { return socket_; }
  // The request has as many bytes as it may have, and there may be more.
  bool is_full() const { return left_ == 0; }

 private:
  void arm(std::chrono::milliseconds time) const;
  bool wait_for(short events) const;
  bool fill();

  const int socket_;
  const std::size_t request_bytes_;
  const int timer_;
  std::size_t left_ = 0;  // bytes that this request may still have
  bool ended_ = false;
  std::array<char, 8192> buffer_;
  std::size_t used_ = 0;
  std::size_t filled_ = 0;
};

}  // namespace seawall::toxiproxy
