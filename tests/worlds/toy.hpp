// A small target for tests of worlds and stores: `front` relays to `back`, which has a store.
//
//   client --> front --> back
//
// back understands POST /put/KEY (body: the value), POST /claim/KEY (conflict where KEY exists),
// GET /get/KEY, GET /scan/PREFIX, GET /recovered (rows found at its start) and POST /nap/MS. front
// answers as back did, and 502 with the name of the failure where it heard nothing within
// `patience`.
#pragma once
#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "harness/runtime/service.hpp"

namespace seawall::test {

using namespace std::chrono_literals;
using model::Method;
using model::Request;
using model::Response;
using runtime::Env;
using runtime::Task;

// Long for a busy machine, and shorter than the second after which a kernel asks to connect again.
inline constexpr auto patience = 700ms;

// The body of every answer of the toy's own starts with this, so that `told` knows them.
inline constexpr std::string_view own = "toy:";

class Front final : public runtime::Service {
 public:
  explicit Front(Env& env) : env_(env) {}

  Task<bool> start() override { co_return true; }
  Task<Response> handle(Request request) override {
    Request onward(request.method, request.path, request.body);
    onward.idempotency_key = request.idempotency_key;
    onward.index = request.index;
    onward.deadline = env_.now() + patience;
    runtime::Call call(env_, "back", std::move(onward));
    runtime::Result<Response> answer = co_await call;
    if (answer) co_return std::move(*answer);
    Response failed(502, std::string(model::name_of(answer.error())));
    co_return failed;
  }
  std::vector<record::PatternUse> patterns() const override { return {}; }

 private:
  Env& env_;
};

class Back final : public runtime::Service {
 public:
  explicit Back(Env& env) : env_(env) {}

  Task<bool> start() override {
    runtime::Scan scan(env_, "");
    auto rows = co_await scan;
    if (!rows) co_return false;
    recovered_ = rows->size();
    co_return true;
  }

  Task<Response> handle(Request request) override {
    ++handled_;
    const std::string& path = request.path;
    const std::size_t slash = path.find('/', 1);
    const std::string verb = path.substr(1, slash - 1);
    const std::string operand = slash == path.npos ? "" : path.substr(slash + 1);
    if (verb == "put" || verb == "claim") co_return co_await put(verb, operand, request);
    if (verb == "get") co_return co_await get(operand);
    if (verb == "scan") co_return co_await scan(operand);
    if (verb == "nap") co_return co_await nap(operand);
    Response response(200, std::string(own) + std::to_string(recovered_));
    co_return response;
  }

  std::vector<record::PatternUse> patterns() const override {
    record::PatternUse use;
    use.pattern = "handled";
    use.where = "back";
    use.acted = handled_;
    return {use};
  }

 private:
  Task<Response> put(const std::string& verb, const std::string& key, const Request& request) {
    runtime::Batch batch;
    batch.put(key, request.body);
    if (verb == "claim") batch.absent.push_back(key);
    batch.write_class = verb;
    batch.subject = request.index.subject;
    record::LedgerRow row;
    row.machine = record::LedgerRow::Machine::order;
    row.order = key;
    row.subject = request.index.subject;
    row.from = "-";
    row.to = "pending";
    batch.ledger.push_back(std::move(row));
    runtime::Write write(env_, std::move(batch));
    auto written = co_await write;
    Response response(written ? 201 : 409, std::string(own) + key);
    co_return response;
  }

  Task<Response> get(const std::string& key) {
    runtime::Read read(env_, key);
    auto value = co_await read;
    const bool there = value && *value;
    Response response(there ? 200 : 404, std::string(own));
    if (there) response.body += **value;
    co_return response;
  }

  Task<Response> scan(const std::string& prefix) {
    runtime::Scan scan(env_, prefix);
    auto rows = co_await scan;
    Response response(rows ? 200 : 500, std::string(own));
    if (rows)
      for (const auto& [key, value] : *rows) response.body += key + "=" + value + ";";
    co_return response;
  }

  Task<Response> nap(const std::string& milliseconds) {
    int length = 0;
    std::from_chars(milliseconds.data(), milliseconds.data() + milliseconds.size(), length);
    runtime::Sleep sleep(env_, env_.now() + length * 1ms);
    co_await sleep;
    Response response(200, std::string(own) + "rested");
    co_return response;
  }

  Env& env_;
  std::size_t recovered_ = 0;
  std::int64_t handled_ = 0;
};

inline model::Told told_by_toy(Method, std::string_view, int status, std::string_view body) {
  model::Told told;
  if (!body.starts_with(own)) return told;
  told.kind = status == 201 ? model::Told::Kind::confirmed : model::Told::Kind::other;
  told.order = body.substr(own.size());
  return told;
}

inline runtime::Target toy() {
  model::Capacity capacity;
  capacity.workers = 64;
  capacity.service_time = 100us;
  capacity.deadline_margin = 0ms;
  runtime::Target target;
  target.nodes.push_back({"back", capacity, [](Env& env) { return std::make_unique<Back>(env); }});
  target.nodes.push_back(
      {"front", capacity, [](Env& env) { return std::make_unique<Front>(env); }});
  target.links = {{"client", "front"}, {"front", "back"}};
  target.told = told_by_toy;
  return target;
}

}  // namespace seawall::test
