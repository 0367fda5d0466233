#include "faults/proxy/account.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "harness/base/keyed_random.hpp"
#include "harness/net/http_headers.hpp"

namespace seawall::proxy {

namespace {

// Of a body, what is looked at: its hash, or what it told, is that of its beginning.
constexpr std::size_t most_body = 1 << 20;

// A caller that leaves when this little of its time is left, left because of that: the link read
// the request, and so knows of the deadline, later than the caller set it.
Duration about_now(Duration remaining) {
  return std::max<Duration>(std::chrono::milliseconds(2), remaining / 8);
}

void append_body(std::string& text, std::string_view part) {
  text += part.substr(0, most_body - std::min(most_body, text.size()));
}

// Without its body, which has yet to come.
model::Request request_of(const http::Head& head, TimePoint sent) {
  model::Request request(http::method_named(head.method).value_or(model::Method::get),
                         std::string(head.target));
  std::optional<Duration> time_left;
  std::string_view lines = head.headers;
  while (!lines.empty()) {
    const http::Header header = http::take_header(lines);
    net::take_header(header.name, header.value, request, time_left);
  }
  request.pass_deadline = time_left.has_value();
  if (time_left) request.deadline = sent + *time_left;
  return request;
}

std::string index_header(const base::ExecutionIndex& index) {
  std::string text;
  base::TextBuffer out(text);
  out += "Seawall-Index: ";
  net::append_index(out, index);
  out += "\r\n";
  return text;
}

// A method that the project has no name for is met by no fault that asks for one.
std::vector<plan::Armed> of_any_method(const std::vector<plan::Armed>& armed) {
  std::vector<plan::Armed> some;
  std::copy_if(armed.begin(), armed.end(), std::back_inserter(some),
               [](const plan::Armed& one) { return one.fault->match.method.empty(); });
  return some;
}

}  // namespace

// One request, until its caller has ended and nothing of it is with its callee.
class Account::Flight final : public http::Flight {
 public:
  Flight(std::shared_ptr<Account> account, record::Exchange& r)
      : row(r), account_(std::move(account)) {
    ++account_->flights_;
    ++account_->around_.flights;
  }
  ~Flight() override {
    row.payload_hash = base::hash_bytes(asked_);
    --account_->flights_;
    --account_->around_.flights;
  }
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;

  void sent(std::string_view body) override {
    append_body(asked_, body);
    row.bytes_out += std::ssize(body);
  }
  void delivered(int copies) override {
    row.copies = static_cast<std::uint16_t>(row.copies + copies);
  }
  void answered(const http::Head& head) override {
    model::Response response(head.status);
    std::string_view lines = head.headers;
    while (!lines.empty()) {
      const http::Header header = http::take_header(lines);
      net::take_header(header.name, header.value, response);
    }
    durable_lsn = response.durable_lsn;
  }
  void heard(std::string_view body) override {
    if (account_->around_.target.told) append_body(told, body);
  }
  void answered_instead(std::string_view body) override {
    durable_lsn = 0;
    told.clear();
    heard(body);
  }

  record::Exchange& row;
  std::uint16_t crash = 0;            // the fault that crashes someone here
  std::optional<Duration> remaining;  // until the deadline when it came, if the callee learns it
  std::uint64_t durable_lsn = 0;
  std::string told;  // the body that its caller got

 private:
  const std::shared_ptr<Account> account_;
  std::string asked_;
};

std::vector<http::Cut> Account::cuts_since(std::uint64_t version, const Place&) {
  return version < version_ ? cuts_ : std::vector<http::Cut>();
}

void Account::add_cuts(const std::vector<std::pair<std::uint16_t, plan::Cut>>& cuts) {
  ++version_;
  cuts_.clear();
  for (const auto& [position, does] : cuts) cuts_.push_back({version_, position, does});
}

void Account::arrived(const http::Head& head, const Place& place, http::Exchange& exchange) {
  exchange.version = version_;
  const TimePoint sent = exchange.row.sent;
  model::Request request = request_of(head, sent);
  const bool is_foreign = request.index.subject.kind == base::Subject::Kind::none;
  around_.numbering.number(link_, request);
  record::Exchange& row = open_row(request, sent);
  // What a foreign request causes is its own, too.
  if (is_foreign) exchange.added = index_header(request.index);
  if (flights_ >= most_flights) {
    row.ended = sent;
    row.failure = model::Failure::reset;
    exchange.ended = true;
    exchange.effect = std::make_unique<plan::Effect>();
    exchange.effect->before = plan::Effect::Before::reset;
    return;
  }
  const Armory::Armed armed = around_.armory.armed();
  const bool is_known = http::method_named(head.method).has_value();
  plan::Decision decision = plan::decide(around_.seed, is_known ? *armed : of_any_method(*armed),
                                         link_, request, sent, place.opened);
  keep_books(decision, row);
  const auto flight = std::make_shared<Flight>(shared_from_this(), row);
  if (request.pass_deadline) flight->remaining = request.deadline - sent;
  for (const std::uint16_t position : decision.hit)
    if (around_.armory.at(position).node == plan::NodeEffect::crash) flight->crash = position;
  exchange.flight = flight;
  exchange.row.index = std::move(request.index);
  if (!decision.effect.neutral())
    exchange.effect = std::make_unique<plan::Effect>(std::move(decision.effect));
}

record::Exchange& Account::open_row(const model::Request& request, TimePoint sent) {
  record::Exchange& row = around_.journal.emplace_back();
  row.link = link_;
  row.index = request.index;
  row.method = request.method;
  row.path = request.path;
  row.key = request.idempotency_key;
  row.payload_hash = base::hash_bytes(request.body);
  row.sent = sent;
  row.deadline = request.deadline;
  row.bytes_out = std::ssize(request.body);
  row.copies = 0;
  return row;
}

void Account::keep_books(const plan::Decision& decision, record::Exchange& row) {
  around_.armory.met_call(link_, decision, row.index.subject, row.sent);
  row.faults = decision.hit;
}

void Account::cut(const http::Cut& cut, const Place&, http::Exchange& exchange, TimePoint now) {
  around_.armory.cut(cut.position, static_cast<Flight&>(*exchange.flight).row, now);
}

void Account::crash(plan::Effect::Crash who, http::Exchange& exchange) {
  const bool caller_dies = who == plan::Effect::Crash::caller;
  around_.crash(caller_dies ? link_.from : link_.to, static_cast<Flight&>(*exchange.flight).crash);
}

void Account::ended(const Place&, http::Exchange& exchange) {
  if (closed_) return;
  const auto& flight = static_cast<const Flight&>(*exchange.flight);
  record::Exchange& row = flight.row;
  row.ended = exchange.row.ended;
  if (exchange.told) return note_answer(flight, exchange, row);
  row.failure = exchange.row.failure.value_or(model::Failure::reset);
  if (!exchange.left) return;
  const bool is_late = flight.remaining && row.ended >= row.deadline - about_now(*flight.remaining);
  // Of a caller that tells of no deadline, leaving is all that shows that its patience has ended.
  row.failure = is_late || !flight.remaining ? model::Failure::timed_out : model::Failure::reset;
  // It wanted no more of its answer than it had.
  const bool was_cut = exchange.row.failure == model::Failure::reset;
  if (!is_late && !was_cut && exchange.row.status != 0) note_status(flight, exchange, row);
}

void Account::note_answer(const Flight& flight, const http::Exchange& exchange,
                          record::Exchange& row) {
  if (around_.target.told)
    row.told = around_.target.told(row.method, row.path, exchange.row.status, flight.told);
  note_status(flight, exchange, row);
}

void Account::note_status(const Flight& flight, const http::Exchange& exchange,
                          record::Exchange& row) {
  row.failure.reset();
  row.status = exchange.row.status;
  row.durable_lsn = flight.durable_lsn;
  row.bytes_in = exchange.row.bytes_in;
  around_.armory.saw(row);
}

void Account::not_sent(model::Request request, model::Failure failure, const Armory::Armed& met) {
  around_.numbering.number(link_, request);
  record::Exchange& row = open_row(request, around_.loop.now());
  plan::Decision decision = plan::decide(around_.seed, *met, link_, request, row.sent);
  plan::meet_nobody(decision, failure);
  keep_books(decision, row);
  row.failure = failure;
  row.ended = row.sent;
}

}  // namespace seawall::proxy
