# Sourced by scripts/test after tools.sh: published crates whose sources tests/real_crates.rs reads.
# shellcheck shell=bash

# need_crates: unpacks them in cargo's own cache; nothing is built.
need_crates() {
    cargo fetch --quiet --locked --manifest-path tests/crates/Cargo.toml || return 1
    export TELELINT_CRATES=tests/crates/Cargo.toml
}
