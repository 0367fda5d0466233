// What a request and a response carry beside path and body, as HTTP headers, in both directions:
//
//   idempotency_key  Idempotency-Key: o-17-charge
//   trace            traceparent: 00-<32 hex digits>-<16 hex digits>-01          (W3C)
//   deadline         Seawall-Deadline: 250000          microseconds left when it was sent
//   index            Seawall-Index: order 3; charge; label; 1        (the last: the attempt)
//   durable_lsn      Seawall-Lsn: 99                                    (responses)
//
// Values are read strictly: what is malformed counts as absent, so a request with a malformed index
// is that of a foreign client. Other headers are kept as they are, with names written as
// Retry-After is, whatever their sender wrote; those that belong to one connection are dropped.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/index.hpp"
#include "harness/base/text_buffer.hpp"
#include "harness/base/units.hpp"
#include "harness/model/request.hpp"

namespace seawall::net {

// "order 3; charge; label; 1". Operation and label are percent-encoded where they must be.
void append_index(base::TextBuffer& out, const base::ExecutionIndex& index);
// The inverse; nothing where `text` is no index.
std::optional<base::ExecutionIndex> parse_index(std::string_view text);

// "00-...-...-01"; nothing where it is no trace context of version 00.
void append_trace(base::TextBuffer& out, const model::Trace& trace);
std::optional<model::Trace> parse_trace(std::string_view text);

// One header of a message that arrives. The deadline comes as the time left, because only who reads
// the socket knows the moment; it is 0 at least.
void take_header(std::string_view name, std::string_view value, model::Request& request,
                 std::optional<base::Duration>& time_left);
void take_header(std::string_view name, std::string_view value, model::Response& response);

// Appends a whole message. Bytes that may not stand in a path or in a header are percent-encoded
// (path) or become blanks, so that no value can add a header. `host` is the value of Host.
void append_message(std::string& message, const model::Request& request, std::string_view host,
                    base::TimePoint now);
// `to_head`: it answers a HEAD request, so that the body is announced and not sent.
void append_message(std::string& message, const model::Response& response, bool keep_alive,
                    bool to_head);

}  // namespace seawall::net
