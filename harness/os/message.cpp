#include "harness/os/message.hpp"

#include <cerrno>

#include <sys/socket.h>

namespace seawall::os {

bool send(int descriptor, const Message& message) {
  ssize_t sent = 0;
  do sent = ::send(descriptor, &message, sizeof(message), MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent == sizeof(message);
}

std::optional<Message> receive(int descriptor) {
  Message message;
  ssize_t got = 0;
  do got = ::recv(descriptor, &message, sizeof(message), 0);
  while (got < 0 && errno == EINTR);
  if (got != sizeof(message)) return std::nullopt;
  return message;
}

}  // namespace seawall::os
