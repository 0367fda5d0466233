// Finds the end of the answer to one request, where nobody looks at the answer itself.
#pragma once
#include <string>
#include <string_view>

#include "faults/http/framing.hpp"

namespace seawall::http {

class AnswerEnd {
 public:
  // `method` of the request.
  explicit AnswerEnd(std::string_view method) : method_(method) {}

  // These bytes came. True: the answer is complete. What cannot be read ends with its connection.
  bool take(std::string_view bytes);

 private:
  bool take_head(std::string_view& bytes);

  const std::string method_;
  std::string held_;  // of a head that is not complete
  HeadReader head_{Side::answer};
  BodyReader body_;
  bool in_body_ = false;
  bool lost_ = false;
};

}  // namespace seawall::http
