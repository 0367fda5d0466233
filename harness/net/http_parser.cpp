#include "harness/net/http_parser.hpp"

#include <optional>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "harness/base/assert.hpp"
#include "harness/net/http_headers.hpp"

namespace seawall::net {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

// What both directions have in common: Beast reports through virtual functions, and the message is
// filled as they come.
template <bool is_request>
class MessageReader : public http::basic_parser<is_request> {
 public:
  explicit MessageReader(HttpLimits limits) {
    this->eager(true);
    this->header_limit(static_cast<std::uint32_t>(limits.head));
    this->body_limit(limits.body);
  }

  Fed read(std::string_view bytes) {
    Fed fed;
    while (!this->is_done()) {
      // Beast asserts that an empty chunked body goes on with five bytes at least; nothing shorter
      // can end a chunked message, so that nobody waits in vain.
      if (this->is_header_done() && this->chunked() && bytes.size() < 5) return fed;
      error_code error;
      const std::size_t n = this->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
      fed.consumed += n;
      bytes.remove_prefix(n);
      if (error == http::error::need_more) return fed;
      if (error) return failed(fed, error);
      if (n == 0 && !this->is_done()) return fed;
    }
    fed.state = Fed::State::complete;
    return fed;
  }

 protected:
  virtual std::string& body() = 0;
  // The status that answers what was wrong, where it is not for the grammar to say.
  int refusal_ = 0;

 private:
  Fed failed(Fed fed, const error_code& error) {
    fed.state = Fed::State::failed;
    fed.status = refusal_                             ? refusal_
                 : error == http::error::header_limit ? 431
                 : error == http::error::body_limit   ? 413
                                                      : 400;
    return fed;
  }

  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (length) body().reserve(static_cast<std::size_t>(*length));
  }
  std::size_t on_body_impl(boost::beast::string_view part, error_code&) override {
    body().append(part.data(), part.size());
    return part.size();
  }
  void on_chunk_header_impl(std::uint64_t, boost::beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view part,
                                 error_code&) override {
    body().append(part.data(), part.size());
    return part.size();
  }
  void on_finish_impl(error_code&) override {}
};

std::optional<model::Method> method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return model::Method::get;
    case http::verb::post:
      return model::Method::post;
    case http::verb::put:
      return model::Method::put;
    case http::verb::patch:
      return model::Method::patch;
    case http::verb::delete_:
      return model::Method::del;
    case http::verb::head:
      return model::Method::head;
    case http::verb::options:
      return model::Method::options;
    default:
      return std::nullopt;
  }
}

}  // namespace

class RequestParser::Reader final : public MessageReader<true> {
 public:
  using MessageReader::MessageReader;

  model::Request request{model::Method::get, {}};
  std::optional<base::Duration> time_left;
  bool expects_continue = false;

 private:
  std::string& body() override { return request.body; }
  void on_request_impl(http::verb verb, boost::beast::string_view, boost::beast::string_view target,
                       int, error_code& error) override {
    const auto method = method_of(verb);
    if (!method) {
      refusal_ = 501;
      error = http::error::bad_method;
      return;
    }
    request.method = *method;
    request.path = view(target);
  }
  void on_response_impl(int, boost::beast::string_view, int, error_code&) override {}
  void on_field_impl(http::field field, boost::beast::string_view name,
                     boost::beast::string_view value, error_code&) override {
    if (field == http::field::expect)
      expects_continue = boost::beast::iequals(value, "100-continue");
    take_header(view(name), view(value), request, time_left);
  }
};

RequestParser::RequestParser(HttpLimits limits)
    : limits_(limits), reader_(std::make_unique<Reader>(limits)) {}

RequestParser::~RequestParser() = default;

Fed RequestParser::feed(std::string_view bytes) { return reader_->read(bytes); }

model::Request RequestParser::take(base::TimePoint now) {
  base::require(reader_->is_done(), "a request is taken when it is complete");
  model::Request request = std::move(reader_->request);
  request.pass_deadline = reader_->time_left.has_value();
  if (reader_->time_left) request.deadline = now + *reader_->time_left;
  reader_ = std::make_unique<Reader>(limits_);
  return request;
}

bool RequestParser::keep_alive() const { return reader_->keep_alive(); }

bool RequestParser::wants_continue() {
  return reader_->is_header_done() && std::exchange(reader_->expects_continue, false);
}

class ResponseParser::Reader final : public MessageReader<false> {
 public:
  using MessageReader::MessageReader;

  model::Response response{0};

 private:
  std::string& body() override { return response.body; }
  void on_request_impl(http::verb, boost::beast::string_view, boost::beast::string_view, int,
                       error_code&) override {}
  void on_response_impl(int code, boost::beast::string_view, int, error_code& error) override {
    response.status = code;
    if (code < 100) error = http::error::bad_status;
  }
  void on_field_impl(http::field, boost::beast::string_view name, boost::beast::string_view value,
                     error_code&) override {
    take_header(view(name), view(value), response);
  }
};

ResponseParser::ResponseParser(HttpLimits limits)
    : limits_(limits), reader_(std::make_unique<Reader>(limits)) {}

ResponseParser::~ResponseParser() = default;

void ResponseParser::expect_no_body() { reader_->skip(true); }

Fed ResponseParser::feed(std::string_view bytes) {
  Fed fed;
  while (true) {
    const Fed step = reader_->read(bytes);
    bytes.remove_prefix(step.consumed);
    fed.consumed += step.consumed;
    fed.state = step.state;
    fed.status = step.status;
    const bool interim = step.state == Fed::State::complete && reader_->response.status / 100 == 1;
    if (!interim) return fed;
    const bool no_body = reader_->skip();
    reader_ = std::make_unique<Reader>(limits_);
    reader_->skip(no_body);
  }
}

bool ResponseParser::feed_end() {
  if (!reader_->got_some() || reader_->is_done()) return false;
  error_code error;
  reader_->put_eof(error);
  return !error && reader_->is_done();
}

model::Response ResponseParser::take() {
  base::require(reader_->is_done(), "a response is taken when it is complete");
  model::Response response = std::move(reader_->response);
  reader_ = std::make_unique<Reader>(limits_);
  return response;
}

bool ResponseParser::keep_alive() const { return reader_->keep_alive(); }

}  // namespace seawall::net
