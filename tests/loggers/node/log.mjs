// A small service that logs with pino or bunyan: node log.mjs LOGGER MODE, run where the packages are installed.
//
// LOGGER: pino, pino-set-up (the contract's names instead of pino's), bunyan.
// MODE: clean; faulty (what tests/real_loggers.rs plants); odd (what these loggers let through: the same key twice and
// half a surrogate pair). Line numbers of the records are those of the test.

import { createRequire } from "node:module";
import { join } from "node:path";

// Modules are looked up beside a file, and nothing is installed beside this one.
const require = createRequire(join(process.cwd(), "package.json"));

// pino writes in the background unless told otherwise, and `fatal` does not wait for it: now and then the first record
// comes last, and the test counts lines.
function pino(options) {
  const library = require("pino");
  return library({ level: "trace", ...options(library) }, library.destination({ sync: true }));
}

// Both loggers take (fields, message), and `child` adds fields to all that follows.
const LOGGERS = {
  pino: () => pino(() => ({ name: "checkout" })),
  "pino-set-up": () =>
    pino(({ stdTimeFunctions }) => ({
      base: { service: "checkout" },
      messageKey: "message",
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    })),
  bunyan: () => {
    const bunyan = require("bunyan");
    return bunyan.createLogger({ name: "checkout", level: "trace", serializers: bunyan.stdSerializers });
  },
};

const [, , name, mode] = process.argv;
const faulty = mode === "faulty";
const log = LOGGERS[name]();
const { PLANTED_PASSWORD, PLANTED_SECRET } = process.env;

let requests = 0;
function correlationId() {
  requests += 1;
  return `5e0c61f2-93a7-4d1b-8f64-2b7d90e1c3${String(requests).padStart(2, "0")}`;
}
const request = () => log.child({ correlation_id: correlationId() });

if (mode === "odd") {
  // 1: a child that names a field its parent has. 2: a message cut in the midst of an emoji. 3: not a number.
  const twice = request();
  twice.child({ correlation_id: correlationId() }).info({ queue: "orders" }, "job taken");
  // pino replaces the half in a short message and escapes it in a long one.
  const note = `parcel packed, ${"and one more thing, ".repeat(10)}📦`;
  request().info(note.slice(0, -1));
  request().info({ ratio: Number.NaN }, "cache summary");
} else {
  // 1 to 5: an ordinary day.
  request().info({ port: 8080, tls: true }, "service started");
  request().info(
    { user_id: "usr_4f1e2d3c5b6a7980", org_id: "acme", amount_cents: 1999, tags: ["web", "eu"] },
    "order accepted",
  );
  request().trace({ cache: { hit: true, age_seconds: 12.5 } }, "cache lookup");
  request().warn({ attempt: 2, retry_in_ms: 250, cause: null }, "payment retried");
  try {
    JSON.parse('{"amount": ');
  } catch (err) {
    request().error({ err }, "payment provider sent no JSON");
  }
  // 6: what has to be escaped.
  request().info(
    { note: "tab\there" },
    'file "C:\\temp\\café.txt" read:\nline two, 価格 ¥100, 📦, \u0007 and \u2028.',
  );
  // 7: the field that holds everything together.
  (faulty ? log : request()).info({ took_ms: 3 }, "session refreshed");
  // 8: a field that must not be written.
  const login = { password: faulty ? PLANTED_PASSWORD : "[REDACTED]", method: "form" };
  request().info(name === "pino-set-up" ? { login } : login, "login accepted");
  // 9: a secret in free text.
  request().warn(`gateway refused the key "${faulty ? PLANTED_SECRET : "sk_live_****"}", code 401`);
  // 10: the end.
  request().fatal({ uptime_seconds: 86400.25 }, "shutting down");
}
