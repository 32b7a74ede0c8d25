//! Types whose fields are labels, by the name that a metric asks for.

use super::Linker;
use crate::read::rust::label_sets::{LabelSet, Member};
use crate::read::rust::names::Home;
use crate::source::Place;

/// How many types may be made of one another.
const DEEPEST: usize = 8;

/// The labels of a type, with the file and the place of each.
pub(super) type Labels<'l> = Vec<(Home, &'l Member, &'l Place)>;

impl Linker<'_> {
    /// The labels of a type, and names of types among them that no file has.
    pub(super) fn labels_of(&self, name: &str, from: Home) -> (Labels<'_>, Vec<String>) {
        let (mut labels, mut missing) = (Vec::new(), Vec::new());
        self.collect((name, from, 0), &mut labels, &mut missing);
        (labels, missing)
    }

    fn collect<'s>(
        &'s self,
        (name, from, depth): (&str, Home, usize),
        labels: &mut Labels<'s>,
        missing: &mut Vec<String>,
    ) {
        let Some((home, (set, places))) = self.nearest(name, from).filter(|_| depth < DEEPEST) else {
            missing.push(name.to_owned());
            return;
        };
        labels.extend(set.labels.iter().zip(places).map(|(member, place)| (home, member, place)));
        for other in &set.flattened {
            self.collect((other, home, depth + 1), labels, missing);
        }
    }

    /// The type of a name that is meant: of the same file, else of the same package, else the only one.
    fn nearest(&self, name: &str, from: Home) -> Option<(Home, &(LabelSet, Vec<Place>))> {
        let all = self.label_sets.get(name)?;
        let near = |is_near: &dyn Fn(&Home) -> bool| {
            let mut fitting = all.iter().filter(|(home, _)| is_near(home));
            let first = fitting.next()?;
            Some(fitting.next().is_none().then_some(first))
        };
        let found = near(&|home| *home == from)
            .or_else(|| near(&|home| home.0 == from.0))
            .or_else(|| near(&|_| true))??;
        Some((found.0, &*found.1))
    }
}
