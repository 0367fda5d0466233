#include "faults/http/answer_end.hpp"

namespace seawall::http {

bool AnswerEnd::take(std::string_view bytes) {
  while (!lost_) {
    if (!in_body_ && !take_head(bytes)) return false;
    if (!in_body_) continue;
    const BodyReader::Part part = body_.read(bytes);
    bytes.remove_prefix(part.size);
    if (part.complete) return true;
    lost_ = part.trouble != Trouble::none;
    if (bytes.empty()) return false;
  }
  return false;
}

// False: more has to come. An interim answer is none.
bool AnswerEnd::take_head(std::string_view& bytes) {
  const std::size_t before = held_.size();
  held_.append(bytes.substr(0, most_head));
  const HeadReader::State state = head_.read(held_);
  lost_ = state == HeadReader::State::trouble;
  if (state != HeadReader::State::complete) return false;
  bytes.remove_prefix(head_.head().size - before);
  in_body_ = head_.head().status >= 200 || head_.head().status == 101;
  if (in_body_) body_.begin(body_of_answer(head_.head(), method_));
  held_.clear();
  head_.reset();
  return true;
}

}  // namespace seawall::http
