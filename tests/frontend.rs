//! Front ends, as a user has them checked: which calls and pages are read, which addresses of telemetry backends are found and
//! which only look alike; and a scanner that keeps its place in whatever text.

mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::{Run, telelint, write};

/// An empty folder for this test.
fn scratch() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let test = std::thread::current().name().unwrap_or_default().replace(':', "-");
    support::scratch(&format!("{test}-{}", COUNT.fetch_add(1, Ordering::Relaxed)))
}

/// Runs on files.
fn checked(files: &[(&str, &str)]) -> Run {
    let folder = scratch();
    for (name, text) in files {
        write(&folder, name, text);
    }
    telelint(
        &folder,
        &[
            "check",
            ".",
            "--format",
            "concise",
            "--only",
            "ops-ui/browser-queries-backend,contract/*",
            "--show",
            "unknown",
        ],
    )
}

/// The facts of one file, as the program writes them.
fn facts(name: &str, text: &str) -> serde_json::Value {
    let folder = scratch();
    write(&folder, name, text);
    let run = telelint(&folder, &["facts", "."]);
    assert_eq!(run.code, 0, "{run:?}");
    run.json()
}

/// Calls as `line:column METHOD path`; with `?` for what is only written down.
fn calls(name: &str, text: &str) -> Vec<String> {
    let facts = facts(name, text);
    let calls = facts["client_calls"].as_array().unwrap().iter().map(|call| {
        let (line, column) = (&call["place"]["line"], &call["place"]["column"]);
        let method = call["method"].as_str().unwrap_or("-");
        let doubt = if call["is_called"].as_bool().unwrap() { "" } else { "?" };
        let host = call["host"].as_str().map(|host| format!("//{host}")).unwrap_or_default();
        format!("{line}:{column} {method} {host}{}{doubt}", call["path"].as_str().unwrap())
    });
    calls.collect()
}

/// What one file is found to reach for: `line:column what`.
fn reached(name: &str, text: &str) -> Vec<String> {
    let folder = scratch();
    write(&folder, name, text);
    write(&folder, "other.ts", "");
    let rule = "ops-ui/browser-queries-backend";
    let run = telelint(&folder, &["check", ".", "--format", "json", "--only", rule]);
    assert!(run.code < 2, "{run:?}");
    let report = run.json();
    let findings = report["findings"].as_array().unwrap().iter().map(|finding| {
        let message = finding["message"].as_str().unwrap().replace("the browser reaches for ", "");
        let likely = if finding["confidence"] == "likely" { "likely " } else { "" };
        format!("{}:{} {likely}{message}", finding["line"], finding["column"])
    });
    findings.collect()
}

#[test]
fn calls_are_read_with_their_path_and_method() {
    for (code, wanted) in [
        ("fetch('/api/orders')", "1:8 GET /api/orders"),
        ("fetch(\"/api/orders?page=1#top\", {headers: {method: 'x'}})", "1:8 GET /api/orders"),
        ("fetch(`/api/orders/${order.id}/lines`, { method: 'post', body })", "1:8 POST /api/orders/{}/lines"),
        ("fetch('/api/orders', options)", "1:8 - /api/orders"),
        ("fetch('/api/orders', { ...options })", "1:8 - /api/orders"),
        ("await axios.delete<Order>('/api/orders/' + id)", "1:28 DELETE /api/orders/{}"),
        ("api?.put('/api/orders', body)", "1:11 PUT /api/orders"),
        ("axios({ method: 'patch', url: '/api/orders' })", "1:32 PATCH /api/orders"),
        ("request.open('HEAD', '/api/orders')", "1:23 HEAD /api/orders"),
        ("new EventSource(`/api/live${query}`)", "1:18 GET /api/live"),
        ("navigator.sendBeacon('/api/seen', data)", "1:23 POST /api/seen"),
        ("read<Summary>(\"/api/admin/ops/summary\")", "1:16 - /api/admin/ops/summary"),
        ("fetch('https://api.shop.example/api/orders')", "1:8 GET //api.shop.example/api/orders"),
        ("fetch('https://user:pw@api.shop.example/api/orders')", "1:8 GET //api.shop.example/api/orders"),
        ("fetch(`${import.meta.env.VITE_API}/api/orders`)", "1:8 GET /api/orders"),
        ("fetch((import.meta.env.VITE_API ?? '') + '/api/orders')", "1:43 GET /api/orders"),
        ("fetch('/ops/admin/ops/live')", "1:8 GET /ops/admin/ops/live"),
        ("const paths = { orders: '/api/orders' }", "1:26 - /api/orders?"),
        ("$.getJSON('/api/orders', (orders) => show(orders))", "1:12 GET /api/orders"),
    ] {
        assert_eq!(calls("a.ts", code), [wanted], "{code}");
    }
}

#[test]
fn what_is_no_call_is_none() {
    for code in [
        "import orders from '/api/orders'",
        "const orders = require('/api/orders')",
        "// fetch('/api/orders')",
        "/* fetch('/api/orders') */ const a = 1 /* '/api/orders' */",
        "const pattern = /'\\/api\\/orders'/.test(path)",
        "throw new Error('/api/orders failed')",
        "console.log('/api/orders')",
        "app.get('/api/orders', list)",
        "http.get('/api/orders', ({ request }) => HttpResponse.json([]))",
        "path.startsWith('/api/')",
        "<input placeholder=\"/api/orders\" />",
        "<Link to=\"/admin/ops/hosts\">Hosts</Link>",
        "navigate('/admin/ops')",
        "const text = 'see /api/orders'",
        "const file = '/apis/orders'",
    ] {
        assert_eq!(calls("a.tsx", code), Vec::<String>::new(), "{code}");
    }
}

#[test]
fn constants_of_the_file_are_followed() {
    let code = "const BASE: string = \"/api/admin\";\nconst OPS = `${BASE}/ops`;\nexport const a = () => fetch(OPS + \"/summary\");\nexport const b = (id: string) => fetch(`${OPS}/hosts/${id}`, { method: \"DELETE\" });\n";
    assert_eq!(
        calls("a.ts", code),
        ["3:37 GET /api/admin/ops/summary", "4:41 DELETE /api/admin/ops/hosts/{}"]
    );
    let handed = "const SUMMARY = '/api/admin/ops/summary'\nfetch(SUMMARY)\n";
    assert_eq!(calls("a.ts", handed), ["1:18 GET /api/admin/ops/summary"]);
    let listed = "const paths = { base: '/api', orders: '/api/orders' } as const\nfetch(paths.orders, { method: 'POST' })\nfetch(`${paths.base}/hosts`)\n";
    assert_eq!(calls("a.ts", listed), ["1:40 POST /api/orders", "3:8 GET /api/hosts"]);
    let client = "const api = axios.create({ timeout: 1000, baseURL: '/api/admin' });\napi.get('/ops/summary');\napi.post<Host>('ops/hosts', host);\n";
    assert_eq!(calls("a.ts", client), ["2:10 GET /api/admin/ops/summary", "3:17 POST /api/admin/ops/hosts"]);
    // A name that means two things means neither.
    let twice = "function a() { const BASE = '/api/a'; fetch(BASE + '/x') }\nfunction b() { const BASE = '/api/b'; fetch(BASE + '/y') }\n";
    assert!(calls("a.ts", twice).iter().all(|call| call.ends_with('?')), "{:?}", calls("a.ts", twice));
}

#[test]
fn the_scanner_is_not_led_astray() {
    for before in [
        "<p>Don't do that</p>\n",
        "const a = b / c; const d = e / f\n",
        "const r = /['\"`]/g\n",
        "if (/[/'\"]/.test(x)) y()\n",
        "const t = `a ${b ? `'${c}'` : \"}\"} '`\n",
        "const s = 'it\\'s // no comment'\n",
        "const u = \"http://x.example/*\"\n",
        "const v = a++ / 2 /* ' */\n",
        "const w = <a href='x'>it's</a>\n",
        "const l = 'one \\\ntwo'\n",
        "const e = '\u{1f600}é' // ü'\n",
        "return <br />\n",
    ] {
        let line = before.matches('\n').count() + 1;
        let code = format!("{before}fetch('/api/orders')\n");
        assert_eq!(calls("a.tsx", &code), [format!("{line}:8 GET /api/orders")], "{before}");
    }
}

#[test]
fn pages_of_markup_are_read_where_code_stands() {
    let vue = "<template>\n  <!-- fetch('/api/no') -->\n  <p>It's {{ load('/api/a') }}</p>\n  <img :src=\"'/api/b/' + id\" @click=\"fetch('/api/c')\">\n</template>\n<script setup lang=\"ts\">\nfetch('/api/d')\n</script>\n<style>a { background: url('/api/e') }</style>\n";
    assert_eq!(
        calls("a.vue", vue),
        ["3:20 - /api/a", "4:15 - /api/b/{}?", "4:45 GET /api/c", "7:8 GET /api/d"]
    );
    let svelte = "<script>\n  let a = fetch('/api/a');\n</script>\n{#await fetch(`/api/b/${id}`)}…{/await}\n<form action=\"/api/c\"></form>\n";
    assert_eq!(calls("a.svelte", svelte), ["2:18 GET /api/a", "4:16 GET /api/b/{}", "5:15 - /api/c"]);
    let html = "<html><body onload=\"fetch('/api/a')\"><script>const x = '</scr' + 'ipt>'; fetch('/api/b')</SCRIPT><p>fetch('/api/c')</p></body></html>\n";
    assert_eq!(calls("a.html", html), ["1:28 GET /api/a", "1:81 GET /api/b"]);
}

#[test]
fn pages_are_known_by_route_and_by_file() {
    let of = |name: &str, text: &str| {
        let facts = facts(name, text);
        let pages =
            facts["pages"].as_array().unwrap().iter().map(|page| page["path"].as_str().unwrap().to_owned());
        pages.collect::<Vec<_>>()
    };
    assert_eq!(of("App.tsx", "<Route path=\"/admin/ops\" />"), ["/admin/ops"]);
    assert_eq!(of("App.tsx", "<Route path={\"/admin/ops/:host\"} />"), ["/admin/ops/:host"]);
    assert_eq!(of("router.ts", "const routes = [{ path: '/admin/ops', component: Ops }]"), ["/admin/ops"]);
    assert_eq!(of("src/app/(staff)/admin/ops/page.tsx", "export default () => null"), ["/admin/ops"]);
    assert_eq!(of("server.ts", "const paths = [{ path: '/api/orders' }]"), Vec::<String>::new());
}

#[test]
fn a_backend_is_found_by_path_host_port_base_and_variable() {
    for (code, wanted) in [
        (
            "fetch('https://prometheus.svc:9090/api/v1/query?query=up')",
            "1:8 Prometheus: `https://prometheus.svc:9090/api/v1/query`",
        ),
        (
            "const P = 'http://metrics.example/api/v1'; fetch(P + '/query_range')",
            "1:55 Prometheus: `http://metrics.example/api/v1/query_range`",
        ),
        ("fetch(`${base}/loki/api/v1/query_range?query=${q}`)", "1:8 Loki: `/loki/api/v1/query_range`"),
        ("fetch('/tempo/api/traces/' + id)", "1:8 Tempo: `/tempo/api/traces/{}`"),
        (
            "new WebSocket('wss://loki-gateway.monitoring/tail')",
            "1:16 Loki: `wss://loki-gateway.monitoring/tail`",
        ),
        (
            "fetch('http://alertmanager/api/v2/alerts')",
            "1:8 Alertmanager: `http://alertmanager/api/v2/alerts`",
        ),
        ("fetch('http://localhost:3200/api/search')", "1:8 likely Tempo: `http://localhost:3200/api/search`"),
        (
            "const api = axios.create({ baseURL: '/prometheus/api/v1' })",
            "1:38 likely Prometheus: `/prometheus/api/v1`",
        ),
        ("const url = import.meta.env.VITE_PROMETHEUS_URL", "1:29 likely Prometheus: `VITE_PROMETHEUS_URL`"),
        (
            "const url = process.env.NEXT_PUBLIC_PROM_URL || 'http://localhost:9090'",
            "1:50 likely Prometheus: `http://localhost:9090/`",
        ),
        ("fetch('/api/v1/labels')", "1:8 likely Prometheus: `/api/v1/labels`"),
        (
            "<a href=\"http://prometheus:9090/api/v1/query?query=up\">raw</a>",
            "1:10 Prometheus: `http://prometheus:9090/api/v1/query`",
        ),
        ("fetch('http://me:pw@mimir.svc/x')", "1:8 Mimir: `http://mimir.svc/x`"),
    ] {
        assert_eq!(reached("web/a.tsx", code), [wanted], "{code}");
    }
}

#[test]
fn what_only_looks_like_a_backend_is_none() {
    for code in [
        "// fetch('http://prometheus:9090/api/v1/query')",
        "fetch('/api/v1/query-orders')",
        "fetch('/api/search')",
        "const exporter = new OTLPTraceExporter({ url: 'http://localhost:4318/v1/traces' })",
        "initializeFaro({ url: 'https://tempo.svc/collect' })",
        "fetch('/loki/api/v1/push', { method: 'POST' })",
        "<a href=\"https://prometheus.io/docs/prometheus/latest/querying/api/#api/v1/query\">docs</a>",
        "<a href=\"https://prometheus.shop.example/graph\">Open Prometheus</a>",
        "const docs = 'https://grafana.com/docs/loki/latest/'",
        "const music = 'https://tempo.co/tracks'",
        "const code = import.meta.env.NEXT_PUBLIC_PROMO_CODE",
        "<input placeholder=\"http://prometheus:9090\" />",
        "const help = 'Prometheus answers at http://prometheus:9090/api/v1/query'",
        "import logo from '/loki/logo.svg'",
        "export async function getServerSideProps() { return fetch('http://prometheus:9090/api/v1/query') }",
        "import express from 'express'\nfetch('http://prometheus:9090/api/v1/query')",
        "'use server'\nfetch('http://prometheus:9090/api/v1/query')",
        "fetch(location.origin + ':9090')",
    ] {
        assert_eq!(reached("web/a.tsx", code), Vec::<String>::new(), "{code}");
    }
    let query = "fetch('http://prometheus:9090/api/v1/query')\n";
    for name in [
        "web/a.test.ts",
        "web/node_modules/x/a.js",
        "web/a.stories.tsx",
        "web/x.min.js",
        "web/dist/a.js",
        "web/a.d.ts",
        "app/ops/route.ts",
        "pages/api/x.ts",
        "vite.config.ts",
        "src/ops.server.ts",
    ] {
        assert_eq!(reached(name, query), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn a_contract_and_a_comment_may_allow_it() {
    let query = "fetch('http://prometheus:9090/api/v1/query')\n";
    let off = "extends: observability-v1\nops_ui: {api_only: optional}\n";
    assert_eq!(checked(&[("telelint.yaml", off), ("a.ts", query)]).code, 0);
    let allowed = format!("// telelint: allow(ops-ui/browser-queries-backend) until the API has it\n{query}");
    let run = checked(&[("a.ts", &allowed)]);
    assert_eq!((run.code, run.findings().len()), (0, 0), "{run:?}");
    let idle = checked(&[(
        "a.ts",
        "/* telelint: allow(ops-ui/browser-queries-backend) for nothing */\nfetch('/api/x')\n",
    )]);
    assert!(idle.stdout.contains("a.ts:1:4: warning[contract/unused-allow]"), "{idle:?}");
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = scratch();
    write(&folder, "a.ts", b"fetch('/api/\xff')\n");
    write(&folder, "b.ts", format!("// {}\n", "x".repeat(5 << 20)));
    let run = telelint(&folder, &["check", ".", "--format", "concise"]);
    assert_eq!(run.code, 2);
    for line in [
        "a.ts:1:13: error[contract/unreadable-input] could not be checked: it is not UTF-8",
        "it is over the limit of 4 MiB",
    ] {
        assert!(run.stdout.contains(line), "{run:?}");
    }
}

#[test]
fn a_secret_in_an_address_is_not_repeated() {
    let key = ["ghp_", "QWERTYUIOPASDFGHJKLZ", "xcvbnm0123456789"].concat();
    let run = checked(&[(
        "a.ts",
        &format!("fetch('http://prometheus:9090/api/v1/query/{key}?token={key}')\nfetch('/api/{key}')\n"),
    )]);
    assert_eq!(run.code, 1);
    assert!(!run.stdout.contains(&key), "{run:?}");
}

#[test]
fn long_and_deep_text_takes_no_time() {
    let watch = telelint::read::Watch::default();
    let read = |name: &str, text: &str| {
        use telelint::facts::{Kind, Role};
        let opened = telelint::read::Opened {
            path: name.into(),
            kind: Kind::Frontend,
            role: Role::Current,
            head: Vec::new(),
            rest: text.as_bytes(),
            once: false,
        };
        telelint::read::read(opened, &watch)
    };
    let start = std::time::Instant::now();
    for part in [
        "'",
        "\\'",
        "`${",
        "`",
        "/",
        "/[",
        "(",
        "a+",
        "{",
        "<a ",
        "<img src=\"",
        "\"/api/x\"+",
        "a?.b(",
        "const a = '/api' + a;",
        "${`",
        "fetch(`/api/${",
        "<!--",
        "{{",
        "a/'",
    ] {
        let text = format!("const a = '/api/x';{}", part.repeat((1 << 18) / part.len()));
        read("a.tsx", &text);
        read("a.vue", &text);
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

/// Pieces of code and of what breaks it.
const PARTS: [&str; 34] = [
    "fetch(",
    "'/api/a'",
    "\"/api/é\"",
    "`/api/${",
    "}",
    "`",
    "'",
    "\"",
    "\\",
    "\n",
    "\r\n",
    "//",
    "/*",
    "*/",
    "/",
    "<Route path=",
    "{",
    "(",
    ")",
    "+",
    "const A = ",
    "A",
    ";",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "${",
    "é😀",
    ",",
    "{method: 'PUT'}",
    "http://prometheus:9090",
    "telelint: allow(a/b) c",
    "\u{feff}",
];

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 600, failure_persistence: None, ..Default::default() })]
    #[test]
    fn the_scanner_keeps_its_place_in_any_text(
        parts in proptest::collection::vec(proptest::sample::select(PARTS.to_vec()), 0..40),
        any in ".{0,20}",
    ) {
        use telelint::facts::{Kind, Role};
        use telelint::read::frontend::scan::{Token, scan};
        let text = format!("{}{any}{}", parts.concat(), parts.iter().rev().copied().collect::<String>());
        let scanned = scan(&text);
        for stream in &scanned.streams {
            let mut behind = 0;
            for token in &stream.tokens {
                let at = token.at();
                proptest::prop_assert!(behind <= at.start && at.end <= text.len(), "{token:?} in {text:?}");
                proptest::prop_assert!(text.get(at.clone()).is_some() || matches!(token, Token::Mark(..)), "{token:?} in {text:?}");
                behind = at.end;
            }
        }
        let watch = telelint::read::Watch::default();
        for name in ["a.tsx", "a.vue"] {
            let read = || {
                let opened = telelint::read::Opened { path: name.into(), kind: Kind::Frontend, role: Role::Current, head: Vec::new(), rest: text.as_bytes(), once: true };
                telelint::read::read(opened, &watch).facts
            };
            let facts = read();
            proptest::prop_assert_eq!(&facts, &read());
            let lines: BTreeMap<u64, &str> = (1..).zip(text.split('\n')).collect();
            for place in facts.client_calls.iter().map(|call| &call.place).chain(facts.reaches.iter().map(|reach| &reach.place)) {
                let line = lines.get(&place.line).copied().unwrap_or_default();
                proptest::prop_assert!(place.end_column as usize <= line.chars().count() + 1, "{place:?} in {text:?}");
            }
        }
    }
}
