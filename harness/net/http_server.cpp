#include "harness/net/http_server.hpp"

#include <map>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "harness/net/acceptor.hpp"
#include "harness/net/http_headers.hpp"
#include "harness/net/stream.hpp"

namespace seawall::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

// After the last answer of a connection the caller's bytes are read and dropped for so long,
// because closing with bytes unread would reset the connection under the answer.
constexpr base::Duration linger = 2s;
// When the process has no file descriptors left, accepting goes on after this.
constexpr base::Duration accept_pause = 10ms;

model::Response refusal(int status) {
  const std::string_view why = status == 413   ? "the body is too large\n"
                               : status == 431 ? "the headers are too large\n"
                               : status == 501 ? "this method is not implemented\n"
                                               : "this is no HTTP request\n";
  model::Response response(status, std::string(why));
  response.headers.emplace_back("Content-Type", "text/plain");
  return response;
}

}  // namespace

// Accepts, and knows all connections.
class HttpServer::Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(Loop& l, Handler h, Settings s)
      : loop(l), handler(std::move(h)), settings(s), acceptor(l.context()) {}

  base::expected<void, std::string> listen(std::uint16_t port);
  void accept();
  void stop(Close how);
  void remove(std::uint64_t number);

  Loop& loop;
  Handler handler;
  Settings settings;
  tcp::acceptor acceptor;
  std::map<std::uint64_t, std::shared_ptr<Connection>> connections;

 private:
  void add(tcp::socket socket);

  std::uint64_t last_number_ = 0;
  bool accepting_ = false;
  Loop::Timer again_;
};

class HttpServer::Connection final : public Stream {
 public:
  Connection(Listener& listener, std::uint64_t number, tcp::socket socket)
      : Stream(std::move(socket), std::max(usual_input, 2 * listener.settings.limits.head)),
        listener_(&listener),
        number_(number),
        parser_(listener.settings.limits) {}

  void start() {
    set_options();
    read();
  }
  void answer(const model::Response& response);
  void leave(Close how);
  // The listener's: it forgets this connection.
  void drop(Close how);

  bool handling = false;  // a request is with the handler

 private:
  void on_input() override;
  void on_sent() override;
  void on_end() override;

  void advance();
  bool step();
  void dispatch();
  void write(const model::Response& response);
  void finish();

  Listener* listener_;  // null once it has been dropped
  std::uint64_t number_;
  RequestParser parser_;
  bool keep_alive_ = true;
  bool to_head_ = false;
  bool advancing_ = false;
  bool finishing_ = false;  // nothing is read for use any more
  Loop::Timer linger_;
};

void HttpServer::Connection::on_input() {
  if (finishing_)
    input_.clear();
  else
    advance();
}

void HttpServer::Connection::advance() {
  if (std::exchange(advancing_, true)) return;  // answered from inside the handler
  while (listener_ && !handling && !sending() && !finishing_ && step()) {
  }
  advancing_ = false;
  read();
}

// Takes what is one request further; false where bytes are missing.
bool HttpServer::Connection::step() {
  if (input_.empty()) return false;
  const Fed fed = parser_.feed(input_.bytes());
  input_.consume(fed.consumed);
  if (fed.state == Fed::State::complete) {
    dispatch();
    return true;
  }
  if (fed.state == Fed::State::failed || input_.full()) {
    keep_alive_ = false;
    to_head_ = false;
    write(refusal(fed.state == Fed::State::failed ? fed.status : 431));
    return false;
  }
  if (parser_.wants_continue()) {
    output_ = "HTTP/1.1 100 Continue\r\n\r\n";
    if (!send()) on_end();
  }
  return false;
}

void HttpServer::Connection::dispatch() {
  keep_alive_ = parser_.keep_alive();
  model::Request request = parser_.take(listener_->loop.now());
  to_head_ = request.method == model::Method::head;
  handling = true;
  Reply reply(std::static_pointer_cast<Connection>(shared_from_this()));
  listener_->handler(std::move(request), std::move(reply));
}

void HttpServer::Connection::answer(const model::Response& response) {
  if (!listener_) return;
  handling = false;
  write(response);
}

void HttpServer::Connection::write(const model::Response& response) {
  output_.clear();
  append_message(output_, response, keep_alive_, to_head_);
  if (!send()) return on_end();
  if (!sending()) on_sent();
}

void HttpServer::Connection::on_sent() {
  if (keep_alive_)
    advance();
  else
    finish();
}

void HttpServer::Connection::finish() {
  finishing_ = true;
  input_.clear();
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  linger_ = listener_->loop.at(listener_->loop.now() + linger, [this] { leave(Close::fin); });
  read();
}

void HttpServer::Connection::on_end() { leave(Close::fin); }

void HttpServer::Connection::leave(Close how) {
  if (!listener_) return;
  const auto self = shared_from_this();
  Listener& listener = *listener_;
  drop(how);
  listener.remove(number_);
}

void HttpServer::Connection::drop(Close how) {
  listener_->loop.cancel(linger_);
  listener_ = nullptr;
  close(how);
}

base::expected<void, std::string> HttpServer::Listener::listen(std::uint16_t port) {
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  error_code error;
  open_alone(acceptor, endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use)
    return base::unexpected("port " + std::to_string(port) + " is in use");
  if (error)
    return base::unexpected("cannot listen on 127.0.0.1:" + std::to_string(port) + ": " +
                            error.message());
  return {};
}

void HttpServer::Listener::accept() {
  if (accepting_ || !acceptor.is_open() || connections.size() >= settings.connections) return;
  accepting_ = true;
  acceptor.async_accept([self = shared_from_this()](error_code error, tcp::socket socket) {
    self->accepting_ = false;
    if (!self->acceptor.is_open()) return;
    if (error == asio::error::no_descriptors || error == asio::error::no_buffer_space ||
        error == asio::error::no_memory) {
      const auto later = self->loop.now() + accept_pause;
      self->again_ = self->loop.at(later, [listener = self.get()] { listener->accept(); });
      return;
    }
    if (!error) self->add(std::move(socket));
    self->accept();
  });
}

void HttpServer::Listener::add(tcp::socket socket) {
  const std::uint64_t number = ++last_number_;
  auto connection = std::make_shared<Connection>(*this, number, std::move(socket));
  connections.emplace(number, connection);
  connection->start();
}

void HttpServer::Listener::remove(std::uint64_t number) {
  connections.erase(number);
  accept();
}

void HttpServer::Listener::stop(Close how) {
  error_code ignored;
  acceptor.close(ignored);
  loop.cancel(again_);
  for (const auto& [number, connection] : std::exchange(connections, {})) connection->drop(how);
}

base::expected<std::unique_ptr<HttpServer>, std::string> HttpServer::listen(Loop& loop,
                                                                            std::uint16_t port,
                                                                            Handler handler,
                                                                            Settings settings) {
  auto listener = std::make_shared<Listener>(loop, std::move(handler), settings);
  if (const auto listening = listener->listen(port); !listening)
    return base::unexpected(listening.error());
  listener->accept();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(listener)));
}

HttpServer::HttpServer(std::shared_ptr<Listener> listener) : listener_(std::move(listener)) {}

HttpServer::~HttpServer() { stop(Close::fin); }

std::uint16_t HttpServer::port() const {
  error_code ignored;
  return listener_->acceptor.local_endpoint(ignored).port();
}

std::size_t HttpServer::connections() const { return listener_->connections.size(); }

void HttpServer::stop(Close how) { listener_->stop(how); }

HttpServer::Reply::Reply(std::shared_ptr<Connection> connection)
    : connection_(std::move(connection)) {}

HttpServer::Reply& HttpServer::Reply::operator=(Reply&& other) noexcept {
  std::swap(connection_, other.connection_);
  return *this;
}

HttpServer::Reply::~Reply() { close(Close::reset); }

bool HttpServer::Reply::open() const { return connection_ && connection_->open(); }

void HttpServer::Reply::send(const model::Response& response) {
  if (const auto connection = std::exchange(connection_, nullptr)) connection->answer(response);
}

void HttpServer::Reply::close(Close how) {
  if (const auto connection = std::exchange(connection_, nullptr)) connection->leave(how);
}

}  // namespace seawall::net
