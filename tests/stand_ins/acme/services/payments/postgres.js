// As much of PostgreSQL's protocol as one connection with simple queries and no password takes.
"use strict";
const net = require("net");

exports.Postgres = class {
  constructor(url, timeout) {
    this.url = new URL(url);
    this.timeout = timeout;
    this.waiting = []; // queries that were sent, in order
    this.socket = null;
  }

  // The first column of the last row; null where there is none.
  query(sql) {
    return new Promise((resolve, reject) => {
      if (!this.socket) this.connect();
      const timer = setTimeout(() => this.fail(new Error("the database is silent")), this.timeout);
      this.waiting.push({ resolve, reject, timer, value: null, error: null });
      this.send("Q", Buffer.from(sql + "\0"));
    });
  }

  connect() {
    const socket = net.connect(Number(this.url.port), this.url.hostname);
    this.socket = socket;
    this.heard = Buffer.alloc(0);
    this.started = false;
    socket.on("data", (bytes) => socket === this.socket && this.take(bytes));
    for (const end of ["error", "close"])
      socket.on(end, () => socket === this.socket && this.fail(new Error("the database is gone")));
    const database = this.url.pathname.slice(1);
    this.send("", Buffer.from(`\0\x03\0\0user\0${this.url.username}\0database\0${database}\0\0`));
  }

  send(type, body) {
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length + 4);
    this.socket.write(Buffer.concat([Buffer.from(type), length, body]));
  }

  take(bytes) {
    this.heard = Buffer.concat([this.heard, bytes]);
    while (this.heard.length >= 5 && this.heard.length >= 1 + this.heard.readInt32BE(1)) {
      const end = 1 + this.heard.readInt32BE(1);
      this.message(String.fromCharCode(this.heard[0]), this.heard.subarray(5, end));
      this.heard = this.heard.subarray(end);
    }
  }

  message(type, body) {
    const query = this.waiting[0];
    if (type === "Z" && !this.started) {
      this.started = true;
    } else if (type === "Z") {
      this.waiting.shift();
      clearTimeout(query.timer);
      if (query.error) query.reject(query.error);
      else query.resolve(query.value);
    } else if (type === "D") {
      const length = body.readInt32BE(2);
      query.value = length < 0 ? null : body.toString("utf8", 6, 6 + length);
    } else if (type === "E") {
      query.error = new Error(body.toString("utf8").replaceAll("\0", " "));
    }
  }

  // Nobody knows what became of what was asked.
  fail(error) {
    const lost = this.waiting.splice(0);
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.destroy();
    for (const query of lost) {
      clearTimeout(query.timer);
      query.reject(error);
    }
  }
};
