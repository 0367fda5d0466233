// How both services of this sample listen: on loopback, with a small pool of threads, each of which
// serves one request from its first byte to the answer's last.
#pragma once
#include <string_view>

namespace httplib {
class Server;
}

namespace seawall::samples {

inline constexpr int threads = 4;

// A whole number from `least` to `most`. Anything else ends the program with 2, and `what` names
// it.
int number_from(std::string_view text, std::string_view what, int least, int most);

// Serves on 127.0.0.1:`port` until the process is told to end. Returns only where it cannot listen:
// then it has said so, and the result is the exit status.
int listen(httplib::Server& server, int port);

}  // namespace seawall::samples
