// Runs the program as its user does: arguments in; exit status, stdout and stderr out.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace seawall::tests {

struct Ended {
  int status = -1;  // exit status; 128 + N when signal N ended it
  std::string out;
  std::string err;
};

// A folder of its own for each test, gone with it; programs run in it.
class Desk {
 public:
  Desk();
  ~Desk();
  Desk(const Desk&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const;
  Ended seawall(std::vector<std::string> arguments) const;

  // Starts it and sends `signal` once `word` has appeared in what it says.
  Ended seawall_until(const std::string& word, int signal,
                      std::vector<std::string> arguments) const;

 private:
  std::filesystem::path path_;
};

// The program in the background. One that still runs is killed with its owner.
class Running {
 public:
  Running(const Desk& desk, std::vector<std::string> arguments);
  ~Running();
  Running(const Running&) = delete;

  // What it has said on both streams, once `word` is in it and the line has ended.
  const std::string& says(const std::string& word);
  // Sends `signal` and waits for the end.
  Ended end(int signal);
  pid_t process() const { return process_; }

 private:
  struct Pipes;
  std::unique_ptr<Pipes> pipes_;
  std::string said_;
  pid_t process_ = 0;
};

}  // namespace seawall::tests
