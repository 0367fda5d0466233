#include "harness/net/stream.hpp"

#include <algorithm>
#include <cstring>

#include <boost/asio/buffer.hpp>

namespace seawall::net {

namespace asio = boost::asio;
using boost::system::error_code;

void InputBuffer::consume(std::size_t n) {
  begin_ += n;
  if (begin_ == end_) begin_ = end_ = 0;
}

asio::mutable_buffer InputBuffer::room() {
  if (end_ == store_.size() && begin_ > 0) {
    std::memmove(store_.data(), store_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == store_.size() && store_.size() < most_)
    store_.resize(std::clamp<std::size_t>(store_.size() * 2, 4096, most_));
  return {store_.data() + end_, store_.size() - end_};
}

Stream::Stream(asio::ip::tcp::socket socket, std::size_t input_limit)
    : socket_(std::move(socket)), input_(input_limit) {}

void Stream::set_options() {
  error_code ignored;  // of a connection that has already broken: read() will tell
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
}

void Stream::close(Close how) {
  ended_ = true;
  error_code ignored;
  if (how == Close::reset) socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

void Stream::read() {
  if (reading_ || ended_ || input_.full()) return;
  reading_ = true;
  socket_.async_read_some(input_.room(),
                          [self = shared_from_this()](error_code error, std::size_t n) {
                            self->reading_ = false;
                            if (self->ended_) return;
                            if (error) return self->end();
                            self->input_.filled(n);
                            self->on_input();
                            self->read();
                          });
}

bool Stream::send() {
  error_code error;
  sent_ = socket_.write_some(asio::buffer(output_), error);
  if (error && error != asio::error::would_block) return false;
  if (sent_ < output_.size()) {
    sending_ = true;
    send_rest();
  }
  return true;
}

void Stream::send_rest() {
  const asio::const_buffer rest(output_.data() + sent_, output_.size() - sent_);
  socket_.async_write_some(rest, [self = shared_from_this()](error_code error, std::size_t n) {
    self->sent_ += n;
    if (self->ended_) return;
    if (error) return self->end();
    if (self->sent_ < self->output_.size()) return self->send_rest();
    self->sending_ = false;
    self->on_sent();
  });
}

void Stream::end() {
  if (std::exchange(ended_, true)) return;
  on_end();
}

}  // namespace seawall::net
