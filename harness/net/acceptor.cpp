#include "harness/net/acceptor.hpp"

#include <cerrno>

#include <sys/socket.h>
#include <unistd.h>

namespace seawall::net {

void open_alone(boost::asio::ip::tcp::acceptor& acceptor, const boost::asio::ip::tcp& protocol,
                boost::system::error_code& error) {
  const int socket =
      ::socket(protocol.family(), protocol.type() | SOCK_CLOEXEC, protocol.protocol());
  if (socket < 0) {
    error.assign(errno, boost::system::system_category());
    return;
  }
  acceptor.assign(protocol, socket, error);
  if (error) ::close(socket);
}

}  // namespace seawall::net
