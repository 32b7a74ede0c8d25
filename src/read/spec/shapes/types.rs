//! What a value may be, and the small language in which the tables say it (rules/shapes/README.md).

use super::forms::Form;
use super::table::Names;

/// What a value may be.
#[derive(Clone, Debug)]
pub(super) enum Type {
    Any,
    /// The key must not be there.
    Never,
    Null,
    Boolean,
    True,
    Number {
        range: Range,
        is_whole: bool,
        is_above: bool,
    },
    String {
        length: Range,
        form: Option<Form>,
    },
    Words(Vec<Box<str>>),
    Numbers(Vec<i64>),
    List {
        of: Box<Type>,
        rule: ListRule,
    },
    Map {
        of: Box<Type>,
        has_one: bool,
        keys: Option<Form>,
    },
    /// A shape by its number.
    Shape(u32),
    /// An object with `$ref`, and the shape of what it refers to.
    Reference(u32),
    Either(Vec<Type>),
}

/// What holds for a list as a whole.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ListRule {
    pub is_filled: bool,
    pub is_unique: bool,
    /// At most one parameter in the whole query string, and then none in parts of it.
    pub one_querystring: bool,
}

/// From and to, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Range {
    pub least: Option<i64>,
    pub most: Option<i64>,
}

impl Range {
    pub fn holds(self, number: f64) -> bool {
        self.least.is_none_or(|least| number >= least as f64)
            && self.most.is_none_or(|most| number <= most as f64)
    }
}

impl Type {
    /// Reads an expression.
    pub fn read(text: &str, names: &Names<'_>) -> Result<Self, String> {
        let mut alternatives = Vec::new();
        let mut rest = text.trim();
        loop {
            // What a list or map holds reaches to the end.
            let is_last = begins_list(rest) || begins_map(rest);
            let Some((one, more)) = rest.split_once(" | ").filter(|_| !is_last) else {
                alternatives.push(Self::one(rest, names)?);
                break;
            };
            alternatives.push(Self::one(one.trim(), names)?);
            rest = more.trim();
        }
        match alternatives.len() {
            1 => alternatives.pop().ok_or_else(String::new),
            _ => Ok(Self::Either(alternatives)),
        }
    }

    fn one(text: &str, names: &Names<'_>) -> Result<Self, String> {
        if begins_list(text) {
            let (rule, inner) = text.split_once("list of ").ok_or("a list of what?")?;
            let rule = ListRule {
                is_filled: rule.contains("non-empty "),
                is_unique: rule.contains("unique "),
                one_querystring: rule.contains("one-querystring "),
            };
            return Ok(Self::List { of: Box::new(Self::read(inner, names)?), rule });
        }
        if begins_map(text) {
            let (rule, inner) = text.split_once("map of ").ok_or("a map of what?")?;
            let (inner, keys) = match inner.rsplit_once(" by ") {
                Some((inner, form)) => (inner, Some(Form::of(form).ok_or(format!("no form `{form}`"))?)),
                None => (inner, None),
            };
            let has_one = rule.contains("one-entry ");
            return Ok(Self::Map { of: Box::new(Self::read(inner, names)?), has_one, keys });
        }
        if let Some(words) = text.strip_prefix("one of ") {
            return Ok(Self::Words(words.split(',').map(|word| word.trim().into()).collect()));
        }
        if let Some(numbers) = text.strip_prefix("number one of ") {
            let numbers = numbers.split(',').map(|number| number.trim().parse());
            return Ok(Self::Numbers(numbers.collect::<Result<_, _>>().map_err(|_| format!("`{text}`"))?));
        }
        if let Some(name) = text.strip_prefix("reference to ") {
            return Ok(Self::Reference(names.of(name)?));
        }
        if text.starts_with(|c: char| c.is_uppercase()) {
            return Ok(Self::Shape(names.of(text)?));
        }
        let (word, limits) = text.split_once(' ').unwrap_or((text, ""));
        if limits == "above 0" {
            let range = Range { least: Some(0), most: None };
            return Ok(Self::Number { range, is_whole: false, is_above: true });
        }
        let range = read_range(limits).ok_or_else(|| format!("`{text}` is no type"))?;
        let any = || Box::new(Self::Any);
        Ok(match word {
            "any" => Self::Any,
            "never" => Self::Never,
            "null" => Self::Null,
            "boolean" => Self::Boolean,
            "always" => Self::True,
            "object" => Self::Map { of: any(), has_one: false, keys: None },
            "array" => Self::List { of: any(), rule: ListRule::default() },
            "string" => Self::String { length: range, form: None },
            "number" | "integer" => Self::Number { range, is_whole: word == "integer", is_above: false },
            form => {
                let form = Form::of(form).ok_or_else(|| format!("no type `{form}`"))?;
                let form = Some(form).filter(|form| !form.is_format() || names.formats.contains(form));
                Self::String { length: range, form }
            }
        })
    }

    /// What it must be, behind "must be".
    pub fn called(&self) -> String {
        match self {
            Self::Any => "anything".into(),
            Self::Never => "absent".into(),
            Self::Null => "null".into(),
            Self::Boolean => "a boolean".into(),
            Self::True => "`true`".into(),
            Self::Number { is_whole: true, .. } => "an integer".into(),
            Self::Number { .. } | Self::Numbers(_) => "a number".into(),
            Self::String { .. } | Self::Words(_) => "a string".into(),
            Self::List { .. } => "an array".into(),
            Self::Map { .. } | Self::Shape(_) => "an object".into(),
            Self::Reference(_) => "a reference: an object with `$ref`".into(),
            Self::Either(alternatives) => {
                let mut called: Vec<String> = Vec::new();
                for one in alternatives.iter().map(Self::called) {
                    if !called.contains(&one) {
                        called.push(one);
                    }
                }
                called.join(" or ")
            }
        }
    }
}

fn begins_list(text: &str) -> bool {
    ["list of ", "non-empty ", "unique ", "one-querystring "].iter().any(|word| text.starts_with(word))
}

fn begins_map(text: &str) -> bool {
    ["map of ", "one-entry "].iter().any(|word| text.starts_with(word))
}

/// `0..255`, `0..`, `-1..`, or nothing.
fn read_range(text: &str) -> Option<Range> {
    if text.is_empty() || text == "true" {
        return Some(Range::default());
    }
    let (least, most) = text.split_once("..")?;
    let most = if most.is_empty() { None } else { Some(most.parse().ok()?) };
    Some(Range { least: Some(least.parse().ok()?), most })
}
