"use strict";
const { serve } = require("../http");

const done = async () => [200, { ok: true }];
serve(3001, { "/reserve": done, "/release": done });
