// Orders, which has them paid by payments through cockatiel: a retry around a breaker around a
// timeout, so that each attempt counts for the breaker and has the whole timeout.
//
//   PORT=... PAYMENTS=HOST:PORT node orders.mjs      BREAKER, RETRY, KEYS: "off" takes it away
import { randomUUID } from "node:crypto";
import {
  ConsecutiveBreaker,
  ConstantBackoff,
  TimeoutStrategy,
  circuitBreaker,
  handleAll,
  handleWhen,
  isBrokenCircuitError,
  noop,
  retry,
  timeout,
  wrap,
} from "cockatiel";
import { serve } from "../node/http.mjs";

const isOn = (pattern) => process.env[pattern] !== "off";

const repeats = retry(
  handleWhen((error) => !isBrokenCircuitError(error)),
  { maxAttempts: 3, backoff: new ConstantBackoff(150) }, // after the first one: four in all
);
const breaker = circuitBreaker(handleAll, {
  breaker: new ConsecutiveBreaker(5), // opens after five failures in a row,
  halfOpenAfter: 1200, // and lets one attempt through after so many ms
});
const policy = wrap(
  isOn("RETRY") ? repeats : noop,
  isOn("BREAKER") ? breaker : noop,
  timeout(400, TimeoutStrategy.Aggressive),
);

async function charge(order, signal) {
  const headers = { "Content-Type": "application/json" };
  if (isOn("KEYS")) headers["Idempotency-Key"] = order.id;
  const response = await fetch(`http://${process.env.PAYMENTS}/charge`, {
    method: "POST",
    headers,
    body: JSON.stringify({ order: order.id, amount: order.amount }),
    signal,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`payments answered ${response.status}: ${text}`);
}

async function placeOrder({ amount }) {
  const order = { id: randomUUID(), amount };
  try {
    await policy.execute(({ signal }) => charge(order, signal));
    return [201, { id: order.id, status: "confirmed" }];
  } catch (error) {
    return [503, { id: order.id, status: "failed", reason: error.message }];
  }
}

serve(process.env.PORT, {
  "POST /orders": placeOrder,
  "GET /health": () => [200, {}],
});
