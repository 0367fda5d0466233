// Payments: takes money for an order, and remembers what it took. The samples opossum and cockatiel
// call it. A charge with an Idempotency-Key that it knows gets the first answer and takes nothing.
//
//   PORT=... node payments.mjs
import { serve } from "./http.mjs";

const charged = []; // the order of each charge, in the order in which they came
const answers = new Map(); // by key

function charge({ order, amount }, headers) {
  const key = headers["idempotency-key"];
  if (key && answers.has(key)) return answers.get(key);
  charged.push(order);
  const answer = [201, { charge: charged.length, order, amount }];
  if (key) answers.set(key, answer);
  return answer;
}

// For those who look from outside: `again` counts the charges of orders that had been charged.
function audit() {
  return [200, { charges: charged.length, again: charged.length - new Set(charged).size }];
}

serve(process.env.PORT, {
  "POST /charge": charge,
  "GET /audit": audit,
  "GET /health": () => [200, {}],
});
