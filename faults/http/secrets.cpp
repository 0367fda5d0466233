#include "faults/http/secrets.hpp"

#include <algorithm>
#include <array>

#include "faults/http/text.hpp"

namespace seawall::http {

namespace {

constexpr auto always = std::to_array<std::string_view>({"access_key",
                                                         "access_token",
                                                         "api-key",
                                                         "api_key",
                                                         "apikey",
                                                         "auth",
                                                         "authorization",
                                                         "client_assertion",
                                                         "client_secret",
                                                         "code",
                                                         "credential",
                                                         "credentials",
                                                         "id_token",
                                                         "jwt",
                                                         "key",
                                                         "pass",
                                                         "passphrase",
                                                         "passwd",
                                                         "password",
                                                         "private_key",
                                                         "pwd",
                                                         "refresh_token",
                                                         "secret",
                                                         "session",
                                                         "session_id",
                                                         "sessionid",
                                                         "sid",
                                                         "sig",
                                                         "signature",
                                                         "token",
                                                         "x-amz-credential",
                                                         "x-amz-security-token",
                                                         "x-amz-signature",
                                                         "x-api-key",
                                                         "x-goog-signature"});

constexpr std::string_view mask = "***";

// As whoever reads the parameter sees its name: percent-decoded, and here in small letters.
std::string read_name(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool coded = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                       hex_value(text[i + 2]) >= 0;
    if (!coded) {
      name += lower(text[i]);
      continue;
    }
    name += lower(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
    i += 2;
  }
  return name;
}

std::string lowered(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(), lower);
  return small;
}

}  // namespace

Secrets::Secrets(const std::vector<std::string>& names) {
  for (const std::string& name : names) names_.push_back(lowered(name));
}

bool Secrets::is_secret(std::string_view name) const {
  std::string read = read_name(name);
  if (const std::size_t bracket = read.find('['); bracket != read.npos) read.resize(bracket);
  return std::find(always.begin(), always.end(), read) != always.end() ||
         std::find(names_.begin(), names_.end(), read) != names_.end();
}

void Secrets::append_masked(std::string& out, std::string_view target) const {
  // What comes before an @ in the authority; the path may have one too, and then hides nothing.
  if (const std::size_t authority = target.find("://"); authority < target.find_first_of("/?#")) {
    const std::size_t begin = authority + 3;
    const std::string_view rest = target.substr(begin);
    const std::size_t at = rest.substr(0, rest.find_first_of("/?#")).rfind('@');
    out += target.substr(0, begin);
    target.remove_prefix(begin);
    if (at != rest.npos) {
      out += mask;
      target.remove_prefix(at);
    }
  }
  // The path may have parameters of its own, behind semicolons.
  std::size_t begin = target.find_first_of("?;");
  out += target.substr(0, begin);
  while (begin < target.size()) {
    out += target[begin];
    const std::size_t end = std::min(target.find_first_of("?;&", begin + 1), target.size());
    const std::string_view pair = target.substr(begin + 1, end - begin - 1);
    const std::size_t equals = pair.find('=');
    if (equals != pair.npos && is_secret(pair.substr(0, equals))) {
      out += pair.substr(0, equals + 1);
      out += mask;
    } else {
      out += pair;
    }
    begin = end;
  }
}

}  // namespace seawall::http
