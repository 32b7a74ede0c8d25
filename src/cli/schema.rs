//! `telelint schema`: JSON Schemas, generated from the types themselves.

use std::io;

use clap::{Parser, ValueEnum};

use super::print;
use crate::contract::Contract;
use crate::facts::Facts;
use crate::report::json::Report;

/// Which schema.
#[derive(Debug, Parser)]
pub struct Args {
    /// What it describes.
    what: What,
}

/// What a schema describes.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum What {
    /// `telelint.yaml`.
    Contract,
    /// `--format json`.
    Report,
    /// `telelint facts`.
    Facts,
}

/// Prints a schema.
pub fn run(args: &Args) -> io::Result<u8> {
    print(&text(args.what))
}

/// A schema's text.
#[must_use]
pub fn text(what: What) -> String {
    let schema = match what {
        What::Contract => schemars::schema_for!(Contract),
        What::Report => schemars::schema_for!(Report<'_>),
        What::Facts => schemars::schema_for!(Facts),
    };
    format!("{:#}\n", schema.to_value())
}
