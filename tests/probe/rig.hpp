// Probes as texts, and a stand-in for the system that they look at.
#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include "harness/probe/look.hpp"

namespace seawall::probe::tests {

// A server of one connection at a time on a free port of 127.0.0.1: for each request it sends the
// bytes that `answer` gives, and closes. An empty answer: it keeps silent until the client leaves.
class StandIn {
 public:
  explicit StandIn(std::function<std::string(const std::string& request)> answer);
  ~StandIn();
  StandIn(const StandIn&) = delete;

  std::string place() const { return "127.0.0.1:" + std::to_string(port_); }
  int asked() const { return asked_.load(); }

 private:
  void serve();
  std::function<std::string(const std::string&)> answer_;
  int listener_;
  int port_ = 0;
  std::atomic<int> asked_ = 0;
  std::atomic<bool> stopping_ = false;
  std::jthread thread_;
};

std::string http_answer(int status, const std::string& body);

// A folder that is gone at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

model::Probe http_probe(const std::string& url, const std::string& json);
model::Probe sql_probe(const std::string& dsn, const std::string& sql);
model::Probe command_probe(const std::vector<std::string>& words, const std::string& json);

// The value as its text, or the error.
std::string seen(const model::Probe& probe, const std::filesystem::path& root = ".");

}  // namespace seawall::probe::tests
