//! Operations on other systems: messages of NATS (async-nats 0.51), calls of Stripe (async-stripe 0.x and 1.x), work over
//! SSH (russh, openssh, ssh2).

use syn::Expr;

use super::imports::Imports;
use super::names::Name;
use super::types::{Maker, Owner, Types};
use crate::facts::Action;
use crate::source::Place;

/// An operation at its place.
#[derive(Debug)]
pub struct Operated {
    /// The function around it, as an index.
    pub function: Option<usize>,
    pub place: Place,
    pub action: Action,
    /// How the code calls it.
    pub call: String,
    pub subject: Option<Name>,
    /// Whose the receiver is.
    pub owner: Owner,
    /// Whether headers go along.
    pub has_headers: bool,
    /// A span is put around it.
    pub is_covered: bool,
    /// It runs on a task of its own, which has no span.
    pub is_detached: bool,
}

impl Operated {
    /// Whose values can do it.
    pub fn maker(&self) -> Maker {
        match self.action {
            Action::Publish | Action::Request | Action::Subscribe => Maker::Nats,
            Action::Stripe => Maker::Stripe,
            Action::Ssh => Maker::Ssh,
        }
    }
}

/// What an expression does, and with what.
pub struct Found {
    pub action: Action,
    pub call: String,
    pub subject: Option<Name>,
    pub owner: Owner,
    pub has_headers: bool,
}

impl Found {
    fn new(action: Action, call: impl Into<String>, owner: Owner) -> Self {
        Self { action, call: call.into(), subject: None, owner, has_headers: false }
    }
}

/// Methods of async-nats, with whether other crates have methods of that name as well.
const NATS: [(&str, Action, bool); 11] = [
    ("publish", Action::Publish, true),
    ("publish_with_headers", Action::Publish, false),
    ("publish_with_reply", Action::Publish, false),
    ("publish_with_reply_and_headers", Action::Publish, false),
    ("send_publish", Action::Publish, true),
    ("request", Action::Request, true),
    ("request_with_headers", Action::Request, false),
    ("send_request", Action::Request, true),
    ("subscribe", Action::Subscribe, true),
    ("queue_subscribe", Action::Subscribe, false),
    ("subscribe_core", Action::Subscribe, true),
];

/// Methods of a consumer of `JetStream` that say how much is read at once.
const OF_CONSUMERS: [&str; 11] = [
    "batch",
    "expires",
    "fetch",
    "group",
    "heartbeat",
    "max_bytes",
    "max_bytes_per_batch",
    "max_messages",
    "max_messages_per_batch",
    "min_pending",
    "stream",
];

/// Methods of SSH sessions, with whether other crates have methods of that name as well.
const SSH: [(&str, bool); 14] = [
    ("authenticate_password", false),
    ("authenticate_publickey", false),
    ("authenticate_keyboard_interactive_start", false),
    ("channel_open_session", false),
    ("channel_open_direct_tcpip", false),
    ("channel_session", false),
    ("userauth_password", false),
    ("userauth_pubkey_file", false),
    ("userauth_pubkey_memory", false),
    ("userauth_agent", false),
    ("exec", true),
    ("command", true),
    ("raw_command", true),
    ("shell", true),
];

const SSH_CRATES: [&str; 5] = ["russh", "openssh", "ssh2", "async_ssh2_tokio", "async_ssh2_lite"];

/// A method call that may be an operation.
pub fn of_method(call: &syn::ExprMethodCall, types: &Types, imports: &Imports) -> Option<Found> {
    let method = call.method.to_string();
    let owner = || types.owner(&call.receiver, imports);
    if let Some((_, action, is_common)) = NATS.iter().find(|(name, ..)| *name == method) {
        let owner = owner();
        let fits = match &owner {
            Owner::Is(maker) => *maker == Maker::Nats,
            Owner::Field(_) => true,
            Owner::Unknown => !is_common && imports.uses(&["async_nats"]),
        };
        let mut found = Found::new(*action, method.clone(), owner);
        found.subject =
            call.args.first().map(Name::of).filter(|_| method != "send_request" || call.args.len() > 1);
        found.has_headers = method.contains("headers") || method.starts_with("send_");
        return (fits && !call.args.is_empty()).then_some(found);
    }
    // A consumer of `JetStream`: what it gives is read.
    if matches!(method.as_str(), "messages" | "sequence") {
        let mut receiver = &*call.receiver;
        // `consumer.fetch().max_messages(20).messages()`
        while let Expr::MethodCall(builder) = receiver
            && OF_CONSUMERS.contains(&builder.method.to_string().as_str())
        {
            receiver = &builder.receiver;
        }
        let owner = types.owner(receiver, imports);
        let fits = matches!(owner, Owner::Is(Maker::Nats) | Owner::Field(_));
        return fits.then(|| Found::new(Action::Subscribe, method, owner));
    }
    if let Some((_, is_common)) = SSH.iter().find(|(name, _)| *name == method) {
        let owner = owner();
        let fits = match &owner {
            Owner::Is(maker) => *maker == Maker::Ssh,
            Owner::Field(_) | Owner::Unknown => !is_common && imports.uses(&SSH_CRATES),
        };
        return fits.then(|| Found::new(Action::Ssh, method, Owner::Is(Maker::Ssh)));
    }
    None
}

/// A call of a function that may be an operation.
pub fn of_call(call: &syn::ExprCall, imports: &Imports) -> Option<Found> {
    let Expr::Path(path) = &*call.func else { return None };
    let full = imports.full(&path.path);
    let words: Vec<&str> = full.iter().map(String::as_str).collect();
    let (first, last) = (*words.first()?, *words.last()?);
    match first {
        "russh" | "openssh" if last.starts_with("connect") => {}
        "async_ssh2_tokio" if last == "connect" => {}
        _ => return None,
    }
    Some(Found::new(Action::Ssh, format!("{first}::{last}"), Owner::Is(Maker::Ssh)))
}

/// What is waited for in the end, and whether a span is put around it: `timeout(limit, work)`, `work.instrument(span)`.
pub fn awaited(base: &Expr) -> (&Expr, bool) {
    match base {
        Expr::Paren(paren) => awaited(&paren.expr),
        Expr::Call(call) if call.args.len() == 2 => {
            let is_limit = matches!(&*call.func, Expr::Path(path) if path.path.segments.last().is_some_and(|last| {
                last.ident == "timeout" || last.ident == "timeout_at"
            }));
            if is_limit { awaited(&call.args[1]) } else { (base, false) }
        }
        Expr::MethodCall(call) => match call.method.to_string().as_str() {
            "instrument" if call.args.len() == 1 => (awaited(&call.receiver).0, true),
            "in_current_span" | "boxed" | "map_err" | "map_ok" | "fuse" | "timeout" => {
                awaited(&call.receiver)
            }
            _ => (base, false),
        },
        _ => (base, false),
    }
}

/// What is awaited, where that is a call of Stripe: `Customer::create(&client, …)`, `CreateCustomer::new().send(&client)`.
pub fn of_awaited(awaited: &Expr, imports: &Imports) -> Option<Found> {
    match awaited {
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else { return None };
            let full = imports.full(&path.path);
            let is_stripe = full.len() > 2 && full.first().is_some_and(|first| first == "stripe");
            // Its types stand behind the name of the crate; what its calls are given first is the client.
            let [.., of, method] = full.as_slice() else { return None };
            let is_type = of.starts_with(|c: char| c.is_uppercase()) && of != "Client";
            (is_stripe && is_type && !call.args.is_empty())
                .then(|| Found::new(Action::Stripe, format!("{of}::{method}"), Owner::Is(Maker::Stripe)))
        }
        Expr::MethodCall(call) if call.method == "send" && call.args.len() == 1 => {
            let of = root(&call.receiver)?;
            let full = imports.full(of);
            let is_stripe = full.first().is_some_and(|first| Maker::of(first) == Some(Maker::Stripe));
            let of = full.iter().rev().find(|word| word.starts_with(|c: char| c.is_uppercase()))?;
            is_stripe.then(|| Found::new(Action::Stripe, format!("{of}::send"), Owner::Is(Maker::Stripe)))
        }
        _ => None,
    }
}

/// The path that a chain of calls begins with.
pub fn root(expression: &Expr) -> Option<&syn::Path> {
    match expression {
        Expr::MethodCall(call) => root(&call.receiver),
        Expr::Call(call) => root(&call.func),
        Expr::Path(path) => Some(&path.path),
        Expr::Try(tried) => root(&tried.expr),
        Expr::Paren(paren) => root(&paren.expr),
        _ => None,
    }
}
