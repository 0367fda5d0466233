// What a user who made a mistake reads: where it is, what was expected, what may have been meant.
#include "scenario/words.hpp"
#include "support/catch.hpp"

using namespace seawall::scenario::tests;
using seawall::scenario::ReadOptions;

namespace {

// The errors of a valid scenario with these lines behind it; they begin at line 13.

}  // namespace

TEST_CASE("the scenario that the other tests break is valid") { CHECK(errors_with("") == ""); }

TEST_CASE("an unknown key names the nearest known one") {
  CHECK(errors_with("[run]\nsed = 7\n")
            .starts_with("14:1 unknown key \"sed\"; expected one of seed, "
                         "warmup, duration, settle | did you mean "
                         "\"seed\"?\n"));
  CHECK(errors_of("schema = 1\nlaod = 1\n").find("2:1 unknown key \"laod\"") != std::string::npos);
}

TEST_CASE("a name of a scenario is one line that shows all that it holds") {
  for (const char* name : {"a\\tb", "a\\nb", "a\\u0085b", "a\\u009b2J", "a\\u202eb", "a\\u007f"}) {
    INFO(name);
    std::string text = valid_with();
    text.replace(text.find("test/one"), 8, name);
    CHECK(errors_of(text) == "4:8 a control character in a name; expected plain text\n");
  }
}

TEST_CASE("every mistake of a file comes at once and in its order") {
  CHECK(errors_with(R"([run]
seed = "seven"
warmup = true
duration = "30"
settle = "2parsecs"
)") == R"(14:8 found "seven"; expected a whole number
15:10 found true; expected a duration with its unit, such as "300ms" or "1.5s"
16:12 found "30"; expected a duration with its unit, such as "300ms" or "1.5s"
17:10 found "2parsecs"; expected a duration with its unit, such as "300ms" or "1.5s"
)");
}

TEST_CASE("what is judged while the run goes on takes only what the clients see") {
  const std::string wanted =
      "expected what the clients see: latency, latency_all, error_rate, ok_rate | state it as an "
      "[[slo]]\n";
  CHECK(errors_with("[steady_state]\nhold = [\"error_rate < 1%\", \"permits_leaked == 0\"]\n") ==
        "14:28 permits_leaked is known when the run has ended, and hold is judged while it goes "
        "on; " +
            wanted);
  CHECK(errors_with("[blast_radius]\nstop_when = [{ that = 'latency.p99 > 1s or "
                    "in_flight(\"order\") > 10' }]\n") ==
        "14:23 in_flight is known when the run has ended, and stop_when is judged while it goes "
        "on; " +
            wanted);
  CHECK(errors_with("[steady_state]\nhold = [\"latency.p50 < 1s and error_rate < 1%\"]\n") == "");
}

TEST_CASE("a syntax error comes alone") {
  const std::string errors = errors_of("schema = 1\n[run\nsed = 1\n");
  CHECK(errors.starts_with("2:5 TOML: "));
  CHECK(std::count(errors.begin(), errors.end(), '\n') == 1);
}

TEST_CASE("schema is required and must be 1") {
  CHECK(errors_of("[scenario]\nname = \"x\"\n[load]\n[[load.request]]\nuse = \"place-order\"\n") ==
        "1:1 no schema; expected schema = 1 in every file | write schema = 1 on the first line\n");
  CHECK(errors_of(valid_with()).empty());
  CHECK(errors_of("schema = 2\n").find("1:10 found the number 2; expected schema = 1\n") !=
        std::string::npos);
}

TEST_CASE("required tables and keys are missed") {
  const std::string errors = errors_of("schema = 1\n[scenario]\n");
  CHECK(errors.find("1:1 \"load\" is missing; expected what is sent, and how often") !=
        std::string::npos);
  CHECK(errors.find("2:1 \"name\" is missing; expected theme/name, say") != std::string::npos);
}

TEST_CASE("units are required and ranges are checked") {
  CHECK(
      errors_with("[run]\nwarmup = 3\n") ==
      "14:10 found the number 3; expected a duration with its unit, such as \"300ms\" or \"1.5s\" "
      "| write \"3ms\" or \"3s\"\n");
  CHECK(errors_with("[target]\ndeclines = 0.6\n") ==
        "14:12 found a number with a fraction; expected a share from \"0%\" to \"100%\", such as "
        "\"12.5%\" | write \"0.6%\"\n");
  CHECK(errors_with("[target.capacity]\npayment = { workers = 0 }\n") ==
        "14:23 found the number 0; expected at least 1\n");
  CHECK(errors_with("[policy.\"order -> payment\"]\nretry.max_attempts = 101\n") ==
        "14:22 found the number 101; expected at most 100\n");
  CHECK(errors_with("[policy.\"order -> payment\"]\nretry.multiplier = nan\n") ==
        "14:20 found a number with a fraction; expected from 1 to 100\n");
  CHECK(errors_with("[run]\nduration = \"0s\"\nwarmup = \"0s\"\n")
            .starts_with("14:12 found \"0s\"; expected at least 1ns\n"));
}

TEST_CASE("words of an enum are suggested") {
  CHECK(errors_with("[policy.\"order -> payment\"]\nretry.jitter = \"fill\"\n") ==
        "14:16 unknown jitter \"fill\"; expected one of none, equal, full, decorrelated, "
        "proportional | did you mean \"full\"?\n");
  CHECK(
      errors_with("[policy.\"order -> payment\"]\nretry.retry_on = [\"conect\", \"5xx\"]\n") ==
      "14:19 found \"conect\"; expected connect, reset, timeout, or a status such as 503 or 5xx | "
      "did you mean \"connect\"?\n");
}

TEST_CASE("what this version does not build is refused by name") {
  const std::string why =
      " is not in this version | it belongs to the language, and a later version "
      "builds it\n";
  CHECK(errors_with("[saga]\nkind = \"choreography\"\n") == "14:8 kind \"choreography\"" + why);
  CHECK(errors_with("[target]\nstore = \"postgres\"\n") == "14:9 store \"postgres\"" + why);
  CHECK(errors_with("[[fault]]\ntype = \"disk_full\"\non = \"order -> payment\"\n") ==
        "14:8 type \"disk_full\"" + why);
  CHECK(errors_with("[[fault]]\ntype = \"refuse\"\non = \"order -> payment\"\ncorrelation = 1\n") ==
        "16:1 key \"correlation\"" + why);
  CHECK(errors_with("[[fault]]\ntype = \"from-the-vocabulary\"\n") ==
        "14:8 type \"from-the-vocabulary\"" + why);
  CHECK(errors_with("[report]\nformats = [\"json\", \"traces\"]\n") ==
        "14:20 format \"traces\"" + why);
}

TEST_CASE("what is wrong with a pattern is said of it") {
  const auto with = [](const std::string& key) {
    return errors_with("[policy.\"order -> payment\"]\n" + key + "\n");
  };
  CHECK(with("rate_limiter.rate = \"0/s\"").starts_with("14:21 found \"0/s\""));
  CHECK(
      with("rate_limiter.burst = 0").starts_with("14:22 found the number 0; expected at least 1"));
  CHECK(with("rate_limiter.key = \"X Client\"") ==
        "14:20 found \"X Client\"; expected the name of a header, link or all\n");
  CHECK(with("rate_limiter = { side = \"client\", key = \"link\" }")
            .starts_with("14:41 \"key\" beside side = \"client\""));
  CHECK(with("rate_limiter.algorithm = \"sliding_window\"").starts_with("14:26 unknown algorithm"));
  CHECK(with("fallback.kind = \"stale\"").find("stale_cache") != std::string::npos);
  CHECK(with("fallback.max_stale = \"5s\"") ==
        "14:10 \"max_stale\" beside kind = \"partial\"; it belongs to \"stale_cache\"\n");
  CHECK(with("fallback = { kind = \"static\", answer = \"[]\" }")
            .starts_with("14:40 an answer that is no JSON object"));
  CHECK(with("fallback = { kind = \"static\", answer = \"{\" }")
            .starts_with("14:40 an answer that is no JSON object"));
  CHECK(with("throttle.k = 0.5")
            .starts_with("14:14 found a number with a fraction; expected from 1 to 100"));
  CHECK(with("concurrency_limit = { initial = 5, min = 6 }") ==
        "14:21 found min = 6, initial = 5, max = 200; expected min <= initial <= max\n");
  CHECK(with("concurrency_limit.critical = [\"/charge\"]")
            .starts_with("14:30 found \"/charge\"; expected a method and a path"));
  CHECK(with("concurrency_limit.reserve = \"10%\"")
            .starts_with("14:29 \"reserve\" without \"critical\""));
  CHECK(with("hedge.delay = \"p100\"") ==
        "14:15 found \"p100\"; expected a time, or a percentile from p1 to p99\n");
  CHECK(with("hedge.delay = \"0s\"").starts_with("14:15 found \"0s\"; expected at least 1ns"));
  CHECK(with("hedge.delay = 5").starts_with("14:15 found the number 5; expected"));
  CHECK(with("hedge.max_hedges = 0").starts_with("14:20 found the number 0; expected at least 1"));
  CHECK(with("cache.max_entries = 0").starts_with("14:21 found the number 0; expected at least 1"));
  CHECK(with("outlier.consecutive_5xx = 0")
            .starts_with("14:27 found the number 0; expected at least 1"));
  CHECK(with("outlier.interval = \"0s\"").starts_with("14:20 found \"0s\"; expected at least 1ns"));
  CHECK(with("outlier.max_ejections = \"10%\"").ends_with("did you mean \"max_ejection\"?\n"));
}

TEST_CASE("instances are of services that call no others") {
  const auto with = [](const std::string& instances) {
    return errors_with("[target.instances]\n" + instances + "\n");
  };
  CHECK(with("payment = 3\ninventory = 2\nzones = 2").empty());
  CHECK(with("gateway = 2") ==
        "14:1 gateway has no instances: it calls other services, and expects to be the only one; "
        "expected one that calls none\n");
  CHECK(with("order = 2").starts_with("14:1 order has no instances"));
  CHECK(with("paymnt = 2").ends_with("did you mean \"payment\"?\n"));
  CHECK(with("payment = 0").starts_with("14:11 found the number 0; expected at least 1"));
  CHECK(with("payment = 21").starts_with("14:11 found the number 21; expected at most 20"));
  CHECK(with("payment = \"3\"").starts_with("14:11 found \"3\"; expected a whole number"));
  CHECK(with("payment = 2\nzones = 3") ==
        "15:9 3 zones for 2 instances of payment; expected one in each\n");
  CHECK(with("payment = 4\ninventory = 2\nzones = 3") ==
        "16:9 3 zones for 2 instances of inventory; expected one in each\n");
  CHECK(with("payment = 1\nzones = 2") == "15:9 2 zones for no service with several instances\n");
  CHECK(with("paymnt = 2\ninventory = 2\nzones = 3").find("16:9 3 zones for 2") !=
        std::string::npos);
  CHECK(with("payment = 2\nzone = 2") ==
        "15:1 unknown key \"zone\"; expected one of inventory, payment, shipping, zones | did you "
        "mean \"zones\"?\n");
  for (const std::string wrong : {"25", "\"3\""}) {
    const std::string errors =
        with("payment = " + wrong + "\n[[fault]]\ntype = \"crash\"\non = \"payment/3\"\n");
    CHECK(std::count(errors.begin(), errors.end(), '\n') == 1);
  }
  CHECK(errors_with("[target]\ninstances = 3\n") == "14:13 found the number 3; expected a table\n");
}

TEST_CASE("what names an instance names one that there is") {
  const auto with = [](const std::string& rest) {
    return errors_with("[target.instances]\npayment = 3\nzones = 2\n" + rest);
  };
  const auto fault = [&](const std::string& rest) { return with("[[fault]]\n" + rest + "\n"); };
  CHECK(fault("type = \"refuse\"\non = \"order -> payment/3\"").empty());
  CHECK(fault("type = \"refuse\"\non = \"order -> payment/4\"") ==
        "18:6 payment/4: there are 3 instances; expected payment/1 to payment/3\n");
  CHECK(
      fault("type = \"refuse\"\non = \"order -> payment/x\"").starts_with("18:6 payment/x: there"));
  CHECK(fault("type = \"refuse\"\non = \"order -> inventory/1\"") ==
        "18:6 inventory/1: inventory has no instances | [target.instances] inventory = 3 makes "
        "three of it\n");
  CHECK(fault("type = \"refuse\"\non = \"payment/1 -> payment\"")
            .starts_with("18:6 unknown link \"payment/1 -> payment\""));
  for (const std::string link : {"order/7 -> payment", "*/1 -> payment", "order/ -> payment",
                                 "order/* -> payment/1", "client/1 -> gateway", "*/ -> *"}) {
    INFO(link);
    CHECK(
        fault("type = \"refuse\"\non = \"" + link + "\"")
            .starts_with("18:6 unknown link \"" + link + "\"; expected one of client -> gateway"));
    CHECK_FALSE(with("[[slo]]\nthat = 'amplification(\"" + link + "\") <= 2'\n").empty());
  }
  CHECK(fault("type = \"crash\"\non = \"payment/2\"").empty());
  CHECK(fault("type = \"crash\"\non = \"payment\"") ==
        "18:6 payment has 3 instances, and crash works on one; expected payment/1 or payment/2 or "
        "payment/3\n");
  CHECK(fault("type = \"crash\"\non = \"payment/0\"").starts_with("18:6 payment/0: there are"));
  CHECK(with("[[slo]]\nthat = 'in_flight(\"payment/9\") < 5'\n")
            .find("payment/9: there are 3 instances") != std::string::npos);
  CHECK(with("[policy.\"order -> payment/2\"]\nretry = false\n") ==
        "16:9 found \"order -> payment/2\"; expected \"order -> payment\", the way to all "
        "instances\n");
}

TEST_CASE("a drain ends within the load") {
  const auto at = [](const std::string& time) {
    return errors_with("[[fault]]\ntype = \"crash\"\non = \"payment\"\nat = \"" + time +
                       "\"\ndrain = \"4s\"\nrestart = \"never\"\n");
  };
  CHECK(at("25s").empty());
  CHECK(at("28s") ==
        "17:9 drains to 32s, and the load of 30s is over; expected it to die within that\n");
}

TEST_CASE("a zone is one of those that there are, on a link") {
  const auto with = [](const std::string& rest) {
    return errors_with("[target.instances]\npayment = 3\nzones = 2\n[[fault]]\n" + rest + "\n");
  };
  CHECK(with("type = \"refuse\"\non = \"* -> payment\"\nzone = 2").empty());
  CHECK(with("type = \"refuse\"\non = \"* -> payment\"\nzone = 3") ==
        "19:8 zone 3: there are 2 zones | [target.instances] zones = 2 splits the instances into "
        "two\n");
  CHECK(with("type = \"refuse\"\non = \"order -> inventory\"\nzone = 2") ==
        "19:8 no instance of inventory stands in zone 2\n");
  CHECK(with("type = \"refuse\"\non = \"order -> payment/1\"\nzone = 2") ==
        "19:8 no instance of payment/1 stands in zone 2\n");
  CHECK(with("type = \"crash\"\non = \"payment/1\"\nzone = 1") ==
        "19:1 crash takes no \"zone\"; it goes with a link in \"on\"\n");
  CHECK(with("type = \"partition\"\ngroups = [[\"order\"], [\"payment\"]]\nzone = 1")
            .starts_with("19:1 partition takes no \"zone\""));
  CHECK(with("type = \"drop_reply\"\nzone = 1\nat_call = \"any: order->payment.charge #1\"")
            .starts_with("18:1 drop_reply takes no \"zone\""));
}

TEST_CASE("a service with instances dies at calls, and what they share never") {
  const auto with = [](const std::string& rest) {
    return errors_with("[target.instances]\npayment = 3\n[[fault]]\ntype = \"crash\"\n" + rest +
                       "\n");
  };
  CHECK(with("on = \"payment\"\nat_call = \"order 1: order->payment.charge #1\"").empty());
  CHECK(with("on = \"payment/2\"\nat_call = \"order 1: order->payment.charge #1\"").empty());
  CHECK(with("on = \"payment\"\nat_call = \"order 1: payment!capture #1\"") ==
        "18:11 payment has instances, which share what is durable; expected a call, "
        "\"A->B.OPERATION #1\"\n");
}

TEST_CASE("links and services are checked against the target") {
  CHECK(
      errors_with("[[fault]]\ntype = \"refuse\"\non = \"order -> paymant\"\n") ==
      "15:6 unknown link \"order -> paymant\"; expected one of client -> gateway, gateway -> "
      "order, "
      "order -> inventory, order -> payment, order -> shipping, gateway -> payment | did you mean "
      "\"order -> payment\"?\n");
  CHECK(errors_with("[policy.\"order -> gateway\"]\nretry = false\n")
            .starts_with("13:9 unknown link \"order -> gateway\""));
  CHECK(errors_with("[[fault]]\ntype = \"crash\"\non = \"paymnt\"\n")
            .ends_with("| did you mean \"payment\"?\n"));
  CHECK(errors_with("[target.capacity]\npayments = { workers = 1 }\n")
            .starts_with("14:1 unknown service \"payments\""));
}

TEST_CASE("groups that separate nothing are refused") {
  const auto with = [](const std::string& rest) {
    return errors_with("[[fault]]\ntype = \"partition\"\n" + rest);
  };
  CHECK(with("groups = [[\"order\"], [\"payment\", \"inventory\"]]\nmode = \"refuse\"\n").empty());
  CHECK(with("") ==
        "13:1 \"groups\" is missing; partition needs it | such as groups = [[\"order\"], "
        "[\"payment\"]]\n");
  CHECK(with("groups = [[\"order\"]]\n") ==
        "15:1 fewer than two groups; expected what is cut off from what\n");
  CHECK(with("groups = [[\"order\"], []]\n").starts_with("15:22 an empty group"));
  CHECK(with("groups = [[\"order\"], [\"paymnt\"]]\n").ends_with("did you mean \"payment\"?\n"));
  CHECK(with("groups = [[\"order\"], [\"payment\", \"order\"]]\n") ==
        "15:22 \"order\" stands twice; expected it in one group\n");
  CHECK(with("groups = [[\"payment\"], [\"inventory\"]]\n")
            .starts_with("15:1 no link is between these groups"));
  CHECK(with("groups = [[\"order\"], [\"payment\"]]\non = \"order -> payment\"\n") ==
        "16:1 partition takes no \"on\"; expected \"groups\"\n");
  CHECK(with("groups = [[\"order\"], [\"payment\"]]\nfirst = 3\n") ==
        "16:1 partition takes no \"first\"; it does not choose among requests\n");
  CHECK(with("groups = [[\"order\"], [\"payment\"]]\nat_call = \"any: order->payment.charge #1\"\n")
            .starts_with("16:1 partition takes no \"at_call\""));
  CHECK(errors_with("[target.instances]\npayment = 2\n[[fault]]\ntype = \"partition\"\n"
                    "groups = [[\"order\", \"payment/1\"], [\"payment\"]]\n") ==
        "17:35 \"payment\" stands twice; expected it in one group\n");
  CHECK(errors_with("[[fault]]\ntype = \"drop_reply\"\ngroups = [[\"order\"], [\"payment\"]]\n") ==
        "15:1 drop_reply takes no \"groups\"; expected \"on\"\n");
}

TEST_CASE("turns that cannot be are refused") {
  const auto with = [](const std::string& rest) {
    return errors_with("[[fault]]\ntype = \"latency\"\non = \"order -> payment\"\n" + rest);
  };
  const std::string slow = "latency = \"1s\"\n";
  CHECK(with(slow + "first = 3\nevery = 2\nmust_hit = 3\n").empty());
  CHECK(with(slow + "first = 3\nmust_hit = 4\n") ==
        "18:12 must_hit = 4 of the first 3; expected no more than these\n");
  CHECK(with(slow + "every = 0\n") == "17:9 found the number 0; expected at least 1\n");
  CHECK(with(slow + "at = \"2s\"\nfor = \"4s\"\nflap = { on = \"1s\", off = \"1s\" }\n").empty());
  CHECK(with(slow + "for = \"4s\"\nflap = { on = \"4s\", off = \"1s\" }\n") ==
        "18:8 acts for 4s, in a window of 4s; expected it to rest within that\n");
  CHECK(with(slow + "flap = { on = \"1s\" }\n").starts_with("17:8 \"off\" is missing"));
  CHECK(with(slow + "flap = { on = \"1s\", off = \"1ms\" }\n").ends_with("at least 10ms\n"));
  CHECK(with(slow + "at_call = \"any: order->payment.charge #1\"\nflap = { on = \"1s\", off = "
                    "\"1s\" }\n") == "18:1 \"flap\" beside at_call; expected one of them\n");
  CHECK(with("for = \"4s\"\nramp = { from = \"0ms\", to = \"800ms\" }\n").empty());
  CHECK(with("ramp = { from = \"0ms\", to = \"800ms\" }\n") ==
        "16:1 \"ramp\" without \"for\"; expected the time that it takes\n");
  CHECK(with(slow + "for = \"4s\"\nramp = { from = \"0ms\", to = \"800ms\" }\n") ==
        "18:1 \"ramp\" beside \"latency\"; expected one of them\n");
  CHECK(errors_with("[[fault]]\ntype = \"crash\"\non = \"payment\"\nflap = { on = \"1s\", off = "
                    "\"1s\" }\n") ==
        "16:1 crash takes no \"flap\"; it lasts until the node serves again\n");
}

TEST_CASE("a bandwidth is bytes a second") {
  const auto with = [](const std::string& rate) {
    return errors_with(
        "[[fault]]\ntype = \"bandwidth\"\non = \"order -> payment\"\nrate = " + rate + "\n");
  };
  CHECK(with("\"64KiB/s\"").empty());
  for (const std::string wrong : {"\"64KiB\"", "\"64/s\"", "64", "\"0B/s\"", "\"/s\""})
    CHECK(with(wrong).ends_with("; expected bytes a second, such as \"64KiB/s\"\n"));
}

TEST_CASE("a clock jumps forwards or backwards, by a time with its unit") {
  const auto jump = [](const std::string& by) {
    return errors_with("[[fault]]\ntype = \"clock_jump\"\non = \"payment\"\njump = " + by + "\n");
  };
  const std::string expected = "; expected a time such as \"1h\", or \"-1h\" backwards\n";
  CHECK(jump("\"1h\"") == "");
  CHECK(jump("\"-90m\"") == "");
  CHECK(jump("-3600") == "16:8 found the number -3600" + expected);
  CHECK(jump("\"--1h\"") == "16:8 found \"--1h\"" + expected);
  CHECK(jump("\"-1\"") == "16:8 found \"-1\"" + expected);
}

TEST_CASE("what a fault waits for is an answer of a link") {
  const auto with = [](const std::string& when) {
    return errors_with("[[fault]]\ntype = \"crash\"\non = \"payment\"\nwhen = " + when + "\n");
  };
  for (const std::string right :
       {"'seen(\"order -> payment\")'", "'seen(\"order -> payment\", \"POST /charge*\", 200)'",
        "'seen( \"* -> payment\" , \"/charge\" )'", "'seen(\"order->payment\", 503)'",
        "\"seen('order -> payment', 'POST /charge', 200)\""})
    CHECK(with(right).empty());
  for (const std::string wrong :
       {"'seen()'", "'saw(\"order -> payment\")'", "'seen(\"order -> payment\", 20)'",
        "'seen(\"order -> payment\", \"PSOT /charge\", 200)'", "'seen(\"order -> payment\",)'",
        "'seen(\"order -> payment\", \"/charge\", 200, 1)'", "'seen(\"order -> payment)'", "3"})
    CHECK(with(wrong).find("expected seen(\"A -> B\", \"METHOD /path*\", 200)") !=
          std::string::npos);
  CHECK(with("'seen(\"order -> paymnt\")'").starts_with("16:8 unknown link"));
  CHECK(with("'seen(\"order -> payment\")'\nat = \"2s\"") ==
        "17:1 \"at\" beside when; expected one of them\n");
  CHECK(with("'seen(\"order -> payment\")'\nat_call = \"any: order->payment.charge #1\"") ==
        "16:1 \"when\" beside at_call; expected one of them\n");
}

TEST_CASE("a fault that does not fit its kind is refused") {
  CHECK(errors_with("[[fault]]\ntype = \"latency\"\non = \"order -> payment\"\n") ==
        "13:1 \"latency\" is missing; latency needs it\n");
  CHECK(errors_with("[[fault]]\ntype = \"latency\"\non = \"payment\"\nlatency = \"1s\"\n") ==
        "15:6 found \"payment\"; latency works on a link \"A -> B\"\n");
  CHECK(errors_with("[[fault]]\ntype = \"latency\"\nlatency = \"1s\"\nstatus = 503\n") ==
        "13:1 \"on\" is missing; latency works on a link \"A -> B\"\n"
        "16:1 latency takes no \"status\"; expected latency, jitter, direction, ramp\n");
  CHECK(errors_with("[[fault]]\ntype = \"crash\"\non = \"payment\"\nfor = \"2s\"\n") ==
        "16:1 crash takes no \"for\"; it lasts until the node serves again\n");
  CHECK(errors_with("[[fault]]\ntype = \"refuse\"\non = \"order -> payment\"\nmatch.method = "
                    "\"POST\"\n") == "16:1 refuse takes no \"match\"; expected it left out\n");
  CHECK(errors_with("[[fault]]\ntype = \"sim_loss\"\non = \"order -> payment\"\n") ==
        "14:8 sim_loss does not work in mode inprocess; expected another mode or kind\n");
  CHECK(errors_with("[[fault]]\ntype = \"http_abort\"\non = \"order -> payment\"\nstatus = 402\n"
                    "effect = \"after\"\n") ==
        "13:1 402 after the effect would lie; expected lying = true\n");
  CHECK(
      errors_with("[[fault]]\ntype = \"refuse\"\non = \"order -> payment\"\nmust_hit = \"x\"\n") ==
      "16:12 found \"x\"; expected a number from 0, or a share such as \"90%\"\n");
}

TEST_CASE("a fault lies within the load") {
  const std::string refuse =
      "[[fault]]\nname = \"a\"\ntype = \"refuse\"\non = \"order -> payment\"\n";
  CHECK(errors_with(refuse + "at = \"31s\"\n") ==
        "17:6 starts at 31s, when the load of 30s is over; expected an earlier start\n");
  CHECK(errors_with(refuse + "at = \"25s\"\nfor = \"10s\"\n") ==
        "18:7 would end at 35s, after the load of 30s; expected an end within it | for = \"5s\" "
        "lasts "
        "to the end\n");
  CHECK(errors_with(refuse + "at = \"b + 5s\"\n")
            .starts_with("17:6 unknown fault \"b\"; expected one of a"));
  CHECK(errors_with(refuse + "at = \"a + 5s\"\n") ==
        "17:6 waits for itself, in the end; expected no circle\n");
  CHECK(errors_with(refuse + "at = \"5s\"\nfor = \"10s\"\n[[fault]]\ntype = \"refuse\"\n"
                             "on = \"order -> payment\"\nat = \"a + 10s\"\nfor = \"6s\"\n") ==
        "23:7 would end at 31s, after the load of 30s; expected an end within it | for = \"5s\" "
        "lasts "
        "to the end\n");
}

TEST_CASE("an execution index is checked to its column") {
  const std::string drop = "[[fault]]\ntype = \"drop_reply\"\nat_call = ";
  CHECK(errors_with(drop + "\"order 3: order->payment.charge #1\"\n") == "");
  CHECK(errors_with(drop + "\"order 3: order->payment #1\"\n") ==
        "15:36 in at_call, expected \".\" and the operation, such as .charge | such as "
        "\"order 3: order->payment.charge #1\"\n");
  CHECK(errors_with(drop + "\"order 1: order->payment.charge #**\"\n")
            .starts_with("15:45 in at_call, expected its end after \"#*\""));
  CHECK(errors_with(drop + "\"oder 3: order->payment.charge #1\"\n")
            .starts_with("15:12 in at_call, expected order N, request N or any"));
  CHECK(errors_with(drop + "\"any: order->paymen.charge #*\"\n")
            .ends_with("| did you mean \"order -> payment\"?\n"));
  CHECK(errors_with(drop + "\"any: order!saga.charged #1\"\n") ==
        "15:11 drop_reply at a durable write; expected a call, \"A->B.OPERATION #1\"\n");
  CHECK(errors_with(drop + "\"any: order->payment.charge #1\"\nat = \"3s\"\n") ==
        "16:1 \"at\" beside at_call; expected one of them\n");
  CHECK(
      errors_with("[[fault]]\ntype = \"refuse\"\nat_call = \"any: order->payment.charge #1\"\n") ==
      "15:1 refuse at a call works with the shop in mode sim alone, found inprocess | expected "
      "reset_peer\n");
  CHECK(errors_with("[target]\nmode = \"sim\"\n[[fault]]\ntype = \"refuse\"\n"
                    "at_call = \"any: order->payment.charge #1\"\n") == "");
  CHECK(errors_with("[[fault]]\ntype = \"crash\"\nat_call = \"any: order->payment.charge #1\"\n") ==
        "13:1 \"on\" is missing; expected who dies, caller or callee | on = \"order\" or on = "
        "\"payment\"\n");
  CHECK(errors_with("[[fault]]\ntype = \"crash\"\non = \"shipping\"\n"
                    "at_call = \"any: order->payment.charge #1\"\n") ==
        "15:6 shipping has no part in any: order->payment.charge #1; expected the caller or the "
        "callee\n");
}

TEST_CASE("operations and durable writes are checked where they are known") {
  const std::string drop = "[[fault]]\ntype = \"drop_reply\"\nat_call = ";
  const std::string crash = "[[fault]]\ntype = \"crash\"\nat_call = ";
  CHECK(errors_with(drop + "\"order 3: order->payment.chrge #1\"\n") ==
        "15:36 unknown operation of order -> payment \"chrge\"; expected one of charge, refund | "
        "did you mean \"charge\"?\n");
  CHECK(
      errors_with(drop + "[\"any: order->payment.refund #*\", \"any: order->payment. charg #2\"]\n")
          .starts_with("15:67 unknown operation of order -> payment \"charg\""));
  CHECK(errors_with(crash + "\"order 3: payment!captur #1\"\n") ==
        "15:29 unknown durable write of payment \"captur\"; expected one of capture, refund | did "
        "you mean \"capture\"?\n");
  CHECK(errors_with(crash + "\"any: gateway!capture #1\"\n") ==
        "15:25 unknown durable write of gateway \"capture\"; there are none here\n");
  CHECK(errors_with("[[fault]]\nplan = [\"order 1: order->payment.chrge #1: drop_reply\"]\n")
            .starts_with("14:9 unknown operation of order -> payment \"chrge\""));
  // Nothing is said of the operations of this link, and of what this service writes.
  CHECK(errors_with(drop + "\"any: order->shipping.whatever #1\"\n").empty());
  CHECK(errors_with(crash + "\"any: shipping!whatever #1\"\n").empty());
}

TEST_CASE("a fault of durable writes says which write it needs") {
  const std::string fault = "[[fault]]\ntype = \"disk_error\"\n";
  CHECK(errors_with(fault + "at_call = \"order 3: payment!capture #1\"\n").empty());
  CHECK(errors_with(fault + "at_call = \"order 3: order->payment.charge #1\"\n") ==
        "15:11 disk_error at a call; expected a durable write, \"SERVICE!CLASS #1\" | at_call = "
        "\"order 3: payment!capture #1\"; payment writes capture, refund\n");
  CHECK(errors_with(fault + "at_call = \"order 3: order->shipping.ship #1\"\n") ==
        "15:11 disk_error at a call; expected a durable write, \"SERVICE!CLASS #1\" | at_call = "
        "\"order 3: payment!capture #1\"\n");
  CHECK(errors_with(fault + "on = \"payment\"\nat = \"1s\"\n") ==
        "13:1 \"at_call\" is missing; disk_error needs it | at_call = \"order 3: payment!capture "
        "#1\"\n");
}

TEST_CASE("a plan names its wrong line and column") {
  CHECK(errors_with("[[fault]]\nplan = [\"order 1: order->payment.charge #1: drop_replay\"]\n")
            .starts_with("14:9 unknown type \"drop_replay\""));
  CHECK(errors_with("[[fault]]\nplan = [\"order 1: order->payment.charge #1\"]\n") ==
        "14:43 in a plan, expected \":\" and a kind of fault\n");
  CHECK(errors_with("[[fault]]\non = \"payment\"\nplan = [\"any: order->payment.charge #1: "
                    "drop_reply\"]\n")
            .starts_with("14:1 \"on\" beside plan; expected only name and must_hit"));
}

TEST_CASE("templates are checked to their column") {
  const std::string request = "[[load.request]]\npath = ";
  CHECK(errors_with(request + "\"/x/{{int 5 1}}\"\n") ==
        "14:12 found \"{{int 5 1}}\"; expected {{int LEAST MOST}}\n");
  CHECK(
      errors_with(request + "\"/x/{{uid}}\"\n") ==
      "14:12 unknown template \"uid\"; expected one of uuid, int, pick, saved, row | did you mean "
      "\"uuid\"?\n");
  CHECK(errors_with(request + "\"/x/{{uuid\"\n") ==
        "14:12 \"{{\" without \"}}\"; expected a template such as {{uuid}}\n");
  CHECK(errors_with(request + "\"/x/{{saved order}}\"\n") ==
        "14:8 unknown saved value \"order\"; expected one of order_id\n");
  CHECK(errors_with(request + "\"/${env.NOPE}\"\n") ==
        "14:10 the environment variable NOPE is not set; expected a value | export NOPE=... before "
        "you start seawall\n");
  CHECK(errors_with(request + "\"orders\"\n") ==
        "14:8 a path without its \"/\"; expected one such as \"/orders\"\n");
  CHECK(errors_with(request + "\"/x\"\njson = {}\nbody = \"x\"\n") ==
        "16:1 \"body\" beside \"json\"; expected one body\n");
  CHECK(errors_with(request + "\"/x\"\nsave = { a = \"id\" }\n") ==
        "15:14 found \"id\"; expected a JSON path such as \"$.id\"\n");
}

TEST_CASE("the load must send something") {
  CHECK(errors_of("schema = 1\n[scenario]\nname = \"x\"\n[load]\n") ==
        "4:1 a load that sends nothing; expected a [[load.request]] with a weight above 0 | "
        "[[load.request]] with use = \"place-order\", say\n");
  CHECK(errors_with("[[load.request]]\nuse = \"place-ordr\"\npath = \"/x\"\n") ==
        "14:7 unknown request \"place-ordr\"; expected one of place-order | did you mean "
        "\"place-order\"?\n");
  CHECK(errors_with("[load.burst]\nat = \"40s\"\ncount = 5\n")
            .find("a burst at 40s, when the load of 30s is over") != std::string::npos);
  CHECK(errors_with("[[load.request]]\nuse = \"place-order\"\n") ==
        "13:1 a second [[load.request]] is called \"place-order\"; expected different names\n");
}

TEST_CASE("limits that are too short to be judged are refused") {
  CHECK(
      errors_with("[run]\nsettle = \"5s\"\n") ==
      "14:10 settle is 5s; expected at least 27s (2 x saga.repeat.max + open_for + "
      "half_open_max_wait + 5 x timeout.total) | write settle = \"27s\"; it ends as soon as all is "
      "settled\n");
  CHECK(errors_with("[run]\nduration = \"20m\"\n") ==
        "14:12 hold_ttl is 10m, shorter than duration + settle (1230s): holds may expire before "
        "their order is through | write [saga] hold_ttl = \"1230s\"\n");
}

TEST_CASE("names of checks are known") {
  CHECK(errors_with("[[invariant]]\nuse = [\"no-double-charge\", \"no-overcharge\"]\n")
            .starts_with("14:28 unknown invariant \"no-overcharge\""));
  CHECK(
      errors_with("[variant.x]\nset.run.seed = 2\nbreaks = [\"no-oversel\"]\n") ==
      "15:11 unknown invariant or service level \"no-oversel\"; expected one of no-double-charge, "
      "no-oversell, no-leaked-reservation, every-saga-settled, goodput-recovers | did you mean "
      "\"no-oversell\"?\n");
  CHECK(errors_of("schema = 1\n[scenario]\nname = \"x\"\nexercises = [\"circuit_braker\"]\n[load]\n"
                  "[[load.request]]\nuse = \"place-order\"\n")
            .ends_with("| did you mean \"circuit_breaker\"?\n"));
  CHECK(errors_with("[[slo]]\nthat = \"error_rate < 1%\"\n[[slo]]\nthat = \"error_rate < 1%\"\n") ==
        "15:1 a second [[slo]] is called \"error_rate < 1%\"; expected different names | give it a "
        "name of its own\n");
}

TEST_CASE("a breaker's window and its size go together") {
  const std::string link = "[policy.\"order -> payment\"]\n";
  CHECK(
      errors_with(link + "circuit_breaker = { size = \"10s\" }\n") ==
      "14:28 found \"10s\"; expected a number of calls, because window is \"count\" | a time goes "
      "with window = \"time\"\n");
  CHECK(errors_with(link + "circuit_breaker = { window = \"time\", size = 10 }\n") ==
        "14:45 found the number 10; expected a time such as \"10s\", because window is \"time\"\n");
  CHECK(errors_with(link + "circuit_breaker = { failure_rate = true }\n")
            .starts_with("14:36 found true; expected a share"));
}

TEST_CASE("a mistake within a variant says which variant") {
  CHECK(errors_with("[variant.long]\nset.run.duration = \"5\"\n") ==
        "14:20 in variant \"long\": found \"5\"; expected a duration with its unit, such as "
        "\"300ms\" or \"1.5s\"\n");
  CHECK(errors_with("[variant.x]\nset.fault.slow.for = \"5s\"\n")
            .starts_with(
                "14:11 in variant \"x\": no [[fault]] is named \"slow\"; there is none with a "
                "name"));
  CHECK(errors_with("[variant.x]\nwhy = \"y\"\n") ==
        "13:1 \"set\" is missing; expected keys of the file, laid over it\n");
}

TEST_CASE("the command line is read as strictly as the file") {
  ReadOptions options = quiet_options();
  options.sets = {"run.sed=7", "fault.slow.for=5s", "nonsense"};
  const std::string fault =
      "[[fault]]\nname = \"slaw\"\ntype = \"refuse\"\non = \"order -> payment\"\nat = \"3s\"\n";
  CHECK(
      errors_of(valid_with(fault), options) ==
      "--set:1:1 found \"nonsense\"; expected PATH=VALUE, such as run.seed=7\n"
      "--set:1:5 unknown key \"sed\"; expected one of seed, warmup, duration, settle | did you "
      "mean "
      "\"seed\"?\n"
      "--set:1:7 no [[fault]] is named \"slow\"; expected one of slaw | did you mean \"slaw\"?\n");
  options.sets = {"run.duration=soon"};
  CHECK(errors_of(valid_with(), options)
            .starts_with("--set:1:14 found \"soon\"; expected a duration"));
  options.sets = {};
  options.variant = "no-keys";
  CHECK(
      errors_of(valid_with("[variant.no-key]\nset.run.seed = 2\n"), options) ==
      "--variant:1:1 no variant \"no-keys\"; expected one of no-key | did you mean \"no-key\"?\n");
}

TEST_CASE("what makes a document cannot be laid over it") {
  ReadOptions options = quiet_options();
  options.sets = {"extends=\"x.toml\""};
  CHECK(errors_of(valid_with(), options) == "--set:1:1 \"extends\" here; it belongs into a file\n");
  CHECK(errors_with("[variant.x]\nset.variant.y.why = \"z\"\n") ==
        "14:5 in variant \"x\": \"variant\" here; it belongs into a file\n");
}

TEST_CASE("a load goes where a client has a link") {
  ReadOptions options = quiet_options();
  options.sets = {"load.to=payment"};
  CHECK(errors_of(valid_with(), options) ==
        "--set:1:9 unknown service \"payment\"; expected one of gateway\n");
  options.sets = {"load.disabled=true"};
  CHECK(errors_of(valid_with(), options) == "6:1 no load; expected at least one\n");
}

TEST_CASE("the method of a match is one of HTTP") {
  CHECK(errors_with("[[fault]]\ntype = \"drop_reply\"\non = \"order -> payment\"\n"
                    "match.method = \"post\"\n")
            .starts_with("16:16 unknown method \"post\"; expected one of GET, POST"));
}

TEST_CASE("a missing file has no position") {
  const auto reading =
      seawall::scenario::read_scenario("nowhere/x.toml", ReadOptions{}, small_vocabulary());
  REQUIRE_FALSE(reading.has_value());
  REQUIRE(reading.error().size() == 1);
  CHECK(to_text(reading.error()[0]) == "nowhere/x.toml: error: there is no such file\n");
}

TEST_CASE("a diagnostic shows the line and a caret under the place") {
  const auto reading = read_text(valid_with("[run]\nsed = 7\n"));
  REQUIRE_FALSE(reading.has_value());
  CHECK(
      to_text(reading.error()[0]) ==
      "test.toml:14:1: error: unknown key \"sed\"; expected one of seed, warmup, duration, settle\n"
      "  sed = 7\n"
      "  ^\n"
      "  hint: did you mean \"seed\"?\n");
}

TEST_CASE("nesting and size are bounded") {
  std::string dotted = "schema = 1\n";
  for (int i = 0; i < 5000; ++i) dotted += "a.";
  CHECK(errors_of(dotted + "a = 1\n") == "1:1 more than 4000 dots outside texts\n");
  std::string deep = "schema = 1\nx";
  for (int i = 0; i < 200; ++i) deep += ".x";
  CHECK(errors_of(deep + " = 1\n").find("nested deeper than 64 levels") != std::string::npos);
  CHECK(errors_of(std::string(300'000, '#')) == "1:1 larger than 256 KiB; expected a scenario\n");
  CHECK(
      errors_of(valid_with("[run]\nseed = 1.......\n# ....................\n")).starts_with("14:"));
}
