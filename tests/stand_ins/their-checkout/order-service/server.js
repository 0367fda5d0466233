// The orchestrator, with the names of its callees in the code, as they often are. What was done is
// undone in reverse order when a later step fails.
"use strict";
const net = require("net");
const { post, serve } = require("../http");

const steps = [
  { does: "http://inventory:3001/reserve", undoes: "http://inventory:3001/release" },
  { does: "http://payment:3002/charge", undoes: "http://payment:3002/refund" },
  { does: "http://shipping:3003/ship" },
];

async function attempt(url, body) {
  const status = await post(url, body);
  if (status !== 200) throw new Error(`${url} answered ${status}`);
}

async function createOrder(body) {
  const done = [];
  try {
    for (const step of steps) {
      await attempt(step.does, body);
      done.unshift(step);
    }
    return [200, { status: "confirmed" }];
  } catch (error) {
    for (const step of done)
      if (step.undoes) await attempt(step.undoes, body).catch((e) => console.log(e.message));
    return [500, { status: "failed", why: error.message }];
  }
}

// PostgreSQL answers a request for TLS with one byte, whoever asks: so it is there.
const database = new URL(process.env.DATABASE_URL);
const socket = net.connect(Number(database.port), database.hostname, () =>
  socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]))
);
socket.once("data", () => {
  socket.end();
  serve(3000, { "/create-order": createOrder });
});
