#include "tests/probe/rig.hpp"

#include <cstdlib>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/base/assert.hpp"
#include "harness/live/clock.hpp"
#include "harness/os/shim.hpp"

namespace seawall::probe::tests {

StandIn::StandIn(std::function<std::string(const std::string&)> answer)
    : answer_(std::move(answer)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  base::require(bind(listener_, plain, size) == 0 && listen(listener_, 16) == 0 &&
                    getsockname(listener_, plain, &size) == 0,
                "a stand-in can listen");
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this] { serve(); });
}

StandIn::~StandIn() {
  stopping_ = true;
  thread_.join();
  close(listener_);
}

void StandIn::serve() {
  const auto readable = [this](int socket) {
    pollfd one{socket, POLLIN, 0};
    while (!stopping_)
      if (poll(&one, 1, 20) > 0) return true;
    return false;
  };
  while (readable(listener_)) {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    std::string request;
    char buffer[4096];
    while (request.find("\r\n\r\n") == std::string::npos && readable(client)) {
      const ssize_t got = read(client, buffer, sizeof buffer);
      if (got <= 0) break;
      request.append(buffer, static_cast<std::size_t>(got));
    }
    ++asked_;
    const std::string answer = answer_(request);
    if (!answer.empty()) (void)!send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
    while (answer.empty() && readable(client) && read(client, buffer, sizeof buffer) > 0) {
    }
    close(client);
  }
}

std::string http_answer(int status, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" +
         body;
}

Folder::Folder() {
  std::string name = std::filesystem::temp_directory_path() / "seawall-probe-XXXXXX";
  base::require(mkdtemp(name.data()) != nullptr, "a test can make a folder");
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

namespace {

model::Probe named() {
  model::Probe probe;
  probe.name = "stock";
  probe.timeout = std::chrono::seconds(20);
  return probe;
}

}  // namespace

model::Probe http_probe(const std::string& url, const std::string& json) {
  model::Probe probe = named();
  probe.http = model::HttpQuestion{model::Method::get, model::plain_text(url)};
  probe.json = *model::parse_json_path(json);
  return probe;
}

model::Probe sql_probe(const std::string& dsn, const std::string& sql) {
  model::Probe probe = named();
  probe.dsn = model::plain_text(dsn);
  probe.sql = sql;
  return probe;
}

model::Probe command_probe(const std::vector<std::string>& words, const std::string& json) {
  model::Probe probe = named();
  for (const std::string& word : words) probe.command.push_back(model::plain_text(word));
  probe.json = *model::parse_json_path(json);
  return probe;
}

std::string seen(const model::Probe& probe, const std::filesystem::path& root) {
  Surroundings surroundings;
  surroundings.root = root.string();
  surroundings.clock = live::steady_now;
  surroundings.shim = {OS_UNRULY, std::string(os::shim_word)};
  const Answer answer = look(probe, surroundings, {});
  return answer ? answer->text : answer.error();
}

}  // namespace seawall::probe::tests
