//! Telemetry that travels where anybody on the way can read it.

use crate::facts::{Kind, Protection};
use crate::finding::{Confidence, Level};
use crate::link::World;
use crate::rules::Out;

/// Protocols of AsyncAPI servers that have a form with TLS, and that form. Clients of NATS change to TLS where the server asks,
/// so its plain scheme says little.
const PLAIN: [(&str, &str, Confidence); 8] = [
    ("amqp", "amqps", Confidence::Likely),
    ("http", "https", Confidence::Likely),
    ("kafka", "kafka-secure", Confidence::Likely),
    ("mqtt", "mqtts", Confidence::Likely),
    ("nats", "tls", Confidence::Guess),
    ("redis", "rediss", Confidence::Likely),
    ("stomp", "stomps", Confidence::Likely),
    ("ws", "wss", Confidence::Likely),
];

/// Judges every connection by its address, and servers of events by their protocol.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.transport.tls) else { return };
    let plain = |protection: Protection| protection == Protection::Plain;
    for connection in world.facts.connections.iter().filter(|connection| plain(connection.protection)) {
        let (from, url) = (connection.from.as_str(), connection.url.as_str());
        let place = &connection.place;
        let draft = out
            .find(url, place, format!("`{from}` sends telemetry to `{url}` without TLS"))
            .cause(format!("{}:{} {from}", place.path, place.line))
            .because(because.clone())
            .help("give it an address with `https://`, and the certificate of its authority where that is one of your own");
        if connection.is_default {
            draft.label("where nothing else is set").level(Level::Warning).confidence(Confidence::Likely);
        } else {
            draft.label("plain text");
        }
    }
    let servers = world.facts.servers.iter().filter(|server| {
        server.kind == Kind::Asyncapi && !server.is_aside && !server.is_local() && !server.host.contains('{')
    });
    for server in servers {
        let known = PLAIN.iter().find(|(plain, ..)| *plain == server.protocol);
        let Some((plain, secure, confidence)) = known else { continue };
        let host = server.host.as_str();
        out.find(host, &server.place, format!("events travel to `{host}` by `{plain}`, without TLS"))
            .label("plain text, as described")
            .because(because.clone())
            .level(Level::Warning)
            .confidence(*confidence)
            .help(format!("serve it with TLS, and describe it so: `protocol: {secure}`"));
    }
}
