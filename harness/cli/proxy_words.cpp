#include "harness/cli/proxy_words.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <system_error>

#include "harness/cli/commands.hpp"
#include "harness/cli/whole_number.hpp"

namespace seawall::cli {
namespace {

CLI::App* action(CLI::App& command, ProxyQuestion& question, const std::string& name,
                 const std::string& help) {
  CLI::App* const added = command.add_subcommand(name, help);
  added->parse_complete_callback([&question, name] { question.action = name; });
  return added;
}

// Toxiproxy's may be negative. What does not fit is none.
std::optional<std::uint64_t> seed_of(const std::string& text) {
  const char* const end = text.data() + text.size();
  std::uint64_t seed = 0;
  std::int64_t negative = 0;
  if (const auto read = std::from_chars(text.data(), end, seed);
      read.ptr == end && read.ec == std::errc() && !text.empty())
    return seed;
  if (const auto read = std::from_chars(text.data(), end, negative);
      read.ptr == end && read.ec == std::errc() && !text.empty())
    return static_cast<std::uint64_t>(negative);
  return std::nullopt;
}

// CLI::Range takes what is no number for one within it.
std::string check_toxicity(const std::string& text) {
  double share = -1;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, share);
  const bool right = read.ptr == end && read.ec == std::errc() && share >= 0 && share <= 1;
  return right ? "" : "expected a number from 0 to 1: " + text;
}

}  // namespace

ProxyWords::ProxyWords(CLI::App& app) {
  proxy_ = app.add_subcommand(
      "proxy", "a proxy for TCP that injects faults, steered by the API of Toxiproxy");
  proxy_->add_option("--host", options_.host, "where the API listens; default 127.0.0.1");
  proxy_->add_option("--port", options_.port, "its port; default 8474, 0: any free one")
      ->transform(whole_number(0, 65'535));
  proxy_->add_option("--config", options_.config,
                     "JSON list of proxies to start with, each {name, listen, upstream, enabled, "
                     "toxics, journal, tls, caller, callee}; or {proxies, forwards}");
  proxy_
      ->add_option_function<std::string>(
          "--seed", [this](const std::string& text) { options_.seed = *seed_of(text); },
          "every random choice is derived from it; default 0")
      ->check(CLI::Validator(
          [](const std::string& text) {
            return seed_of(text) ? std::string() : "expected a whole number of 64 bits: " + text;
          },
          "SEED"));
  proxy_
      ->add_option("--workers", options_.workers, "threads that carry bytes; default: as cores, 4")
      ->transform(whole_number(1, 64));
  proxy_
      ->add_option("--allow-host", options_.allowed_hosts,
                   "a host that upstreams may name; several times; default: any")
      ->take_all()
      ->allow_extra_args(false);
  proxy_->add_flag("--proxy-metrics", options_.proxy_metrics, "GET /metrics tells of the proxies");
  proxy_->add_flag("--runtime-metrics", options_.runtime_metrics,
                   "GET /metrics tells of this process");

  proxies_ = app.add_subcommand("proxies", "the proxies of a running `seawall proxy`");
  add_proxies(*proxies_);
  toxic_ = app.add_subcommand("toxic", "the faults on a proxy of a running `seawall proxy`");
  add_toxic(*toxic_);
  fault_ = app.add_subcommand("fault", "the faults of HTTP requests on a proxy that runs");
  add_fault(*fault_);
  cut_ = app.add_subcommand(
      "cut", "cuts of connections (partition, refuse_new, connect_hang, ...) on proxies that run");
  add_cut(*cut_);
  forward_ =
      app.add_subcommand("forward", "forward proxies (http_proxy) of callers, to proxies that run");
  add_forward(*forward_);
  journal_ = app.add_subcommand("journal", "the HTTP requests that a proxy that runs has seen");
  add_journal(*journal_);
}

void ProxyWords::add_asking(CLI::App& command) {
  command.add_option("--api", question_.api, "HOST:PORT of the API; default 127.0.0.1:8474");
  command.add_flag("--json", question_.json, "print the answer as it is");
}

void ProxyWords::add_proxies(CLI::App& command) {
  command.require_subcommand(0, 1);
  add_asking(command);
  const auto add = [&](const std::string& name, const std::string& help, bool of_one = true) {
    CLI::App* const added = action(command, question_, name, help);
    add_asking(*added);
    if (of_one) added->add_option("PROXY", question_.proxy, "its name")->required();
    return added;
  };
  add("list", "all of them (also without a word)", false);
  CLI::App* const create = add("create", "a new one, which listens at once");
  create->add_option("-l,--listen", question_.listen, "HOST:PORT; port 0: any free one")
      ->required();
  create->add_option("-u,--upstream", question_.upstream, "HOST:PORT that it passes on to")
      ->required();
  create->add_flag("--disabled", question_.disabled, "does not listen yet");
  create->add_option("--caller", question_.caller,
                     "who calls, for cuts between groups; default \"client\", or A of \"A -> B\"");
  create->add_option("--callee", question_.callee, "who is called; default PROXY, or B");
  add_tls(*create);
  add("show", "one, with its toxics");
  add("delete", "ends it");
  add("toggle", "disabled, if it is enabled; else enabled");
  add("enable", "it listens");
  add("disable", "connections are closed and refused");
  add("reset", "enables all and takes all toxics away", false);
}

// What is done to something of one proxy.
CLI::App* ProxyWords::add_of_proxy(CLI::App& command, const std::string& name,
                                   const std::string& help) {
  CLI::App* const added = action(command, question_, name, help);
  add_asking(*added);
  added->add_option("PROXY", question_.proxy, "the name of the proxy")->required();
  return added;
}

void ProxyWords::add_toxic(CLI::App& command) {
  add_asking(command);
  command.require_subcommand(1);
  const auto add = [&](const char* name, const char* help) {
    return add_of_proxy(command, name, help);
  };
  const auto add_values = [&](CLI::App& to) {
    to.add_option("-a,--attribute", question_.attributes,
                  "NAME=NUMBER, e.g. latency=1000; several times")
        ->take_all()
        ->allow_extra_args(false);
    to.add_option("--toxicity", question_.toxicity, "share of the connections, 0 to 1")
        ->check(CLI::Validator(check_toxicity, "0..1"));
  };
  add("list", "those of a proxy");
  CLI::App* const one = add("add", "a new one");
  one->add_option("-n,--name,--toxicName", question_.toxic, "default TYPE_STREAM");
  one->add_option("-t,--type", question_.type,
                  "latency (latency, jitter: ms), bandwidth (rate: KB/s), slow_close (delay: ms), "
                  "timeout (timeout: ms), reset_peer (timeout: ms), slicer (average_size, "
                  "size_variation: bytes, delay: us), limit_data (bytes), noop")
      ->required();
  add_values(*one);
  auto* const up = one->add_flag("-u,--upstream", question_.to_upstream, "on the way to it");
  one->add_flag("-d,--downstream", question_.to_downstream, "on the way back (default)")
      ->excludes(up);
  CLI::App* const update = add("update", "other values; what is not given stays");
  add_values(*update);
  CLI::App* const remove = add("remove", "takes it away");
  for (CLI::App* const named : {update, remove})
    named->add_option("-n,--name,--toxicName,TOXIC", question_.toxic, "its name")->required();
}

void ProxyWords::add_fault(CLI::App& command) {
  add_asking(command);
  command.require_subcommand(1);
  const auto add = [&](const char* name, const char* help) {
    return add_of_proxy(command, name, help);
  };
  add("list", "those of a proxy, with how many requests each matched and acted on");
  CLI::App* const one = add("add", "a new one, of requests that come from now on");
  one->add_option("TYPE", question_.type, "http_abort, latency, drop_reply, reset_peer, ...")
      ->required();
  // Later versions of CLI11 take no = in the name of an argument.
  one->add_option(
      "SETTING", question_.words,
      "KEY=VALUE, the keys of [[fault]]: status=503 probability=20% first=2 match.path=/charge* "
      "match.header.X-Test-Id=t42 latency=300ms name=late ...");
  add("remove", "takes it away")->add_option("NAME", question_.fault, "its name")->required();
}

void ProxyWords::add_tls(CLI::App& create) {
  ProxyQuestion::Tls& tls = question_.tls;
  auto* const certificate = create.add_option("--tls-certificate", tls.certificate,
                                              "TLS with callers: a file with its certificate, PEM");
  auto* const key = create.add_option("--tls-key", tls.key, "a file with its key, PEM");
  certificate->needs(key);
  key->needs(certificate);
  auto* const make = create
                         .add_option("--tls-make-for", tls.make_for,
                                     "TLS with callers, with a certificate made for this host "
                                     "name or address; several times")
                         ->take_all()
                         ->allow_extra_args(false)
                         ->excludes(certificate);
  create
      .add_option("--tls-write", tls.write,
                  "the file that takes the certificate that is made: callers name it as an "
                  "authority")
      ->needs(make);
  create.add_flag("--tls-upstream", tls.upstream, "TLS with the upstream, which proves its name");
  auto* const authorities =
      create.add_option("--tls-authorities", tls.authorities,
                        "a file of who may prove it, PEM; default those of the system");
  create.add_flag("--tls-insecure", tls.insecure, "TLS with the upstream, whoever it is")
      ->excludes(authorities);
  create.add_option("--tls-name", tls.name, "that it proves; default the host of --upstream");
}

void ProxyWords::add_cut(CLI::App& command) {
  add_asking(command);
  command.require_subcommand(1);
  const auto add = [&](const char* name, const char* help) {
    CLI::App* const added = action(command, question_, name, help);
    add_asking(*added);
    return added;
  };
  add("list", "all of them, with how many connections each came to");
  CLI::App* const one = add("add", "a new one, on the proxies that there are and that will be");
  one->add_option("TYPE", question_.type,
                  "partition, blackhole, refuse, refuse_new (open ones work on), connect_hang")
      ->required();
  one->add_option("--group", question_.groups,
                  "of a partition: NAME,NAME of callers, callees and proxies; twice or more")
      ->take_all()
      ->allow_extra_args(false);
  one->add_option("--on", question_.on,
                  "of the others: a proxy, or \"caller -> callee\"; * is anything");
  one->add_option("--mode", question_.mode, "of a partition: blackhole (default) or refuse");
  one->add_option("--direction", question_.direction,
                  "of silence: request, response or both (default)");
  one->add_option("--name", question_.cut, "default TYPE-N");
  add("remove", "heals it")->add_option("NAME", question_.cut, "its name")->required();
}

void ProxyWords::add_forward(CLI::App& command) {
  command.require_subcommand(0, 1);
  add_asking(command);
  const auto add = [&](const char* name, const char* help) {
    CLI::App* const added = action(command, question_, name, help);
    add_asking(*added);
    return added;
  };
  add("list", "all of them (also without a word)");
  CLI::App* const create = add("create", "a new one, which listens at once");
  create->add_option("-l,--listen", question_.listen, "HOST:PORT; default 127.0.0.1:0");
  create
      ->add_option("-r,--route", question_.routes,
                   "HOST:PORT=PROXY, or HOST=PROXY for every port; several times")
      ->take_all()
      ->allow_extra_args(false);
  create->add_flag("--pass-unknown", question_.pass_unknown,
                   "hosts without a route are connected to; else they are refused");
  CLI::App* const show = add("show", "one");
  CLI::App* const remove = add("delete", "ends it");
  for (CLI::App* const named : {create, show, remove})
    named->add_option("CALLER", question_.forward, "its name")->required();
}

void ProxyWords::add_journal(CLI::App& command) {
  add_asking(command);
  command.add_option("PROXY", question_.proxy, "the name of the proxy")->required();
  command.add_option("--method", question_.method, "only of this method");
  command.add_option("--path", question_.path, "only of this path: /charge*");
  command.add_option("--status", question_.status, "only with this status; 0: no answer");
  command.add_option("--fault", question_.fault, "only those that this fault acted on");
  command.add_option("--since", question_.since, "only what ended since: 30s");
  command.add_option("--limit", question_.limit, "only the newest; default 1000");
  auto* const keep = command.add_flag(
      "--keep", question_.keep, "keeps it from now on, also while the proxy has no such fault");
  auto* const not_keep =
      command.add_flag("--no-keep", question_.do_not_keep, "keeps it while there are faults");
  auto* const empty = command.add_flag("--empty", question_.empty, "forgets what it has");
  not_keep->excludes(keep);
  empty->excludes(keep)->excludes(not_keep);
}

bool ProxyWords::chosen() const {
  for (const CLI::App* const one : {proxy_, proxies_, toxic_, fault_, cut_, forward_, journal_})
    if (*one) return true;
  return false;
}

int ProxyWords::run() const {
  if (*proxies_) return proxies_command(question_);
  if (*toxic_) return toxic_command(question_);
  if (*fault_) return fault_command(question_);
  if (*cut_) return cut_command(question_);
  if (*forward_) return forward_command(question_);
  if (*journal_) return journal_command(question_);
  Interrupt interrupt;
  return proxy_command(options_, interrupt);
}

std::vector<std::string> ProxyWords::rewritten(std::vector<std::string> arguments) {
  if (!arguments.empty() && arguments.front() == "proxy")
    for (std::string& argument : arguments)
      if (argument.size() > 2 && argument[0] == '-' &&
          std::isalpha(static_cast<unsigned char>(argument[1])))
        argument.insert(0, 1, '-');
  std::reverse(arguments.begin(), arguments.end());
  return arguments;
}

}  // namespace seawall::cli
