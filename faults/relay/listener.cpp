#include "faults/relay/listener.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <sys/socket.h>

namespace seawall::relay {

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// For what is missing to be given back.
constexpr Duration pause = 50ms;

// As other servers say it: "address already in use".
std::string reason_of(const error_code& error) {
  std::string text = error.message();
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace

Listener::Listener(Worker& home, Events events)
    : home_(home), events_(std::move(events)), acceptor_(home.loop.context()) {}

base::expected<Endpoint, StartError> Listener::open(const tcp::endpoint& at, std::uint64_t first) {
  next_ = first;
  error_code error;
  const auto failed = [&](const char* operation) {
    return base::unexpected(StartError{operation, reason_of(error)});
  };
  acceptor_.open(at.protocol(), error);
  if (error) return failed("socket");
  acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  // All addresses are those of both families.
  if (at.address().is_v6())
    acceptor_.set_option(asio::ip::v6_only(!at.address().is_unspecified()), error);
  acceptor_.bind(at, error);
  if (error) return failed("bind");
  acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return failed("listen");
  const tcp::endpoint bound = acceptor_.local_endpoint(error);
  if (error) return failed("bind");
  acceptor_.non_blocking(true, error);
  if (error) return failed("listen");
  watch();
  return Endpoint{bound.address().to_string(), bound.port()};
}

void Listener::close() {
  home_.loop.cancel(again_);
  home_.poller.unwatch(acceptor_.native_handle());
  error_code ignored;  // it is closed in any case
  acceptor_.close(ignored);
}

void Listener::ready(std::uint32_t) {
  // The connections that there are have their turn in between.
  constexpr int most = 64;
  for (int i = 0; i < most && accept(); ++i) {
  }
}

bool Listener::accept() {
  const int socket =
      ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (socket >= 0) {
    if (std::exchange(troubled_, false)) events_.trouble({});
    events_.accepted(next_++, Descriptor(socket));
    return true;
  }
  if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
  if (errno == ECONNABORTED || errno == EINTR) return true;  // one left while it waited
  const std::string reason = reason_of(error_code(errno, boost::system::system_category()));
  if (!std::exchange(troubled_, true)) events_.trouble(reason);
  home_.poller.unwatch(acceptor_.native_handle());
  again_ = home_.loop.at(home_.loop.now() + pause, [this] { watch(); });
  return false;
}

void Listener::watch() {
  if (home_.poller.watch_level(acceptor_.native_handle(), *this)) return;
  again_ = home_.loop.at(home_.loop.now() + pause, [this] { watch(); });
}

base::expected<tcp::endpoint, StartError> resolve_listen(const Endpoint& endpoint) {
  error_code error;
  if (endpoint.host.empty()) {
    // A machine may have no IPv6.
    asio::io_context context;
    tcp::socket(context).open(tcp::v6(), error);
    return tcp::endpoint(error ? tcp::v4() : tcp::v6(), endpoint.port);
  }
  const auto address = asio::ip::make_address(endpoint.host, error);
  if (!error) return tcp::endpoint(address, endpoint.port);
  asio::io_context context;
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(endpoint.host, std::to_string(endpoint.port),
                                      tcp::resolver::numeric_service, error);
  if (error || found.empty())
    return base::unexpected(StartError{"resolve", "no such host: " + endpoint.host});
  // The older family first, as the clients of "localhost" expect.
  const auto is_v4 = [](const auto& one) { return one.endpoint().address().is_v4(); };
  const auto v4 = std::find_if(found.begin(), found.end(), is_v4);
  return v4 != found.end() ? v4->endpoint() : found.begin()->endpoint();
}

}  // namespace seawall::relay
