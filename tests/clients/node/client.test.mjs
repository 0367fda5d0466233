// The Node client of Toxiproxy against `seawall proxy`, as its users write it. SEAWALL_PROGRAM is
// the program; it listens on a free port and ends with the tests.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import net from "node:net";
import { after, before, beforeEach, test } from "node:test";
import toxiproxyClient from "toxiproxy-node-client";

const { Toxiproxy, ToxiproxyError } = toxiproxyClient;

let program;
let toxiproxy;
let echo;
let upstream;

// The address that the program says on stderr.
function startProgram() {
  program = spawn(process.env.SEAWALL_PROGRAM, ["proxy", "-port", "0"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let said = "";
    program.stderr.on("data", (bytes) => {
      said += bytes;
      const address = said.match(/http:\/\/[0-9.]+:[0-9]+/);
      if (address) resolve(address[0]);
    });
    program.on("exit", () => reject(new Error(`the program ended: ${said}`)));
  });
}

before(async () => {
  toxiproxy = new Toxiproxy(await startProgram());
  echo = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  await new Promise((resolve) => echo.listen(0, "127.0.0.1", resolve));
  upstream = `127.0.0.1:${echo.address().port}`;
});

after(async () => {
  const ended = new Promise((resolve) => program.once("exit", resolve));
  program.kill("SIGTERM");
  assert.equal(await ended, 0);
  echo.close();
});

beforeEach(async () => {
  for (const proxy of Object.values(await toxiproxy.getAll())) await proxy.remove();
});

function create(name, more = {}) {
  return toxiproxy.createProxy({ name, listen: "localhost:0", upstream, ...more });
}

// Says `text` through the proxy and reads until `text` came back or the connection ended: what was
// heard, how it ended and how long it took, in milliseconds.
function exchange(proxy, text = "hello\n") {
  const [host, port] = proxy.listen.split(":");
  const began = process.hrtime.bigint();
  return new Promise((resolve) => {
    let heard = "";
    let failure;
    const socket = net.connect({ host, port: Number(port) });
    socket.on("connect", () => socket.write(text));
    socket.on("data", (bytes) => {
      heard += bytes;
      if (heard.length >= text.length) socket.destroy();
    });
    socket.on("error", (error) => {
      failure = error.code;
    });
    socket.on("close", () => {
      const took = Number(process.hrtime.bigint() - began) / 1e6;
      resolve({ heard, failure, took });
    });
  });
}

function refusedWith(status) {
  return (error) => error instanceof ToxiproxyError && error.message.includes(`code ${status}`);
}

test("the version is one that has everything", async () => {
  const { version } = JSON.parse(await toxiproxy.getVersion());
  const [major, minor] = version.split(".").map(Number);
  assert.ok(major === 2 && minor >= 6);
});

test("a proxy is created, found, updated and removed", async () => {
  const proxy = await create("create-test");
  assert.equal(proxy.name, "create-test");
  assert.match(proxy.listen, /^127\.0\.0\.1:\d+$/);
  assert.equal(proxy.upstream, upstream);
  assert.equal(proxy.enabled, true);
  assert.equal((await exchange(proxy)).heard, "hello\n");

  assert.deepEqual((await toxiproxy.get("create-test")).toJson(), proxy.toJson());
  assert.deepEqual(Object.keys(await toxiproxy.getAll()), ["create-test"]);
  await assert.rejects(create("create-test"), refusedWith(409));
  await assert.rejects(toxiproxy.get("missing"), refusedWith(404));
  await assert.rejects(toxiproxy.createProxy({ name: "no-upstream" }), refusedWith(400));

  await proxy.remove();
  await assert.rejects(toxiproxy.get("create-test"), refusedWith(404));
  assert.equal((await exchange(proxy)).failure, "ECONNREFUSED");
});

test("a disabled proxy refuses and comes back on its port", async () => {
  const proxy = await create("switched");
  const off = await proxy.update({ ...proxy.toJson(), enabled: false });
  assert.equal(off.enabled, false);
  assert.equal((await exchange(proxy)).failure, "ECONNREFUSED");
  const on = await off.update({ ...off.toJson(), enabled: true });
  assert.equal(on.listen, proxy.listen);
  assert.equal((await exchange(proxy)).heard, "hello\n");
});

test("proxies are populated, and again with what has changed", async () => {
  const bodies = ["one", "two"].map((name) => ({
    name,
    listen: "localhost:0",
    upstream,
    enabled: true,
  }));
  const first = await toxiproxy.populate(bodies);
  assert.deepEqual(Object.keys(first), ["one", "two"]);
  await first.one.addToxic({ type: "latency", attributes: { latency: 1, jitter: 0 } });
  const again = await toxiproxy.populate([
    first.one.toJson(),
    { ...first.two.toJson(), upstream: "127.0.0.1:1" },
  ]);
  assert.equal(again.one.listen, first.one.listen);
  assert.equal(again.two.upstream, "127.0.0.1:1");
  assert.equal((await again.one.getToxic("latency_downstream")).attributes.latency, 1);
});

test("each type of toxic is added, read, updated and removed", async () => {
  const proxy = await create("toxics");
  const types = {
    latency: { latency: 10, jitter: 5 },
    bandwidth: { rate: 1000 },
    slow_close: { delay: 10 },
    timeout: { timeout: 10 },
    reset_peer: { timeout: 10 },
    slicer: { average_size: 64, size_variation: 32, delay: 10 },
    limit_data: { bytes: 1000 },
  };
  for (const [type, attributes] of Object.entries(types)) {
    for (const stream of ["upstream", "downstream"]) {
      const toxic = await proxy.addToxic({ type, stream, attributes, toxicity: 0.2 });
      assert.deepEqual(toxic.toJson(), {
        type,
        stream,
        attributes,
        toxicity: 0.2,
        name: `${type}_${stream}`,
      });
      const [key] = Object.keys(attributes);
      const updated = await toxic.update({ attributes: { [key]: 77 } });
      assert.deepEqual(updated.attributes, { ...attributes, [key]: 77 });
      assert.equal(updated.toxicity, 0.2);
      assert.deepEqual((await proxy.getToxic(toxic.name)).toJson(), updated.toJson());
      await toxic.remove();
      await assert.rejects(proxy.getToxic(toxic.name), refusedWith(404));
    }
  }
  await assert.rejects(proxy.addToxic({ type: "nonsense" }), refusedWith(400));
});

test("latency takes its time on each stream, and a reset ends it", async () => {
  const proxy = await create("slow");
  await proxy.addToxic({ type: "latency", stream: "upstream", attributes: { latency: 100 } });
  await proxy.addToxic({ type: "latency", stream: "downstream", attributes: { latency: 100 } });
  const slow = await exchange(proxy);
  assert.equal(slow.heard, "hello\n");
  assert.ok(slow.took >= 200, `took ${slow.took} ms`);
  await toxiproxy.reset();
  let least = Infinity;
  for (let i = 0; i < 50 && least >= 200; ++i) {
    least = Math.min(least, (await exchange(proxy)).took);
  }
  assert.ok(least < 200, `took ${least} ms`);
});

test("limit_data, timeout and reset_peer end connections in their ways", async () => {
  const proxy = await create("ended");
  const limit = await proxy.addToxic({ type: "limit_data", attributes: { bytes: 3 } });
  assert.equal((await exchange(proxy)).heard, "hel");
  await limit.remove();

  const timeout = await proxy.addToxic({ type: "timeout", attributes: { timeout: 100 } });
  const silent = await exchange(proxy);
  assert.equal(silent.heard, "");
  assert.ok(silent.took >= 90, `took ${silent.took} ms`);
  await timeout.remove();

  const reset = await proxy.addToxic({ type: "reset_peer", attributes: { timeout: 0 } });
  assert.equal((await exchange(proxy)).failure, "ECONNRESET");
  await reset.remove();
  assert.equal((await exchange(proxy)).heard, "hello\n");
});

test("what comes through slicer and bandwidth is whole", async () => {
  const proxy = await create("cut");
  await proxy.addToxic({
    type: "slicer",
    attributes: { average_size: 100, size_variation: 50, delay: 100 },
  });
  await proxy.addToxic({ type: "bandwidth", stream: "upstream", attributes: { rate: 100 } });
  const text = Array.from({ length: 20000 }, (_, i) => String.fromCharCode(97 + (i % 26))).join("");
  assert.equal((await exchange(proxy, text)).heard, text);
});
