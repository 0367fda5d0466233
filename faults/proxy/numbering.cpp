#include "faults/proxy/numbering.hpp"

namespace seawall::proxy {

namespace {

std::string operation_of(const runtime::Target& target, const model::Request& request) {
  std::string operation = target.operation ? target.operation(request) : std::string();
  if (!operation.empty()) return operation;
  operation = model::name_of(request.method);
  operation += ' ';
  operation.append(request.path, 0, request.path.find('?'));
  return operation;
}

}  // namespace

void Numbering::number(const base::Link& link, model::Request& request) {
  base::ExecutionIndex& index = request.index;
  if (index.subject.kind == base::Subject::Kind::none) {
    index.subject = {base::Subject::Kind::foreign, ++foreign_};
    index.operation.clear();
  }
  if (index.operation.empty()) index.operation = operation_of(target_, request);
  index.n = ++counts_[Key(index.subject, link, index.operation, index.label)];
}

}  // namespace seawall::proxy
