//! Writes large logs that look like a platform's own: the same bytes for the same size, and a smaller log is the
//! beginning of a larger one.
//!
//! JSON lines of about 700 bytes from a dozen services in the manner of four loggers, mostly one of them for a
//! thousand lines. Every line keeps the log contract. One in 10,000 holds a secret, made here so that no source holds
//! one; one in 20 holds what only looks like one.

use std::fmt::Write as _;
use std::io::{self, Write};

/// What the lines are made of. `<name>` and `<name:length>` stand for values, see [`Generator::value`].
struct Logger {
    services: &'static [&'static str],
    levels: [&'static str; 4],
    messages: &'static [&'static str],
    line: &'static str,
}

const LOGGERS: [Logger; 4] = [
    // tracing-subscriber, JSON, flattened, with spans.
    Logger {
        services: &["checkout", "payments", "catalog", "pricing"],
        levels: ["\"INFO\"", "\"DEBUG\"", "\"WARN\"", "\"ERROR\""],
        messages: &[
            "request finished",
            "order accepted, <number:9> items",
            "payment captured for <number:400>.<digits:2> EUR",
            "price list reloaded: <number:900> rows",
            "cache miss, asking the catalog",
            "stock reserved in <city>",
            "slow query: <number:9>.<digits:1> s for SELECT id, state FROM orders WHERE org_id = $1 AND state = $2",
            "retrying in <number:30> s, attempt <number:5> of 5",
            "provider answered \\\"temporarily unavailable\\\", the breaker is half open",
            "published to <subject>",
        ],
        line: r#"{"timestamp":"<time>","level":<level>,"message":"<message>","service":"<service>","correlation_id":"<uuid>","org_id":"org_<hex:8>","user_id":"usr_<hex:16>","trace_id":"<hex:32>","span_id":"<hex:16>","http":{"method":"<method>","route":"<route>","status":<status>,"response_bytes":<number:90000>},"latency_seconds":0.0<digits:5>,"user_agent":"<agent>","features":["<feature>","<feature>"],<extra>"target":"shop_<service>::http","span":{"name":"handle"},"spans":[{"route":"<route>","name":"request"},{"name":"handle"}]}"#,
    },
    // pino, with the contract's names for time, message and service.
    Logger {
        services: &["storefront", "admin", "webhooks"],
        levels: ["30", "20", "40", "50"],
        messages: &[
            "request completed",
            "rendered <route> in <number:90> ms",
            "session renewed",
            "upload stored in <city>, <number:90> parts",
            "client went away before the answer was sent",
            "search for \\\"garden chair\\\" found <number:300> articles",
            "TypeError: Cannot read properties of undefined (reading 'items')\\n    at render (cart.js:<number:300>:<number:40>)\\n    at next (router.js:<number:300>:<number:40>)",
            "delivery of the webhook failed with <status>, next try in <number:30> min",
        ],
        line: r#"{"level":<level>,"timestamp":"<time>","pid":<number:60000>,"hostname":"<service>-<hex:10>-<lower:5>","service":"<service>","correlation_id":"<uuid>","trace_id":"<hex:32>","span_id":"<hex:16>","user_id":"usr_<hex:16>","org_id":"org_<hex:8>",<extra>"req":{"method":"<method>","url":"<path>?page=<number:30>","params":{},"headers":{"host":"shop.example.com","user-agent":"<agent>","accept":"*/*"},"remotePort":<number:60000>},"res":{"statusCode":<status>,"headers":{"content-type":"application/json","content-length":"<number:90000>"}},"responseTime":<number:900>,"message":"<message>"}"#,
    },
    // zap, production configuration.
    Logger {
        services: &["mailer", "stock-sync", "exports"],
        levels: ["\"info\"", "\"debug\"", "\"warn\"", "\"error\""],
        messages: &[
            "message handled",
            "consumer caught up, <number:900> messages behind before",
            "mail handed to the provider, template order-confirmation",
            "file written: <number:90000> rows, <number:900> kB",
            "redelivered, attempt <number:5>",
            "no stock for <number:30> articles in <city>",
            "dial tcp: lookup provider.example.com: i/o timeout",
            "context deadline exceeded while waiting for the broker",
        ],
        line: r#"{"level":<level>,"timestamp":"<time>","logger":"<service>.consumer","caller":"consumer/handler.go:<number:400>","message":"<message>","service":"<service>","correlation_id":"<uuid>","trace_id":"<hex:32>","span_id":"<hex:16>","org_id":"org_<hex:8>","user_id":"usr_<hex:16>","subject":"<subject>","consumer":"<service>-durable","partition":<number:64>,"offset":<number:90000000>,"redelivered":false,"headers":{"content-type":"application/json","schema":"<subject>.v2"},"tags":["<feature>","<feature>","<region>"],"batch":{"size":<number:500>,"index":<number:500>},"latency":0.0<digits:6>,<extra>"queue":{"name":"<subject>","depth":<number:9000>,"oldest_seconds":<number:90>.<digits:3>}}"#,
    },
    // The Elastic Common Schema, nested and dotted, with the contract's names beside it.
    Logger {
        services: &["billing", "invoices"],
        levels: ["\"INFO\"", "\"DEBUG\"", "\"WARN\"", "\"ERROR\""],
        messages: &[
            "Completed <status> in <number:900> ms",
            "Invoice sent to the archive in <city>",
            "Ledger closed with <number:9000> entries",
            "HikariPool-1 - Pool stats (total=<number:20>, active=<number:20>, idle=<number:20>, waiting=0)",
            "Tax of 19 % applied, Zwischensumme <number:900>,<digits:2> €",
            "Reminder level <number:3> reached for <number:90> invoices",
            "java.net.SocketTimeoutException: Read timed out\\n\\tat shop.billing.Client.call(Client.java:<number:300>)\\n\\tat shop.billing.Run.once(Run.java:<number:300>)",
        ],
        line: r#"{"timestamp":"<time>","level":<level>,"message":"<message>","ecs.version":"8.11.0","service":"<service>","correlation_id":"<uuid>","process.thread.name":"http-nio-8080-exec-<number:20>","log.logger":"shop.<service>.web.Controller","event":{"dataset":"<service>.access","duration":<number:900000000>},"http":{"request":{"method":"<method>"},"response":{"status_code":<status>,"body":{"bytes":<number:90000>}}},"url":{"path":"<path>"},"user_agent":{"original":"<agent>"},"trace_id":"<hex:32>","span_id":"<hex:16>","org_id":"org_<hex:8>","user_id":"usr_<hex:16>",<extra>"tags":["access","<region>"]}"#,
    },
];

/// Each stands for the message, or, where it begins with a quote, for a further field.
const SECRETS: [&str; 22] = [
    "charge refused by the provider for the key sk_live_<alnum:24>",
    "charge refused, key: rk_live_<alnum:99>",
    "endpoint set up with whsec_<alnum:32>",
    r#""config":{"pem":"-----BEGIN RSA PRIVATE KEY-----\n<base64:64>\n<base64:64>\n<base64:64>\n-----END RSA PRIVATE KEY-----\n"},"#,
    r#""forwarded":{"headers":["x-user: <jwt>"]},"#,
    "upstream refused the header Authorization: Bearer <alnum:43>",
    "cannot connect to postgres://shop:<alnum:20>@db.internal:5432/shop",
    "the key AKIA<base32:16> was rejected",
    r#""aws_secret_access_key":"<base64:40>","#,
    "sign-in is set up with GOCSPX-<alnum:28>",
    r#""connection":"DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=<base64:86>==;EndpointSuffix=core.windows.net","#,
    "clone failed, tried <github>",
    "registry refused glpat-<alnum:20>",
    "chat said not_authed for xoxb-<digits:12>-<digits:12>-<alnum:24>",
    "reconnecting with the seed <nats-seed>",
    "publish refused for npm_<alnum:36>",
    "mail refused, key SG.<alnum:22>.<alnum:43>",
    "model refused the key sk-ant-api03-<alnum:93>AA",
    r#""client":{"name":"billing","password":"<alnum:16>"},"#,
    r#""Set-Cookie":"JSESSIONID=<HEX:32>; Path=/; HttpOnly","#,
    "started with DB_PASSWORD=<alnum:18> from the environment",
    r#""refresh_token":"<alnum:64>","#,
];

/// As in [`SECRETS`], but none of them is one.
const NEAR_MISSES: [&str; 36] = [
    "token expired, the client must sign in again",
    "password reset requested",
    "password changed, all other sessions were ended",
    "the secret billing/stripe was rotated",
    "bearer of bad news: the provider is down",
    "Authorization: Bearer [REDACTED]",
    "basic plan chosen, cookie consent given",
    "no private key configured, TLS is off",
    "connected to postgres://shop:***@db.internal:5432/shop",
    "pulled registry.example.com:5000/shop/api@sha256:<hex:64>",
    "cloned git@github.com:example/shop.git, 4 commits behind",
    "asked http://cache.internal:8080/@shop/icons",
    "checked the key SHA256:<base64:43> of the host",
    "installed @shop/icons@2.14.<number:30> and 12 more, npm_config_cache is unset",
    "mail to <lower:8>@example.com was accepted",
    "the publishable key pk_live_<alnum:24> is in use",
    "sk_live_******************** is set",
    "example key AKIA<documented> from the handbook refused",
    "session cookie renewed for 30 min",
    "monkey test passed, keyboard layout is de",
    "task-proj-<number:900> done, disk-ant-hill empty",
    "xoxo-hugs from the team in <city>",
    "build 1.24.<number:30>.<number:9> of <service> is live",
    "api key created by the owner, shown once",
    r#""sent":{"authorization":"[REDACTED]","cookie":"[REDACTED]"},"#,
    r#""max_tokens":4096,"tokens_used":<number:4000>,"#,
    r#""token_type":"Bearer","expires_in":3600,"#,
    r#""password":"********","#,
    r#""secret_name":"billing/stripe","secret_version":<number:30>,"#,
    r#""api_key":null,"api_version":"2026-10-01","#,
    r#""has_password":true,"password_changed_at":"2026-03-01T00:00:00Z","#,
    r#""client_secret":"${CLIENT_SECRET}","#,
    r#""contact":"<lower:7>@example.com","#,
    r#""public_key":"-----BEGIN PUBLIC KEY-----\n<base64:64>\n<base64:60>\n-----END PUBLIC KEY-----\n","#,
    r#""image":"registry.example.com/shop/api@sha256:<hex:64>","#,
    r#""digest":"<hex:40>","etag":"W/\"<hex:24>\"","#,
];

const ROUTES: [&str; 10] = [
    "/api/v1/orders",
    "/api/v1/orders/{id}",
    "/api/v1/orders/{id}/items/{item}",
    "/api/v1/articles/{id}",
    "/api/v1/articles/search",
    "/api/v1/baskets/{id}",
    "/api/v1/payments/{id}/capture",
    "/api/v1/invoices/{id}.pdf",
    "/api/admin/ops/summary",
    "/health/ready",
];
const AGENTS: [&str; 5] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "shop-app/8.2.1 (Android 16)",
];
const SUBJECTS: [&str; 5] =
    ["orders.created", "orders.cancelled", "payments.captured", "stock.changed", "invoices.sent"];
const CITIES: [&str; 5] = ["Hamburg", "Köln", "Lyon", "Zürich", "Gdańsk"];
const FEATURES: [&str; 6] = ["new-basket", "express", "split-payment", "gift", "beta-search", "dark-mode"];
const REGIONS: [&str; 4] = ["eu-central-1", "eu-west-1", "us-east-1", "ap-south-1"];
const METHODS: [&str; 5] = ["GET", "GET", "POST", "PUT", "DELETE"];
const STATUSES: [&str; 8] = ["200", "200", "200", "201", "204", "304", "404", "422"];

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const ALPHANUMERIC: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What was written.
#[derive(Clone, Copy, Default)]
pub struct Written {
    pub bytes: u64,
    pub lines: u64,
    pub secrets: u64,
    pub near_misses: u64,
}

/// Writes whole lines until there are at least so many bytes.
pub fn write(out: &mut impl Write, bytes: u64) -> io::Result<Written> {
    let mut generator = Generator::new();
    let mut written = Written::default();
    let mut line = String::new();
    while written.bytes < bytes {
        line.clear();
        match generator.line(&mut line) {
            Holds::Nothing => {}
            Holds::NearMiss => written.near_misses += 1,
            Holds::Secret => written.secrets += 1,
        }
        line.push('\n');
        out.write_all(line.as_bytes())?;
        written.lines += 1;
        written.bytes += line.len() as u64;
    }
    Ok(written)
}

enum Holds {
    Nothing,
    NearMiss,
    Secret,
}

/// What makes the lines: `SplitMix64` and where the log is.
struct Generator {
    random: u64,
    number: u64,
    microseconds: u64,
    /// The logger of most of the next lines, and how many of them there are.
    stretch: (&'static Logger, u64),
    /// Those of the line that is being written.
    service: &'static str,
    level: &'static str,
    message: &'static str,
    extra: &'static str,
    method: &'static str,
    route: &'static str,
    status: &'static str,
    subject: &'static str,
}

impl Generator {
    fn new() -> Self {
        let empty = "";
        Self {
            random: 2026,
            number: 0,
            microseconds: 0,
            stretch: (&LOGGERS[0], 1000),
            service: empty,
            level: empty,
            message: empty,
            extra: empty,
            method: empty,
            route: empty,
            status: empty,
            subject: empty,
        }
    }

    fn next(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len() as u64) as usize]
    }

    fn line(&mut self, out: &mut String) -> Holds {
        if self.stretch.1 == 0 {
            self.stretch = (&LOGGERS[self.below(4) as usize], 300 + self.below(2000));
        }
        self.stretch.1 -= 1;
        let logger = if self.below(25) == 0 { &LOGGERS[self.below(4) as usize] } else { self.stretch.0 };
        self.microseconds += self.below(50_000);
        self.service = self.one_of(logger.services);
        let level = match self.below(100) {
            0..80 => 0,
            80..92 => 1,
            92..98 => 2,
            _ => 3,
        };
        self.level = logger.levels[level];
        self.message = self.one_of(logger.messages);
        self.extra = "";
        self.method = self.one_of(&METHODS);
        self.route = self.one_of(&ROUTES);
        self.status = self.one_of(&STATUSES);
        self.subject = self.one_of(&SUBJECTS);
        let at = self.number;
        self.number += 1;
        // Evenly spread, so that the beginning of the log holds one too.
        let (holds, said) = if at % 10_000 == 2_000 {
            (Holds::Secret, SECRETS[(at / 10_000) as usize % SECRETS.len()])
        } else if self.below(20) == 0 {
            (Holds::NearMiss, self.one_of(&NEAR_MISSES))
        } else {
            (Holds::Nothing, "")
        };
        if said.starts_with('"') {
            self.extra = said;
        } else if !said.is_empty() {
            self.message = said;
        }
        self.fill(logger.line, out);
        holds
    }

    fn fill(&mut self, template: &str, out: &mut String) {
        let mut rest = template;
        while let Some((text, after)) = rest.split_once('<') {
            out.push_str(text);
            let (marker, after) = after.split_once('>').expect("a marker ends");
            let (name, length) = marker.split_once(':').unwrap_or((marker, "0"));
            self.value(name, length.parse().expect("a length is a number"), out);
            rest = after;
        }
        out.push_str(rest);
    }

    /// Writes what a marker stands for.
    fn value(&mut self, name: &str, length: u64, out: &mut String) {
        match name {
            "hex" => self.hex(length, out),
            "number" => write!(out, "{}", 1 + self.below(length)).expect("a String takes all text"),
            "uuid" => {
                for (at, length) in [8, 4, 4, 4, 12].into_iter().enumerate() {
                    match at {
                        0 => self.hex(length, out),
                        2 => {
                            out.push_str("-4");
                            self.hex(3, out);
                        }
                        3 => {
                            out.push_str("-9");
                            self.hex(3, out);
                        }
                        _ => {
                            out.push('-');
                            self.hex(length, out);
                        }
                    }
                }
            }
            "time" => self.time(out),
            "level" => out.push_str(self.level),
            "service" => out.push_str(self.service),
            "message" => self.fill(self.message, out),
            "extra" => self.fill(self.extra, out),
            "method" => out.push_str(self.method),
            "route" => out.push_str(self.route),
            "path" => {
                for (at, text) in self.route.split(['{', '}']).enumerate() {
                    match at % 2 {
                        0 => out.push_str(text),
                        _ => self.value("number", 90_000, out),
                    }
                }
            }
            "status" => out.push_str(self.status),
            "agent" => out.push_str(self.one_of(&AGENTS)),
            "feature" => out.push_str(self.one_of(&FEATURES)),
            "region" => out.push_str(self.one_of(&REGIONS)),
            "subject" => out.push_str(self.subject),
            "city" => out.push_str(self.one_of(&CITIES)),
            "digits" => self.letters(&ALPHANUMERIC[..10], length, out),
            "HEX" => self.letters(&ALPHANUMERIC[..16], length, out),
            "lower" => self.letters(&ALPHANUMERIC[36..], length, out),
            "alnum" => self.letters(ALPHANUMERIC, length, out),
            "base32" => self.letters(BASE32, length, out),
            "base64" => self.letters(BASE64, length, out),
            // The key of AWS's documentation, in two parts, since scanners of sources know it too.
            "documented" => out.push_str(concat!("IOSFODNN7", "EXAMPLE")),
            "jwt" => self.jwt(out),
            "github" => self.github(out),
            "nats-seed" => self.nats_seed(out),
            _ => panic!("`<{name}>` is no marker"),
        }
    }

    fn letters(&mut self, alphabet: &[u8], length: u64, out: &mut String) {
        for _ in 0..length {
            out.push(char::from(alphabet[self.below(alphabet.len() as u64) as usize]));
        }
    }

    /// Most of a line is hex, so sixteen digits are made of one number.
    fn hex(&mut self, length: u64, out: &mut String) {
        let mut bits = 0;
        for at in 0..length {
            if at % 16 == 0 {
                bits = self.next();
            }
            out.push(char::from(b"0123456789abcdef"[(bits & 15) as usize]));
            bits >>= 4;
        }
    }

    fn time(&mut self, out: &mut String) {
        let (seconds, fraction) = (self.microseconds / 1_000_000, self.microseconds % 1_000_000);
        let (day, hour) = (2 + seconds / 86_400, seconds / 3_600 % 24);
        let (minute, second) = (seconds / 60 % 60, seconds % 60);
        write!(out, "2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction:06}Z")
            .expect("a String takes all text");
    }

    /// Three parts of base64url, of which the first two are JSON.
    fn jwt(&mut self, out: &mut String) {
        for part in [r#"{"alg":"RS256","typ":"JWT"}"#, r#"{"iss":"shop","sub":"usr_<hex:16>"}"#] {
            let mut filled = String::new();
            self.fill(part, &mut filled);
            out.push_str(&base(64, BASE64, filled.as_bytes()).replace('+', "-").replace('/', "_"));
            out.push('.');
        }
        self.letters(ALPHANUMERIC, 86, out);
    }

    /// The last six characters are the CRC-32 of the thirty before.
    fn github(&mut self, out: &mut String) {
        out.push_str("ghp_");
        let from = out.len();
        self.letters(ALPHANUMERIC, 30, out);
        let mut crc = !0_u32;
        for byte in out[from..].bytes() {
            crc ^= u32::from(byte);
            for _ in 0..8 {
                crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
            }
        }
        crc = !crc;
        for place in (0..6).rev() {
            out.push(char::from(ALPHANUMERIC[(crc / 62_u32.pow(place) % 62) as usize]));
        }
    }

    /// Two bytes that say "seed of a user", 32 random ones, and their CRC-16 with the low byte first.
    fn nats_seed(&mut self, out: &mut String) {
        const SEED: u8 = 18 << 3;
        const USER: u8 = 20 << 3;
        let mut bytes = vec![SEED | (USER >> 5), (USER & 31) << 3];
        bytes.extend((0..32).map(|_| self.next() as u8));
        let mut crc = 0_u16;
        for byte in &bytes {
            crc ^= u16::from(*byte) << 8;
            for _ in 0..8 {
                crc = (crc << 1) ^ (0x1021 & (crc >> 15).wrapping_neg());
            }
        }
        bytes.extend(crc.to_le_bytes());
        out.push_str(&base(32, BASE32, &bytes));
    }
}

/// Bytes in base 64 or 32, without padding.
fn base(size: u32, alphabet: &[u8], bytes: &[u8]) -> String {
    let width = size.ilog2();
    let (mut held, mut bits, mut text) = (0_u32, 0, String::new());
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= width {
            bits -= width;
            text.push(char::from(alphabet[(held >> bits & (size - 1)) as usize]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(alphabet[(held << (width - bits) & (size - 1)) as usize]));
    }
    text
}
