//! Operations of the ops page that do not say what they answer.

use crate::facts::Body;
use crate::link::World;
use crate::rules::Out;

/// Judges answers of success.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for operation in world
        .ops_operations()
        .filter(|operation| !operation.is_open && !matches!(operation.method.as_str(), "HEAD" | "OPTIONS"))
    {
        let name = format!("{} {}", operation.method, operation.path);
        let mut successes =
            operation.responses.iter().filter(|response| response.status.starts_with('2')).peekable();
        let (place, why) = if successes.peek().is_none() {
            // `default` may describe success as well.
            if operation.responses.iter().any(|response| {
                response.status.starts_with('3')
                    || response.status == "default" && matches!(response.body, Body::Described | Body::Unseen)
            }) {
                continue;
            }
            (operation.responses_place.clone(), "describes no answer of success")
        } else {
            let empty = successes.find(|response| {
                let has_none = response.body == Body::None
                    && !matches!(response.status.as_str(), "201" | "202" | "204" | "205");
                has_none || response.body == Body::Anything
            });
            let Some(empty) = empty else { continue };
            let why = match empty.body {
                Body::None => "does not say what it answers",
                _ => "answers with anything: the schema says nothing",
            };
            (empty.body_place.clone(), why)
        };
        out.find(name.as_str(), &place, format!("`{name}` {why}"))
            .label("panels can't be built on it")
            .because(world.clause_of_ops(operation))
            .help("give the answer `application/json` a schema with the properties that panels read");
    }
}
