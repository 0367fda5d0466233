// A node of the toy as a process, as the world of processes starts one; and the shim for it.
//
//   toy_node NAME --port N --store FILE ...     the words of worlds::ServeSetup
#include <cstdlib>
#include <string>
#include <string_view>

#include "harness/os/shim.hpp"
#include "harness/worlds/serve.hpp"
#include "tests/worlds/toy.hpp"

namespace {

// False where the word is none of them.
bool take(std::string_view word, const char* value, seawall::worlds::ServeSetup& setup) {
  if (word == "--seed") return setup.seed = std::strtoull(value, nullptr, 10), true;
  if (word == "--port") return setup.port = static_cast<std::uint16_t>(std::atoi(value)), true;
  if (word == "--store") return setup.store = value, true;
  if (word == "--book") return setup.book = value, true;
  if (word != "--callee") return false;
  const auto callee = seawall::worlds::parse_callee(value);
  return callee && setup.callees.insert(*callee).second;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  if (argv[1] == seawall::os::shim_word) return seawall::os::run_shim(argv + 2);
  seawall::worlds::ServeSetup setup;
  for (int i = 2; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--driven")
      setup.driven = true;
    else if (word == "--asks")
      setup.asks = true;
    else if (i + 1 >= argc || !take(word, argv[++i], setup))
      return 2;
  }
  const seawall::runtime::Target toy = seawall::test::toy();
  for (const seawall::runtime::Node& node : toy.nodes)
    if (node.name == argv[1]) return seawall::worlds::serve(node, setup);
  return 2;
}
