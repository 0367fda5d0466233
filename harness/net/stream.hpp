// One TCP connection with its buffers: the part that client and server have in common. It reads
// ahead as long as its input has room, so that it learns at once when the peer goes, and it writes
// a message with one system call where the kernel takes it.
//
// Owned by shared pointers: what the loop still has to tell it keeps it alive. Of its loop's
// thread.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "harness/net/close.hpp"

namespace seawall::net {

// Bytes that came and were not used yet. Grows up to `most`.
class InputBuffer {
 public:
  explicit InputBuffer(std::size_t most) : most_(most) {}

  std::string_view bytes() const { return {store_.data() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  bool full() const { return end_ - begin_ == most_; }
  void consume(std::size_t n);
  void clear() { begin_ = end_ = 0; }

  // Room for more; empty where the buffer is full.
  boost::asio::mutable_buffer room();
  void filled(std::size_t n) { end_ += n; }

 private:
  std::vector<char> store_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t most_;
};

// Bytes of input that a connection holds before it reads no more.
inline constexpr std::size_t usual_input = 64 * 1024;

class Stream : public std::enable_shared_from_this<Stream> {
 public:
  virtual ~Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  bool open() const { return socket_.is_open(); }
  // Nothing is called after it. Twice is harmless.
  void close(Close how);

 protected:
  Stream(boost::asio::ip::tcp::socket socket, std::size_t input_limit);

  // To be called once the socket is connected.
  void set_options();
  // Reads on until closed, or until the input is full; then it is to be called again.
  void read();
  // Writes output_. False: the connection is broken, and of this output nothing was written. True:
  // it is written, or sending() until on_sent().
  bool send();
  bool sending() const { return sending_; }
  // Whether a byte of the output has left.
  bool sent_any() const { return sent_ > 0; }

  virtual void on_input() = 0;  // bytes were added to the input
  virtual void on_sent() = 0;   // what send() had left to do is done
  virtual void on_end() = 0;    // the peer closed, or the connection broke; once

  boost::asio::ip::tcp::socket socket_;
  InputBuffer input_;
  std::string output_;

 private:
  void send_rest();
  void end();

  bool reading_ = false;
  bool sending_ = false;
  bool ended_ = false;
  std::size_t sent_ = 0;  // of output_
};

}  // namespace seawall::net
