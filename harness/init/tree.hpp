// A YAML document as a small tree of texts, lists and tables. Scalars stay texts as they were
// written: what `3000` or `yes` means is for who reads them.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"

namespace seawall::init {

struct TreeEntry;

struct Tree {
  enum class Kind : std::uint8_t { nothing, text, list, table };
  Kind kind = Kind::nothing;
  std::string text;
  std::vector<Tree> items;         // list
  std::vector<TreeEntry> entries;  // table, as written; no key comes twice
  int line = 0;                    // from 1
  int column = 0;                  // from 1

  bool is_text() const { return kind == Kind::text; }
  bool is_list() const { return kind == Kind::list; }
  bool is_table() const { return kind == Kind::table; }
  // Null where this is no table, or has no such key.
  const Tree* get(std::string_view key) const;
  // The text under `key`; empty where there is none.
  std::string_view text_of(std::string_view key) const;
};

struct TreeEntry {
  std::string key;
  Tree value;
};

// What is more than this is refused: a file of a few hundred bytes could otherwise, by aliases of
// aliases, fill all memory.
inline constexpr std::size_t most_bytes = 256 * 1024;
inline constexpr std::size_t most_nodes = 20'000;
inline constexpr std::size_t deepest = 50;

// The first document of the text, aliases and merge keys (`<<`) resolved.
base::expected<Tree, base::Diagnostic> read_yaml(const std::string& file, const std::string& text);

}  // namespace seawall::init
