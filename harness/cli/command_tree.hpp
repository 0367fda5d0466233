// The command line as plain data: what completions and the manual are written from. It is read off
// the parser itself (tool_words.cpp), so that neither can forget an option.
#pragma once
#include <string>
#include <vector>

namespace seawall::cli {

// An option, or an argument of a command, which has no names.
struct Word {
  std::vector<std::string> names;    // "--output", "-o"
  std::string value;                 // what it takes: "FILE"; empty: nothing, it is a switch
  std::vector<std::string> choices;  // of which its value is one; none: any
  std::string doc;
  bool required = false;
  bool many = false;  // may be given more than once
};

struct Command {
  std::string name;  // "proxies"; the program: "seawall"
  std::string doc;
  std::vector<Word> arguments;
  std::vector<Word> options;
  std::vector<Command> commands;
};

}  // namespace seawall::cli
