// One link over sockets: a listener for the caller, kept connections to the callee, and in between
// each request meets the faults that are armed.
//
//   caller --> [listener] number, decide --> delay --> fate --> forward --> callee
//      ^                                      |                              |
//      |                                      +-- refused, reset, silence,   v
//      +-- reset, silence, another answer <---+-- another answer <-- delay <-- answer
//
// While its callee is down, or while a fault refuses whatever comes, nobody listens: the kernel
// refuses the caller, and open connections are reset. The callers of the run tell of these calls
// through not_sent(), because no byte of them arrives here. A fault that refuses only some requests
// has read them by then, so that their caller sees a reset. Where connects hang, the listener's
// queue is full.
//
// All of it on the loop's thread.
#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faults/proxy/armory.hpp"
#include "faults/proxy/numbering.hpp"
#include "harness/net/http_client.hpp"
#include "harness/net/http_server.hpp"
#include "harness/net/loop.hpp"
#include "harness/net/port.hpp"

namespace seawall::proxy {

using base::Duration;

// What all links of a run have in common. Everything in it outlives them.
struct Surroundings {
  net::Loop& loop;
  const runtime::Target& target;
  std::uint64_t seed;
  Armory& armory;
  Numbering& numbering;
  std::deque<record::Exchange>& journal;  // one row for each request, by arrival
  // Asks for the death of a node, by the crash at this position. Returns at once.
  std::function<void(const std::string& node, std::uint16_t position)> crash;
  std::atomic<std::size_t> flights = 0;  // on all links; any thread may read it
};

// Where the callee of a link listens, and what Host calls it (empty: its address).
struct Callee {
  net::Address address;
  std::string authority;
};

class Link {
 public:
  // The link listens on `port` when its callee is up.
  Link(Surroundings& around, base::Link link, net::ReservedPort port, const Callee& callee);
  // Resets what is open.
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  const base::Link& name() const { return link_; }
  std::uint16_t port() const { return port_.number(); }

  // The callee serves, or is down.
  void callee_up();
  void callee_down();
  // Other faults are armed than before.
  void faults_changed();
  // Delivers what is held, in order of its index; what finds its callee down waits until that is
  // up.
  void release_held();
  // A caller of the run, who asked at `began`, found nobody listening: it is numbered, judged and
  // recorded all the same.
  void not_sent(model::Request request, model::Failure failure, TimePoint began);

  // Requests on the link at once; one more is reset.
  static constexpr std::size_t most_flights = 20'000;

 private:
  struct Flight;
  struct Held;
  using Id = std::uint64_t;

  // The listener.
  void listen();
  void stop_listening();
  void reset_all();
  // A fault was armed that does this to what is on the link already.
  void cut(std::uint16_t position, const plan::Cut& cut);
  // Whether this request, or its answer, is lost to its caller by that.
  static bool lose(Flight& flight, const plan::Cut& cut);
  // What the armed faults do to any request whatever; what it is after that is for the request.
  // `opened`: see plan::decide().
  plan::Effect standing_effect(std::optional<TimePoint> opened) const;

  // The way of a request.
  void arrive(model::Request request, net::HttpServer::Reply caller);
  record::Exchange& open_row(const model::Request& request);
  plan::Decision decide(const model::Request& request, std::optional<TimePoint> opened) const;
  // The faults that a connect met which was begun then and came to nothing.
  Armory::Armed met_by_connect(TimePoint began) const;
  void keep_books(const plan::Decision& decision, record::Exchange& row);
  void set_out(Id id);
  void meet_callee(Id id);
  void forward(Id id, bool is_copy);
  void returned(Id id, bool is_copy, net::HttpClient::Result result);
  void turn_back(Id id, model::Response response);
  void meet_caller(Id id, const model::Response& response);

  // The answer as it is, or byte by byte; and a part of it alone.
  void drip(Id id, model::Response response);
  void push(Id id, std::size_t bytes, std::size_t left);
  void truncate(Flight& flight, const model::Response& response);

  // Messages that wait on the link.
  void hold(Id id, bool is_copy, Duration time);
  void deliver_held(std::uint64_t number);
  // By the execution index of their requests, the copy last.
  std::vector<std::uint64_t> held_in_order();

  // The end of its caller, and of it all.
  void answer(Flight& flight, const model::Response& response);
  void note_answer(Flight& flight, const model::Response& response);
  void reset(Flight& flight);
  void caller_gone(Id id);
  void settle(Id id);

  // Runs `action` after `time`; at once where there is none.
  void after(Id id, Duration time, std::function<void()> action);
  Flight& flight(Id id);

  Surroundings& around_;
  const base::Link link_;
  const net::ReservedPort port_;
  net::HttpClient callee_;
  std::unique_ptr<net::HttpServer> listener_;
  net::Loop::Timer listen_again_;
  bool callee_up_ = false;
  std::vector<std::uint16_t> cutting_;  // the faults that cut it
  // The faults that were armed when connects hung last, and until when they did.
  Armory::Armed hanging_;
  TimePoint hung_until_{};
  Id last_ = 0;
  std::uint64_t last_held_ = 0;
  std::map<Id, Flight> flights_;
  std::map<std::uint64_t, Held> held_;
};

}  // namespace seawall::proxy
