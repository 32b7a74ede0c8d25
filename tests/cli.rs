//! The command line as documentation: every console block under `tests/cli` is run, and what it shows must be what the
//! program says.
//!
//! `TRYCMD=overwrite cargo nextest run --test cli` writes them anew; read the difference.

#[test]
fn console_sessions_show_what_the_program_says() {
    trycmd::TestCases::new()
        .register_bin("telelint", std::path::Path::new(env!("CARGO_BIN_EXE_telelint")))
        .case("tests/cli/*.md");
}
