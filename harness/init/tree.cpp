#include "harness/init/tree.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

namespace seawall::init {
namespace {

// What ends the reading of a document; the library knows no other way out of its events.
struct Refused {
  std::string message;
  int line = 0;
  int column = 0;
};

Refused refusal(std::string message, const YAML::Mark& mark) {
  return {std::move(message), mark.line + 1, mark.column + 1};
}
Refused refusal(std::string message, const Tree& tree) {
  return {std::move(message), tree.line, tree.column};
}

std::size_t size_of(const Tree& tree) {
  std::size_t size = 1;
  for (const Tree& item : tree.items) size += size_of(item);
  for (const auto& [key, value] : tree.entries) size += size_of(value);
  return size;
}

// Builds the tree from the events of the parser, and stops where it gets too large: the library has
// no limits of its own.
class Builder : public YAML::EventHandler {
 public:
  Tree result() { return std::move(result_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(node(mark, Tree::Kind::nothing), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                const std::string& value) override {
    Tree tree = node(mark, Tree::Kind::text);
    tree.text = value;
    add(std::move(tree), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchored_.find(anchor);
    if (known == anchored_.end()) throw refusal("an alias of what it is part of", mark);
    count(mark, size_of(known->second));
    add(known->second, 0);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, Tree::Kind::list, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, Tree::Kind::table, anchor);
  }
  void OnMapEnd() override {
    merge(open_.back().tree);
    close();
  }

 private:
  struct Open {
    Tree tree;
    YAML::anchor_t anchor = 0;
    std::optional<std::string> key;  // of a table, whose value is yet to come
  };

  Tree node(const YAML::Mark& mark, Tree::Kind kind) {
    count(mark, 1);
    Tree tree;
    tree.kind = kind;
    tree.line = mark.line + 1;
    tree.column = mark.column + 1;
    return tree;
  }

  void count(const YAML::Mark& mark, std::size_t more) {
    nodes_ += more;
    if (nodes_ > most_nodes)
      throw refusal("more than " + std::to_string(most_nodes) + " values, aliases resolved", mark);
  }

  void open(const YAML::Mark& mark, Tree::Kind kind, YAML::anchor_t anchor) {
    if (open_.size() >= deepest)
      throw refusal("more than " + std::to_string(deepest) + " levels", mark);
    open_.push_back({node(mark, kind), anchor, std::nullopt});
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done.tree), done.anchor);
  }

  void add(Tree tree, YAML::anchor_t anchor) {
    if (anchor != 0) anchored_[anchor] = tree;
    if (open_.empty()) {
      result_ = std::move(tree);
      return;
    }
    Open& parent = open_.back();
    if (parent.tree.is_list()) {
      parent.tree.items.push_back(std::move(tree));
    } else if (parent.key) {
      parent.tree.entries.push_back({std::move(*parent.key), std::move(tree)});
      parent.key.reset();
    } else {
      if (!tree.items.empty() || !tree.entries.empty())
        throw refusal("a list or a table as a key; expected a text", tree);
      if (tree.text != "<<" && parent.tree.get(tree.text))
        throw refusal("\"" + tree.text + "\" comes twice", tree);
      parent.key = std::move(tree.text);
    }
  }

  // `<<: *defaults`: what is not said here is as there.
  static void merge(Tree& table) {
    std::vector<Tree> sources;
    std::erase_if(table.entries, [&](TreeEntry& entry) {
      if (entry.key != "<<") return false;
      if (entry.value.is_list())
        sources.insert(sources.end(), entry.value.items.begin(), entry.value.items.end());
      else
        sources.push_back(std::move(entry.value));
      return true;
    });
    for (Tree& source : sources) {
      if (!source.is_table()) throw refusal("\"<<\" with what is no table", table);
      for (TreeEntry& entry : source.entries)
        if (!table.get(entry.key)) table.entries.push_back(std::move(entry));
    }
  }

  std::vector<Open> open_;
  std::map<YAML::anchor_t, Tree> anchored_;
  std::size_t nodes_ = 0;
  Tree result_;
};

base::Diagnostic problem_of(const std::string& file, Refused why) {
  base::Diagnostic problem;
  problem.file = file;
  problem.line = why.line;
  problem.column = why.column;
  problem.message = std::move(why.message);
  return problem;
}

}  // namespace

const Tree* Tree::get(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const TreeEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

std::string_view Tree::text_of(std::string_view key) const {
  const Tree* value = get(key);
  return value && value->is_text() ? std::string_view(value->text) : std::string_view();
}

base::expected<Tree, base::Diagnostic> read_yaml(const std::string& file, const std::string& text) {
  if (text.size() > most_bytes)
    return base::unexpected(problem_of(
        file, {"a file of more than " + std::to_string(most_bytes / 1024) + " KiB", 0, 0}));
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    Builder builder;
    parser.HandleNextDocument(builder);
    return builder.result();
  } catch (const Refused& why) {
    return base::unexpected(problem_of(file, why));
  } catch (const YAML::Exception& error) {
    return base::unexpected(problem_of(file, refusal("no YAML: " + error.msg, error.mark)));
  }
}

}  // namespace seawall::init
