#include "reports/trace.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include <openssl/evp.h>

#include "harness/base/assert.hpp"
#include "harness/base/keyed_random.hpp"
#include "harness/base/text.hpp"
#include "harness/model/describe.hpp"
#include "harness/model/json_codec.hpp"
#include "harness/record/verdict.hpp"  // names of kinds

namespace seawall::reports {
namespace {

using record::Event;

void append_member(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  out.append(",\"").append(name).append("\":");
  model::append_json_string(out, text);
}

void append_line(std::string& out, const Event& event, base::TimePoint time_zero) {
  out.append("{\"t\":").append(std::to_string((event.t - time_zero).count()));
  out.append(",\"n\":").append(std::to_string(event.n));
  append_member(out, "kind", model::name_of(event.kind));
  append_member(out, "where", event.where);
  append_member(out, "name", event.name);
  append_member(out, "what", event.what);
  if (event.subject.kind != base::Subject::Kind::none)
    append_member(out, "subject", base::to_text(event.subject));
  if (event.value != 0) out.append(",\"value\":").append(std::to_string(event.value));
  out += "}\n";
}

// Events that give the others their meaning.
bool is_landmark(const Event& event) {
  using enum Event::Kind;
  return event.kind == phase || event.kind == fault || event.kind == node || event.kind == stop ||
         event.kind == check;
}

// Lower ranks are kept first; a rank depends on the event alone, never on how many others there
// are.
std::uint64_t rank_of(const Event& event, base::KeyedRandom random) {
  return is_landmark(event) ? 0 : random.with(event.n).bits();
}

// The rank from which on events are left out, so that at most `most` stay.
std::uint64_t rank_limit(const std::vector<Event>& events, base::KeyedRandom random,
                         std::size_t most) {
  std::vector<std::uint64_t> ranks;
  ranks.reserve(events.size());
  for (const Event& event : events) ranks.push_back(rank_of(event, random));
  const auto limit = ranks.begin() + static_cast<std::ptrdiff_t>(most);
  std::nth_element(ranks.begin(), limit, ranks.end());
  return *limit;
}

// SHA-256 of what is added.
class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    done(context_ ? EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) : 0);
  }
  void add(std::string_view bytes) {
    done(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
  }
  // In hexadecimal; once.
  std::string text() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    done(EVP_DigestFinal_ex(context_.get(), digest.data(), &size));
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
      text += digits[digest[i] >> 4];
      text += digits[digest[i] & 15];
    }
    return text;
  }

 private:
  static void done(int status) {
    base::require(status == 1, "SHA-256 of bytes in memory does not fail");
  }
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

// Rows as bytes, the same on every machine: a number has eight, the least first, a text has its
// size before it, and what may be absent a number that says whether it is there. There may be
// millions of rows, for which JSON would take longer than what it tells apart.
class RowBytes {
 public:
  explicit RowBytes(base::TimePoint time_zero) : time_zero_(time_zero) {}

  // Called by describe() and by describe_exchange().
  template <class T>
  void field(std::string_view, const T& value, const model::Field&) {
    if constexpr (std::same_as<T, base::TimePoint>) {
      number(value != base::TimePoint{});  // time 0 of the clock: it never came
      if (value != base::TimePoint{}) number((value - time_zero_).count());
    } else if constexpr (std::integral<T>) {
      number(value);
    } else if constexpr (model::NamedEnum<T>) {
      text(model::name_of(value));
    } else if constexpr (std::same_as<T, base::Money>) {
      number(value.minor);
    } else if constexpr (std::same_as<T, base::Subject>) {
      text(base::name_of(value.kind));
      number(value.number);
    } else if constexpr (std::same_as<T, std::optional<model::Failure>>) {
      number(value.has_value());
      if (value) text(model::name_of(*value));
    } else if constexpr (std::same_as<T, std::vector<std::uint16_t>>) {
      number(value.size());
      for (const std::uint16_t each : value) number(each);
    } else {
      text(value);
    }
  }
  // In hexadecimal; once.
  std::string hash() {
    flush();
    return digest_.text();
  }

 private:
  template <std::integral Number>
  void number(Number value) {
    // A count below zero fills all eight bytes, whatever its type is.
    const auto wide = std::is_signed_v<Number>
                          ? static_cast<std::uint64_t>(static_cast<std::int64_t>(value))
                          : static_cast<std::uint64_t>(value);
    constexpr std::size_t size = 8;
    if (bytes_.size() - used_ < size) flush();
    for (std::size_t i = 0; i < size; ++i)
      bytes_[used_ + i] = static_cast<char>(static_cast<unsigned char>(wide >> (8 * i)));
    used_ += size;
  }
  void text(std::string_view text) {
    number(text.size());
    if (bytes_.size() - used_ < text.size()) flush();
    if (text.size() > bytes_.size()) return digest_.add(text);
    text.copy(bytes_.data() + used_, text.size());
    used_ += text.size();
  }
  void flush() {
    digest_.add({bytes_.data(), used_});
    used_ = 0;
  }

  base::TimePoint time_zero_;
  std::array<char, 16'384> bytes_;
  std::size_t used_ = 0;
  Digest digest_;
};

void describe_exchange(RowBytes& visit, const record::Exchange& row) {
  visit.field("observer", static_cast<int>(row.observer), {});
  visit.field("from", row.link.from, {});
  visit.field("to", row.link.to, {});
  visit.field("subject", row.index.subject, {});
  visit.field("operation", row.index.operation, {});
  visit.field("label", row.index.label, {});
  visit.field("attempt", row.index.attempt, {});
  visit.field("n", row.index.n, {});
  visit.field("method", row.method, {});
  visit.field("path", row.path, {});
  visit.field("key", row.key, {});
  visit.field("payload_hash", row.payload_hash, {});
  visit.field("intended", row.intended, {});
  visit.field("sent", row.sent, {});
  visit.field("ended", row.ended, {});
  visit.field("deadline", row.deadline, {});
  visit.field("status", row.status, {});
  visit.field("failure", row.failure, {});
  visit.field("told", row.told.kind, {});
  visit.field("told_order", row.told.order, {});
  visit.field("told_state", row.told.state, {});
  visit.field("told_reason", row.told.reason, {});
  visit.field("told_degraded", row.told.degraded, {});
  visit.field("durable_lsn", row.durable_lsn, {});
  visit.field("faults", row.faults, {});
  visit.field("copies", row.copies, {});
  visit.field("request_name", row.request_name, {});
  visit.field("expected", row.expected, {});
  visit.field("abandoned", row.abandoned, {});
  visit.field("bytes_out", row.bytes_out, {});
  visit.field("bytes_in", row.bytes_in, {});
}

std::string hash_of_rows(const std::vector<record::Exchange>& rows, base::TimePoint time_zero) {
  RowBytes bytes(time_zero);
  for (const record::Exchange& row : rows) describe_exchange(bytes, row);
  return bytes.hash();
}

std::string hash_of_rows(const std::vector<record::LedgerRow>& rows, base::TimePoint time_zero) {
  RowBytes bytes(time_zero);
  for (const record::LedgerRow& row : rows)
    describe(bytes, const_cast<record::LedgerRow&>(row));  // which only reads: see field()
  return bytes.hash();
}

std::string hash_of_parts(const TraceParts& parts) {
  return sha256(base::concat({"trace ", std::to_string(trace_version), "\nevents ", parts.events,
                              "\njournal ", parts.journal, "\nhistory ", parts.history, "\nledger ",
                              parts.ledger, "\n"}));
}

}  // namespace

std::string sha256(std::string_view bytes) {
  Digest digest;
  digest.add(bytes);
  return digest.text();
}

Trace make_trace(const record::Record& record, std::uint64_t seed, std::size_t most) {
  const auto by_time = [](const Event& a, const Event& b) {
    return std::tie(a.t, a.n) < std::tie(b.t, b.n);
  };
  base::require(std::is_sorted(record.events.begin(), record.events.end(), by_time),
                "the record is sorted before it is reported");

  const auto random = base::KeyedRandom(seed).with("event");
  const bool all = record.events.size() <= most;
  const std::uint64_t limit = all ? 0 : rank_limit(record.events, random, most);
  Trace trace;
  trace.omitted = record.events_dropped;
  Digest events;  // of all of them, whether they have a line in the file or not
  std::string line;
  std::size_t lines = 0;
  for (const Event& event : record.events) {
    line.clear();
    append_line(line, event, record.time_zero);
    events.add(line);
    // Landmarks alone may be more than `most`; then the first of them stay.
    const std::uint64_t rank = all ? 0 : rank_of(event, random);
    if (lines < most && (rank == 0 || rank < limit)) {
      trace.lines += line;
      ++lines;
    } else {
      ++trace.omitted;
    }
  }
  if (record.events_dropped > 0) events.add(std::to_string(record.events_dropped));
  if (trace.omitted > 0) {
    const Event* last = record.events.empty() ? nullptr : &record.events.back();
    const std::int64_t t = last == nullptr ? 0 : (last->t - record.time_zero).count();
    const std::uint64_t n = last == nullptr ? 0 : last->n + 1;
    trace.lines += "{\"t\":" + std::to_string(t) + ",\"n\":" + std::to_string(n) +
                   ",\"kind\":\"omitted\",\"value\":" + std::to_string(trace.omitted) + "}\n";
  }
  trace.parts = {events.text(), hash_of_rows(record.exchanges, record.time_zero),
                 hash_of_rows(record.history, record.time_zero),
                 hash_of_rows(record.ledger, record.time_zero)};
  trace.hash = hash_of_parts(trace.parts);
  return trace;
}

}  // namespace seawall::reports
