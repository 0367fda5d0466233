// The proxies and their toxics, with the rules of Toxiproxy's API: what may be created, what an
// update changes, what survives it. It knows neither HTTP nor sockets.
//
// All of it from any thread: one lock, and what is done under it waits for no peer.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "faults/toxiproxy/http_fault.hpp"
#include "faults/toxiproxy/input.hpp"
#include "faults/toxiproxy/lines.hpp"
#include "faults/toxiproxy/refusal.hpp"
#include "faults/toxiproxy/toxic.hpp"
#include "harness/base/result.hpp"

namespace seawall::toxiproxy {

// A proxy as it is at one moment.
struct ProxyState {
  std::string name;
  std::string listen;  // the address, once it has listened; the text that was given before
  std::string upstream;
  bool enabled = false;
  std::vector<Toxic> toxics;  // those of upstream first, each in order of creation
};

struct ProxyNumbers {
  ProxyState state;
  relay::Counters counters;
  std::optional<stats::Histogram> injection_error;  // absent where nothing was delayed
  std::vector<HttpFaultState> faults;               // in order of creation
  bool journal = false;                             // kept also while there is no such fault
};

class Proxies {
 public:
  struct Settings {
    std::vector<std::string> allowed_hosts;  // of upstreams, as they are written; empty: any
  };

  // `lines` outlives it.
  Proxies(Lines& lines, Settings settings);
  ~Proxies();
  Proxies(const Proxies&) = delete;

  Outcome<ProxyState> create(const ProxyInput& input);
  std::vector<ProxyState> list() const;  // by name
  Outcome<ProxyState> get(std::string_view name) const;
  // What the input does not name stays as it is. Another listen or upstream drops connections.
  Outcome<ProxyState> update(std::string_view name, const ProxyInput& input);
  Outcome<void> remove(std::string_view name);

  // All are checked before the first is made. A proxy that exists with the same addresses stays as
  // it is, but for toxics that are given; another of its name is replaced.
  struct Populated {
    std::vector<ProxyState> proxies;  // those that were made, also where one was refused then
    std::optional<Refusal> refusal;
  };
  Populated populate(const std::vector<ProxyInput>& inputs);

  // Starts all and takes all toxics and faults of requests away. The refusal is that of the first
  // that could not start.
  Outcome<void> reset();

  Outcome<std::vector<Toxic>> toxics(std::string_view proxy) const;
  Outcome<Toxic> toxic(std::string_view proxy, std::string_view name) const;
  Outcome<Toxic> add_toxic(std::string_view proxy, const ToxicInput& input);
  // Attributes that are not given keep their values, and so does the toxicity.
  Outcome<Toxic> update_toxic(std::string_view proxy, std::string_view name,
                              const ToxicInput& input);
  Outcome<void> remove_toxic(std::string_view proxy, std::string_view name);

  // Faults of requests. One that has no name is called TYPE-N.
  Outcome<std::vector<HttpFaultState>> faults(std::string_view proxy) const;
  Outcome<HttpFaultState> fault(std::string_view proxy, std::string_view name) const;
  Outcome<HttpFaultState> add_fault(std::string_view proxy, HttpFault fault);
  Outcome<void> remove_fault(std::string_view proxy, std::string_view name);

  // Whether the journal is kept while no fault of requests wants it anyway.
  Outcome<ProxyNumbers> keep_journal(std::string_view proxy, bool keep);
  Outcome<std::vector<http::Row>> journal(std::string_view proxy, http::Query query) const;
  // What has been written is not told any more.
  Outcome<void> empty_journal(std::string_view proxy);
  base::TimePoint now() const { return lines_.now(); }

  std::vector<ProxyNumbers> numbers() const;  // by name
  Outcome<ProxyNumbers> numbers(std::string_view name) const;

 private:
  struct Proxy;
  struct Plan;
  using Table = std::map<std::string, std::unique_ptr<Proxy>, std::less<>>;

  Outcome<Plan> plan(const ProxyInput& input) const;
  Outcome<std::vector<Plan>> plan(const std::vector<ProxyInput>& inputs) const;
  Outcome<ProxyState> put(Plan plan);
  Outcome<void> start(Proxy& proxy);
  Outcome<HttpFaultState> fault_at(const Proxy& proxy, std::string_view name) const;
  Outcome<void> allow(const relay::Endpoint& upstream, std::size_t offset) const;
  Proxy* find(std::string_view name) const;

  Lines& lines_;
  const Settings settings_;
  mutable std::mutex mutex_;
  Table table_;
};

// The refusal of a text that could not be read: 400, and these words before the sentence.
inline constexpr std::string_view bad_body = "bad request body: ";
Refusal refusal_of(const Mistake& mistake);

}  // namespace seawall::toxiproxy
