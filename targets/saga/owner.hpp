// What the engine asks of the service whose sagas it runs. All of it is called on the node's thread
// and does not wait.
#pragma once
#include <string>
#include <string_view>

#include "targets/saga/saga.hpp"

namespace seawall::saga {

// What a question about a step in doubt has brought.
enum class Found : std::uint8_t { done, refused, nothing };

class Owner {
 public:
  // The saga of this order, which a row of the log names; null: there is no such order.
  virtual Saga* find(std::string_view id) = 0;
  // Method, path and body of an operation's call: of a step, of its compensation, or "query", which
  // asks what became of a step and leaves a tombstone where that is nothing. The engine adds the
  // rest.
  virtual model::Request request(const Saga& saga, std::string_view operation) = 0;
  // Why a callee refused, from its answer.
  virtual std::string reason(const model::Response& answer) = 0;
  virtual Found found(const model::Response& answer) = 0;
  // Adds what the owner knows of the order (client key, amount, lines) to a row of its state.
  virtual void fill(const Saga& saga, record::LedgerRow& row) = 0;

 protected:
  ~Owner() = default;
};

}  // namespace seawall::saga
