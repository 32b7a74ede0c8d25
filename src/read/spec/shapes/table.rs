//! The tables of rules/shapes: which objects a version knows, and how they are read from their files.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::forms::Form;
use super::types::Type;
use super::{Language, Version};
use crate::tree::{Node, Syntax, Tree};

/// The files, by name.
const FILES: [(&str, &str); 7] = [
    ("openapi", include_str!("../../../../rules/shapes/openapi.yaml")),
    ("schema-2020-12", include_str!("../../../../rules/shapes/schema-2020-12.yaml")),
    ("asyncapi-2", include_str!("../../../../rules/shapes/asyncapi-2.yaml")),
    ("asyncapi-3", include_str!("../../../../rules/shapes/asyncapi-3.yaml")),
    ("asyncapi-security", include_str!("../../../../rules/shapes/asyncapi-security.yaml")),
    ("asyncapi-bindings", include_str!("../../../../rules/shapes/asyncapi-bindings.yaml")),
    ("schema-draft-07", include_str!("../../../../rules/shapes/schema-draft-07.yaml")),
];

/// All objects of one version.
#[derive(Debug)]
pub(super) struct Table {
    pub language: Language,
    pub version: Version,
    pub shapes: Vec<Shape>,
    /// Each shape as a type of its own, in the same order.
    types: Vec<Type>,
    pub root: u32,
    /// The shape of a reference.
    pub reference: u32,
    /// What keys of extensions look like.
    pub extension: Form,
}

/// An object, or a choice of objects.
#[derive(Debug)]
pub(super) struct Shape {
    /// With an article, as messages call it.
    pub title: Box<str>,
    pub kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Object(Box<Object>),
    /// By the word that a key holds.
    Choose {
        key: Box<str>,
        cases: Vec<(Box<str>, u32)>,
    },
    /// By whether a key is there.
    IfHas {
        key: Box<str>,
        then: u32,
        otherwise: u32,
    },
}

#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for a key of the tables")]
pub(super) struct Object {
    fields: BTreeMap<Box<str>, Field>,
    /// Keys that only other versions have.
    elsewhere: Vec<(Box<str>, Marks)>,
    pub keys: Vec<(Form, Type)>,
    pub rest: Option<Type>,
    pub is_open: bool,
    pub has_no_extensions: bool,
    pub may_be_boolean: bool,
    pub is_filled: bool,
    pub exactly_one: Vec<Vec<Box<str>>>,
    pub at_most_one: Vec<Vec<Box<str>>>,
    pub at_least_one: Vec<Vec<Box<str>>>,
    /// A key, and the one it goes with.
    pub only_with: Vec<(Box<str>, Box<str>)>,
    pub whens: Vec<When>,
    pub dialects: Vec<Box<str>>,
}

#[derive(Clone, Debug)]
pub(super) struct Field {
    pub of: Type,
    pub is_required: bool,
}

/// Fields that count under a condition.
#[derive(Clone, Debug)]
pub(super) struct When {
    pub tests: Vec<Test>,
    pub fields: BTreeMap<Box<str>, Field>,
}

/// A part of a condition.
#[derive(Clone, Debug)]
pub(super) enum Test {
    Is { key: Box<str>, word: Box<str>, or_absent: bool },
    IsInAnyCase { key: Box<str>, word: Box<str> },
    Begins { key: Box<str>, with: Box<str> },
    Has(Box<str>),
    Lacks(Box<str>),
}

impl Object {
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.get(key)
    }

    pub fn field_names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(|name| &**name)
    }

    pub fn required(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(|(_, field)| field.is_required).map(|(name, _)| &**name)
    }

    /// In which other versions there is such a key.
    pub fn elsewhere(&self, key: &str) -> Option<&Marks> {
        self.elsewhere.iter().find(|(name, _)| &**name == key).map(|(_, marks)| marks)
    }
}

impl Test {
    pub fn holds(&self, object: Node<'_>) -> bool {
        let text = |key| object.get(key).and_then(Node::as_str);
        match self {
            Self::Is { key, word, or_absent } => match object.get(key) {
                Some(value) => value.as_str() == Some(word),
                None => *or_absent,
            },
            Self::IsInAnyCase { key, word } => text(key).is_some_and(|it| it.eq_ignore_ascii_case(word)),
            Self::Begins { key, with } => text(key).is_some_and(|it| it.starts_with(&**with)),
            Self::Has(key) => object.get(key).is_some(),
            Self::Lacks(key) => object.get(key).is_none(),
        }
    }

    /// In words, behind "where".
    pub fn called(&self) -> String {
        match self {
            Self::Is { key, word, .. } | Self::IsInAnyCase { key, word } => format!("`{key}` is `{word}`"),
            Self::Begins { key, with } => format!("`{key}` begins with `{with}`"),
            Self::Has(key) => format!("there is `{key}`"),
            Self::Lacks(key) => format!("there is no `{key}`"),
        }
    }

    fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(key) = text.strip_prefix("has ") {
            return Ok(Self::Has(key.into()));
        }
        if let Some(key) = text.strip_prefix("no ") {
            return Ok(Self::Lacks(key.into()));
        }
        let at = text.find(['=', '~', '^']).ok_or_else(|| format!("`{text}` is no condition"))?;
        let (key, word) = (text[..at].into(), &text[at + 1..]);
        Ok(match &text[at..=at] {
            "~" => Self::IsInAnyCase { key, word: word.into() },
            "^" => Self::Begins { key, with: word.into() },
            _ => match word.strip_suffix(" or absent") {
                Some(word) => Self::Is { key, word: word.into(), or_absent: true },
                None => Self::Is { key, word: word.into(), or_absent: false },
            },
        })
    }
}

/// Versions in which something counts: from and to.
#[derive(Clone, Debug)]
pub(super) struct Marks(Vec<(Version, Version)>);

impl Marks {
    fn all() -> Self {
        Self(vec![(Version { major: 0, minor: 0 }, Version { major: u8::MAX, minor: u8::MAX })])
    }

    /// ` @3.0`, ` @3.1+`, ` @3.1-`, ` @2.0,2.2-2.5` behind a name.
    fn split(text: &str) -> Result<(&str, Self), String> {
        let Some((name, marks)) = text.rsplit_once(" @") else { return Ok((text, Self::all())) };
        let version = |text: &str| Version::of(text).ok_or_else(|| format!("`{text}` is no version"));
        let all = Self::all().0[0];
        let mut ranges = Vec::new();
        for mark in marks.split(',') {
            ranges.push(if let Some(from) = mark.strip_suffix('+') {
                (version(from)?, all.1)
            } else if let Some(to) = mark.strip_suffix('-') {
                (all.0, version(to)?)
            } else {
                let (from, to) = mark.split_once('-').unwrap_or((mark, mark));
                (version(from)?, version(to)?)
            });
        }
        Ok((name, Self(ranges)))
    }

    fn hold(&self, version: Version) -> bool {
        self.0.iter().any(|(from, to)| *from <= version && version <= *to)
    }

    /// The version that brought something, where that came after a version.
    pub fn since(&self, version: Version) -> Option<Version> {
        self.0.iter().map(|(from, _)| *from).filter(|from| *from > version).min()
    }

    /// The last version that knew something, where that came before a version.
    pub fn until(&self, version: Version) -> Option<Version> {
        self.0.iter().map(|(_, to)| *to).filter(|to| *to < version).max()
    }
}

/// Names of shapes while a table is read.
pub(super) struct Names<'n> {
    numbers: &'n HashMap<&'n str, u32>,
    /// Formats that are asserted.
    pub formats: &'n [Form],
}

impl Names<'_> {
    pub fn of(&self, name: &str) -> Result<u32, String> {
        self.numbers.get(name).copied().ok_or_else(|| format!("no shape `{name}`"))
    }
}

/// A shape as it is written.
struct Written<'t> {
    name: &'t str,
    node: Node<'t>,
}

impl Table {
    /// A shape as a type.
    pub fn shape_type(&self, number: u32) -> &Type {
        &self.types[number as usize]
    }

    /// Reads the table of a version.
    pub fn read(language: Language, version: Version) -> Result<Self, String> {
        let main = match (language, version.major) {
            (Language::OpenApi, _) => "openapi",
            (Language::AsyncApi, 2) => "asyncapi-2",
            (Language::AsyncApi, _) => "asyncapi-3",
        };
        let head = tree(main)?;
        let top = head.root().ok_or("an empty file")?;
        let versions = top.get("versions").ok_or("no `versions`")?;
        if !versions.items().any(|item| item.text().and_then(Version::of) == Some(version)) {
            return Err(format!("{main} does not know {version}"));
        }
        let uses = attribute(top, "uses", version)?;
        let others: Vec<Tree> = uses
            .iter()
            .flat_map(|list| list.items())
            .map(|name| tree(name.text().unwrap_or_default()))
            .collect::<Result<_, _>>()?;
        let mut written: Vec<Written<'_>> = Vec::new();
        for file in std::iter::once(&head).chain(&others) {
            let shapes = file.root().and_then(|top| top.get("shapes")).ok_or("no `shapes`")?;
            for entry in shapes.entries() {
                let (name, marks) = Marks::split(entry.key())?;
                if marks.hold(version) {
                    written.push(Written { name, node: entry.value() });
                }
            }
        }
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        for (at, shape) in written.iter().enumerate() {
            if numbers.insert(shape.name, at as u32).is_some() {
                return Err(format!("two shapes `{}`", shape.name));
            }
        }
        let formats = attribute(top, "formats", version)?;
        let formats = formats.iter().flat_map(|list| list.items()).filter_map(Node::text);
        let formats: Vec<Form> = formats.filter_map(Form::of).collect();
        let reader =
            Reader { names: Names { numbers: &numbers, formats: &formats }, version, written: &written };
        let shapes = written.iter().map(|shape| {
            reader.shape(shape).map_err(|what| format!("{language:?} {version}, {}: {what}", shape.name))
        });
        let root = top.get("root").and_then(Node::text).ok_or("no `root`")?;
        Ok(Self {
            language,
            version,
            shapes: shapes.collect::<Result<_, _>>()?,
            types: (0..written.len() as u32).map(Type::Shape).collect(),
            root: reader.names.of(root)?,
            reference: reader.names.of("Reference")?,
            extension: if language == Language::OpenApi { Form::Extension } else { Form::AsyncExtension },
        })
    }
}

fn tree(name: &str) -> Result<Tree, String> {
    let (_, text) =
        FILES.iter().find(|(file, _)| *file == name).ok_or_else(|| format!("no file `{name}`"))?;
    let tree = Tree::read(&Arc::from(name), &Arc::from(*text), Syntax::Yaml);
    match tree.flaws().first() {
        None => Ok(tree),
        Some(flaw) => Err(format!("{name}:{}: {}", flaw.place.line, flaw.what)),
    }
}

/// The value of a key that may have marks.
fn attribute<'t>(node: Node<'t>, key: &str, version: Version) -> Result<Option<Node<'t>>, String> {
    for entry in node.entries().filter(|entry| entry.key().starts_with(key)) {
        let (name, marks) = Marks::split(entry.key())?;
        if name == key && marks.hold(version) {
            return Ok(Some(entry.value()));
        }
    }
    Ok(None)
}

struct Reader<'a, 't> {
    names: Names<'a>,
    version: Version,
    written: &'a [Written<'t>],
}

impl Reader<'_, '_> {
    fn shape(&self, written: &Written<'_>) -> Result<Shape, String> {
        let node = written.node;
        let text = |key| node.get(key).and_then(Node::text);
        let title = text("title").map_or_else(|| title_of(written.name), str::to_owned);
        let kind = if let Some(key) = text("choose") {
            let mut cases: Vec<(Box<str>, u32)> = Vec::new();
            for entry in node.get("cases").ok_or("no `cases`")?.entries() {
                let (word, marks) = Marks::split(entry.key())?;
                if marks.hold(self.version) {
                    cases.push((word.into(), self.names.of(entry.value().text().unwrap_or_default())?));
                }
            }
            Kind::Choose { key: key.into(), cases }
        } else if let Some(key) = text("if-has") {
            let branch = |key| self.names.of(text(key).unwrap_or_default());
            Kind::IfHas { key: key.into(), then: branch("then")?, otherwise: branch("else")? }
        } else {
            Kind::Object(Box::new(self.object(node, 0)?))
        };
        Ok(Shape { title: title.into(), kind })
    }

    fn object(&self, node: Node<'_>, depth: usize) -> Result<Object, String> {
        let mut object = match node.get("extends").and_then(Node::text) {
            Some(name) if depth < 8 => {
                let base = &self.written[self.names.of(name)? as usize];
                self.object(base.node, depth + 1)?
            }
            Some(_) => return Err("extends itself".into()),
            None => Object::default(),
        };
        for entry in node.entries() {
            let (name, marks) = Marks::split(entry.key())?;
            if !marks.hold(self.version) {
                continue;
            }
            let value = entry.value();
            match name {
                "section" | "title" | "extends" => {}
                "boolean" => object.may_be_boolean = value.is_true(),
                "open" => object.is_open = value.is_true(),
                "extensions" => object.has_no_extensions = !value.is_true(),
                "non-empty" => object.is_filled = value.is_true(),
                "rest" => object.rest = Some(self.of(value)?),
                "keys" => {
                    for entry in value.entries() {
                        let form = Form::of(entry.key()).ok_or("an unknown form of keys")?;
                        object.keys.push((form, self.of(entry.value())?));
                    }
                }
                "fields" => self.fields(value, &mut object.fields, &mut object.elsewhere)?,
                "exactly-one" => self.groups(value, &mut object.exactly_one)?,
                "at-most-one" => self.groups(value, &mut object.at_most_one)?,
                "at-least-one" => self.groups(value, &mut object.at_least_one)?,
                "only-with" => {
                    for entry in value.entries() {
                        let (key, marks) = Marks::split(entry.key())?;
                        if marks.hold(self.version) {
                            object
                                .only_with
                                .push((key.into(), entry.value().text().unwrap_or_default().into()));
                        }
                    }
                }
                "when" => {
                    for entry in value.entries() {
                        let (condition, marks) = Marks::split(entry.key())?;
                        if marks.hold(self.version) {
                            let tests = condition.split(" & ").map(Test::read).collect::<Result<_, _>>()?;
                            let mut when = When { tests, fields: BTreeMap::new() };
                            self.fields(entry.value(), &mut when.fields, &mut Vec::new())?;
                            object.whens.push(when);
                        }
                    }
                }
                "dialects" => object.dialects.extend(value.items().filter_map(Node::text).map(Box::from)),
                other => return Err(format!("unknown key `{other}`")),
            }
        }
        let fields = &object.fields;
        object.elsewhere.retain(|(name, _)| !fields.contains_key(name));
        Ok(object)
    }

    fn of(&self, node: Node<'_>) -> Result<Type, String> {
        Type::read(node.text().ok_or("a type is text")?, &self.names)
    }

    fn fields(
        &self,
        node: Node<'_>,
        fields: &mut BTreeMap<Box<str>, Field>,
        elsewhere: &mut Vec<(Box<str>, Marks)>,
    ) -> Result<(), String> {
        for entry in node.entries() {
            let (name, marks) = Marks::split(entry.key())?;
            let (name, is_required) = match name.strip_suffix('!') {
                Some(name) => (name, true),
                None => (name, false),
            };
            if marks.hold(self.version) {
                let of = self.of(entry.value()).map_err(|what| format!("{name}: {what}"))?;
                fields.insert(name.into(), Field { of, is_required });
            } else {
                elsewhere.push((name.into(), marks));
            }
        }
        Ok(())
    }

    /// Lists of keys: `schema | content`.
    fn groups(&self, node: Node<'_>, groups: &mut Vec<Vec<Box<str>>>) -> Result<(), String> {
        for item in node.items() {
            let (keys, marks) = Marks::split(item.text().unwrap_or_default())?;
            if marks.hold(self.version) {
                groups.push(keys.split(" | ").map(Box::from).collect());
            }
        }
        Ok(())
    }
}

/// "an Info Object", "an HTTP Security Scheme Object", "a Tag Object".
fn title_of(name: &str) -> String {
    let word = name.split(' ').next().unwrap_or_default();
    let is_spelled = word.len() > 1 && word.chars().all(char::is_uppercase);
    // Letters whose names begin with a vowel.
    let vowels = if is_spelled { "AEFHILMNORSX" } else { "AEIOU" };
    let article = if word.starts_with(|c| vowels.contains(c)) { "an" } else { "a" };
    format!("{article} {name} Object")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_can_be_read() {
        for (language, versions) in super::super::VERSIONS {
            for version in versions {
                Table::read(language, *version).unwrap();
            }
        }
    }

    #[test]
    fn titles_have_the_right_article() {
        assert_eq!(title_of("Info"), "an Info Object");
        assert_eq!(title_of("HTTP Security Scheme"), "an HTTP Security Scheme Object");
        assert_eq!(title_of("JMS Property"), "a JMS Property Object");
    }
}
