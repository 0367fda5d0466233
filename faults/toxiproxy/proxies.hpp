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

#include "faults/toxiproxy/allowed_hosts.hpp"
#include "faults/toxiproxy/cut.hpp"
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
  Parties parties;
  std::vector<relay::Link::Hits> toxic_hits;  // in the order of its toxics
  relay::Counters counters;
  std::optional<stats::Histogram> injection_error;  // absent where nothing was delayed
  std::vector<HttpFaultState> faults;               // in order of creation
  bool journal = false;                             // kept also while there is no such fault
  std::optional<TlsInput> tls;
  std::string certificate;  // where one was made for its callers: PEM
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

  // Toxiproxy's clients send what they last saw of toxics; it ignores them.
  enum class Toxics : bool { ignored, taken };
  Outcome<ProxyState> create(const ProxyInput& input, Toxics toxics = Toxics::ignored);
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

  // Where it listens, or has listened and will again; nothing where it never has, or is none.
  std::optional<relay::Endpoint> listens_at(std::string_view name) const;

  // Starts all and takes all toxics, faults of requests and cuts away. The refusal is that of the
  // first that could not start.
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

  // Cuts, in order of creation. One has to lie on a proxy, and lies on those that come later too.
  std::vector<CutState> cuts() const;
  Outcome<CutState> cut(std::string_view name) const;
  Outcome<CutState> add_cut(Cut cut);
  // The refusal is that of a proxy that cannot listen again; the cut is gone all the same.
  Outcome<void> remove_cut(std::string_view name);

  // Which connections drew which toxics and cuts: the newest.
  Outcome<std::vector<relay::Draw>> draws(std::string_view proxy) const;

  // Whether the journal is kept while no fault of requests wants it anyway.
  Outcome<ProxyNumbers> keep_journal(std::string_view proxy, bool keep);
  Outcome<std::vector<http::Row>> journal(std::string_view proxy, http::Query query) const;
  // What has been written is not told any more.
  Outcome<void> empty_journal(std::string_view proxy);
  base::TimePoint now() const { return lines_.now(); }

  std::vector<ProxyNumbers> numbers() const;  // by name
  Outcome<ProxyNumbers> numbers(std::string_view name) const;

  const AllowedHosts& allowed_hosts() const { return allowed_; }

  // From now on they are the links of a run: none is made, moved or removed, and that is refused
  // with 403. Before anybody else asks.
  void fix() { fixed_ = true; }
  bool are_fixed() const { return fixed_; }

 private:
  struct Proxy;
  struct Plan;
  using Table = std::map<std::string, std::unique_ptr<Proxy>, std::less<>>;

  Outcome<Plan> plan(const ProxyInput& input) const;
  Outcome<std::vector<Plan>> plan(const std::vector<ProxyInput>& inputs) const;
  Outcome<ProxyState> put(Plan plan);
  Outcome<void> start(Proxy& proxy);
  Outcome<void> add_line(Proxy& proxy);
  Outcome<void> place(const Cut& cut) const;
  Outcome<void> set_cuts(std::vector<Cut> cuts);
  CutState state_of(const Cut& cut) const;
  std::uint64_t hung_before(const std::string& cut, const std::string& proxy) const;
  Outcome<HttpFaultState> fault_at(const Proxy& proxy, std::string_view name) const;
  Outcome<void> allow(const relay::Endpoint& upstream, std::size_t offset) const;
  Proxy* find(std::string_view name) const;

  Lines& lines_;
  const AllowedHosts allowed_;
  bool fixed_ = false;
  mutable std::mutex mutex_;
  Table table_;
  std::vector<Cut> cuts_;
  // By the name of a cut and that of a proxy: how many connects had hung when the cut came.
  std::map<std::string, std::map<std::string, std::uint64_t>> hung_before_;
};

// The refusal of a text that could not be read: 400, and these words before the sentence.
inline constexpr std::string_view bad_body = "bad request body: ";
Refusal refusal_of(const Mistake& mistake);
// Of what cannot be done ("create one") where the proxies are the links of a run.
Refusal refusal_in_run(std::string_view what);
// Why a proxy or a forward cannot listen.
Refusal refusal_of(const relay::StartError& error, const std::string& address);

}  // namespace seawall::toxiproxy
