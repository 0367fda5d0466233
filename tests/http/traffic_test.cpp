// Many requests while faults come and go and the journal is read: each has its own answer or that
// of a fault, and all are in the journal.
#include <atomic>
#include <thread>

#include "tests/http/rig.hpp"

namespace seawall::http {

namespace {

// A caller that asks again as soon as it has its answer, and looks at what it gets.
class Asker {
 public:
  Asker(Peer peer, std::size_t number) : peer_(std::move(peer)), number_(number) { ask(); }

  // The answers that came, of which each is the one to its request, or that of the fault.
  void look() {
    const std::string& heard = peer_.heard();
    while (true) {
      const std::size_t head = heard.find("\r\n\r\n", read_);
      if (head == heard.npos) return;
      const std::string_view answer = std::string_view(heard).substr(read_);
      const std::string own = ok_of(target());
      const bool aborted = answer.starts_with("HTTP/1.1 503 ");
      const std::size_t size = aborted ? head + 4 + 6 - read_ : own.size();
      if (answer.size() < size) return;
      CHECK((aborted ? answer.substr(0, size).ends_with("broken") : answer.substr(0, size) == own));
      read_ += size;
      ++answered_;
      ask();
    }
  }
  std::size_t answered() const { return answered_; }

 private:
  std::string target() const {
    return "/" + std::to_string(number_) + "/" + std::to_string(answered_);
  }
  void ask() { peer_.say(get_of(target())); }

  Peer peer_;
  const std::size_t number_;
  std::size_t read_ = 0;  // of what it has heard
  std::size_t answered_ = 0;
};

// Says to each request its own target.
class Echo {
 public:
  explicit Echo(int socket) : peer_(socket) {}
  void look() {
    const std::string& heard = peer_.heard();
    for (std::size_t end = heard.find("\r\n\r\n", read_); end != heard.npos;
         end = heard.find("\r\n\r\n", read_)) {
      const std::string_view request = std::string_view(heard).substr(read_, end - read_);
      peer_.say(ok_of(request.substr(4, request.find(' ', 4) - 4)));
      read_ = end + 4;
    }
  }

 private:
  Peer peer_;
  std::size_t read_ = 0;
};

std::vector<model::Fault> faults(int round) {
  std::vector<model::Fault> faults;
  if (round % 2 == 0) faults.push_back(abort(503));
  if (round % 3 == 0) faults.push_back(abort(503, model::When::after));
  if (round % 5 == 0) faults.push_back(latency(1ms, model::Direction::both));
  if (round % 7 == 0) faults.push_back(fault("drip"));
  for (std::size_t i = 0; i < faults.size(); ++i) {
    faults[i].name = "fault " + std::to_string(i);
    faults[i].probability = base::Share::percent(20);
    faults[i].gap = 20us;
    if (round % 4 == 0) faults[i].every = 3;
  }
  return faults;
}

}  // namespace

TEST_CASE("every request has its answer while faults come and go", "[http][sockets]") {
  Rig rig({}, 2, 1000);
  constexpr std::size_t connections = 8;
  std::vector<Echo> callees;
  std::vector<Asker> askers;
  for (std::size_t i = 0; i < connections; ++i)
    askers.emplace_back(Peer::connect_to(rig.link.tcp().listen().port), i);
  std::atomic<bool> ends = false;
  std::atomic<int> rounds = 0;
  std::thread changer([&] {
    for (; !ends; ++rounds) {
      if (!rig.link.set_faults(faults(rounds))) break;
      (void)rig.link.journal().select();
      (void)rig.link.hits();
      std::this_thread::yield();
    }
  });
  const auto answered = [&] {
    std::size_t sum = 0;
    for (const Asker& asker : askers) sum += asker.answered();
    return sum;
  };
  CHECK(rig.until([&] {
    rig.upstream.accept_into(callees);
    for (Echo& callee : callees) callee.look();
    for (Asker& asker : askers) asker.look();
    return answered() >= 2000 && rounds > 20;
  }));
  ends = true;
  changer.join();
  const std::size_t done = answered();
  CHECK(rig.until([&] { return rig.link.journal().written() >= done; }));
  // Each worker has half of the room, and one of them may have had few of the requests.
  const std::size_t kept = rig.link.journal().select().size();
  CHECK(kept > 500);
  CHECK(kept <= 1000);
}

}  // namespace seawall::http
