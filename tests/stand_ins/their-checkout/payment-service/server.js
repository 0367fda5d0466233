"use strict";
const { serve } = require("../http");

const done = async () => [200, { ok: true }];
serve(3002, { "/charge": done, "/refund": done });
