// Where the messages of HTTP/1.1 begin and end in a stream of bytes, and nothing more: it rewrites
// nothing, keeps no bytes and allocates nothing. What it is not sure of it does not guess: a shape
// that two servers could read as two different things (both lengths, a bare line feed, a folded
// header, a chunk size that is none) is trouble, and whoever asked lets the bytes pass as TCP.
//
//   bytes --HeadReader--> head: where it ends, what it says of the body
//         --BodyReader--> parts: data, or what is around it; where it ends
//
// The grammar is that of RFC 9112, read strictly.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace seawall::http {

enum class Trouble : std::uint8_t {
  none,
  not_http,      // the first line is none of HTTP/1.0 or HTTP/1.1
  head_size,     // longer than most_head
  line_end,      // a line feed or a carriage return that stands alone
  header,        // no name, or a blank before the colon
  folded,        // a header that goes on in the next line
  length,        // not a number, or more than one
  coding,        // another than chunked, more than one, or of HTTP/1.0
  both_lengths,  // Content-Length and Transfer-Encoding
  chunk,         // a chunk without a size, or data without its end
  trailers,      // too long
};
// "a chunk without a size, or data without its end".
std::string_view reason_of(Trouble trouble);

constexpr std::size_t most_head = 32 * 1024;

enum class Side : std::uint8_t { request, answer };

// Views are into what the reader was given last.
struct Head {
  std::size_t size = 0;     // with the empty line, and with empty lines before a request
  std::string_view method;  // requests
  std::string_view target;
  int status = 0;  // answers
  bool is_1_0 = false;
  bool has_length = false;
  std::uint64_t length = 0;
  bool chunked = false;
  bool closes = false;  // the connection, after this message: by a header, or by HTTP/1.0's default
  bool expects_continue = false;
  std::string_view index;    // the value of Seawall-Index
  std::string_view headers;  // all their lines
};

// The first header of lines as Head has them, which is removed from them; they are not empty.
struct Header {
  std::string_view name;
  std::string_view value;
};
Header take_header(std::string_view& lines);

// Whether the headers of `head` have one of this name, whatever its case, with this value.
bool has_header(const Head& head, std::string_view name, std::string_view value);

// One head, however many reads it takes.
class HeadReader {
 public:
  enum class State : std::uint8_t { more, complete, trouble };

  explicit HeadReader(Side side) : side_(side) {}

  // `bytes`: all from the first of the head on, of which those that were given before may lie
  // elsewhere now. After complete or trouble: reset().
  State read(std::string_view bytes);
  const Head& head() const { return head_; }
  Trouble trouble() const { return trouble_; }
  void reset();

 private:
  State fail(Trouble trouble);
  bool may_begin(std::string_view line) const;
  bool read_first_line(std::string_view line);
  bool read_request_line(std::string_view line);
  bool read_status_line(std::string_view line);
  State finish(std::string_view bytes, std::size_t end);
  Trouble read_header(std::string_view line);
  Trouble take(std::string_view name, std::string_view value);

  const Side side_;
  std::size_t seen_ = 0;       // no line feed in front of it is unread
  std::size_t line_ = 0;       // where the line begins that is not complete
  std::size_t first_end_ = 0;  // of the first line, with its end; 0: it is not complete
  std::size_t first_begin_ = 0;
  bool has_connection_close_ = false;
  bool has_keep_alive_ = false;
  Head head_;
  Trouble trouble_ = Trouble::none;
};

// How the body of a message ends.
struct Body {
  enum class Kind : std::uint8_t { none, length, chunked, until_close };
  Kind kind = Kind::none;
  std::uint64_t length = 0;
};
Body body_of_request(const Head& head);
// `to`: the method that it answers. An interim answer has none.
Body body_of_answer(const Head& head, std::string_view to);

class BodyReader {
 public:
  // Of the next message.
  void begin(Body body);

  struct Part {
    std::size_t size = 0;  // of the bytes given; 0 only where the body is complete, or in trouble
    bool is_data = false;  // else it is what stands around chunks
    bool complete = false;
    Trouble trouble = Trouble::none;  // from `size` on
  };
  // The first part of `bytes`, which are not empty unless there is no body.
  Part read(std::string_view bytes);
  // Of the data that comes next, as far as is known: of the chunk, or of the body. 0: unknown.
  std::uint64_t left() const { return left_; }
  Body::Kind kind() const { return kind_; }

 private:
  enum class State : std::uint8_t {
    size,           // of a chunk: digits
    extension,      // after it
    size_end,       // the line feed after that
    data,           //
    data_end,       // the carriage return, and
    data_end_feed,  // the line feed after it
    trailer,        // the beginning of a line after the last chunk
    trailer_line,   // within it
    trailer_feed,   // the line feed at its end
    end_feed,       // the line feed of the empty line
  };

  Part read_around(std::string_view bytes);
  // What this byte makes of the state; false: it may not stand here.
  bool step(char byte);
  bool begin_chunk();

  Body::Kind kind_ = Body::Kind::none;
  State state_ = State::size;
  std::uint64_t left_ = 0;
  int digits_ = 0;          // of the size
  std::size_t around_ = 0;  // bytes of this line, or of all trailers
  bool ended_ = false;
};

}  // namespace seawall::http
