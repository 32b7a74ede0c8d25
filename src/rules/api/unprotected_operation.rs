//! Operations of the ops page that let in who lacks the role.

use crate::detect::names::words;
use crate::facts::{Alternative, ApiOperation, Demand, SchemeKind};
use crate::link::World;
use crate::rules::Out;
use crate::source::Place;

/// Judges security requirements: an operation's own, else the document's.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let ops = &world.contract.ops_ui;
    let Some(asked) = ops.roles.iter().flatten().next().or(ops.route.as_ref()) else { return };
    let roles: Vec<&str> = ops.roles.iter().flatten().map(|role| role.as_str()).collect();
    // A browser asks with OPTIONS before it may show who it is.
    for operation in world.ops_operations().filter(|operation| operation.method != "OPTIONS") {
        let name = format!("{} {}", operation.method, operation.path);
        let Some((place, why, label)) = fault(world, operation, &roles) else { continue };
        let wanted = roles.join("` or `");
        let help = if roles.is_empty() {
            "name a security scheme that every caller has to satisfy".to_owned()
        } else {
            format!(
                "ask for the scope or role `{wanted}` in every alternative; or ask for any scheme, and list the role under `x-required-roles`"
            )
        };
        out.find(name.as_str(), &place, format!("`{name}` {why}"))
            .label(label)
            .because(world.because(asked))
            .help(help);
    }
}

/// Why an operation is open, and where that is said.
fn fault(
    world: &World<'_>,
    operation: &ApiOperation,
    roles: &[&str],
) -> Option<(Place, String, &'static str)> {
    let Some(security) = &operation.security else {
        let why = "lets anybody in: neither it nor the document has `security`".to_owned();
        return Some((operation.place.clone(), why, "no security requirement"));
    };
    if operation.alternatives.is_empty() {
        return Some((security.clone(), "lets anybody in".to_owned(), "no security requirement holds"));
    }
    if let Some(open) = operation.alternatives.iter().find(|alternative| alternative.demands.is_empty()) {
        return Some((
            open.place.clone(),
            "lets anybody in: one alternative asks for nothing".to_owned(),
            "anonymous",
        ));
    }
    let demands = || operation.alternatives.iter().flat_map(|alternative| &alternative.demands);
    if let Some(undefined) = demands().find(|demand| demand.kind.is_none()) {
        let why = format!("asks for the security scheme `{}`, which is not defined", undefined.scheme);
        return Some((undefined.place.clone(), why, "no such scheme in `components.securitySchemes`"));
    }
    // `admin`, `role:admin`, `platformAdmin` for `platform-admin`.
    let plain = |name: &str| words(name).join("_");
    let roles_plain: Vec<String> = roles.iter().map(|role| plain(role)).collect();
    let names_role = |name: &str| {
        let name = plain(name);
        let is_not = name.starts_with("non_") || name.starts_with("not_") || name.starts_with("no_");
        let within = |role: &String| format!("_{name}_").contains(&format!("_{role}_"));
        !is_not && roles_plain.iter().any(within)
    };
    let by_roles = |granted: &[String]| granted.iter().any(|grant| names_role(grant));
    if roles.is_empty() || operation.roles.as_ref().is_some_and(|listed| by_roles(listed)) {
        return None;
    }
    let admin = world.contract.api.admin_schemes.iter().flatten();
    let is_for_role = |demand: &Demand| {
        by_roles(&demand.grants)
            || names_role(&demand.scheme)
            || admin.clone().any(|scheme| scheme.value == demand.scheme)
            // The scheme stands elsewhere.
            || demand.kind == Some(SchemeKind::Other)
    };
    let lacks = |alternative: &&Alternative| !alternative.demands.iter().any(is_for_role);
    let weak = operation.alternatives.iter().find(lacks)?;
    let place = weak.demands.first().map_or_else(|| weak.place.clone(), |demand| demand.place.clone());
    let why = format!("lets in who lacks the role `{}`", roles.join("` or `"));
    Some((place, why, "neither scope nor role of the page"))
}
