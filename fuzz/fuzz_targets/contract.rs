//! Any text as a contract: it is taken or refused with a place in it, and never a panic.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let text: Arc<str> = text.into();
    if let Err(error) = telelint::contract::load::parse(&"telelint.yaml".into(), &text) {
        assert!(!error.message.is_empty(), "an error says what is wrong");
        assert!(error.place.start <= text.len() as u64, "{:?} is behind the text's end", error.place);
    }
});
