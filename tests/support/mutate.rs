//! Documents with one thing wrong: every place of a document can lose its key, get another type and so on.

use serde_json::{Value as Json, json};

/// What can be done to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    DeleteKey,
    RenameKey,
    UnknownKey,
    Type(u8),
    Word,
}

pub const CHANGES: [Change; 10] = [
    Change::DeleteKey,
    Change::RenameKey,
    Change::UnknownKey,
    Change::Word,
    Change::Type(0),
    Change::Type(1),
    Change::Type(2),
    Change::Type(3),
    Change::Type(4),
    Change::Type(5),
];

/// The pointers of all values below the top.
pub fn places(document: &Json) -> Vec<String> {
    fn below(value: &Json, pointer: &str, found: &mut Vec<String>) {
        let mut add = |step: &str, value: &Json| {
            let pointer = format!("{pointer}/{}", step.replace('~', "~0").replace('/', "~1"));
            found.push(pointer.clone());
            below(value, &pointer, found);
        };
        match value {
            Json::Object(object) => object.iter().for_each(|(key, value)| add(key, value)),
            Json::Array(items) => {
                items.iter().enumerate().for_each(|(at, value)| add(&at.to_string(), value));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    below(document, "", &mut found);
    found.retain(|pointer| !matches!(pointer.as_str(), "/openapi" | "/asyncapi"));
    found
}

/// The document with one change; nothing where the change can't be made there.
pub fn changed(document: &Json, pointer: &str, change: Change) -> Option<Json> {
    let mut document = document.clone();
    let (parent, step) = pointer.rsplit_once('/')?;
    let key = step.replace("~1", "/").replace("~0", "~");
    match change {
        Change::DeleteKey => {
            document.pointer_mut(parent)?.as_object_mut()?.remove(&key)?;
        }
        Change::RenameKey => {
            let object = document.pointer_mut(parent)?.as_object_mut()?;
            let value = object.remove(&key)?;
            object.insert(format!("{key}x"), value);
        }
        Change::UnknownKey => {
            document.pointer_mut(pointer)?.as_object_mut()?.insert("unheardOf".into(), json!(1));
        }
        Change::Word => {
            let value = document.pointer_mut(pointer)?;
            value.as_str()?;
            *value = "no such word".into();
        }
        Change::Type(which) => {
            let other = [json!(7), json!(true), json!("text"), json!([]), json!({}), Json::Null];
            let value = document.pointer_mut(pointer)?;
            let other = other[usize::from(which)].clone();
            if *value == other {
                return None;
            }
            *value = other;
        }
    }
    Some(document)
}

/// Numbers that look random and are the same on each run (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }
}
