//! Telemetry that travels where anybody on the way can read it.

use crate::facts::Protection;
use crate::finding::{Confidence, Level};
use crate::link::World;
use crate::rules::Out;

/// Judges every connection by its address.
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
}
