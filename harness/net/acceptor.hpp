// Opening what listens.
#pragma once
#include <boost/asio/ip/tcp.hpp>

namespace seawall::net {

// As acceptor.open(), but no process that is started by anybody inherits the socket: it would go on
// listening when the acceptor is closed, and the port could not be bound again.
void open_alone(boost::asio::ip::tcp::acceptor& acceptor, const boost::asio::ip::tcp& protocol,
                boost::system::error_code& error);

}  // namespace seawall::net
