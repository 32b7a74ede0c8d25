//! What the path of a front-end file tells: whether it is left out, where it runs, whether it is a page.

/// Whether a file is no part of what users load: tests, stories, what others wrote, what was built.
#[must_use]
pub fn is_left_out(path: &str) -> bool {
    const FOLDERS: [&str; 19] = [
        "node_modules",
        "bower_components",
        "dist",
        ".next",
        ".nuxt",
        ".svelte-kit",
        ".output",
        "storybook-static",
        ".storybook",
        "coverage",
        "__tests__",
        "__mocks__",
        "__fixtures__",
        "cypress",
        "e2e",
        "playwright",
        "vendor",
        "test",
        "tests",
    ];
    let path = path.to_ascii_lowercase();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let in_folder = folders.split('/').any(|folder| FOLDERS.contains(&folder));
    let marks = name.split('.').skip(1);
    let is_marked = marks
        .clone()
        .any(|mark| matches!(mark, "test" | "spec" | "stories" | "story" | "cy" | "e2e" | "min" | "mock"));
    let stem = name.split('.').next().unwrap_or_default();
    let is_test = ["-test", "_test", "-spec", "_spec"].iter().any(|end| stem.ends_with(end));
    in_folder || is_marked || is_test || name.ends_with(".d.ts")
}

/// Whether a file is a page of markup with code in it.
#[must_use]
pub fn is_markup(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".html", ".htm", ".vue", ".svelte"].iter().any(|ending| path.ends_with(ending))
}

/// Whether code runs on a server, or when the front end is built.
#[must_use]
pub fn is_on_server(path: &str, text: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let slashed = format!("/{path}");
    let is_place =
        ["/pages/api/", "/app/api/", "/server/", "/scripts/"].iter().any(|folder| slashed.contains(folder));
    let is_named = stem == "route" && slashed.contains("/app/")
        || stem == "middleware"
        || name.contains(".server.")
        || name.contains(".config.")
        || name.starts_with("+server.");
    let says = text
        .lines()
        .take(10)
        .any(|line| matches!(line.trim().trim_end_matches(';'), "\"use server\"" | "'use server'"));
    // What listens on a port is no browser.
    let imports = ["express", "fastify", "koa", "@hapi/hapi", "node:http", "node:fs", "node:net"].iter().any(
        |module| {
            [format!("\"{module}\""), format!("'{module}'")]
                .iter()
                .any(|quoted| text.contains(quoted.as_str()))
        },
    );
    is_place || is_named || says || imports
}

/// The path of the page that a file is by its own place (`Next.js`, `SvelteKit`, `Nuxt`).
#[must_use]
pub fn page_of(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/')?;
    let (stem, ending) = name.split_once('.')?;
    if !matches!(ending, "tsx" | "jsx" | "ts" | "js" | "vue" | "svelte") {
        return None;
    }
    let slashed = format!("/{folder}/");
    let below =
        |root: &str| slashed.find(root).map(|at| slashed[at + root.len()..].trim_matches('/').to_owned());
    let page = match stem {
        "page" if matches!(ending, "tsx" | "jsx" | "ts" | "js") => below("/app/")?,
        "+page" => below("/routes/")?,
        "_app" | "_document" | "_error" => return None,
        stem => {
            let folder = below("/pages/")?;
            if folder == "api" || folder.starts_with("api/") || stem.chars().any(char::is_uppercase) {
                return None;
            }
            if stem == "index" { folder } else { format!("{folder}/{stem}").trim_matches('/').to_owned() }
        }
    };
    // Groups in parentheses are no part of the path; a parameter is a hole.
    let parts = page.split('/').filter(|part| !part.starts_with('(') && !part.is_empty());
    let parts: Vec<&str> = parts.map(|part| if part.starts_with('[') { "{}" } else { part }).collect();
    Some(format!("/{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_users_do_not_load_is_left_out() {
        for path in [
            "web/node_modules/a/index.js",
            "web/src/ops.test.tsx",
            "a/b.stories.ts",
            "lib/jquery.min.js",
            "types/api.d.ts",
            "web/dist/main.js",
        ] {
            assert!(is_left_out(path), "{path}");
        }
        for path in ["web/src/ops.tsx", "src/distribution/a.ts", "src/testing.ts"] {
            assert!(!is_left_out(path), "{path}");
        }
    }

    #[test]
    fn files_are_pages_by_their_place() {
        assert_eq!(page_of("web/app/(admin)/admin/ops/page.tsx").as_deref(), Some("/admin/ops"));
        assert_eq!(page_of("src/routes/admin/ops/+page.svelte").as_deref(), Some("/admin/ops"));
        assert_eq!(page_of("pages/admin/ops.vue").as_deref(), Some("/admin/ops"));
        assert_eq!(page_of("pages/admin/ops/index.tsx").as_deref(), Some("/admin/ops"));
        assert_eq!(page_of("pages/api/ops.ts"), None);
        assert_eq!(page_of("src/OpsPage.tsx"), None);
    }
}
