// Orders, which has them paid by payments through opossum: a breaker with a timeout. Opossum has no
// retry, so the loop around the breaker is ours; each attempt counts for the breaker.
//
//   PORT=... PAYMENTS=HOST:PORT node orders.mjs      BREAKER, RETRY, KEYS: "off" takes it away
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import CircuitBreaker from "opossum";
import { serve } from "../node/http.mjs";

const isOn = (pattern) => process.env[pattern] !== "off";

const timeout = 500; // ms, of one attempt
const attempts = isOn("RETRY") ? 3 : 1;
const waits = [100, 200]; // ms, before the second attempt and before the third

const breaker = new CircuitBreaker(charge, {
  enabled: isOn("BREAKER"),
  timeout,
  volumeThreshold: 10, // opens only after so many attempts ...
  errorThresholdPercentage: 50, // ... of which more than this share failed ...
  rollingCountTimeout: 1000, // ... within so many ms; it stays open
  resetTimeout: 1000, // for so many ms, and then lets one attempt through
});

async function charge(order) {
  const headers = { "Content-Type": "application/json" };
  if (isOn("KEYS")) headers["Idempotency-Key"] = order.id;
  const response = await fetch(`http://${process.env.PAYMENTS}/charge`, {
    method: "POST",
    headers,
    body: JSON.stringify({ order: order.id, amount: order.amount }),
    signal: AbortSignal.timeout(timeout), // opossum stops waiting, but does not end the call
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`payments answered ${response.status}: ${text}`);
}

async function pay(order) {
  for (let attempt = 1; ; ++attempt) {
    try {
      return await breaker.fire(order);
    } catch (error) {
      if (attempt === attempts || error.code === "EOPENBREAKER") throw error;
      await sleep(waits[attempt - 1]);
    }
  }
}

async function placeOrder({ amount }) {
  const order = { id: randomUUID(), amount };
  try {
    await pay(order);
    return [201, { id: order.id, status: "confirmed" }];
  } catch (error) {
    return [503, { id: order.id, status: "failed", reason: error.message }];
  }
}

serve(process.env.PORT, {
  "POST /orders": placeOrder,
  "GET /health": () => [200, {}],
});
