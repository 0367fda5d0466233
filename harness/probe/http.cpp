// Probes by HTTP: a request on a connection of its own, with one limit for all of it.
#include "harness/probe/http.hpp"

#include <stop_token>

#include <fmt/format.h>

#include "harness/net/http_client.hpp"
#include "harness/net/resolve.hpp"
#include "harness/net/url.hpp"
#include "harness/probe/excerpt.hpp"
#include "harness/probe/look.hpp"

namespace seawall::probe {
namespace {

std::string failure_text(model::Failure failure, const std::string& place) {
  switch (failure) {
    case model::Failure::refused:
      return "nobody listens at " + place;
    case model::Failure::unreachable:
      return place + " cannot be reached";
    case model::Failure::timed_out:
      return "no answer in time";
    default:
      return "the connection broke off, or what came is no HTTP";
  }
}

}  // namespace

base::expected<model::Response, std::string> fetch(model::Method method, const std::string& text,
                                                   const Limit& limit) {
  const auto url = net::parse_url(text);
  if (!url) return base::unexpected(url.error());
  if (url->tls) return base::unexpected<std::string>("https; expected http, probes speak no TLS");
  const auto address = net::resolve(url->host);
  if (!address)
    return base::unexpected(url->host + " has no address; expected a host that is known");

  net::Loop loop(limit.clock);
  net::HttpClient::Settings settings;
  settings.host = url->authority;
  net::HttpClient client(loop, {*address, url->port}, settings);
  model::Request request(method, url->path);
  request.deadline = limit.end;
  request.pass_deadline = false;
  request.headers.emplace_back("Accept", "application/json");
  std::optional<net::HttpClient::Result> result;
  client.send(std::move(request), [&](net::HttpClient::Result got) {
    result = std::move(got);
    loop.stop();
  });
  {
    const std::stop_callback on_stop(limit.stop, [&] { loop.stop(); });
    loop.run();
  }
  if (!result) return base::unexpected<std::string>("broken off");
  if (!result->has_value()) return base::unexpected(failure_text(result->error(), url->authority));
  return std::move(**result);
}

Answer ask_http(model::Method method, const std::string& url, const model::JsonPath& path,
                const Limit& limit) {
  const auto response = fetch(method, url, limit);
  if (!response) return base::unexpected(response.error());
  if (response->status < 200 || response->status > 299)
    return base::unexpected(
        fmt::format("status {} ({}); expected 2xx", response->status, excerpt(response->body)));
  return value_in(response->body, path);
}

}  // namespace seawall::probe
