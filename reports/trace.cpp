#include "reports/trace.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>
#include <vector>

#include <openssl/evp.h>

#include "harness/base/assert.hpp"
#include "harness/base/keyed_random.hpp"
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

}  // namespace

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  base::require(done == 1, "SHA-256 of bytes in memory does not fail");
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += digits[digest[i] >> 4];
    text += digits[digest[i] & 15];
  }
  return text;
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
  std::size_t lines = 0;
  for (const Event& event : record.events) {
    // Landmarks alone may be more than `most`; then the first of them stay.
    const std::uint64_t rank = all ? 0 : rank_of(event, random);
    if (lines < most && (rank == 0 || rank < limit)) {
      append_line(trace.lines, event, record.time_zero);
      ++lines;
    } else {
      ++trace.omitted;
    }
  }
  if (trace.omitted > 0) {
    const Event* last = record.events.empty() ? nullptr : &record.events.back();
    const std::int64_t t = last == nullptr ? 0 : (last->t - record.time_zero).count();
    const std::uint64_t n = last == nullptr ? 0 : last->n + 1;
    trace.lines += "{\"t\":" + std::to_string(t) + ",\"n\":" + std::to_string(n) +
                   ",\"kind\":\"omitted\",\"value\":" + std::to_string(trace.omitted) + "}\n";
  }
  trace.hash = sha256(trace.lines);
  return trace;
}

}  // namespace seawall::reports
