#include "harness/worlds/orders.hpp"

#include <cerrno>

#include <sys/socket.h>

#include "harness/model/json_codec.hpp"
#include "harness/net/http_headers.hpp"

namespace seawall::worlds {
namespace {

bool send_text(int descriptor, const std::string& text) {
  ssize_t sent = 0;
  do sent = ::send(descriptor, text.data(), text.size(), MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(text.size());
}

template <class T>
std::optional<T> receive(int descriptor) {
  ssize_t size = 0;
  do size = ::recv(descriptor, nullptr, 0, MSG_PEEK | MSG_TRUNC);
  while (size < 0 && errno == EINTR);
  if (size <= 0) return std::nullopt;
  std::string text(static_cast<std::size_t>(size), '\0');
  if (::recv(descriptor, text.data(), text.size(), 0) != size) return std::nullopt;
  auto message = model::decode_json<T>(text);
  if (!message) return std::nullopt;
  return std::move(*message);
}

}  // namespace

Word::Call told_call(const std::string& callee, const model::Request& request,
                     model::Failure failure, base::TimePoint began) {
  Word::Call call;
  call.callee = callee;
  call.method = request.method;
  call.path = request.path;
  call.body = request.body;
  call.key = request.idempotency_key;
  for (const model::Header& header : request.headers) call.headers[header.name] = header.value;
  base::TextBuffer index(call.index);
  net::append_index(index, request.index);
  index.flush();
  call.deadline = request.deadline;
  call.failure = failure;
  call.began = began;
  return call;
}

model::Request request_of(const Word::Call& call) {
  model::Request request(call.method, call.path, call.body);
  request.idempotency_key = call.key;
  for (const auto& [name, value] : call.headers) request.headers.emplace_back(name, value);
  if (auto index = net::parse_index(call.index)) request.index = std::move(*index);
  request.deadline = call.deadline;
  return request;
}

bool send(int descriptor, const Order& order) {
  return send_text(descriptor, model::encode_json(order));
}

bool send(int descriptor, const Word& word) {
  return send_text(descriptor, model::encode_json(word));
}

std::optional<Order> receive_order(int descriptor) { return receive<Order>(descriptor); }

std::optional<Word> receive_word(int descriptor) { return receive<Word>(descriptor); }

}  // namespace seawall::worlds
