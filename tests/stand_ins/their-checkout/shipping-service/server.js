"use strict";
const { serve } = require("../http");

serve(3003, { "/ship": async () => [200, { ok: true }] });
