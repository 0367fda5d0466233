// Payments: charges an order once, whatever is repeated; an order that was refunded stays so.
"use strict";
const http = require("http");
const { Postgres } = require("./postgres");

const database = new Postgres(process.env.DATABASE_URL, 500);
const plain = (text) => String(text).replace(/[^A-Za-z0-9-]/g, "");

async function settle(order, amount, state, onRepeat) {
  return database.query(
    `insert into payments values ('${plain(order)}', ${Number(amount)}, '${state}')
     on conflict (id) do update set state = ${onRepeat} returning state`
  );
}

const routes = {
  "/charge": async (body) => {
    const state = await settle(body.order, body.amount_cents, "captured", "payments.state");
    return state === "captured" ? 200 : 409;
  },
  "/refund": async (body) => {
    await settle(body.order, body.amount_cents, "refunded", "'refunded'");
    return 200;
  },
};

async function answer(request, text) {
  if (request.url === "/health") return 200;
  const route = routes[request.url];
  if (!route) return 404;
  return route(JSON.parse(text)).catch(() => 503);
}

const server = http.createServer((request, response) => {
  let text = "";
  request.on("data", (part) => (text += part));
  request.on("end", async () => {
    response.writeHead(await answer(request, text), { "Content-Type": "application/json" });
    response.end("{}");
  });
});

database
  .query(
    "create table if not exists payments (id text primary key, amount_cents bigint, state text)"
  )
  .then(() => server.listen(Number(process.env.PORT), "127.0.0.1"));
