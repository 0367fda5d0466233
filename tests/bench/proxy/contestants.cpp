#include "tests/bench/proxy/contestants.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/base/assert.hpp"
#include "harness/live/clock.hpp"
#include "tests/bench/proxy/ends.hpp"

namespace fs = std::filesystem;

namespace seawall::bench {

namespace {

constexpr auto start_limit = std::chrono::seconds(10);

void pause_briefly() { ::poll(nullptr, 0, 1); }

std::string address(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

// Where one finds its configuration when it starts. It is read by then and goes at once, so that no
// way out of the benchmark leaves it behind.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "proxy_bench.XXXXXX").string();
    base::require(::mkdtemp(name.data()) != nullptr, "there is room for temporary files");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string write(const char* name, const std::string& text) const {
    const fs::path file = path_ / name;
    std::ofstream(file) << text;
    return file.string();
  }
  std::string text() const { return path_.string(); }

 private:
  fs::path path_;
};

// Blocks until somebody accepts on this port.
void wait_until_listening(Child& child, std::uint16_t port, const std::string& name) {
  const base::TimePoint end = live::steady_now() + start_limit;
  while (true) {
    const int socket = connect_to(port);
    pollfd wanted{socket, POLLOUT, 0};
    ::poll(&wanted, 1, 100);
    int error = 0;
    socklen_t size = sizeof(error);
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    ::close(socket);
    if (error == 0 && (wanted.revents & POLLOUT) && !(wanted.revents & POLLHUP)) return;
    base::require(child.running() && live::steady_now() < end, name + " listens after it started");
    pause_briefly();
  }
}

// One that is configured by a file.
class Plain : public Proxy {
 public:
  explicit Plain(const Child::Command& command) : child_(command) {}
  Child& child() override { return child_; }

 private:
  Child child_;
};

std::unique_ptr<Proxy> start_haproxy(const std::string& program, bool splice, std::uint16_t listen,
                                     std::uint16_t upstream, int core) {
  const Folder folder;
  // splice-auto is left out: it takes effect only beyond a burst size that loopback does not show.
  const std::string options = splice ? "  option splice-request\n  option splice-response\n" : "";
  const std::string file =
      folder.write("haproxy.cfg",
                   "global\n  nbthread 1\n  maxconn 3000\ndefaults\n  mode tcp\n" + options +
                       "  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n"
                       "listen bench\n  bind " +
                       address(listen) + " backlog 4096\n  server end " + address(upstream) + "\n");
  Child::Command command;
  command.words = {program, "-db", "-q", "-f", file};
  command.core = core;
  auto proxy = std::make_unique<Plain>(command);
  wait_until_listening(proxy->child(), listen, "haproxy");
  return proxy;
}

std::unique_ptr<Proxy> start_nginx(const std::string& program, const std::string& module,
                                   std::uint16_t listen, std::uint16_t upstream, int core) {
  const Folder folder;
  // Its one worker is the process itself, so that there is no master to be counted beside it.
  const std::string load = module.empty() ? "" : "load_module " + module + ";\n";
  const std::string file = folder.write(
      "nginx.conf",
      load + "daemon off;\nmaster_process off;\nworker_processes 1;\npid " + folder.text() +
          "/nginx.pid;\nerror_log stderr crit;\n"
          "events { worker_connections 8000; }\nstream {\n  access_log off;\n"
          "  server { listen " +
          address(listen) + " backlog=4096; proxy_pass " + address(upstream) + "; }\n}\n");
  Child::Command command;
  command.words = {program, "-p", folder.text(), "-e", "stderr", "-c", file};
  command.core = core;
  auto proxy = std::make_unique<Plain>(command);
  wait_until_listening(proxy->child(), listen, "nginx");
  return proxy;
}

// Ours takes a fault as a line, and answers with one when it has come to every connection.
class Ours : public Proxy {
 public:
  explicit Ours(const Child::Command& command) : child_(command) {}
  Child& child() override { return child_; }
  void ask(const Fault& fault) override {
    switch (fault.kind) {
      case Fault::Kind::none:
        return child_.write_line("none");
      case Fault::Kind::latency:
        return child_.write_line("latency=" + std::to_string(fault.latency.count()) + "ms");
      case Fault::Kind::bandwidth:
        return child_.write_line("rate=" + std::to_string(fault.bytes_per_second));
    }
  }
  bool answered() override {
    std::string line;
    if (!child_.read_line(line)) return false;
    base::require(line == "ok", "our proxy knows the faults of the benchmark");
    return true;
  }

 private:
  Child child_;
};

std::unique_ptr<Proxy> start_ours(const std::string& program, std::uint16_t listen,
                                  std::uint16_t upstream, int core) {
  Child::Command command;
  command.words = {program, address(listen), address(upstream)};
  command.core = core;
  auto proxy = std::make_unique<Ours>(command);
  wait_until_listening(proxy->child(), listen, "our proxy");
  return proxy;
}

// Toxiproxy is told by its HTTP API. Its bandwidth is in units of 1,000 bytes a second.
class Toxiproxy : public Proxy {
 public:
  Toxiproxy(const Child::Command& command, std::uint16_t api) : child_(command), api_(api) {}
  ~Toxiproxy() override {
    if (socket_ >= 0) ::close(socket_);
  }
  Child& child() override { return child_; }
  void create(std::uint16_t listen, std::uint16_t upstream) {
    call("POST", "/proxies",
         R"({"name":"bench","listen":")" + address(listen) + R"(","upstream":")" +
             address(upstream) + R"(","enabled":true})");
    const base::TimePoint end = live::steady_now() + start_limit;
    while (!answered()) {
      base::require(live::steady_now() < end, "toxiproxy answers");
      pause_briefly();
    }
  }
  void ask(const Fault& fault) override {
    const auto toxic = [&](const char* type, const std::string& attribute, std::int64_t value) {
      call("POST", "/proxies/bench/toxics",
           R"({"name":"fault","type":")" + std::string(type) +
               R"(","stream":"downstream","attributes":{")" + attribute +
               "\":" + std::to_string(value) + "}}");
    };
    switch (fault.kind) {
      case Fault::Kind::none:
        return call("DELETE", "/proxies/bench/toxics/fault", "");
      case Fault::Kind::latency:
        return toxic("latency", "latency", fault.latency.count());
      case Fault::Kind::bandwidth:
        return toxic("bandwidth", "rate", fault.bytes_per_second / 1000);
    }
  }
  bool answered() override {
    std::array<char, 2048> bytes;
    const ssize_t n = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (n > 0) answer_.append(bytes.data(), static_cast<std::size_t>(n));
    // It closes after its answer, as it was asked to.
    if (n > 0 || (n < 0 && errno == EAGAIN)) return false;
    base::require(answer_.starts_with("HTTP/1.1 20"), "toxiproxy does as it is told: " + answer_);
    return true;
  }

 private:
  void call(const std::string& method, const std::string& path, const std::string& body) {
    if (socket_ >= 0) ::close(socket_);
    answer_.clear();
    socket_ = connect_to(api_);
    const std::string request =
        method + " " + path + " HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body;
    ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
  }

  Child child_;
  std::uint16_t api_;
  int socket_ = -1;
  std::string answer_;
};

std::unique_ptr<Proxy> start_toxiproxy(const std::string& program, std::uint16_t listen,
                                       std::uint16_t upstream, int core) {
  const std::uint16_t api = free_port();
  Child::Command command;
  command.words = {program, "-host", "127.0.0.1", "-port", std::to_string(api)};
  command.environment = {"LOG_LEVEL=error"};  // a line for each connection would be its cost
  command.core = core;
  auto proxy = std::make_unique<Toxiproxy>(command, api);
  wait_until_listening(proxy->child(), api, "toxiproxy");
  proxy->create(listen, upstream);
  return proxy;
}

// Empty where it is not installed. The programs of Debian are in a folder that is not in the path
// of every user.
std::string find_program(const std::string& name) {
  const char* const path = std::getenv("PATH");
  std::string folders = std::string(path ? path : "") + ":/usr/sbin:/usr/local/sbin:";
  for (std::size_t begin = 0, end; (end = folders.find(':', begin)) != std::string::npos;
       begin = end + 1) {
    const std::string file = folders.substr(begin, end - begin) + "/" + name;
    if (end > begin && ::access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

std::string find_stream_module() {
  const char* const file = "/usr/lib/nginx/modules/ngx_stream_module.so";
  return fs::exists(file) ? file : "";
}

std::string beside_this_program(const char* name) {
  const fs::path file = fs::read_symlink("/proc/self/exe").parent_path() / name;
  return fs::exists(file) ? file.string() : "";
}

}  // namespace

std::vector<Contestant> contestants(std::vector<std::string>& absent) {
  using Layer = Contestant::Layer;
  using std::bind_front;
  std::vector<Contestant> all;
  all.push_back({direct_name, Layer::tcp, false, nullptr});
  if (const std::string program = beside_this_program("relay_bench_proxy"); !program.empty())
    all.push_back({ours_name, Layer::tcp, true, bind_front(start_ours, program)});
  else
    absent.push_back("seawall: relay_bench_proxy is not built");
  if (const std::string program = find_program("haproxy"); !program.empty()) {
    all.push_back({haproxy_name, Layer::tcp, false, bind_front(start_haproxy, program, false)});
    all.push_back(
        {haproxy_splice_name, Layer::tcp, false, bind_front(start_haproxy, program, true)});
    // Here: "haproxy http", beside ours in its HTTP mode, of Layer::http.
  } else {
    absent.push_back("haproxy: not installed (apt-get install haproxy)");
  }
  const std::string nginx = find_program("nginx");
  const std::string module = find_stream_module();
  if (!nginx.empty() && !module.empty())
    all.push_back({nginx_name, Layer::tcp, false, bind_front(start_nginx, nginx, module)});
  else
    absent.push_back("nginx stream: not installed (apt-get install nginx libnginx-mod-stream)");
  const char* const toxiproxy = std::getenv("SEAWALL_TOXIPROXY");
  if (toxiproxy && ::access(toxiproxy, X_OK) == 0)
    all.push_back({toxiproxy_name, Layer::tcp, true, bind_front(start_toxiproxy, toxiproxy)});
  else
    absent.push_back("toxiproxy: SEAWALL_TOXIPROXY does not name its server");
  return all;
}

}  // namespace seawall::bench
