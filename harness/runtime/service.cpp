#include "harness/runtime/service.hpp"

namespace seawall::runtime {

std::string operation_of(const Target& target, const Request& request) {
  std::string operation = target.operation ? target.operation(request) : std::string();
  if (!operation.empty()) return operation;
  const std::string_view method = model::name_of(request.method);
  const std::string_view path = std::string_view(request.path).substr(0, request.path.find('?'));
  operation.reserve(method.size() + 1 + path.size());
  operation.append(method).append(1, ' ').append(path);
  return operation;
}

}  // namespace seawall::runtime
