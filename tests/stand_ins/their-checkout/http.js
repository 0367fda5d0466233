// What the four services of this checkout share: JSON over HTTP with Node alone, in the way of the
// usual clients, which honour http_proxy.
"use strict";
const http = require("http");

// Serves POST requests: routes maps a path to an async function from the body to [status, answer].
exports.serve = (port, routes) => {
  http
    .createServer((request, response) => {
      let text = "";
      request.on("data", (part) => (text += part));
      request.on("end", async () => {
        const route = routes[request.url];
        const [status, answer] = route ? await route(JSON.parse(text || "{}")) : [404, {}];
        response.writeHead(status, { "Content-Type": "application/json" });
        response.end(JSON.stringify(answer));
      });
    })
    .listen(port, "127.0.0.1", () => console.log(`listening on ${port}`));
};

// The answer's status; what brings none within a second is an error.
exports.post = (url, body) =>
  new Promise((resolve, reject) => {
    const target = new URL(url);
    const proxy = process.env.http_proxy && new URL(process.env.http_proxy);
    const request = http.request({
      method: "POST",
      host: (proxy || target).hostname,
      port: (proxy || target).port,
      path: proxy ? url : target.pathname,
      headers: { Host: target.host, "Content-Type": "application/json" },
      timeout: 1000,
    });
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", reject);
    request.on("response", (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
      response.on("error", reject);
    });
    request.end(JSON.stringify(body));
  });
