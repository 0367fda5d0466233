// What one node records, in a file that is shared memory of the node's process and of the driver: a
// line that was added is there, however the process ends a moment later.
//
//   node, incarnation 1 --add--> | figures | line line line | <--read-- driver, at the end
//   SIGKILL                      |         |           line |
//   node, incarnation 2 --add--> |         |           line line
//
// Times are those of CLOCK_MONOTONIC, so that the books of all nodes merge. A line that was being
// written is overwritten by the next incarnation. Bounded: what comes after the limit is counted
// and dropped; the disk is asked for room ahead, so that a full one drops lines and kills nobody.
#pragma once
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/result.hpp"
#include "harness/live/notes.hpp"

namespace seawall::worlds {

class Book final : public live::Notes {
 public:
  static constexpr std::size_t most = 256 << 20;  // bytes of a file

  // What both sides look at while the node runs.
  struct Figures {
    std::atomic<std::int64_t> in_flight;       // requests that came and are not answered
    std::atomic<std::int64_t> unheard;         // words to the driver that it has not dealt with
    std::atomic<std::int64_t> slowest_commit;  // ns, over all incarnations
  };

  // Opens the file, or makes it. The error is a sentence for the user.
  static base::expected<Book, std::string> open(const std::string& path);
  Book(Book&& other) noexcept;
  Book& operator=(Book&&) = delete;
  ~Book() override;

  Figures& figures();

  // For one process at a time, and one thread of it.
  void add(record::Event event) override;
  void add(record::Sample sample) override;
  void put(std::int64_t incarnation, std::vector<record::PatternUse> uses) override;

  // Appends all of it to `record`, with one row for each pattern and place. The error: it is not
  // what a node writes.
  base::expected<void, std::string> read(record::Record& record) const;

 private:
  struct Head;
  Book(int file, Head* head) : file_(file), head_(head) {}

  void append(char kind, std::string_view text);
  bool make_room(std::size_t end);

  int file_;
  Head* head_;
  std::string last_patterns_;  // so that what has not changed is not written again
};

}  // namespace seawall::worlds
