// The pages of a shop. A product page is made from memory. Its recommendations come from another
// service, and a thread of the pool waits for them: while that service is slow, these waits take
// every thread, and product pages stop, unless a bulkhead leaves some to them.
//
//   BULKHEAD=2 sample_storefront PORT RECOMMENDATIONS      BULKHEAD=off: none
#include <cstdlib>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <httplib.h>

#include "targets/samples/threadpool/bulkhead.hpp"
#include "targets/samples/threadpool/listen.hpp"

namespace seawall::samples {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 2s;  // with one call of recommendations

void answer(httplib::Response& response, int status, const std::string& json) {
  response.status = status;
  response.set_content(json, "application/json");
}

class Storefront {
 public:
  // `recommendations` is HOST:PORT; `places` how many calls of it may wait, nothing: any number.
  Storefront(std::string recommendations, std::optional<int> places)
      : recommendations_("http://" + std::move(recommendations)) {
    if (places) bulkhead_.emplace(*places);
  }

  void show_product(const std::string& product, httplib::Response& response) const {
    answer(response, 200, fmt::format(R"({{"product": {}, "price": 1999}})", product));
  }

  void show_recommended(const std::string& product, httplib::Response& response) {
    if (!bulkhead_) return ask_recommendations(product, response);
    if (const auto place = bulkhead_->try_enter()) return ask_recommendations(product, response);
    answer(response, 503, R"({"reason": "bulkhead"})");
  }

 private:
  void ask_recommendations(const std::string& product, httplib::Response& response) const {
    httplib::Client client(recommendations_);
    client.set_connection_timeout(patience);
    client.set_read_timeout(patience);
    const auto related = client.Get("/related/" + product);
    if (related && related->status == 200) return answer(response, 200, related->body);
    answer(response, 503, R"({"reason": "recommendations"})");
  }

  std::string recommendations_;
  std::optional<Bulkhead> bulkhead_;
};

std::optional<int> places_from_environment() {
  const char* text = std::getenv("BULKHEAD");
  if (!text || std::string_view(text) == "off") return std::nullopt;
  return number_from(text, "BULKHEAD", 1, threads);
}

}  // namespace
}  // namespace seawall::samples

namespace samples = seawall::samples;

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: sample_storefront PORT RECOMMENDATIONS_HOST:PORT\n");
    return 2;
  }
  const int port = samples::number_from(argv[1], "PORT", 1, 65535);
  samples::Storefront storefront(argv[2], samples::places_from_environment());

  httplib::Server server;
  server.Get(R"(/products/(\d+))", [&](const httplib::Request& request, httplib::Response& to) {
    storefront.show_product(request.matches[1], to);
  });
  server.Get(R"(/products/(\d+)/recommended)",
             [&](const httplib::Request& request, httplib::Response& to) {
               storefront.show_recommended(request.matches[1], to);
             });
  return samples::listen(server, port);
}
