// A table from text to text that only grows: what a node keeps by key. Keys and values lie in a few
// large blocks, found by a hash table with open addressing, so that a row costs no allocation of
// its own and a search touches little memory.
//
//   TextTable table;
//   table.put("key/4711", "200");
//   table.find("key/4711");        "200"
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace seawall::base {

class TextTable {
 public:
  // Nothing where there is none; valid until this key is put again.
  std::optional<std::string_view> find(std::string_view key) const;
  // Adds the row, or replaces its value.
  void put(std::string_view key, std::string_view value);

  // The rows in the order in which their keys were first put, counted from 0.
  std::size_t size() const { return rows_.size(); }
  std::string_view key(std::size_t row) const { return rows_[row].key; }
  std::string_view value(std::size_t row) const { return rows_[row].view(); }

 private:
  struct Row {
    std::string_view key;
    char* value;
    std::uint32_t length;
    std::uint32_t room;  // for the value
    std::string_view view() const { return {value, length}; }
  };
  struct Place {
    std::uint32_t hash = 0;
    std::uint32_t row = 0;  // its number plus 1; 0: free
  };

  std::size_t place_of(std::string_view key, std::uint32_t hash) const;
  char* room_for(std::size_t bytes);
  void grow();

  std::vector<Row> rows_;
  std::vector<Place> places_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t left_ = 0;  // in the last block
  char* free_ = nullptr;
};

}  // namespace seawall::base
