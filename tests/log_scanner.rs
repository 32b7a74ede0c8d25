//! The strict JSON scanner of the log reader: it takes what `serde_json` takes, and finds keys that stand twice.

mod support;

use std::collections::BTreeSet;
use std::ops::Range;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use telelint::read::logs::json::{Scalar, Scanner, Visitor};

fn config(cases: u32) -> ProptestConfig {
    // The smallest failing case is printed; nothing is written into the source tree.
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 4000, ..ProptestConfig::default() }
}

// ---------------------------------------------------------------------------------------------------------------------
// The scanner

/// What the scanner hands out, checked for making sense, and counted.
#[derive(Default)]
struct Seen {
    open: Vec<bool>,
    keys: usize,
    scalars: usize,
    wrong: Option<String>,
}

impl Seen {
    fn must(&mut self, holds: bool, what: &str) {
        if !holds && self.wrong.is_none() {
            self.wrong = Some(what.to_owned());
        }
    }
}

impl Visitor for Seen {
    fn key(&mut self, text: &[u8], at: Range<usize>, escaped: bool) {
        self.keys += 1;
        self.must(self.open.last() == Some(&true), "a key outside of an object");
        self.must(
            text[at.start - 1] == b'"' && text[at.end] == b'"',
            "a key is not what stands between quotes",
        );
        self.must(text[at].contains(&b'\\') == escaped, "a key with escapes is not told");
    }
    fn scalar(&mut self, text: &[u8], at: Range<usize>, scalar: Scalar) {
        self.scalars += 1;
        let value: Result<serde_json::Value, _> = match scalar {
            Scalar::String { escaped } => {
                self.must(text[at.clone()].contains(&b'\\') == escaped, "a string with escapes is not told");
                serde_json::from_slice(&text[at.start - 1..=at.end])
            }
            _ => serde_json::from_slice(&text[at]),
        };
        let fits = match (value, scalar) {
            (Ok(value), Scalar::String { .. }) => value.is_string(),
            (Ok(value), Scalar::Number) => value.is_number(),
            (Ok(value), Scalar::Bool) => value.is_boolean(),
            (Ok(value), Scalar::Null) => value.is_null(),
            // The scanner may be told of a value before it finds what is wrong behind it, but no wrong value.
            (Err(error), _) => error.to_string().contains("out of range"),
        };
        self.must(fits, "a scalar is not what it is said to be");
    }
    fn open(&mut self, _: &[u8], _: usize, is_object: bool) {
        self.open.push(is_object);
    }
    fn close(&mut self, _: usize) {
        let open = self.open.pop();
        self.must(open.is_some(), "something ends that never began");
    }
}

/// Whether a text is one JSON value to the scanner, and whether a key stands twice in it.
fn scanned(scanner: &mut Scanner, text: &str) -> Result<(bool, bool), TestCaseError> {
    let mut seen = Seen::default();
    let end = scanner.value(text.as_bytes(), 0, &mut seen);
    if let Some(wrong) = seen.wrong {
        return Err(TestCaseError::fail(format!("{wrong}: {text:?}")));
    }
    Ok(match end {
        Ok(end) => {
            prop_assert!(seen.open.is_empty(), "something stays open: {text:?}");
            let rest = text[end..].bytes().all(|byte| b" \t\r\n".contains(&byte));
            (rest, !scanner.repeated.is_empty())
        }
        Err(wrong) => {
            prop_assert!(
                wrong.at.start <= wrong.at.end && wrong.at.start <= text.len(),
                "{wrong:?}: {text:?}"
            );
            (false, false)
        }
    })
}

/// What `serde_json` says: whether it is one value; none where it has an opinion of its own.
fn by_serde(text: &str) -> Option<bool> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(_) => Some(true),
        Err(error) => {
            let said = error.to_string();
            // It stops at a depth of 128, and at numbers that are too large for a double; JSON knows no such limits.
            (!said.contains("recursion limit") && !said.contains("out of range")).then_some(false)
        }
    }
}

/// Whether a key stands twice in an object, once its escapes are undone.
fn has_twins(text: &str) -> bool {
    struct Keys(bool);
    impl<'de> serde::Deserialize<'de> for Keys {
        fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            struct Visit;
            impl<'de> serde::de::Visitor<'de> for Visit {
                type Value = Keys;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("JSON")
                }
                fn visit_bool<E>(self, _: bool) -> Result<Keys, E> {
                    Ok(Keys(false))
                }
                fn visit_i64<E>(self, _: i64) -> Result<Keys, E> {
                    Ok(Keys(false))
                }
                fn visit_u64<E>(self, _: u64) -> Result<Keys, E> {
                    Ok(Keys(false))
                }
                fn visit_f64<E>(self, _: f64) -> Result<Keys, E> {
                    Ok(Keys(false))
                }
                fn visit_str<E>(self, _: &str) -> Result<Keys, E> {
                    Ok(Keys(false))
                }
                fn visit_unit<E>(self) -> Result<Keys, E> {
                    Ok(Keys(false))
                }
                fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Keys, A::Error> {
                    let mut twins = false;
                    while let Some(Keys(inner)) = items.next_element()? {
                        twins |= inner;
                    }
                    Ok(Keys(twins))
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut members: A) -> Result<Keys, A::Error> {
                    let (mut known, mut twins) = (BTreeSet::new(), false);
                    while let Some((key, Keys(inner))) = members.next_entry::<String, Keys>()? {
                        twins |= inner | !known.insert(key);
                    }
                    Ok(Keys(twins))
                }
            }
            from.deserialize_any(Visit)
        }
    }
    serde_json::from_str::<Keys>(text).is_ok_and(|Keys(twins)| twins)
}

fn json_string() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[ !#-\\[\\]-~é✓\u{1f600}\u{7f}]{0,12}".prop_map(|text| text),
        2 => select(vec!["\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\u00e9", "\\ud83d\\ude00", "\\uD83D\\uDE00", "\\b\\f\\r\\t"]).prop_map(str::to_owned),
        1 => select(vec!["\\ud800", "\\udc00", "\\ud800\\u0041", "\\ud83d\\n", "\\x", "\\u12g4", "\\u+123", "\\", "\t", "\u{1}", "\u{1f}", "\u{80}"]).prop_map(str::to_owned),
    ];
    prop_oneof![
        12 => vec(part, 0..3).prop_map(|parts| format!("\"{}\"", parts.concat())),
        1 => "[a-z]{0,40}".prop_map(|text| format!("\"{text}")),
    ]
}

/// A text that is JSON, or nearly so.
fn json_text() -> impl Strategy<Value = String> {
    let blank = || select(vec!["", "", "", "", " ", "\t", "\r\n", "\u{b}", "\u{a0}"]);
    let number = prop_oneof![
        3 => any::<i64>().prop_map(|n| n.to_string()),
        2 => any::<f64>().prop_filter("a number", |n| n.is_finite()).prop_map(|n| format!("{n:e}")),
        2 => select(vec!["0", "-0", "-0.0", "1E5", "1e+5", "1e-5", "0.5", "12.25e3", "1e400"]).prop_map(str::to_owned),
        1 => select(vec!["01", "-", "+1", ".5", "1.", "1e", "1e+", "--1", "0x10", "NaN", "-Infinity", "Infinity", "1.e5", "-a", "1_000", "00"]).prop_map(str::to_owned),
    ];
    let word = prop_oneof![6 => select(vec!["true", "false", "null"]), 1 => select(vec!["True", "nul", "nulll", "truefalse", "undefined", "t"])];
    let scalar = prop_oneof![2 => json_string(), 2 => number, 1 => word.prop_map(str::to_owned)];
    let key = prop_oneof![
        6 => select(vec!["\"a\"", "\"b\"", "\"key\"", "\"another_key\"", "\"another_kez\"", "\"b_long_key_12345678\"", "\"\""]).prop_map(str::to_owned),
        1 => Just("\"\\u0061\"".to_owned()),
        3 => "[a-z]{1,9}".prop_map(|key| format!("\"{key}\"")),
        1 => json_string(),
    ];
    scalar.prop_recursive(5, 60, 8, move |inner| {
        let comma = select(vec![",", ",", ",", ",", ",", ",", ",", ",", ",", "", ",,", ";"]);
        let items = (vec((blank(), inner.clone(), blank(), comma), 0..6), select(vec![0, 0, 0, 0, 0, 0, 1]));
        let array = items.prop_map(|(items, trailing)| {
            let last = items.len();
            let parts = items.into_iter().enumerate().map(|(at, (before, item, behind, comma))| {
                let comma = if at + 1 < last || trailing == 1 { comma } else { "" };
                format!("{before}{item}{behind}{comma}")
            });
            format!("[{}]", parts.collect::<String>())
        });
        let colon = select(vec![":", ":", ":", ":", ":", ":", ":", ":", ": ", " :", "", "="]);
        let member = (key.clone(), colon, inner.clone())
            .prop_map(|(key, colon, value)| format!("{key}{colon}{value}"));
        let object = (vec((blank(), member), 0..6), select(vec!["", "", "", "", "", ",", "]"])).prop_map(
            |(members, end)| {
                let members: Vec<String> =
                    members.into_iter().map(|(blank, member)| format!("{blank}{member}")).collect();
                format!("{{{}{end}}}", members.join(","))
            },
        );
        // An object that has very many keys, perhaps one of them twice, perhaps another such object in it.
        let wide = (60..70usize, inner, prop::option::of((any::<Index>(), any::<Index>()))).prop_map(
            |(count, inner, twice)| {
                let mut keys: Vec<String> = (0..count).map(|n| format!("k{n}")).collect();
                if let Some((from, to)) = twice {
                    let key = keys[from.index(count)].clone();
                    keys[to.index(count)] = key;
                }
                let middle = count / 2;
                let members: Vec<String> = keys
                    .iter()
                    .enumerate()
                    .map(|(at, key)| format!("\"{key}\":{}", if at == middle { inner.as_str() } else { "1" }))
                    .collect();
                format!("{{{}}}", members.join(","))
            },
        );
        prop_oneof![6 => array, 8 => object, 1 => wide]
    })
}

/// The text with a few characters changed, put in or taken out.
fn mutated() -> impl Strategy<Value = String> {
    let odd = select(vec![
        '"', '\\', '{', '}', '[', ']', ',', ':', 'u', 'e', '-', '0', '.', ' ', '\n', '\u{1}', 'é',
        '\u{feff}', 'n', 't',
    ]);
    (json_text(), vec((any::<Index>(), odd, 0..3u8), 0..4)).prop_map(|(text, changes)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, c, how) in changes {
            let at = at.index(chars.len() + 1);
            match how {
                0 => chars.insert(at, c),
                1 if at < chars.len() => chars[at] = c,
                _ if at < chars.len() => {
                    chars.remove(at);
                }
                _ => chars.push(c),
            }
        }
        chars.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(config(6000))]

    #[test]
    fn the_scanner_accepts_what_serde_json_accepts(text in prop_oneof![json_text(), mutated()], before in json_text()) {
        // Whatever it scanned before changes nothing.
        let mut scanner = Scanner::default();
        let _ = scanner.value(before.as_bytes(), 0, &mut Seen::default());
        let (accepted, twins) = scanned(&mut scanner, &text)?;
        if let Some(expected) = by_serde(&text) {
            prop_assert_eq!(accepted, expected, "{:?}", text);
            if expected {
                prop_assert_eq!(twins, has_twins(&text), "a key twice: {:?}", text);
            }
        }
    }

    #[test]
    fn any_text_is_scanned_to_a_verdict(text in ".{0,60}") {
        let (accepted, _) = scanned(&mut Scanner::default(), &text)?;
        if let Some(expected) = by_serde(&text) {
            prop_assert_eq!(accepted, expected, "{:?}", text);
        }
    }
}

#[test]
fn a_key_that_stands_twice_is_found_in_objects_of_any_width() {
    let object = |keys: &[String], inner: &str| {
        let members: Vec<String> = keys.iter().map(|key| format!("\"{key}\":{inner}")).collect();
        format!("{{{}}}", members.join(","))
    };
    let keys = |count: usize| (0..count).map(|n| format!("key_{n}")).collect::<Vec<_>>();
    let mut scanner = Scanner::default();
    let mut repeated = |text: &str| scanned(&mut scanner, text).unwrap();
    for count in [1, 2, 63, 64, 65, 66, 130, 1000] {
        let mut twice = keys(count);
        assert_eq!(repeated(&object(&twice, "1")), (true, false), "{count} keys");
        twice.push("key_0".to_owned());
        assert_eq!(repeated(&object(&twice, "1")), (true, true), "{count} keys and one of them again");
        *twice.last_mut().unwrap() = format!("key_{}", count - 1);
        assert_eq!(repeated(&object(&twice, "1")), (true, true), "{count} keys and the last of them again");
    }
    // A wide object within a wide one: each has the keys of the other.
    let wide = object(&keys(100), "1");
    let mut outer = object(&keys(100), "1");
    outer.truncate(outer.len() - 1);
    assert_eq!(repeated(&format!("{outer},\"inner\":{wide}}}")), (true, false));
    assert_eq!(
        repeated(&format!("{outer},\"inner\":{wide},\"key_3\":1}}")),
        (true, true),
        "behind a wide object"
    );
    assert_eq!(repeated(&format!("[{wide},{wide}]")), (true, false));
    // Keys that are alike where the scanner looks first: the first and last eight bytes, and the length.
    assert_eq!(repeated("{\"12345678a12345678\":1,\"12345678b12345678\":2}"), (true, false));
    assert_eq!(repeated("{\"a\":1,\"\\u0061\":2}"), (true, true), "the same key with an escape");
}
