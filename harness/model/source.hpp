// Where something comes from in the user's file, for messages.
#pragma once
#include <string>

namespace seawall::model {

struct Source {
  std::string file;
  int line = 0;
  int column = 0;
};

}  // namespace seawall::model
