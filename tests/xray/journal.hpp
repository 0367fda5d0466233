// Journals written by hand: a client that asks for "/buy/N", and a service that calls another.
#pragma once
#include <string>

#include "harness/xray/measure.hpp"

namespace seawall::xray {

using namespace std::chrono_literals;

inline const base::Link link{"orders", "payments"};
inline const TimePoint zero{100s};

class Journal {
 public:
  Journal() {
    record.time_zero = zero;
    record.load_end = zero + 100s;
    record.end = zero + 110s;
  }

  // What the caller is asked for, since time 0; whoever asks waits for `wait`.
  record::Exchange& asks(Duration at, Duration wait) {
    record::Exchange& row = record.exchanges.emplace_back();
    row.link = {"client", "orders"};
    row.sent = zero + at;
    row.ended = row.sent + wait;
    row.status = 200;
    return row;
  }

  // On the link; `length` 0: it never ends.
  record::Exchange& calls(Duration at, Duration length, const std::string& path = "/charge/7") {
    record::Exchange& row = record.exchanges.emplace_back();
    row.link = link;
    row.method = model::Method::post;
    row.path = path;
    row.key = "k";
    row.payload_hash = 1;
    row.sent = zero + at;
    if (length > 0s) row.ended = row.sent + length;
    return row;
  }
  record::Exchange& fails(Duration at, Duration length) {
    record::Exchange& row = calls(at, length);
    row.faults = {0};
    row.failure = model::Failure::timed_out;
    return row;
  }

  record::Record record;
};

inline const Subject charge{link, {model::Method::post, "/charge/*"}, true};

}  // namespace seawall::xray
