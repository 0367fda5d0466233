#include "harness/net/http_client.hpp"

#include <map>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "harness/base/assert.hpp"
#include "harness/net/http_headers.hpp"
#include "harness/net/stream.hpp"

namespace seawall::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using model::Failure;

// Knows the requests that have not ended and the connections. A request is with a connection from
// the moment in which one is chosen or opened for it; until then it waits.
class HttpClient::Pool : public std::enable_shared_from_this<Pool> {
 public:
  struct Job {
    Job(model::Request&& r, Done&& d) : request(std::move(r)), done(std::move(d)) {}
    model::Request request;
    Done done;
    Loop::Timer timer;
    Connection* connection = nullptr;  // null: it waits for one
  };

  Pool(Loop& l, const Address& server, Settings s)
      : loop(l),
        settings(std::move(s)),
        endpoint(asio::ip::make_address(server.host), server.port),
        host(settings.host.empty() ? to_text(server) : settings.host) {}

  Ticket send(model::Request&& request, Done&& done);
  void cancel(Ticket ticket, Close how);
  void stop();

  // From the connections: what becomes of the request, and that they are idle or gone.
  void sent(Ticket ticket);
  void heard(Ticket ticket);
  void end(Ticket ticket, Result result);
  void idle(Connection& connection);
  void gone(Connection& connection);
  // The connection broke before a byte of the request was written.
  void again(Ticket ticket);

  Loop& loop;
  const Settings settings;
  const tcp::endpoint endpoint;
  const std::string host;
  std::unordered_map<Ticket, Job> jobs;
  std::map<std::uint64_t, std::shared_ptr<Connection>> connections;

 private:
  void place(Ticket ticket, Job& job);
  void open_or_wait(Ticket ticket, Job& job);
  void arm(Ticket ticket, Job& job, base::TimePoint by);
  void expire(Ticket ticket);
  void serve_waiting();
  void fail_soon(Ticket ticket, Failure failure);

  Ticket last_ticket_ = 0;
  std::uint64_t last_number_ = 0;
  std::vector<Connection*> idle_;  // the one used last is the next to be used
  std::set<Ticket> waiting_;       // oldest first
};

class HttpClient::Connection final : public Stream {
 public:
  Connection(Pool& pool, std::uint64_t number)
      : Stream(tcp::socket(pool.loop.context()), usual_input),
        pool_(&pool),
        number_(number),
        parser_(pool.settings.limits) {}

  void connect(Ticket ticket);
  void carry(Ticket ticket);
  // The pool's: it is done with this connection.
  void drop(Close how);

  std::uint64_t number() const { return number_; }
  bool written() const { return connected_ && sent_any(); }

 private:
  void on_connect(const error_code& error);
  void on_input() override;
  void on_sent() override {}
  void on_end() override;
  void complete();
  void leave();
  void fail(Failure failure);

  Pool* pool_;  // null once it has been dropped
  std::uint64_t number_;
  ResponseParser parser_;
  Ticket ticket_ = 0;  // the request that it carries; 0: idle
  bool connected_ = false;
  bool fresh_ = true;  // carries its first request
};

void HttpClient::Connection::connect(Ticket ticket) {
  ticket_ = ticket;
  const auto self = std::static_pointer_cast<Connection>(shared_from_this());
  socket_.async_connect(pool_->endpoint, [self](const error_code& error) {
    if (self->pool_) self->on_connect(error);
  });
}

void HttpClient::Connection::on_connect(const error_code& error) {
  if (error)
    return fail(error == asio::error::connection_refused ? Failure::refused : Failure::unreachable);
  connected_ = true;
  set_options();
  carry(ticket_);
  read();
}

void HttpClient::Connection::carry(Ticket ticket) {
  ticket_ = ticket;
  const model::Request& request = pool_->jobs.at(ticket).request;
  if (request.method == model::Method::head) parser_.expect_no_body();
  output_.clear();
  append_message(output_, request, pool_->host, pool_->loop.now());
  if (!send()) return on_end();
  pool_->sent(ticket);
}

void HttpClient::Connection::on_input() {
  if (ticket_ == 0) return leave();  // nothing was asked for
  pool_->heard(ticket_);
  const Fed fed = parser_.feed(input_.bytes());
  input_.consume(fed.consumed);
  if (fed.state == Fed::State::complete)
    complete();
  else if (fed.state == Fed::State::failed || input_.full())
    fail(Failure::reset);
}

void HttpClient::Connection::complete() {
  // What the server sends beyond its answer belongs to nothing, and an answer that came before the
  // request was written leaves the rest of it on the way.
  const bool keep = parser_.keep_alive() && input_.empty() && !sending();
  model::Response response = parser_.take();
  const Ticket ticket = std::exchange(ticket_, 0);
  fresh_ = false;
  const auto pool = pool_->shared_from_this();
  if (keep)
    pool->idle(*this);
  else
    leave();
  pool->end(ticket, std::move(response));
}

void HttpClient::Connection::on_end() {
  if (ticket_ == 0) return leave();
  if (parser_.feed_end()) return complete();
  if (sent_any()) return fail(Failure::reset);
  if (fresh_) return fail(Failure::unreachable);
  const auto pool = pool_->shared_from_this();
  const Ticket ticket = std::exchange(ticket_, 0);
  leave();
  pool->again(ticket);
}

void HttpClient::Connection::fail(Failure failure) {
  const auto pool = pool_->shared_from_this();
  const Ticket ticket = std::exchange(ticket_, 0);
  leave();
  pool->end(ticket, base::unexpected(failure));
}

void HttpClient::Connection::leave() {
  const auto self = shared_from_this();
  Pool& pool = *pool_;
  drop(Close::fin);
  pool.gone(*this);
}

void HttpClient::Connection::drop(Close how) {
  pool_ = nullptr;
  close(how);
}

HttpClient::Ticket HttpClient::Pool::send(model::Request&& request, Done&& done) {
  const Ticket ticket = ++last_ticket_;
  Job& job = jobs.try_emplace(ticket, std::move(request), std::move(done)).first->second;
  base::TimePoint by = job.request.deadline;
  if (by == base::TimePoint{}) by = base::TimePoint::max();
  if (by <= loop.now())
    fail_soon(ticket, Failure::unreachable);
  else
    place(ticket, job);
  return ticket;
}

void HttpClient::Pool::place(Ticket ticket, Job& job) {
  if (!idle_.empty()) {
    job.connection = idle_.back();
    idle_.pop_back();
    return job.connection->carry(ticket);
  }
  open_or_wait(ticket, job);
}

void HttpClient::Pool::open_or_wait(Ticket ticket, Job& job) {
  base::TimePoint by = job.request.deadline;
  if (job.request.connect_by != base::TimePoint{} &&
      (by == base::TimePoint{} || job.request.connect_by < by))
    by = job.request.connect_by;
  arm(ticket, job, by);
  if (connections.size() >= settings.connections) {
    waiting_.insert(ticket);
    return;
  }
  const std::uint64_t number = ++last_number_;
  auto connection = std::make_shared<Connection>(*this, number);
  connections.emplace(number, connection);
  job.connection = connection.get();
  connection->connect(ticket);
}

void HttpClient::Pool::arm(Ticket ticket, Job& job, base::TimePoint by) {
  loop.cancel(job.timer);
  if (by == base::TimePoint{}) return;
  job.timer = loop.at(by, [this, ticket] { expire(ticket); });
}

void HttpClient::Pool::sent(Ticket ticket) {
  Job& job = jobs.at(ticket);
  arm(ticket, job, job.request.deadline);
}

void HttpClient::Pool::heard(Ticket ticket) {
  Job& job = jobs.at(ticket);
  if (job.request.read_timeout > base::Duration::zero())
    arm(ticket, job, loop.now() + job.request.read_timeout);
}

void HttpClient::Pool::expire(Ticket ticket) {
  Job& job = jobs.at(ticket);
  const bool in_doubt = job.connection && job.connection->written();
  const Done done = std::move(job.done);
  const auto self = shared_from_this();
  cancel(ticket, Close::fin);
  done(base::unexpected(in_doubt ? Failure::timed_out : Failure::unreachable));
}

void HttpClient::Pool::fail_soon(Ticket ticket, Failure failure) {
  loop.post([weak = weak_from_this(), ticket, failure] {
    if (const auto self = weak.lock()) self->end(ticket, base::unexpected(failure));
  });
}

void HttpClient::Pool::end(Ticket ticket, Result result) {
  const auto job = jobs.find(ticket);
  if (job == jobs.end()) return;  // cancelled meanwhile
  loop.cancel(job->second.timer);
  const Done done = std::move(job->second.done);
  jobs.erase(job);
  done(std::move(result));
}

void HttpClient::Pool::again(Ticket ticket) {
  Job& job = jobs.at(ticket);
  job.connection = nullptr;
  open_or_wait(ticket, job);  // the other idle ones may be as dead as the first
}

void HttpClient::Pool::cancel(Ticket ticket, Close how) {
  const auto job = jobs.find(ticket);
  if (job == jobs.end()) return;
  loop.cancel(job->second.timer);
  Connection* const connection = job->second.connection;
  waiting_.erase(ticket);
  jobs.erase(job);
  if (!connection) return;
  const auto alive = connection->shared_from_this();
  connection->drop(how);
  gone(*connection);
}

void HttpClient::Pool::idle(Connection& connection) {
  idle_.push_back(&connection);
  serve_waiting();
}

void HttpClient::Pool::gone(Connection& connection) {
  std::erase(idle_, &connection);
  connections.erase(connection.number());
  serve_waiting();
}

void HttpClient::Pool::serve_waiting() {
  while (!waiting_.empty() && (!idle_.empty() || connections.size() < settings.connections)) {
    const Ticket ticket = *waiting_.begin();
    waiting_.erase(waiting_.begin());
    Job& job = jobs.at(ticket);
    place(ticket, job);
  }
}

void HttpClient::Pool::stop() {
  for (auto& [ticket, job] : jobs) loop.cancel(job.timer);
  for (const auto& [number, connection] : std::exchange(connections, {}))
    connection->drop(Close::fin);
  idle_.clear();
  waiting_.clear();
  const auto dropped = std::exchange(jobs, {});
}

HttpClient::HttpClient(Loop& loop, const Address& server, Settings settings)
    : pool_(std::make_shared<Pool>(loop, server, settings)) {
  base::require(settings.connections > 0, "a client may open a connection");
}

HttpClient::~HttpClient() { pool_->stop(); }

HttpClient::Ticket HttpClient::send(model::Request request, Done done) {
  return pool_->send(std::move(request), std::move(done));
}

void HttpClient::cancel(Ticket ticket, Close how) { pool_->cancel(ticket, how); }

std::size_t HttpClient::connections() const { return pool_->connections.size(); }

std::size_t HttpClient::pending() const { return pool_->jobs.size(); }

}  // namespace seawall::net
