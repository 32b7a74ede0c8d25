# Sourced by scripts/test after tools.sh: the official JSON Schemas of OpenAPI and AsyncAPI, and a large document, which
# tests/spec_schemas.rs compares our own tables with. They are installed below target/test-tools/specs.
# shellcheck shell=bash

specs="$tools/specs"

# need_specs: packages of npm; nothing of them is run. Of the large documents one is kept.
need_specs() {
    local from=tests/specs
    command -v node >/dev/null && command -v npm >/dev/null || return 1
    # npm writes its own lock file into node_modules when it is through.
    if ! { [ -f "$specs/node_modules/.package-lock.json" ] &&
        cmp --silent "$from/package-lock.json" "$specs/package-lock.json"; }; then
        echo "installing the schemas of OpenAPI and AsyncAPI" >&2
        rm -rf "$specs"
        mkdir -p "$specs" && cp "$from/package.json" "$from/package-lock.json" "$from/.npmrc" "$specs" || return 1
        if ! (cd "$specs" && npm ci --ignore-scripts --omit=optional --no-audit --no-fund) >"$tools/npm.log" 2>&1; then
            tail -n 5 "$tools/npm.log" >&2
            rm -rf "$specs"
            return 1
        fi
        find "$specs/node_modules/@octokit/openapi/generated" -name '*.json' ! -name api.github.com.json -delete
    fi
    export TELELINT_SPECS="$specs/node_modules"
}
