// What a driver and the shim of one of its children say to each other, over a pair of message
// sockets. The end of the driver is the end of the pair: see shim.hpp.
#pragma once
#include <cstdint>
#include <optional>

namespace seawall::os {

struct Message {
  enum class Kind : std::int32_t {
    // From the shim.
    started,  // value: the process, which leads its group
    failed,   // value: errno of the exec
    no_user,  // value: errno of the try to become the user that it is to run as
    ended,    // value: si_status, more: si_code; it is a zombie until `reap`, so its id is its own
    // From the driver.
    kill,  // all of it, and whatever it has started
    reap,
  };
  Kind kind = Kind::failed;
  std::int32_t value = 0;
  std::int32_t more = 0;
};

// False where nobody is left to hear it.
bool send(int descriptor, const Message& message);
// Waits for one; none where nobody is left to send it.
std::optional<Message> receive(int descriptor);

}  // namespace seawall::os
