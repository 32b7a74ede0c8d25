//! A pattern under `files:` that matches no file, a service that no package is.

use crate::contract::load::closest;
use crate::link::World;
use crate::rules::Out;

/// Reports every pattern that gave no file to any reader.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for pattern in &world.idle_patterns {
        out.find(pattern.as_str(), &pattern.place, format!("`{}` matches no file", pattern.value))
            .label("nothing is read by this")
            .help("correct the pattern (it is relative to the contract's folder) or remove it");
    }
    services(world, out);
}

/// Where all of the platform was read, each service that the contract names is one of its packages.
fn services(world: &World<'_>, out: &mut Out<'_>) {
    let known = || world.services().map(|service| service.name.as_str());
    for said in world.contract.rust.services.iter().flatten().filter(|_| world.whole) {
        if known().any(|name| name == said.value) {
            continue;
        }
        let help = match closest(&said.value, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name it as its `Cargo.toml` does, or remove it".to_owned(),
        };
        out.find(said.as_str(), &said.place, format!("no package is called `{}`", said.value))
            .label("nothing is judged by this")
            .help(help);
    }
}
