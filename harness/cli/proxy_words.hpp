// The words of `seawall proxy` and of the commands that ask one that runs. Those of the first are
// Toxiproxy's own.
#pragma once
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "harness/cli/proxy_options.hpp"

namespace seawall::cli {

class ProxyWords {
 public:
  // Adds the commands to `app`, which outlives it.
  explicit ProxyWords(CLI::App& app);

  // After parsing: whether one of them was given, and then what it does; the exit status.
  bool chosen() const;
  int run() const;

  // Toxiproxy's options have one dash (-host), which CLI11 takes for a bundle of letters: with two
  // it knows them. Other commands are left alone. The last argument comes first, as CLI11 wants it.
  static std::vector<std::string> rewritten(std::vector<std::string> arguments);

 private:
  void add_proxies(CLI::App& command);
  void add_toxic(CLI::App& command);
  void add_fault(CLI::App& command);
  void add_cut(CLI::App& command);
  void add_forward(CLI::App& command);
  void add_tls(CLI::App& create);
  void add_journal(CLI::App& command);
  void add_asking(CLI::App& command);
  CLI::App* add_of_proxy(CLI::App& command, const std::string& name, const std::string& help);

  ProxyOptions options_;
  ProxyQuestion question_;
  CLI::App* proxy_ = nullptr;
  CLI::App* proxies_ = nullptr;
  CLI::App* toxic_ = nullptr;
  CLI::App* fault_ = nullptr;
  CLI::App* cut_ = nullptr;
  CLI::App* forward_ = nullptr;
  CLI::App* journal_ = nullptr;
};

}  // namespace seawall::cli
