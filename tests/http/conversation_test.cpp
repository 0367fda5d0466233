// A conversation without sockets: requests of all shapes, pipelined and in pieces that chance cuts,
// while faults act on a part of them. Whatever happens, each request has one answer, in order, and
// the callee gets those requests, unchanged, that it should.
#include "faults/http/conversation.hpp"

#include <string>
#include <vector>

#include "faults/http/registry.hpp"
#include "harness/base/keyed_random.hpp"
#include "tests/http/rig.hpp"

namespace seawall::http {

namespace {

using relay::Direction;

// What passed, in both directions, and nothing of its times.
struct Passed final : relay::Interceptor::Actions {
  TimePoint now() const override { return TimePoint(1s); }
  void pass(Direction direction, std::string_view bytes, const relay::Timing&) override {
    (direction == Direction::up ? up : down) += bytes;
  }
  void end(Direction, net::Close, TimePoint) override { ended = true; }
  std::int64_t passed(Direction direction) const override { return gone(direction); }
  std::int64_t gone(Direction direction) const override {
    return std::ssize(direction == Direction::up ? up : down);
  }
  void drop(Direction) override {}
  void wake(TimePoint) override {}
  void detach() override { detached = true; }
  bool ask_aside(relay::AsideRequest request) override {
    aside.push_back(std::move(request.bytes));
    return true;
  }

  std::string up;
  std::string down;
  std::vector<std::string> aside;
  bool ended = false;
  bool detached = false;
};

struct Chance {
  explicit Chance(std::uint64_t seed) : state(seed) {}
  std::size_t below(std::size_t bound) { return (state = base::mix(state)) % bound; }
  std::uint64_t state;
};

std::string chunked(const std::string& body) {
  std::string text;
  for (std::size_t i = 0; i < body.size(); i += 7) {
    const std::string part = body.substr(i, 7);
    text += std::to_string(part.size()) + ";x=y\r\n" + part + "\r\n";
  }
  return text + "0\r\nTrailer: t\r\n\r\n";
}

std::string request_of(std::size_t number, Chance& chance) {
  const std::string target = " /" + std::to_string(number) + " HTTP/1.1\r\n";
  const std::string body(chance.below(40), 'b');
  switch (chance.below(4)) {
    case 0:
      return "GET" + target + "\r\n";
    case 1:
      return "HEAD" + target + "Host: x\r\n\r\n";
    case 2:
      return "POST" + target + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    default:
      return "PUT" + target + "Transfer-Encoding: chunked\r\n\r\n" + chunked(body);
  }
}

// The messages at the beginning of `bytes`, of which the answers are to these methods.
std::vector<std::string> messages(std::string_view bytes, Side side,
                                  const std::vector<std::string>& methods) {
  std::vector<std::string> found;
  while (!bytes.empty()) {
    HeadReader reader(side);
    const HeadReader::State state = reader.read(bytes);
    REQUIRE(state != HeadReader::State::trouble);
    if (state == HeadReader::State::more) break;
    std::size_t size = reader.head().size;
    BodyReader body;
    body.begin(side == Side::request ? body_of_request(reader.head())
                                     : body_of_answer(reader.head(), methods.at(found.size())));
    BodyReader::Part part;
    while (!part.complete) {
      part = body.read(bytes.substr(size));
      REQUIRE(part.trouble == Trouble::none);
      size += part.size;
      if (part.size == 0 && !part.complete) return found;
    }
    found.emplace_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return found;
}

// What the callee says to it: its number comes back.
std::string answer_to(const std::string& request, Chance& chance) {
  const std::size_t slash = request.find('/');
  const std::string number = request.substr(slash + 1, request.find(' ', slash) - slash - 1);
  const std::string head = "HTTP/1.1 200 OK\r\nNumber: " + number + "\r\n";
  const std::string interim = chance.below(5) == 0 ? "HTTP/1.1 103 Early Hints\r\n\r\n" : "";
  if (request.starts_with("HEAD")) return head + "Content-Length: 5\r\n\r\n";
  if (chance.below(2) == 0)
    return interim + head + "Transfer-Encoding: chunked\r\n\r\n" + chunked("hello you");
  return interim + head + "Content-Length: 5\r\n\r\nhello";
}

std::vector<model::Fault> faults() {
  std::vector<model::Fault> faults{
      abort(503),       abort(504, model::When::after), latency(1ms, model::Direction::both),
      fault("corrupt"), fault("duplicate_request"),     fault("drip")};
  for (std::size_t i = 0; i < faults.size(); ++i) {
    faults[i].name = "fault " + std::to_string(i);
    faults[i].probability = base::Share::percent(20);
  }
  faults[5].gap = 10us;
  return faults;
}

// Some of what is left of `bytes`, from `at` on.
void say_some(Conversation& conversation, Direction direction, const std::string& bytes,
              std::size_t& at, Chance& chance, Passed& passed) {
  const std::size_t size = std::min(bytes.size() - at, 1 + chance.below(60));
  if (size == 0) return;
  const std::string piece = bytes.substr(at, size);
  at += size;
  conversation.took(direction, piece, passed);
}

void converse(std::uint64_t seed) {
  Chance chance(seed);
  constexpr std::size_t count = 40;
  std::string requests;
  std::vector<std::string> sent;
  std::vector<std::string> methods;
  for (std::size_t i = 0; i < count; ++i) {
    sent.push_back(request_of(i, chance));
    methods.push_back(sent.back().substr(0, sent.back().find(' ')));
    requests += sent.back();
  }
  const auto around =
      std::make_shared<Registry>(Registry::Settings{{"client", "callee"}, seed, 100, {}}, 1);
  REQUIRE(around->faults.set(faults(), {}));
  Conversation conversation(around, {});
  Passed passed;
  std::string answers;
  std::size_t asked = 0;
  std::size_t answered = 0;
  std::size_t seen = 0;
  while (asked < requests.size() || answered < answers.size()) {
    if (chance.below(2) == 0)
      say_some(conversation, Direction::up, requests, asked, chance, passed);
    const auto came = messages(passed.up, Side::request, {});
    for (; seen < came.size(); ++seen) answers += answer_to(came[seen], chance);
    if (chance.below(2) == 0)
      say_some(conversation, Direction::down, answers, answered, chance, passed);
  }
  CHECK_FALSE(passed.ended);
  CHECK_FALSE(passed.detached);

  const std::vector<Row> rows = around->journal.select();
  REQUIRE(rows.size() == count);
  std::string came;
  std::size_t copies = 0;
  for (std::size_t i = 0; i < count; ++i) {
    CHECK(rows[i].target == "/" + std::to_string(i));
    CHECK(rows[i].method == methods[i]);
    if (rows[i].exchange.copies > 0) came += sent[i];
    if (rows[i].exchange.copies == 2) CHECK(passed.aside.at(copies++) == sent[i]);
  }
  CHECK(passed.up == came);
  CHECK(passed.aside.size() == copies);
  // Interim answers are none to any request.
  std::string told = passed.down;
  const std::string interim = "HTTP/1.1 103 Early Hints\r\n\r\n";
  for (std::size_t at = told.find(interim); at != told.npos; at = told.find(interim))
    told.erase(at, interim.size());
  const auto heard = messages(told, Side::answer, methods);
  REQUIRE(heard.size() == count);
  for (std::size_t i = 0; i < count; ++i) {
    CHECK(heard[i].starts_with("HTTP/1.1 " + std::to_string(rows[i].exchange.status)));
    if (rows[i].exchange.status == 200)
      CHECK(heard[i].find("Number: " + std::to_string(i) + "\r\n") != std::string::npos);
  }
}

}  // namespace

TEST_CASE("each request has one answer, in order, whatever faults do", "[http]") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    INFO(seed);
    converse(seed);
  }
}

}  // namespace seawall::http
