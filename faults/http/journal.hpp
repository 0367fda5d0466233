// The journal of a link: a row for each exchange that has ended, and for each connection that
// stopped being HTTP. It is bounded: the newest rows are kept. Each worker writes into a ring of
// its own, so that no worker waits for another; who asks gets the rows of all of them by time.
//
//   worker 0 --> ring --+
//   worker 1 --> ring --+--> select(query) --> rows
//
// Secrets never come in: a row holds no headers and no bodies, and its target is masked
// (secrets.hpp) before it is written.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/record.hpp"

namespace seawall::http {

using base::Duration;
using base::TimePoint;

// The names of the faults of a link at one time, by position.
using FaultNames = std::vector<std::string>;

// The method of this name, where the project has one.
std::optional<model::Method> method_named(std::string_view text);

struct Row {
  // Sent is when its head had come to the link; ended is when its answer had, or the connection.
  // `failure` is reset where the link or the callee broke it off, timed_out where the caller left
  // without an answer. A method that the project has no name for is GET here.
  record::Exchange exchange;
  std::string method;  // as it was written
  std::string target;  // with its query, masked; cut off after most_target bytes
  std::uint64_t connection = 0;
  std::vector<std::string> faults;  // that acted on it
  std::string_view note;       // what it could not do, or why its bytes passed as TCP; mostly empty
  bool of_connection = false;  // it tells of the connection alone
};

// What is absent selects all.
struct Query {
  std::string method;              // as it was written
  std::string path;                // a glob; of the target, and without its query where it has none
  std::optional<int> status;       // 0: no answer
  std::string fault;               // one that acted on it
  std::optional<TimePoint> since;  // it ended then or later
  std::size_t most = 1000;         // the newest
};

class Journal {
 public:
  static constexpr std::size_t most_target = 160;
  static constexpr std::size_t most_method = 16;

  // As a worker has it: of one size, so that to write it is to copy it.
  struct Entry {
    std::uint64_t connection = 0;
    base::ExecutionIndex index;  // a foreign one without its operation
    TimePoint sent{};
    TimePoint ended{};
    std::int64_t bytes_out = 0;
    std::int64_t bytes_in = 0;
    int status = 0;
    std::optional<model::Failure> failure;
    std::uint16_t copies = 1;
    bool of_connection = false;
    std::uint8_t method_size = 0;
    std::uint8_t target_size = 0;
    std::array<char, most_method> method;
    std::array<char, most_target> target;
    std::shared_ptr<const FaultNames> names;  // null where no fault acted
    std::vector<std::uint16_t> faults;
    std::string_view note;  // of static storage

    void set_method(std::string_view text);
    void set_target(std::string_view text);
    std::string_view method_text() const { return {method.data(), method_size}; }
    std::string_view target_text() const { return {target.data(), target_size}; }
  };

  // `capacity`: rows that are kept, of all workers together; 0: none.
  Journal(base::Link link, std::size_t workers, std::size_t capacity);

  // By that worker alone.
  void write(std::size_t worker, Entry&& entry);

  // Any thread: by the time of their ends, the newest last.
  std::vector<Row> select(const Query& query = {}) const;
  // Rows that were written so far, those included that are gone.
  std::uint64_t written() const;

 private:
  struct Ring {
    mutable std::mutex mutex;
    std::vector<Entry> entries;
    std::size_t next = 0;  // to be overwritten, once it is full
    std::uint64_t written = 0;
  };

  Row row_of(const Entry& entry) const;

  const base::Link link_;
  const std::size_t each_;  // entries of a ring
  std::vector<std::unique_ptr<Ring>> rings_;
};

}  // namespace seawall::http
