//! Mocks in YAML, or in a fenced block of it: `panels: {overview: {loading: …}}`, panels with a list `states:`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::Kept;
use super::front::{Front, Value as Written};
use super::standing::is_stand_in;
use crate::facts::document::{Cell, Matrix, Panel, State, states_of};
use crate::facts::{Facts, Gap};
use crate::read::whole::Whole;
use crate::source::{Place, Seen};
use crate::tree::{Node, Syntax, Tree, Value};

/// Keys below which panels stand.
const PANELS: [&str; 2] = ["panels", "state_matrix"];

/// Most panels and states of a matrix.
const MOST: usize = 500;

/// The tree of a part of a document; the rest is blank, so that places are those of the document.
pub fn tree(whole: &Whole, part: Range<usize>, facts: &mut Facts) -> Tree {
    let text = whole.text();
    let inner = text.get(part.clone()).unwrap_or_default();
    let blank = |text: &str| text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect::<String>();
    // Only line feeds count before it: a column is that of its own line.
    let line = whole.line_range(whole.line(part.start)).start;
    let before: String = text.get(..line).unwrap_or_default().chars().filter(|c| *c == '\n').collect();
    let between = blank(text.get(line..part.start).unwrap_or_default());
    let made: Arc<str> =
        if part.start == 0 { inner.into() } else { format!("{before}{between}{inner}").into() };
    let tree = Tree::read(whole.path(), &made, Syntax::Yaml);
    if let Some(flaw) = tree.flaws().first() {
        facts.gaps.add(Gap {
            place: flaw.place.clone(),
            what: format!("what follows is no YAML, so no state matrix was read there: {}", flaw.what),
        });
    }
    tree
}

/// What a YAML document says of itself at its top.
pub fn front(kept: &Kept<'_>, tree: &Tree) -> Front {
    let mut front = Front::default();
    for entry in tree.root().into_iter().flat_map(Node::entries).take(MOST) {
        let node = entry.value();
        let nodes: Vec<Node<'_>> = if node.is_list() { node.items().collect() } else { vec![node] };
        let values = nodes.into_iter().filter_map(|node| {
            let text = node.text().filter(|text| !text.trim().is_empty())?;
            let start = usize::try_from(node.place().start).ok()?;
            let skip =
                usize::from(kept.whole.text().get(start..).is_some_and(|rest| rest.starts_with(['"', '\''])));
            Some(Written { text: text.to_owned(), at: start + skip..start + skip + text.len() })
        });
        front.keys.push((entry.key().to_lowercase().replace(['_', ' '], "-"), values.collect()));
    }
    front
}

/// The title of a YAML document.
pub fn title(kept: &Kept<'_>, tree: &Tree) -> Option<Seen<String>> {
    let root = tree.root()?;
    let node = ["title", "name", "mock", "page"]
        .iter()
        .find_map(|key| root.get(key).filter(|node| node.as_str().is_some()))?;
    Some(Seen { value: kept.text(node.as_str()?), place: node.mark() })
}

/// The states of its panels.
pub fn matrix(kept: &Kept<'_>, tree: &Tree, is_state: impl Fn(&str) -> bool + Copy) -> Option<Matrix> {
    // Half a matrix would be blamed for what its other half says.
    let root = tree.root().filter(|_| tree.is_whole())?;
    // It may lie one step down: `ux_mock: {panels: …}`.
    let (place, panels) =
        named(root).or_else(|| root.entries().take(MOST).find_map(|entry| named(entry.value())))?;
    let (place, panels) = named(panels).unwrap_or((place, panels));
    let mut read: Vec<(Seen<String>, BTreeMap<String, Cell>)> = Vec::new();
    let mut states: Vec<State> = Vec::new();
    let mut add = |name: Seen<String>, panel: Node<'_>| {
        let mut cells = BTreeMap::new();
        for (state, at, cell) in described(kept, panel, is_state) {
            if !states.iter().any(|known| known.written.value == state) && states.len() < MOST {
                states.push(State {
                    means: states_of(&state),
                    written: Seen { value: state.clone(), place: at },
                });
            }
            cells.insert(state, cell);
        }
        read.push((name, cells));
    };
    for entry in panels.entries().take(MOST) {
        add(Seen { value: kept.text(entry.key()), place: entry.key_place() }, entry.value());
    }
    for item in panels.items().take(MOST) {
        let name = ["panel", "name", "title", "id"].iter().find_map(|key| item.get(key)).unwrap_or(item);
        add(Seen { value: kept.text(name.text().unwrap_or_default()), place: name.mark() }, item);
    }
    let panels = read.into_iter().map(|(name, mut cells)| Panel {
        cells: states
            .iter()
            .map(|state| cells.remove(&state.written.value).unwrap_or_else(|| open(&name.place)))
            .collect(),
        name,
    });
    let panels = panels.collect();
    Some(Matrix { place: Some(place), states, panels })
}

/// What stands below the key of panels.
fn named(node: Node<'_>) -> Option<(Place, Node<'_>)> {
    let entry = PANELS.iter().find_map(|key| node.get_entry(key))?;
    Some((entry.key_place(), entry.value()))
}

/// A cell that is not there.
fn open(place: &Place) -> Cell {
    Cell { place: place.clone(), is_filled: false, stand_in: String::new() }
}

/// What a panel says of states: name, place of the name, cell.
fn described(
    kept: &Kept<'_>,
    panel: Node<'_>,
    is_state: impl Fn(&str) -> bool,
) -> Vec<(String, Place, Cell)> {
    let mut found = Vec::new();
    let own = panel.get("states");
    let states = own.unwrap_or(panel);
    for entry in states.entries().take(MOST).filter(|entry| own.is_some() || is_state(entry.key())) {
        found.push((
            kept.text(entry.key()),
            entry.key_place(),
            cell(kept, entry.value(), &entry.key_place()),
        ));
    }
    for item in states.items().take(MOST) {
        let mut entries = item.entries();
        match (item.text(), item.get("state").or_else(|| item.get("name")), entries.next()) {
            // That a state is on the list says that it was thought of.
            (Some(state), ..) => {
                let cell = Cell { place: item.mark(), is_filled: true, stand_in: String::new() };
                found.push((kept.text(state), item.mark(), cell));
            }
            (None, Some(name), _) => {
                let state = name.text().unwrap_or_default();
                let said = item
                    .entries()
                    .filter(|entry| !matches!(entry.key(), "state" | "name"))
                    .map(crate::tree::Entry::value);
                let cells: Vec<Cell> = said.map(|value| cell(kept, value, &name.mark())).collect();
                let best = cells.iter().find(|cell| cell.is_filled).or(cells.first()).cloned();
                found.push((kept.text(state), name.mark(), best.unwrap_or_else(|| open(&name.mark()))));
            }
            (None, None, Some(entry)) => {
                found.push((
                    kept.text(entry.key()),
                    entry.key_place(),
                    cell(kept, entry.value(), &entry.key_place()),
                ));
            }
            (None, None, None) => {}
        }
    }
    found
}

fn cell(kept: &Kept<'_>, value: Node<'_>, key: &Place) -> Cell {
    match value.value() {
        Value::Map | Value::List => {
            let is_filled = value.entries().len() + value.items().len() > 0;
            Cell { place: key.clone(), is_filled, stand_in: String::new() }
        }
        _ => {
            let text = value.text().unwrap_or_default();
            let is_null = matches!(value.value(), Value::Null);
            let is_filled = !is_null && !is_stand_in(text);
            let place = if is_null || text.is_empty() { key.clone() } else { value.mark() };
            Cell { place, is_filled, stand_in: if is_filled { String::new() } else { kept.text(text) } }
        }
    }
}
