#include "harness/load/generator.hpp"

#include <chrono>

#include "tests/runtime/loop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::load {
namespace {

using namespace std::chrono_literals;

model::Template text(std::string literal) {
  model::Template text;
  text.parts.emplace_back().text = std::move(literal);
  return text;
}

}  // namespace

TEST_CASE("requests that differ in their query alone are of one operation") {
  model::RequestSpec request;
  request.name = "read";
  request.path = text("/x");
  model::Template::Part day;
  day.kind = model::Template::Part::Kind::integer;
  day.least = 1;
  day.most = 9;
  request.query.emplace_back("day", model::Template{{day}});
  model::Load load;
  load.arrivals = model::Load::Arrivals::constant;
  load.requests = {request};
  const std::vector<model::Load> loads = {load};
  const runtime::Target target;
  Generator generator(loads, target, 1);

  runtime::test::Loop loop;
  loop.background.spawn(generator.run(loop, Arrivals::Part::load, 1s, loop.now()));
  loop.run();
  std::vector<record::Exchange> history;
  generator.collect(history);
  REQUIRE(history.size() == 100);
  for (const record::Exchange& row : history) {
    CHECK(row.path.view().starts_with("/x?day="));
    CHECK(row.index.operation == "GET /x");
  }
}

namespace {

model::Template part(model::Template::Part::Kind kind, std::string name, std::string before = "/") {
  model::Template::Part last;
  last.kind = kind;
  last.text = std::move(name);
  return {{text(std::move(before)).parts.front(), last}};
}

// A load of flows alone: login as a user of the file, then read what the login gave.
model::Load shopping() {
  using Kind = model::Template::Part::Kind;
  model::Load load;
  load.arrivals = model::Load::Arrivals::constant;
  load.rate = base::Rate::per_second(10);
  load.requests.resize(3);
  load.requests[0].name = "login";
  load.requests[0].method = model::Method::post;
  load.requests[0].path = part(Kind::row, "user", "/login/");
  load.requests[0].save = {{"token", "$.token"}};
  load.requests[1].name = "view";
  load.requests[1].path = part(Kind::saved, "token", "/view/");
  load.requests[2].name = "leave";
  load.requests[2].path = part(Kind::row, "user", "/leave/");
  for (model::RequestSpec& request : load.requests) request.weight = 0;
  model::Flow flow;
  flow.steps = {"login", "view", "leave"};
  load.flows = {flow};
  model::Rows rows;
  rows.columns = {"user"};
  for (const char* user : {"ann", "bo", "cy"}) rows.rows.push_back({{user, false}});
  load.rows = std::make_shared<const model::Rows>(std::move(rows));
  return load;
}

// Answers a login with a token of its own, and everything else with `status`.
class Shop final : public runtime::test::Loop {
 public:
  explicit Shop(int status = 200) : status_(status) {}
  model::Response answer(const model::Request& request) override {
    if (request.path.starts_with("/login/"))
      return model::Response(200, R"({"token": "t)" + std::to_string(++tokens_) + "\"}");
    return model::Response(status_);
  }

 private:
  int status_;
  int tokens_ = 0;
};

std::vector<record::Exchange> history_of(const model::Load& load, Shop& shop, Duration length,
                                         const std::string& lack = {}) {
  const std::vector<model::Load> loads = {load};
  const runtime::Target target;
  Generator generator(loads, target, 7);
  shop.background.spawn(generator.run(shop, Arrivals::Part::load, length, shop.now()));
  shop.run();
  CHECK(generator.idle());
  CHECK(generator.uses()[0].sent == generator.uses()[0].planned);
  CHECK(generator.uses()[0].lack == lack);
  std::vector<record::Exchange> history;
  generator.collect(history);
  return history;
}

std::string told(const std::vector<record::Exchange>& history) {
  std::string text;
  for (const record::Exchange& row : history)
    text += std::string(row.request_name.view()) + " " + std::string(row.path.view()) + " " +
            std::to_string((row.intended - base::TimePoint()) / 1us) + "\n";
  return text;
}

}  // namespace

TEST_CASE("the steps of a flow are one user's, one after the other") {
  Shop shop;
  const auto history = history_of(shopping(), shop, 1s);
  REQUIRE(history.size() == 30);
  int tokens = 0;
  for (std::size_t i = 0; i < history.size(); i += 3) {
    CHECK(history[i].request_name == "login");
    const std::string user(history[i].path.view().substr(7));
    CHECK(history[i + 1].path.view() == "/view/t" + std::to_string(++tokens));
    CHECK(history[i + 2].path.view() == "/leave/" + user);
    // Each is due when the one before was answered.
    CHECK(history[i + 1].intended == history[i].ended);
    CHECK(history[i + 2].intended == history[i + 1].ended);
  }
}

TEST_CASE("flows and rows are the same from the same seed") {
  Shop one, two;
  const std::string first = told(history_of(shopping(), one, 2s));
  CHECK(first == told(history_of(shopping(), two, 2s)));
  for (const char* user : {"/login/ann", "/login/bo", "/login/cy"})
    CHECK(first.find(user) != std::string::npos);
}

TEST_CASE("a step that was not answered as expected is the last of its flow") {
  Shop shop(500);
  const auto history = history_of(shopping(), shop, 1s);
  CHECK(history.size() == 20);  // login and view
}

TEST_CASE("a load whose saves find nothing tells what of it was not sent") {
  Shop shop;
  model::Load load = shopping();
  load.requests[0].save = {{"token", "$.nope"}};
  std::string lack = "There was no $.nope (save token) in 10 of 10 answers to login";
  SECTION("the next step of a flow") {
    lack =
        "10 flows ended early, the first before its step view, for want of a saved value: there "
        "was no $.nope (save token) in 10 of 10 answers to login";
  }
  SECTION("a request that is never drawn") {
    load.flows.clear();
    load.requests[0].weight = load.requests[1].weight = 1;
    load.requests[0].path = text("/login/ann");
  }
  CHECK(history_of(load, shop, 1s, lack).size() == 10);
}

TEST_CASE("no step of a flow begins when the load is over") {
  Shop shop;
  model::Load load = shopping();
  load.requests[0].name = "login";
  const auto history = history_of(load, shop, 904ms);  // the tenth begins 4 ms before the end
  CHECK(history.size() == 29);
}

TEST_CASE("what a flow saves is no other request's") {
  using Kind = model::Template::Part::Kind;
  Shop shop;
  model::Load load = shopping();
  load.flows[0].steps = {"login"};
  model::RequestSpec alone;
  alone.name = "alone";
  alone.path = part(Kind::saved, "token");
  alone.weight = 1;
  load.requests.push_back(alone);
  for (const record::Exchange& row : history_of(load, shop, 1s)) CHECK(row.request_name == "login");
}

}  // namespace seawall::load
