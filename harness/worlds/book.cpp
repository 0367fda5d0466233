#include "harness/worlds/book.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/model/json_codec.hpp"

namespace seawall::worlds {

namespace {

constexpr std::size_t step = 1 << 20;  // by which a file grows
constexpr std::uint64_t mark = 0x6b6f6f62'77616573;

struct PatternLine {
  std::int64_t incarnation = 0;
  std::vector<record::PatternUse> uses;
};
template <class Visitor>
void describe(Visitor& visit, PatternLine& line) {
  visit.field("incarnation", line.incarnation, {});
  visit.field("uses", line.uses, {});
}

// Each line: its size without this, its kind, its text.
using LineSize = std::uint32_t;

}  // namespace

struct Book::Head {
  std::uint64_t mark;
  std::atomic<std::uint64_t> used;  // bytes of whole lines
  std::atomic<std::uint64_t> room;  // bytes of the file
  std::atomic<std::int64_t> dropped;
  Figures figures;

  char* lines() { return reinterpret_cast<char*>(this + 1); }
};

base::expected<Book, std::string> Book::open(const std::string& path) {
  const auto failure = [&](const std::string& what) {
    return base::unexpected("cannot use " + path + ": " + what + ": " +
                            std::generic_category().message(errno));
  };
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return failure("opening it");
  const off_t size = ::lseek(file, 0, SEEK_END);
  const int room = size > 0 ? 0 : ::posix_fallocate(file, 0, step);
  if (room != 0) errno = room;
  void* const memory =
      room == 0 ? ::mmap(nullptr, most, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file, 0)
                : MAP_FAILED;
  if (memory == MAP_FAILED) {
    const auto failed = failure("mapping it");
    ::close(file);
    return failed;
  }
  Book book(file, static_cast<Head*>(memory));
  if (size == 0) {
    book.head_->mark = mark;
    book.head_->room = step;
  }
  if (book.head_->mark != mark)
    return base::unexpected("cannot use " + path + ": it is no book of a node");
  return book;
}

Book::Book(Book&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      head_(std::exchange(other.head_, nullptr)),
      last_patterns_(std::move(other.last_patterns_)) {}

Book::~Book() {
  if (head_) ::munmap(head_, most);
  if (file_ >= 0) ::close(file_);
}

Book::Figures& Book::figures() { return head_->figures; }

void Book::add(record::Event event) { append('e', model::encode_json(event)); }

void Book::add(record::Sample sample) { append('s', model::encode_json(sample)); }

void Book::put(std::int64_t incarnation, std::vector<record::PatternUse> uses) {
  PatternLine line;
  line.incarnation = incarnation;
  line.uses = std::move(uses);
  std::string text = model::encode_json(line);
  if (text == last_patterns_) return;
  append('p', text);
  last_patterns_ = std::move(text);
}

void Book::append(char kind, std::string_view text) {
  const auto size = static_cast<LineSize>(text.size() + 1);
  const std::uint64_t at = head_->used.load(std::memory_order_relaxed);
  const std::uint64_t end = at + sizeof(size) + size;
  if (!make_room(sizeof(Head) + end)) {
    ++head_->dropped;
    return;
  }
  char* const line = head_->lines() + at;
  std::memcpy(line, &size, sizeof(size));
  line[sizeof(size)] = kind;
  std::memcpy(line + sizeof(size) + 1, text.data(), text.size());
  head_->used.store(end, std::memory_order_release);  // from here on it is there
}

bool Book::make_room(std::size_t end) {
  if (end <= head_->room) return true;
  const std::size_t wanted = (end + step - 1) / step * step;
  if (wanted > most) return false;
  if (::posix_fallocate(file_, 0, static_cast<off_t>(wanted)) != 0) return false;
  head_->room = wanted;
  return true;
}

base::expected<void, std::string> Book::read(record::Record& record) const {
  live::PatternSums patterns;
  const std::uint64_t used = head_->used.load(std::memory_order_acquire);
  const char* const lines = head_->lines();
  for (std::uint64_t at = 0; at < used;) {
    LineSize size = 0;
    std::memcpy(&size, lines + at, sizeof(size));
    const char kind = lines[at + sizeof(size)];
    const std::string_view text(lines + at + sizeof(size) + 1, size - 1);
    at += sizeof(size) + size;
    if (kind == 'e') {
      auto event = model::decode_json<record::Event>(text);
      if (!event) return base::unexpected("an event of a node's book: " + event.error());
      record.events.push_back(std::move(*event));
    } else if (kind == 's') {
      auto sample = model::decode_json<record::Sample>(text);
      if (!sample) return base::unexpected("a sample of a node's book: " + sample.error());
      record.samples.push_back(std::move(*sample));
    } else {
      auto line = model::decode_json<PatternLine>(text);
      if (!line) return base::unexpected("patterns of a node's book: " + line.error());
      patterns.put(line->incarnation, std::move(line->uses));
    }
  }
  patterns.move_to(record);
  record.events_dropped += head_->dropped;
  return {};
}

}  // namespace seawall::worlds
