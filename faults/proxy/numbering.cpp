#include "faults/proxy/numbering.hpp"

namespace seawall::proxy {

void Numbering::number(const base::Link& link, model::Request& request) {
  base::ExecutionIndex& index = request.index;
  if (index.subject.kind == base::Subject::Kind::none) {
    index.subject = {base::Subject::Kind::foreign, ++foreign_};
    index.operation = {};
  }
  if (index.operation.empty()) index.operation = runtime::operation_of(target_, request);
  index.n =
      ++counts_[Key(index.subject, base::between_services(link), index.operation, index.label)];
}

}  // namespace seawall::proxy
