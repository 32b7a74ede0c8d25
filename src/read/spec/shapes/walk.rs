//! Goes through a document by the table of its version.
//!
//! Mappings and lists that an alias or a reference into another file stands for wait in a queue, so that neither chains
//! of them nor circles make the way deeper than a document is.

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use super::forms::Form;
use super::said::{At, Said, is_empty, listed, listed_with, mark_of, name_of, place_of, wrong_word};
use super::same::{digest, is_same};
use super::table::{Kind, Object, Shape, Table, When};
use super::types::{ListRule, Type};
use crate::detect::masked;
use crate::naming::near::closest;
use crate::source::Place;
use crate::tree::{Entry, Flaw, Node, Tree, Value};

/// How many items of one list are compared with each other.
const MAX_UNIQUE: usize = 2_000;

/// Judges a document.
pub(super) fn walk<'t>(
    table: &Table,
    root: Node<'t>,
    outside: &dyn Fn(Node<'t>) -> Option<Node<'t>>,
) -> Vec<Flaw> {
    let dialect = root.get("jsonSchemaDialect").and_then(Node::as_str);
    let mut walk = Walk {
        table,
        outside,
        dialect,
        said: Said::default(),
        jobs: VecDeque::new(),
        seen: HashSet::new(),
        aliased: HashMap::new(),
        here: Rc::default(),
        alias: None,
        trials: 0,
    };
    walk.jobs.push_back(Job {
        at: At { node: root, entry: None, item: None },
        of: table.shape_type(table.root),
        alias: None,
    });
    while let Some(job) = walk.jobs.pop_front() {
        walk.here = walk.aliased_in(job.at.node.tree());
        walk.alias = job.alias;
        walk.check(&job.at, job.of);
    }
    walk.said.finish(root)
}

/// A value that waits.
struct Job<'a, 't> {
    at: At<'t>,
    of: &'a Type,
    /// The alias it was reached by: faults in it stand there.
    alias: Option<Place>,
}

/// How a value can be met more than once.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Way {
    Alias,
    Reference,
}

struct Walk<'a, 't> {
    table: &'a Table,
    outside: &'a dyn Fn(Node<'t>) -> Option<Node<'t>>,
    /// What the document says its schemas are written in.
    dialect: Option<&'t str>,
    said: Said,
    jobs: VecDeque<Job<'a, 't>>,
    /// Values that are met more than once, and as what they were judged.
    seen: HashSet<(Way, *const Tree, u32, u64)>,
    /// The values that aliases stand for, by tree.
    aliased: HashMap<*const Tree, Rc<HashSet<u32>>>,
    /// Those of the tree at hand.
    here: Rc<HashSet<u32>>,
    alias: Option<Place>,
    /// Whether types are tried, one of which will be kept.
    trials: usize,
}

impl<'a, 't> Walk<'a, 't> {
    fn aliased_in(&mut self, tree: &'t Tree) -> Rc<HashSet<u32>> {
        let all = || {
            let nodes = (0..tree.len() as u32).filter_map(|id| tree.node(id));
            let targets = nodes.filter(|node| node.target() != *node).map(|node| node.target().id());
            Rc::new(targets.collect())
        };
        Rc::clone(self.aliased.entry(std::ptr::from_ref(tree)).or_insert_with(all))
    }

    /// Whether a value was not met as this before, in one way of meeting it.
    fn is_new(&mut self, way: Way, node: Node<'t>, of: &Type) -> bool {
        // Types live in the table, each at its own place; a shape is the same wherever it is asked for.
        let of = match of {
            Type::Shape(number) => u64::from(*number) << 1 | 1,
            other => std::ptr::from_ref(other) as u64 & !1,
        };
        self.seen.insert((way, std::ptr::from_ref(node.tree()), node.target().id(), of))
    }

    fn flaw(&mut self, code: &'static str, place: impl FnOnce() -> Place, what: impl FnOnce() -> String) {
        let alias = self.alias.clone();
        self.said.add(code, || alias.unwrap_or_else(place), what);
    }

    /// What a reference stands for in another file waits to be judged as what was expected.
    fn follow(&mut self, node: Node<'t>, of: &'a Type) {
        if let Some(target) = (self.outside)(node)
            && self.is_new(Way::Reference, target, of)
        {
            let at = At { node: target, entry: target.entry(), item: None };
            self.jobs.push_back(Job { at, of, alias: None });
        }
    }

    fn check(&mut self, at: &At<'t>, of: &'a Type) {
        let node = at.node;
        let is_nested = node.is_map() || node.is_list();
        if is_nested && node.target() != node {
            let alias = self.alias.clone().unwrap_or_else(|| node.place());
            let at = At { node: node.target(), ..*at };
            self.jobs.push_back(Job { at, of, alias: Some(alias) });
            return;
        }
        match of {
            Type::Any | Type::Never => {}
            Type::Shape(number) => self.shape(at, *number),
            Type::Either(alternatives) => self.either(at, of, alternatives),
            Type::Reference(_) => self.reference(at, of),
            Type::List { of: item, rule } if node.is_list() => self.list(at, item, *rule),
            Type::Map { of: value, has_one, keys } if node.is_map() => {
                self.map(at, value, *has_one, *keys);
            }
            _ => self.scalar(at, of),
        }
    }

    fn scalar(&mut self, at: &At<'t>, of: &'a Type) {
        let place = || place_of(at);
        match (of, at.node.value()) {
            (Type::Null, Value::Null) | (Type::Boolean, Value::Bool(_)) | (Type::True, Value::Bool(true)) => {
            }
            (Type::True, Value::Bool(false)) => {
                self.flaw("bad-value", place, || format!("{} must be `true`", name_of(at)));
            }
            (Type::Number { range, is_whole, is_above }, value @ Value::Number(_)) => {
                let number = value.as_f64().unwrap_or_default();
                let fits = range.holds(number) && !(*is_above && number == 0.0);
                if *is_whole && !value.is_integer() {
                    self.flaw("wrong-type", place, || format!("{} must be an integer", name_of(at)));
                } else if !fits {
                    self.flaw("bad-value", place, || {
                        let limits = match (range.least, range.most) {
                            (Some(least), _) if *is_above => format!("above {least}"),
                            (Some(least), Some(most)) => format!("from {least} to {most}"),
                            (Some(least), None) => format!("{least} or more"),
                            (None, most) => format!("{} or less", most.unwrap_or_default()),
                        };
                        format!("{} must be {limits}", name_of(at))
                    });
                }
            }
            (Type::Numbers(numbers), value @ Value::Number(_)) => {
                if !numbers.iter().any(|number| value.as_f64() == Some(*number as f64)) {
                    let all = listed(numbers.iter().map(ToString::to_string));
                    self.flaw("bad-value", place, || format!("{} must be {all}", name_of(at)));
                }
            }
            (Type::String { length, form }, Value::String(text)) => {
                let fits = |form: &Form| form.fits(text);
                if !length.holds(text.chars().count() as f64) {
                    self.flaw("bad-value", place, || {
                        let most = length.most.unwrap_or_default();
                        format!(
                            "{} must have at most {most} characters, and no fewer than {}",
                            name_of(at),
                            length.least.unwrap_or_default()
                        )
                    });
                } else if let Some(form) = form.filter(|form| !fits(form)) {
                    self.flaw("bad-value", place, || format!("{} must be {}", name_of(at), form.called()));
                }
            }
            (Type::Words(words), Value::String(text)) => {
                if !words.iter().any(|word| &**word == text) {
                    self.flaw("bad-value", place, || wrong_word(at, text, words.iter().map(|word| &**word)));
                }
            }
            _ => self.wrong_type(at, &of.called()),
        }
    }

    fn wrong_type(&mut self, at: &At<'t>, expected: &str) {
        self.flaw(
            "wrong-type",
            || place_of(at),
            || {
                let value = at.node.value();
                let is = if is_empty(at.node) { "empty" } else { value.name() };
                format!("{} must be {expected}, it is {is}", name_of(at))
            },
        );
    }

    fn list(&mut self, at: &At<'t>, of: &'a Type, rule: ListRule) {
        let key = at.entry.map(Entry::key);
        if rule.is_filled && at.node.items().len() == 0 {
            self.flaw("too-few", || place_of(at), || format!("{} must have an item", name_of(at)));
        }
        if rule.is_unique {
            self.unique(at.node, key);
        }
        if rule.one_querystring {
            self.querystring(at.node);
        }
        for (number, node) in at.node.items().enumerate() {
            self.check(&At { node, entry: None, item: Some((key, number)) }, of);
        }
    }

    /// Items that are the same. Long lists are compared by what is written, short ones by what it means.
    fn unique(&mut self, list: Node<'t>, key: Option<&'t str>) {
        let mut met: HashMap<u64, Vec<(usize, Node<'t>)>> = HashMap::new();
        for (number, node) in list.items().enumerate().take(MAX_UNIQUE) {
            let known = met.entry(digest(node)).or_default();
            match known.iter().find(|(_, other)| is_same(*other, node)) {
                Some((first, _)) => {
                    let at = At { node, entry: None, item: Some((key, number)) };
                    self.flaw(
                        "same-item",
                        || place_of(&at),
                        || format!("{} is the same as item {}", name_of(&at), first + 1),
                    );
                }
                None => known.push((number, node)),
            }
        }
    }

    fn querystring(&mut self, list: Node<'t>) {
        let of = |word: &'static str| {
            list.items().filter_map(|item| item.get("in")).filter(move |node| node.as_str() == Some(word))
        };
        if let Some(second) = of("querystring").nth(1) {
            let what = "there is a parameter with `in: querystring` already";
            self.flaw("exclusive-keys", || second.place(), || what.into());
        }
        if let (Some(whole), Some(_)) = (of("querystring").next(), of("query").next()) {
            let what = "parameters with `in: querystring` and with `in: query` exclude each other";
            self.flaw("exclusive-keys", || whole.place(), || what.into());
        }
    }

    fn map(&mut self, at: &At<'t>, of: &'a Type, has_one: bool, keys: Option<Form>) {
        if has_one && at.node.entries().len() != 1 {
            let code = if at.node.entries().len() == 0 { "too-few" } else { "too-many" };
            self.flaw(code, || place_of(at), || format!("{} must have exactly one key", name_of(at)));
        }
        for entry in at.node.entries() {
            if let Some(form) = keys.filter(|form| !form.fits(entry.key())) {
                self.flaw(
                    "bad-key",
                    || entry.key_place(),
                    || format!("the key `{}` must be {}", masked(entry.key()), form.called()),
                );
            }
            self.check(&At { node: entry.value(), entry: Some(entry), item: None }, of);
        }
    }

    fn reference(&mut self, at: &At<'t>, of: &'a Type) {
        let Type::Reference(target) = of else { return };
        if !at.node.is_map() {
            self.wrong_type(at, &of.called());
            return;
        }
        self.shape(at, self.table.reference);
        if at.node.get("$ref").is_some_and(|node| node.as_str().is_some()) {
            let expected = self.table.shape_type(*target);
            self.follow(at.node, expected);
        }
    }

    fn either(&mut self, at: &At<'t>, of: &'a Type, alternatives: &'a [Type]) {
        let is_reference =
            |one: &&Type| matches!(one, Type::Shape(number) if *number == self.table.reference);
        if at.node.is_map()
            && at.node.get("$ref").is_some()
            && alternatives.iter().any(|one| is_reference(&one))
        {
            self.shape(at, self.table.reference);
            if at.node.get("$ref").is_some_and(|node| node.as_str().is_some()) {
                self.follow(at.node, of);
            }
            return;
        }
        let possible: Vec<&'a Type> = alternatives
            .iter()
            .filter(|one| !is_reference(one) && self.may_be(one, at.node.value()))
            .collect();
        match possible.as_slice() {
            [] => self.wrong_type(at, &of.called()),
            [one] => self.check(at, one),
            several => self.best(at, several),
        }
    }

    /// Judges a value as each of several types, and keeps what the one that fits best has to say.
    fn best(&mut self, at: &At<'t>, several: &[&'a Type]) {
        let (before, waiting) = (std::mem::take(&mut self.said), self.jobs.len());
        let mut best: Option<(Said, Vec<Job<'a, 't>>)> = None;
        self.trials += 1;
        for one in several {
            self.check(at, one);
            let said = std::mem::take(&mut self.said);
            let jobs = self.jobs.split_off(waiting).into();
            if best.as_ref().is_none_or(|(least, _)| said.len() < least.len()) {
                best = Some((said, jobs));
            }
        }
        self.trials -= 1;
        self.said = before;
        if let Some((said, jobs)) = best {
            self.said.append(said);
            self.jobs.extend(jobs);
        }
    }

    /// Whether a value is of the kind that a type asks for.
    fn may_be(&self, of: &Type, value: Value<'_>) -> bool {
        match of {
            Type::Any => true,
            Type::Never => false,
            Type::Null => value == Value::Null,
            Type::Boolean | Type::True => matches!(value, Value::Bool(_)),
            Type::Number { .. } | Type::Numbers(_) => matches!(value, Value::Number(_)),
            Type::String { .. } | Type::Words(_) => matches!(value, Value::String(_)),
            Type::List { .. } => value == Value::List,
            Type::Map { .. } | Type::Reference(_) => value == Value::Map,
            Type::Shape(number) => {
                let boolean = match &self.table.shapes[*number as usize].kind {
                    Kind::Object(object) => object.may_be_boolean,
                    Kind::IfHas { otherwise, .. } => self.may_be(&Type::Shape(*otherwise), Value::Bool(true)),
                    Kind::Choose { .. } => false,
                };
                value == Value::Map || boolean && matches!(value, Value::Bool(_))
            }
            Type::Either(alternatives) => alternatives.iter().any(|one| self.may_be(one, value)),
        }
    }

    fn shape(&mut self, at: &At<'t>, number: u32) {
        let table = self.table;
        let shape = &table.shapes[number as usize];
        // Where an alias stands, only that is said which was not said of the value itself.
        if self.trials == 0
            && self.here.contains(&at.node.id())
            && !self.is_new(Way::Alias, at.node, table.shape_type(number))
        {
            return;
        }
        match &shape.kind {
            Kind::Object(object) => {
                if object.may_be_boolean && matches!(at.node.value(), Value::Bool(_)) {
                    return;
                }
                if !at.node.is_map() {
                    let expected = if object.may_be_boolean { "an object or a boolean" } else { "an object" };
                    self.wrong_type(at, expected);
                } else if self.is_of_our_dialect(at.node, object) {
                    self.object(at, number, shape, object);
                }
            }
            Kind::IfHas { key, then, otherwise } => {
                let has = at.node.is_map() && at.node.get(key).is_some();
                self.shape(at, if has { *then } else { *otherwise });
            }
            Kind::Choose { key, cases } => {
                if !at.node.is_map() {
                    self.wrong_type(at, "an object");
                    return;
                }
                let Some(entry) = at.node.get_entry(key) else {
                    self.missing(at, std::iter::once(&**key));
                    return;
                };
                let chosen = At { node: entry.value(), entry: Some(entry), item: None };
                match chosen.node.value() {
                    Value::String(text) => match cases.iter().find(|(word, _)| &**word == text) {
                        Some((_, case)) => self.shape(at, *case),
                        None => self.flaw(
                            "bad-value",
                            || place_of(&chosen),
                            || wrong_word(&chosen, text, cases.iter().map(|(word, _)| &**word)),
                        ),
                    },
                    _ => self.wrong_type(&chosen, "a string"),
                }
            }
        }
    }

    /// Whether the schemas that an object may stand for are written in a dialect that is judged.
    fn is_of_our_dialect(&self, node: Node<'t>, object: &Object) -> bool {
        let named = || node.get("$schema").and_then(Node::as_str).or(self.dialect);
        object.dialects.is_empty()
            || named().is_none_or(|named| object.dialects.iter().any(|ours| named.starts_with(&**ours)))
    }

    fn object(&mut self, at: &At<'t>, number: u32, shape: &'a Shape, object: &'a Object) {
        let node = at.node;
        let whens: Vec<&'a When> =
            object.whens.iter().filter(|when| when.tests.iter().all(|test| test.holds(node))).collect();
        let field = |key: &str| {
            whens.iter().rev().find_map(|when| when.fields.get(key)).or_else(|| object.field(key))
        };
        let is_extension =
            |key: &str| !object.has_no_extensions && key.starts_with("x-") && self.table.extension.fits(key);
        let mut missing: Vec<&str> = object.required().filter(|key| node.get(key).is_none()).collect();
        for when in &whens {
            let required = when.fields.iter().filter(|(_, field)| field.is_required).map(|(key, _)| &**key);
            missing.extend(required.filter(|key| node.get(key).is_none()));
        }
        missing.sort_unstable();
        missing.dedup();
        let mut unknown: Vec<Entry<'t>> = Vec::new();
        let mut count = 0;
        for entry in node.entries() {
            let key = entry.key();
            if !is_extension(key) {
                count += 1;
            }
            let inner = At { node: entry.value(), entry: Some(entry), item: None };
            if let Some(field) = field(key) {
                if matches!(field.of, Type::Never) {
                    self.misplaced(entry, shape, &whens);
                } else {
                    self.check(&inner, &field.of);
                }
                if key == "$ref" && number != self.table.reference && inner.node.as_str().is_some() {
                    self.follow(node, self.table.shape_type(number));
                }
            } else if is_extension(key) {
                // What an extension holds is its own affair.
            } else if let Some((_, of)) = object.keys.iter().find(|(form, _)| form.fits(key)) {
                self.check(&inner, of);
            } else if let Some(of) = &object.rest {
                self.check(&inner, of);
            } else if !object.is_open && key != "<<" {
                unknown.push(entry);
            }
        }
        for entry in unknown {
            self.unknown(entry, shape, object, &whens, &mut missing);
        }
        if object.is_filled && count == 0 {
            self.flaw("too-few", || mark_of(at), || format!("{} must have an entry", name_of(at)));
        }
        let without_choice = self.groups(at, object);
        if !missing.is_empty() {
            self.missing(at, missing.into_iter());
        }
        for (key, other) in &object.only_with {
            if node.get(other).is_none()
                && !without_choice
                && let Some(entry) = node.get_entry(key)
            {
                self.flaw(
                    "misplaced-key",
                    || entry.key_place(),
                    || format!("`{key}` is allowed only beside `{other}`"),
                );
            }
        }
    }

    /// Keys that exclude each other, and keys of which there must be one; whether none of those is there.
    fn groups(&mut self, at: &At<'t>, object: &Object) -> bool {
        let entry_of = |key: &str| at.node.get_entry(key);
        for group in object.exactly_one.iter().chain(&object.at_most_one) {
            let mut there: Vec<(&str, Entry<'t>)> =
                group.iter().filter_map(|key| Some((&**key, entry_of(key)?))).collect();
            if there.len() > 1 {
                let keys = listed_with(there.iter().map(|(key, _)| format!("`{key}`")), "and");
                there.sort_by_key(|(_, entry)| entry.key_place().start);
                let last = there[there.len() - 1].1;
                self.flaw("exclusive-keys", || last.key_place(), || format!("{keys} exclude each other"));
            }
        }
        let mut is_without = false;
        for group in object.exactly_one.iter().chain(&object.at_least_one) {
            if !group.iter().any(|key| entry_of(key).is_some()) {
                is_without = true;
                self.flaw(
                    "missing-key",
                    || mark_of(at),
                    || {
                        let keys = listed(group.iter().map(|key| format!("`{key}`")));
                        format!(
                            "{} lacks one of the keys {}",
                            name_of(at),
                            keys.trim_start_matches("one of ")
                        )
                    },
                );
            }
        }
        is_without
    }

    fn missing<'k>(&mut self, at: &At<'t>, keys: impl Iterator<Item = &'k str>) {
        let keys: Vec<String> = keys.map(|key| format!("`{key}`")).collect();
        self.flaw(
            "missing-key",
            || mark_of(at),
            || {
                let word = if keys.len() > 1 { "keys" } else { "key" };
                format!("{} lacks the required {word} {}", name_of(at), listed_with(keys.iter(), "and"))
            },
        );
    }

    /// A key that is not allowed where something else says so.
    fn misplaced(&mut self, entry: Entry<'t>, shape: &Shape, whens: &[&When]) {
        let key = entry.key();
        let forbids =
            |when: &&&When| when.fields.get(key).is_some_and(|field| matches!(field.of, Type::Never));
        let condition = whens.iter().find(forbids).map(|when| condition_of(when));
        self.flaw(
            "misplaced-key",
            || entry.key_place(),
            || match condition {
                Some(condition) => format!("`{}` is not allowed where {condition}", masked(key)),
                None => format!("`{}` is not allowed in {}", masked(key), shape.title),
            },
        );
    }

    fn unknown(
        &mut self,
        entry: Entry<'t>,
        shape: &Shape,
        object: &Object,
        whens: &[&When],
        missing: &mut Vec<&str>,
    ) {
        let key = entry.key();
        let conditions: Vec<String> =
            object.whens.iter().filter(|when| when.fields.contains_key(key)).map(condition_of).collect();
        if !conditions.is_empty() {
            self.flaw(
                "misplaced-key",
                || entry.key_place(),
                || format!("`{}` is allowed only where {}", masked(key), conditions.join(", or where ")),
            );
            return;
        }
        let more = whens.iter().flat_map(|when| when.fields.keys().map(|key| &**key));
        let near = closest(key, object.field_names().chain(more)).filter(|near| *near != key);
        // What was written wrongly is not missing besides.
        missing.retain(|key| Some(*key) != near);
        let (language, version) = (self.table.language.name(), self.table.version);
        self.flaw(
            "unknown-key",
            || entry.key_place(),
            || {
                let said = format!("unknown key `{}` in {}", masked(key), shape.title);
                if let Some(marks) = object.elsewhere(key) {
                    if let Some(since) = marks.since(version) {
                        return format!("{said}: it came with {language} {since}");
                    }
                    if let Some(until) = marks.until(version) {
                        return format!("{said}: it went after {language} {until}");
                    }
                }
                match near {
                    Some(near) => format!("{said}; did you mean `{near}`?"),
                    None if !object.keys.is_empty() => {
                        let forms: Vec<&str> = object.keys.iter().map(|(form, _)| form.called()).collect();
                        format!("{said}: expected {}", forms.join(" or "))
                    }
                    None => said,
                }
            },
        );
    }
}

fn condition_of(when: &When) -> String {
    let tests: Vec<String> = when.tests.iter().map(super::table::Test::called).collect();
    tests.join(" and ")
}
