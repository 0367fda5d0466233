// cpp-httplib parses requests and writes answers; connections, their threads and their time are our
// own (timed_socket.hpp, waiting.hpp). 0.11 (Debian 12) and 0.18 (Debian 13) differ in two
// signatures, which are looked up where they are used.
#include <atomic>
#include <cerrno>
#include <charconv>
#include <condition_variable>
#include <cstring>
#include <functional>
#include <limits>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <httplib.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "faults/toxiproxy/client.hpp"
#include "faults/toxiproxy/crew.hpp"
#include "faults/toxiproxy/json_text.hpp"
#include "faults/toxiproxy/server.hpp"
#include "faults/toxiproxy/timed_socket.hpp"
#include "faults/toxiproxy/waiting.hpp"

namespace seawall::toxiproxy {
namespace {

using std::chrono::milliseconds;

// What one connection may ask before it has to make a new one, so that none lives for ever.
constexpr int requests_of_a_connection = 1000;
constexpr int backlog = 512;

class TimedStream final : public httplib::Stream {
 public:
  TimedStream(int socket, std::size_t request_bytes) : bytes(socket, request_bytes) {}
  TimedSocket bytes;

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t size) override { return bytes.read(to, size); }
  ssize_t write(const char* from, std::size_t size) override { return bytes.write(from, size); }
  // Nobody asks: who the client is decides nothing.
  void get_remote_ip_and_port(std::string& ip, int& port) const override { ip.clear(), port = 0; }
  void get_local_ip_and_port(std::string& ip, int& port) const override { ip.clear(), port = 0; }
  socket_t socket() const override { return bytes.descriptor(); }
};

// The crew, as the library wants one.
class CrewQueue final : public httplib::TaskQueue {
 public:
  // 0.11 returns nothing, 0.18 whether there was room.
  using Enqueued = decltype(std::declval<httplib::TaskQueue&>().enqueue(std::function<void()>()));

  CrewQueue(Waiting& waiting, const Server::Settings& settings)
      : crew_(waiting, settings.threads, settings.patience) {}

  Enqueued enqueue(std::function<void()> task) override {
    crew_.add(std::move(task));
    return Enqueued(true);
  }
  void shutdown() override { crew_.end(); }

 private:
  Crew crew_;
};

// What the handlers know of the connection of their thread.
struct Here {
  WaitingHere* waiting = nullptr;
  const TimedSocket* bytes = nullptr;
  // Whether it can go on after its answer: what was not read of a request would be taken for the
  // next one.
  bool in_step = true;
  // What is wrong with the head, which the library does not see.
  std::optional<Refusal> refusal;
};
thread_local Here here;

// The number of bytes of a body; nothing where the text is none.
std::optional<std::uint64_t> length_in(const std::string& text) {
  std::uint64_t length = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, length);
  if (read.ec == std::errc::result_out_of_range) return std::numeric_limits<std::uint64_t>::max();
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return length;
}

class Listener final : public httplib::Server {
 public:
  Listener(const Api& api, const toxiproxy::Server::Settings& settings)
      : api_(api), settings_(settings), waiting_([&api] { return api.now(); }) {
    new_task_queue = [this] { return new CrewQueue(waiting_, settings_); };
    set_tcp_nodelay(true);
    set_payload_max_length(settings_.request_bytes);
    set_keep_alive_max_count(requests_of_a_connection);
    set_keep_alive_timeout(
        std::chrono::duration_cast<std::chrono::seconds>(settings_.idle_time).count());
    // Its own default lets a second server listen on the same port.
    set_socket_options([this](socket_t socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
      listening_ = socket;
    });
    add_handlers();
  }

  int bind() {
    // A name server may be missing, and clients of Toxiproxy look for IPv4.
    const std::string host = settings_.host == "localhost" ? "127.0.0.1" : settings_.host;
    int port = settings_.port;
    errno = 0;
    if (port == 0)
      port = bind_to_any_port(host);
    else if (!bind_to_port(host, port))
      port = -1;
    // It asks for 5, and a burst of clients would wait for the kernel to try again.
    if (port > 0) ::listen(listening_, backlog);
    return port;
  }

 private:
  void add_handlers() {
    const auto with_body = [this](const httplib::Request& request, httplib::Response& response,
                                  const httplib::ContentReader& read) {
      std::string body;
      if (refused(response) || !read_body(request, response, read, body)) {
        here.in_step = false;
        return;
      }
      answer(request, std::move(body), response);
    };
    const auto without = [this](const httplib::Request& request, httplib::Response& response) {
      if (!refused(response)) answer(request, {}, response);
    };
    Get("/", without);
    Options("/", without);
    Post("/", with_body);
    Put("/", with_body);
    Patch("/", with_body);
    Delete("/", with_body);
    set_error_handler([](const httplib::Request&, httplib::Response& response) {
      if (!response.body.empty()) return;
      here.in_step = false;  // it has not understood what came
      const Refusal refusal{response.status, "the request is no HTTP, or more than is taken", {}};
      response.set_content(to_json(refusal), "application/json");
    });
    set_post_routing_handler([this](const httplib::Request&, httplib::Response& response) {
      response.set_header("X-Toxiproxy-Request-Id", fmt::format("{:016x}", ++answers_));
    });
  }

  static bool refused(httplib::Response& response) {
    if (!here.refusal) return false;
    response.status = here.refusal->status;
    response.set_content(to_json(*here.refusal), "application/json");
    here.in_step = false;
    return true;
  }

  // Not by the library's own handlers: they take a form for a form, and curl sends JSON as one.
  bool read_body(const httplib::Request& request, httplib::Response& response,
                 const httplib::ContentReader& read, std::string& body) const {
    if (request.is_multipart_form_data()) {
      response.status = 415;
      return false;
    }
    bool too_long = false;
    const bool whole = read([&](const char* bytes, std::size_t count) {
      too_long = body.size() + count > settings_.request_bytes;
      if (!too_long) body.append(bytes, count);
      return !too_long;
    });
    if (whole) return true;
    if (too_long || here.bytes->is_full()) {
      response.status = 413;
      response.set_content(to_json(too_large()), "application/json");
    }
    if (response.status < 400) response.status = 400;
    return false;
  }

  Refusal too_large() const {
    return {413,
            fmt::format("expected a request of no more than {} bytes", settings_.request_bytes),
            {}};
  }

  void answer(const httplib::Request& from, std::string body, httplib::Response& to) const {
    const toxiproxy::Request request{
        from.method,
        from.target,
        std::move(body),
        from.get_header_value("Host"),
        from.get_header_value("Origin"),
        from.get_header_value("User-Agent"),
    };
    // Nobody is sent away while a proxy is being changed, nor before the answer is written: the
    // connection waits again when its next request does.
    here.waiting->pause();
    if (here.waiting->evicted()) {
      // Its answer would not arrive: then nothing is done, and the client may ask again.
      to.status = 503;
      return;
    }
    Answer answer = api_.handle(request);
    to.status = answer.status;
    if (!answer.allow.empty()) to.set_header("Allow", answer.allow);
    if (answer.status != 204) to.set_content(std::move(answer.body), answer.content_type);
  }

  bool process_and_close_socket(socket_t socket) override {
    const int yes = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    bool whole = true;
    {
      WaitingHere waits(waiting_, socket);
      TimedStream stream(socket, settings_.request_bytes);
      milliseconds patience = settings_.request_time;
      for (int left = requests_of_a_connection; left > 0; --left) {
        if (!stream.bytes.next_request(patience, settings_.request_time)) break;
        patience = settings_.idle_time;
        bool ended = false;
        here = {&waits, &stream.bytes, true, {}};
        whole = process(*this, stream, left == 1, ended);
        if (!whole || ended || !here.in_step) {
          stream.bytes.drain(milliseconds(200));
          break;
        }
        // The end of the line is the most recent one.
        waits.pause();
        waits.resume();
      }
      here = {};
    }
    ::shutdown(socket, SHUT_RDWR);
    ::close(socket);
    return whole;
  }

  // When its head has been read.
  void prepare(httplib::Request& request) const {
    // One route takes all, and the target is looked at by Api. A part of an answer is of no use.
    request.path.assign(1, '/');
    request.ranges.clear();
    const bool has_length = request.has_header("Content-Length");
    const std::string given = request.get_header_value("Content-Length");
    const auto length = has_length ? length_in(given) : std::optional<std::uint64_t>(0);
    if (!length)
      here.refusal = Refusal{
          400, fmt::format("Content-Length: expected a number of bytes, found {:.40}", given), {}};
    else if (*length > settings_.request_bytes)
      here.refusal = too_large();
    // Without a length there is no body; the library would wait for the end of the connection. One
    // that is refused is not waited for either.
    if (here.refusal || (!has_length && !request.has_header("Transfer-Encoding"))) {
      request.headers.erase("Content-Length");
      request.headers.erase("Transfer-Encoding");
      return request.set_header("Content-Length", "0");
    }
    // The library reads no body of these, so that it would be taken for a request.
    if (has_length && *length == 0) return;
    if (request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS")
      here.in_step = false;
  }

  template <class Self>
  static bool process(Self& self, TimedStream& stream, bool last, bool& ended) {
    const std::function<void(httplib::Request&)> setup = [&self](httplib::Request& request) {
      self.prepare(request);
    };
    if constexpr (requires { self.process_request(stream, last, ended, setup); })
      return self.process_request(stream, last, ended, setup);
    else
      return self.process_request(stream, std::string(), 0, std::string(), 0, last, ended, setup);
  }

  const Api& api_;
  const toxiproxy::Server::Settings settings_;
  Waiting waiting_;
  std::atomic<std::uint64_t> answers_ = 0;
  int listening_ = -1;
};

}  // namespace

struct Server::Parts {
  Parts(const Api& api, const Settings& settings) : listener(api, settings) {}
  Listener listener;
  std::uint16_t port = 0;
  std::thread thread;
};

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() {
  parts_->listener.stop();
  parts_->thread.join();
}

std::uint16_t Server::port() const { return parts_->port; }

base::expected<std::unique_ptr<Server>, std::string> Server::listen(const Api& api,
                                                                    Settings settings) {
  auto parts = std::make_unique<Parts>(api, settings);
  const int port = parts->listener.bind();
  if (port <= 0) {
    const int reason = errno;
    return base::unexpected(fmt::format(
        "cannot listen on {}: {}", to_text(relay::Endpoint{settings.host, settings.port}),
        reason == 0 ? "its host is unknown" : std::strerror(reason)));
  }
  parts->port = static_cast<std::uint16_t>(port);
  parts->thread = std::thread([listener = &parts->listener] { listener->listen_after_bind(); });
  // stop() before this would be forgotten.
  while (!parts->listener.is_running()) std::this_thread::yield();
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

namespace {

// Ends the request of a client that takes longer than it may, however lively its server is.
class Watchdog {
 public:
  Watchdog(httplib::Client& client, milliseconds time)
      : thread_([this, &client, time] {
          std::unique_lock lock(mutex_);
          if (done_.wait_for(lock, time, [this] { return ended_; })) return;
          late_ = true;
          client.stop();
        }) {}
  ~Watchdog() { end(); }
  Watchdog(const Watchdog&) = delete;

  // Whether it was too late.
  bool end() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    done_.notify_all();
    if (thread_.joinable()) thread_.join();
    return late_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  bool ended_ = false;
  bool late_ = false;
  std::thread thread_;
};

}  // namespace

base::expected<ClientAnswer, std::string> Client::ask(const std::string& method,
                                                      const std::string& path,
                                                      const std::string& body) const {
  const std::string where = to_text(relay::Endpoint{settings_.host, settings_.port});
  httplib::Client client(settings_.host, settings_.port);
  client.set_connection_timeout(settings_.total_time);
  client.set_read_timeout(settings_.total_time);
  client.set_write_timeout(settings_.total_time);
  httplib::Request request;
  request.method = method;
  request.path = path;
  request.body = body;
  request.set_header("User-Agent", "seawall");
  if (!body.empty()) request.set_header("Content-Type", "application/json");
  Watchdog watchdog(client, settings_.total_time);
  const httplib::Result result = client.send(request);
  const bool late = watchdog.end();
  if (result) return ClientAnswer{result->status, result->body};
  if (late)
    return base::unexpected(
        fmt::format("no answer from {} within {} ms", where, settings_.total_time.count()));
  if (result.error() == httplib::Error::Connection)
    return base::unexpected(fmt::format(
        "cannot connect to {}: is `seawall proxy` running there? --api says where", where));
  return base::unexpected(fmt::format("what answers at {} is no HTTP server: {} failed", where,
                                      httplib::to_string(result.error())));
}

std::string path_segment(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace seawall::toxiproxy
