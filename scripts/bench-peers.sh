# Sourced by scripts/bench after tools.sh: the programs that the benchmarks of logs, Rust and specifications are compared with. Each
# function ends in failure where its program is not to be had here; the benchmark then names it as not compared.
# shellcheck shell=bash

# Pinned: figures of different versions are not comparable.
ast_grep=0.51.1
kingfisher=2.14.0
redocly=2.77.0
ripsecrets=0.1.11
semgrep=1.180.0
spectral=6.16.3

# need_package COMMAND PACKAGE: from Debian.
need_package() {
    command -v "$1" >/dev/null && return 0
    command -v apt-get >/dev/null || return 1
    local root=()
    if [ "$(id -u)" != 0 ]; then
        # Without a password prompt: nobody may be there to answer it.
        sudo -n true 2>/dev/null || return 1
        root=(sudo -n)
    fi
    echo "installing Debian's $2" >&2
    local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes)
    if ! { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "$2"; } >"$tools/apt-$2.log" 2>&1; then
        tail -n 5 "$tools/apt-$2.log" >&2
        return 1
    fi
}

# need_ripgrep: `rg`.
need_ripgrep() { need_package rg ripgrep; }

# need_jq: `jq`.
need_jq() { need_package jq jq; }

# need_kingfisher: a program in a Python wheel. It has a virtual environment of its own, which no test waits for, and is
# linked without the Python script around it, which is not what is measured.
need_kingfisher() {
    [ "$("$tools/bin/kingfisher" --version 2>/dev/null)" = "kingfisher $kingfisher" ] && return 0
    command -v python3 >/dev/null || return 1
    echo "installing kingfisher-bin $kingfisher" >&2
    mkdir -p "$tools/bin"
    local python="$tools/kingfisher/bin/python" binary
    python3 -m venv "$tools/kingfisher" &&
        "$python" -m pip install --quiet --disable-pip-version-check "kingfisher-bin==$kingfisher" &&
        binary=$("$python" -c 'import kingfisher; print(kingfisher.get_binary_path())') &&
        ln -sf "$binary" "$tools/bin/kingfisher"
}

# need_ripsecrets: built from source.
need_ripsecrets() {
    [ "$("$tools/bin/ripsecrets" --version 2>/dev/null)" = "ripsecrets $ripsecrets" ] && return 0
    echo "building ripsecrets $ripsecrets; this takes a few minutes" >&2
    cargo install --quiet --locked --root "$tools" --version "$ripsecrets" ripsecrets
}

# need_ast_grep: a program in an npm package, one for each platform. It is linked without the Node script around it.
need_ast_grep() {
    [ "$("$tools/bin/ast-grep" --version 2>/dev/null)" = "ast-grep $ast_grep" ] && return 0
    command -v npm >/dev/null || return 1
    echo "installing @ast-grep/cli $ast_grep" >&2
    local to="$tools/ast-grep" binary
    rm -rf "$to"
    mkdir -p "$to" "$tools/bin" || return 1
    if ! npm install --prefix "$to" --ignore-scripts --no-save --no-audit --no-fund "@ast-grep/cli@$ast_grep" \
        >"$tools/npm-ast-grep.log" 2>&1; then
        tail -n 5 "$tools/npm-ast-grep.log" >&2
        return 1
    fi
    for binary in "$to"/node_modules/@ast-grep/cli-*/ast-grep; do
        [ -x "$binary" ] && ln -sf "$binary" "$tools/bin/ast-grep" && return 0
    done
    return 1
}

# need_semgrep: a Python program, in a virtual environment of its own. It is not asked for its version, since it would ask
# a server for a newer one.
need_semgrep() {
    local python="$tools/semgrep/bin/python"
    local version='from importlib.metadata import version; print(version("semgrep"))'
    [ -x "$tools/bin/semgrep" ] && [ "$("$python" -c "$version" 2>/dev/null)" = "$semgrep" ] && return 0
    command -v python3 >/dev/null || return 1
    echo "installing semgrep $semgrep" >&2
    mkdir -p "$tools/bin"
    python3 -m venv "$tools/semgrep" &&
        "$python" -m pip install --quiet --disable-pip-version-check "semgrep==$semgrep" &&
        ln -sf "$tools/semgrep/bin/semgrep" "$tools/bin/semgrep"
}

# need_node_program COMMAND PACKAGE VERSION: a Node program with a folder of its own.
need_node_program() {
    local to="$tools/$1"
    [ "$("$tools/bin/$1" --version 2>/dev/null)" = "$3" ] && return 0
    command -v node >/dev/null && command -v npm >/dev/null || return 1
    echo "installing $2 $3" >&2
    rm -rf "$to"
    mkdir -p "$to" "$tools/bin" || return 1
    if ! npm install --prefix "$to" --ignore-scripts --no-save --no-audit --no-fund "$2@$3" >"$tools/npm-$1.log" 2>&1; then
        tail -n 5 "$tools/npm-$1.log" >&2
        return 1
    fi
    ln -sf "$to/node_modules/.bin/$1" "$tools/bin/$1"
}

# need_redocly, need_spectral: linters of OpenAPI.
need_redocly() { need_node_program redocly @redocly/cli "$redocly"; }
need_spectral() { need_node_program spectral @stoplight/spectral-cli "$spectral"; }

# need_descriptions: large descriptions of real interfaces, which the benchmark finds by TELELINT_BENCH_SPECS. GitHub's
# comes as JSON in an npm package; Datadog's two as YAML in the source archive of a package on PyPI.
need_descriptions() {
    local to="$tools/descriptions" github=23.0.2 datadog=2.62.0
    export TELELINT_BENCH_SPECS="$to"
    mkdir -p "$to/fetched" || return 1
    if [ ! -f "$to/github.json" ]; then
        echo "fetching GitHub's description" >&2
        npm pack --silent --pack-destination "$to/fetched" "@octokit/openapi@$github" >/dev/null &&
            tar -xzOf "$to/fetched/octokit-openapi-$github.tgz" package/generated/api.github.com.json \
                >"$to/fetched/github.json" && mv "$to/fetched/github.json" "$to" || return 1
    fi
    if [ ! -f "$to/datadog-v2.yaml" ]; then
        echo "fetching Datadog's descriptions" >&2
        python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: \
            --dest "$to/fetched" "datadog-api-client==$datadog" || return 1
        local archive="$to/fetched/datadog_api_client-$datadog.tar.gz" version
        for version in v1 v2; do
            tar -xzOf "$archive" "datadog_api_client-$datadog/.generator/schemas/$version/openapi.yaml" \
                >"$to/fetched/datadog-$version.yaml" && mv "$to/fetched/datadog-$version.yaml" "$to" || return 1
        done
    fi
    rm -rf "$to/fetched"
}

# need_peers PEER...: all of them, and says which are missing.
need_peers() {
    local peer missing=()
    for peer in "$@"; do "need_${peer//-/_}" || missing+=("$peer"); done
    [ ${#missing[@]} = 0 ] || echo "not to be had here, so not compared: ${missing[*]}" >&2
}
