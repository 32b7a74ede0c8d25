//! Operations that lose the correlation id.

use crate::contract::fields::Carrier;
use crate::facts::{ApiOperation, Location};
use crate::finding::Because;
use crate::link::World;
use crate::link::events::{is_named, spellings};
use crate::rules::Out;
use crate::source::Place;

/// Judges parameters and headers of answers, of every operation.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for (field_name, _, _) in world.contract.fields.iter() {
        let name = field_name;
        let Some((field, because)) = world.field_on(name, Carrier::Http) else { continue };
        // How the header is called: the spelling with capitals and hyphens, as headers have it.
        let header =
            spellings(name, field).find(|spelling| spelling.contains('-') && !spelling.contains('_'));
        let by_header =
            spellings(name, field).filter(|spelling| spelling.starts_with("X-")).chain(header).next();
        let header = by_header.map_or_else(|| name.replace('_', "-"), str::to_owned);
        for operation in world.facts.api_operations.iter().filter(|operation| !operation.is_open) {
            let is_it = |name: &str| is_named(name, spellings(field_name, field).chain([header.as_str()]));
            let takes = operation.parameters.iter();
            let mut takes = takes.filter(|parameter| parameter.location == Location::Header);
            if !takes.any(|parameter| is_it(&parameter.name)) {
                report(out, operation, &header, None, &because);
            }
            let lacks =
                operation.responses.iter().find(|response| !response.headers.iter().any(|name| is_it(name)));
            if let Some(response) = lacks {
                report(out, operation, &header, Some((&response.status, &response.place)), &because);
            }
        }
    }
}

fn report(
    out: &mut Out<'_>,
    operation: &ApiOperation,
    header: &str,
    response: Option<(&str, &Place)>,
    because: &Because,
) {
    let name = format!("{} {}", operation.method, operation.path);
    let (place, message, label, help) = match response {
        None => (
            &operation.place,
            format!("`{name}` takes no header `{header}`"),
            "the request has no correlation header",
            format!("add a header parameter `{header}`; it need not be required where the API makes one"),
        ),
        Some((status, place)) => (
            place,
            format!("the answer {status} of `{name}` has no header `{header}`"),
            "the answer has no correlation header",
            format!("describe the header `{header}` on every answer, so that a caller can name the request"),
        ),
    };
    // A document that knows of no such header at all has one cause, not one for each operation.
    let side = if response.is_some() { "answers" } else { "requests" };
    out.find(name.as_str(), place, message)
        .label(label)
        .cause(format!("{} {header} {side}", operation.artifact))
        .because(because.clone())
        .help(help);
}
