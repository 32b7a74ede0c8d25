//! A contract that asks for two things at once.

use crate::link::World;
use crate::rules::Out;

/// Judges every declaration, and every range of durations.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for declaration in &world.declared {
        for conflict in &declaration.conflicts {
            out.find(declaration.exposed.as_str(), &conflict.place, conflict.message.as_str())
                .label("against the contract's own words")
                .cause(conflict.message.as_str())
                .because(conflict.clause.as_ref().map(|place| world.clause_at(place)))
                .help(conflict.help.as_str());
        }
    }
    let retention = &world.contract.retention;
    for (name, keep) in [
        ("retention.metrics", &retention.metrics),
        ("retention.traces", &retention.traces),
        ("retention.logs", &retention.logs),
        ("retention.audit_logs.keep", &retention.audit_logs.keep),
    ] {
        if let Some(keep) = keep.as_ref().filter(|keep| keep.is_impossible()) {
            out.find(name, &keep.place, format!("no duration lies in `{}`", keep.value))
                .label("ends before it begins")
                .help("write the shorter duration first");
        }
    }
}
