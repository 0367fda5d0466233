#include "faults/relay/listener.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include "harness/net/acceptor.hpp"
#include "harness/net/port.hpp"

namespace seawall::relay {

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// For what is missing to be given back.
constexpr Duration pause = 50ms;

// Without a connection that could not be accepted.
constexpr Duration calm = 1s;

// As other servers say it: "address already in use".
std::string reason_of(const error_code& error) {
  std::string text = error.message();
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

// Port 0 where it has none. `name_of`: getsockname or getpeername.
template <class NameOf>
tcp::endpoint name_of(const Descriptor& socket, NameOf of) {
  tcp::endpoint name;
  auto size = static_cast<socklen_t>(name.capacity());
  return of(socket.number(), name.data(), &size) == 0 ? name : tcp::endpoint();
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
  tcp::endpoint bound;
  do {
    if (const char* const operation = bind(at, bound, error)) return failed(operation);
  } while (at.port() == 0 && net::is_claimed(bound.port()));
  acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return failed("listen");
  acceptor_.non_blocking(true, error);
  if (error) return failed("listen");
  watch();
  return Endpoint{bound.address().to_string(), bound.port()};
}

const char* Listener::bind(const tcp::endpoint& at, tcp::endpoint& bound, error_code& error) {
  acceptor_.close(error);  // of the port that it was bound to before
  net::open_alone(acceptor_, at.protocol(), error);
  if (error) return "socket";
  acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  // All addresses are those of both families.
  if (at.address().is_v6())
    acceptor_.set_option(asio::ip::v6_only(!at.address().is_unspecified()), error);
  acceptor_.bind(at, error);
  if (error) return "bind";
  bound = acceptor_.local_endpoint(error);
  return error ? "bind" : nullptr;
}

void Listener::close() {
  home_.loop.cancel(again_);
  home_.loop.cancel(calm_);
  home_.poller.unwatch(acceptor_.native_handle());
  error_code ignored;  // it is closed in any case
  acceptor_.close(ignored);
}

void Listener::hang(bool hangs) {
  if (std::exchange(hangs_, hangs) == hangs) return;
  home_.poller.unwatch(acceptor_.native_handle());
  if (hangs) {
    while (accept()) {
    }
    home_.loop.cancel(again_);  // of what could not be accepted, too
    fill_queue();
    dropped_before_ = dropped();
  } else {
    hung_ += dropped() - dropped_before_;
    error_code ignored;  // the queue is as short as it was, which is slower and no more
    acceptor_.listen(asio::socket_base::max_listen_connections, ignored);
    fillers_.clear();
    watch();
  }
}

std::uint64_t Listener::hung_connects() const {
  return hung_ + (hangs_ ? dropped() - dropped_before_ : 0);
}

// What the kernel did not put into the queue; 0 where it does not tell.
std::uint32_t Listener::dropped() const {
  std::array<std::uint32_t, SK_MEMINFO_VARS> numbers{};
  socklen_t size = sizeof(numbers);
  const int socket = const_cast<tcp::acceptor&>(acceptor_).native_handle();
  const bool told = ::getsockopt(socket, SOL_SOCKET, SO_MEMINFO, numbers.data(), &size) == 0 &&
                    size == sizeof(numbers);
  return told ? numbers[SK_MEMINFO_DROPS] : 0;
}

// A queue of length 0 takes one connection; what asks for another is dropped. Over loopback a
// connect is made before the call returns, if it is made at all, so that the first one that is not
// made tells that the queue is full.
void Listener::fill_queue() {
  constexpr int most = 16;
  error_code error;
  acceptor_.listen(0, error);
  tcp::endpoint own = acceptor_.local_endpoint(error);
  if (own.address().is_unspecified())
    own.address(own.address().is_v6() ? asio::ip::address(asio::ip::address_v6::loopback())
                                      : asio::ip::address(asio::ip::address_v4::loopback()));
  for (int i = 0; i < most && !error; ++i) {
    constexpr int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    Descriptor filler(::socket(own.protocol().family(), type, 0));
    if (!filler) return;
    ::connect(filler.number(), own.data(), static_cast<socklen_t>(own.size()));
    const tcp::endpoint name = name_of(filler, ::getsockname);
    const bool made = name_of(filler, ::getpeername).port() != 0;
    fillers_.push_back(std::move(filler));
    if (!made) return;
    filler_names_.push_back(name);
  }
}

bool Listener::is_filler(const Descriptor& socket) {
  if (filler_names_.empty()) return false;
  return std::erase(filler_names_, name_of(socket, ::getpeername)) > 0;
}

void Listener::ready(std::uint32_t) {
  // The connections that there are have their turn in between.
  constexpr int most = 64;
  for (int i = 0; i < most && accept(); ++i) {
  }
}

bool Listener::accept() {
  Descriptor socket(
      ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket) {
    if (!is_filler(socket)) events_.accepted(next_++, std::move(socket));
    return true;
  }
  if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
  if (errno == ECONNABORTED || errno == EINTR) return true;  // one left while it waited
  cannot_accept(errno);
  return false;
}

// While descriptors come and go, it can and cannot many times a second: both are said once, and
// that it can again is said when it could for a while.
void Listener::cannot_accept(int error) {
  net::Loop& loop = home_.loop;
  if (++troubles_ == 1)
    events_.trouble(reason_of(error_code(error, boost::system::system_category())), troubles_);
  loop.cancel(calm_);
  calm_ = loop.at(loop.now() + calm, [this] { events_.trouble({}, std::exchange(troubles_, 0)); });
  home_.poller.unwatch(acceptor_.native_handle());
  again_ = loop.at(loop.now() + pause, [this] { watch(); });
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
