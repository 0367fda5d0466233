// What the Node services of the samples share: routes, JSON in and out, on loopback. Node alone.
import http from "node:http";

async function jsonOf(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const text = Buffer.concat(pieces).toString();
  return text === "" ? {} : JSON.parse(text);
}

async function answerTo(route, request) {
  if (!route) return [404, { reason: `there is no ${request.method} ${request.url}` }];
  let body;
  try {
    body = await jsonOf(request);
  } catch (error) {
    return [400, { reason: `the body is no JSON: ${error.message}` }];
  }
  try {
    return await route(body, request.headers);
  } catch (error) {
    return [500, { reason: error.message }];
  }
}

// Serves `routes` on 127.0.0.1:`port`. A route, such as "POST /charge", takes the body and the
// headers of a request and gives its status and body, at once or later.
export function serve(port, routes) {
  const server = http.createServer(async (request, response) => {
    const [status, body] = await answerTo(routes[`${request.method} ${request.url}`], request);
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(body));
  });
  server.listen(Number(port), "127.0.0.1");
}
