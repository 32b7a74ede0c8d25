//! The state matrix of a mock: which states of which panels it describes.

use std::collections::BTreeSet;

use super::Kept;
use super::markdown::{Entry, Fence, Markdown, Table};
use super::standing::is_stand_in;
use super::yaml;
use crate::facts::Facts;
use crate::facts::document::{Cell, Matrix, Panel, State, is_known_state, states_of};

/// How many known states make a table a state matrix that no heading calls so.
const ENOUGH: usize = 3;

/// How many headings of state matrices are looked at.
const HEADINGS: usize = 64;

/// How many blocks of YAML are looked at.
const FENCES: usize = 16;

/// Most states and panels of a matrix.
const MOST: usize = 500;

/// The first table below a heading that says so, or the first that looks like one.
pub fn of(kept: &Kept<'_>, markdown: &Markdown, asked: &[String], facts: &mut Facts) -> Option<Matrix> {
    let is_state = is_state(asked);
    let is_state = |name: &str| is_state(name);
    let named = markdown.headings.iter().filter(|heading| is_matrix_heading(&heading.text)).take(HEADINGS);
    let below: Vec<_> = named.map(|heading| heading.whole.end..markdown.end_of(heading)).collect();
    let table =
        below.iter().find_map(|within| markdown.tables.iter().find(|table| within.contains(&table.at.start)));
    if table.is_none() {
        let is_yaml = |fence: &&Fence| matches!(fence.language.as_str(), "yaml" | "yml");
        let within = |fence: &&Fence| below.iter().any(|within| within.contains(&fence.at.start));
        let fences: Vec<_> = markdown.fences.iter().filter(is_yaml).filter(within).take(FENCES).collect();
        for fence in fences {
            let tree = yaml::tree(kept.whole, fence.at.clone(), facts);
            if let Some(matrix) = yaml::matrix(kept, &tree, is_state) {
                return Some(matrix);
            }
        }
    }
    let table = table.or_else(|| {
        markdown.tables.iter().find(|table| columns(table, is_state).max(rows(table, is_state)) >= ENOUGH)
    })?;
    Some(read(kept, table, is_state))
}

/// Whether a heading says that a state matrix follows.
pub fn is_matrix_heading(text: &str) -> bool {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let text = words.join(" ");
    ["state matrix", "states matrix", "matrix of states", "state matrices"]
        .iter()
        .any(|said| text.contains(said))
}

/// Tells names of states: those that everybody knows, and those that are asked for.
pub fn is_state(asked: &[String]) -> impl Fn(&str) -> bool {
    let asked: BTreeSet<String> = asked.iter().flat_map(|state| states_of(state)).collect();
    move |name| is_known_state(name) || !states_of(name).is_disjoint(&asked)
}

fn columns(table: &Table, is_state: impl Fn(&str) -> bool) -> usize {
    table.head.iter().filter(|cell| is_state(&cell.text)).count()
}

fn rows(table: &Table, is_state: impl Fn(&str) -> bool) -> usize {
    table.rows.iter().filter_map(|(_, row)| row.first()).filter(|cell| is_state(&cell.text)).count()
}

fn read(kept: &Kept<'_>, table: &Table, is_state: impl Fn(&str) -> bool + Copy) -> Matrix {
    let place = Some(kept.place(table.head_at.clone()));
    if rows(table, is_state) > columns(table, is_state) {
        return transposed(kept, table, place);
    }
    // Without a column for names the matrix is about one panel.
    let is_named = !table.head.first().is_some_and(|cell| is_state(&cell.text));
    let first = usize::from(is_named);
    let states = table.head.iter().skip(first).take(MOST).map(|cell| state(kept, cell)).collect::<Vec<_>>();
    let width = states.len();
    let mut panels = Vec::new();
    for (at, row) in table.rows.iter().take(MOST) {
        let name = row.first().filter(|_| is_named);
        if row.iter().all(|cell| cell.text.is_empty() && !cell.has_image) {
            continue;
        }
        let name = match name {
            Some(cell) => kept.seen(&cell.text, cell.at.clone()),
            None => kept.seen("", at.clone()),
        };
        let cells = (0..width).map(|column| cell(kept, row.get(first + column), at)).collect();
        panels.push(Panel { name, cells });
    }
    Matrix { place, states, panels }
}

/// States are rows, panels are columns.
fn transposed(kept: &Kept<'_>, table: &Table, place: Option<crate::source::Place>) -> Matrix {
    let rows: Vec<_> = table
        .rows
        .iter()
        .filter(|(_, row)| row.iter().any(|cell| !cell.text.is_empty()))
        .take(MOST)
        .collect();
    let states = rows.iter().filter_map(|(_, row)| row.first()).map(|cell| state(kept, cell)).collect();
    let panels = table.head.iter().enumerate().skip(1).take(MOST).map(|(column, name)| Panel {
        name: kept.seen(&name.text, name.at.clone()),
        cells: rows.iter().map(|(at, row)| cell(kept, row.get(column), at)).collect(),
    });
    Matrix { place, states, panels: panels.collect() }
}

fn state(kept: &Kept<'_>, cell: &Entry) -> State {
    State { written: kept.seen(&cell.text, cell.at.clone()), means: states_of(&kept.text(&cell.text)) }
}

fn cell(kept: &Kept<'_>, cell: Option<&Entry>, row: &std::ops::Range<usize>) -> Cell {
    match cell {
        Some(cell) => {
            let is_filled = cell.has_image || !is_stand_in(&cell.text);
            let stand_in = if is_filled { String::new() } else { kept.text(&cell.text) };
            Cell { place: kept.place(cell.at.clone()), is_filled, stand_in }
        }
        None => Cell { place: kept.place(row.clone()), is_filled: false, stand_in: String::new() },
    }
}
