//! telelint: one contract for a platform's telemetry, and every place where telemetry is defined or shows up.
//!
//! The whole story: **discover** finds inputs and their kinds, **read** turns each into facts, facts **merge**,
//! **link** joins what belongs together, rules **judge** facts against the contract, **quiet** takes away what is
//! accepted, and **report** shows the rest. Data flows one way; see `docs/architecture.md`.
//!
//! ```text
//! discover -> read -> merge -> link -> judge -> quiet -> report
//! paths      artifact   facts   facts   findings findings text / SARIF / ...
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]
// Tests may panic (clippy.toml); the product may not, and only reports and the command line print.
#![deny(
    clippy::dbg_macro,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::todo,
    clippy::unimplemented,
    clippy::unwrap_used
)]

pub mod cli;
pub mod contract;
pub mod detect;
pub mod discover;
pub mod facts;
pub mod finding;
pub mod inventory;
pub mod link;
pub mod naming;
pub mod quiet;
pub mod read;
pub mod report;
pub mod rules;
pub mod run;
pub mod source;
pub mod tree;
