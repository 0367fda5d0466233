// Asks the API of a running `seawall proxy`, for the commands that do.
#pragma once
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "faults/toxiproxy/client.hpp"
#include "harness/base/result.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/proxy_options.hpp"

namespace seawall::cli {

// What went wrong, and with which exit status that ends.
struct Trouble {
  int status = usage;
  std::string message;
};
template <class Value>
using Answered = base::expected<Value, Trouble>;

base::unexpected<Trouble> trouble(int status, std::string message);

// The value under `key` as text that a terminal may show; empty where there is none.
std::string text_of(const boost::json::object& object, std::string_view key);

class Asker {
 public:
  static Answered<Asker> at(std::string_view api);

  // The answer, and null where it has no body. A refusal is a mistake in what was asked for, unless
  // the machine was at fault.
  Answered<boost::json::value> ask(const std::string& method, const std::string& path,
                                   const boost::json::value& body = nullptr) const;

 private:
  explicit Asker(toxiproxy::Client::Settings settings) : client_(std::move(settings)) {}
  toxiproxy::Client client_;
};

// Asks, and prints the answer as `lines` has it, or as it is with --json; the exit status.
using Action = Answered<boost::json::value> (*)(const Asker&, const ProxyQuestion&);
using Lines = std::string (*)(const boost::json::value&);
int ask(const ProxyQuestion& question, Action action, Lines lines);

}  // namespace seawall::cli
