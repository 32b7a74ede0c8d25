//! The official JSON Schemas, where npm's packages are there (`scripts/specs.sh`).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Value as Json, json};

/// Where the packages are.
pub fn packages() -> Option<PathBuf> {
    let Some(path) = std::env::var_os("TELELINT_SPECS") else {
        assert!(
            std::env::var_os("CI").is_none_or(|ci| ci != "true"),
            "CI needs the schemas: no TELELINT_SPECS"
        );
        eprintln!("left out: no TELELINT_SPECS (scripts/test sets it)");
        return None;
    };
    Some(PathBuf::from(path))
}

/// One schema for each version that is written `3.1`.
pub struct Official {
    openapi: BTreeMap<&'static str, Validator>,
    /// Without Schema Objects, for documents in another dialect.
    bare: BTreeMap<&'static str, Validator>,
    asyncapi: BTreeMap<&'static str, Validator>,
}

impl Official {
    pub fn read(packages: &Path) -> Self {
        let mut official =
            Self { openapi: BTreeMap::new(), bare: BTreeMap::new(), asyncapi: BTreeMap::new() };
        let openapi = |version: &str| {
            read(
                &packages.join(format!("@seriousme/openapi-schema-validator/schemas/v{version}/schema.json")),
            )
        };
        official.openapi.insert("3.0", validator(&openapi("3.0"), true));
        for (version, meta) in [("3.1", "3.1/meta/base"), ("3.2", "3.2/meta")] {
            let mut schema = openapi(version);
            official.bare.insert(version, validator(&schema, false));
            let folder =
                packages.join(format!("@hyperjump/json-schema/openapi-{}", version.replace('.', "-")));
            let id = format!("https://spec.openapis.org/oas/{version}/dialect");
            schema["$defs"]["schema"] = json!({"$dynamicAnchor": "meta", "$ref": id});
            schema["$defs"]["dialect"] = module(&folder.join("dialect/base.js"), &id);
            let meta = format!("https://spec.openapis.org/oas/{meta}");
            schema["$defs"]["meta"] = module(&folder.join("meta/base.js"), &meta);
            official.openapi.insert(version, validator(&schema, false));
        }
        for version in ["2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.0", "3.1"] {
            let path = packages.join(format!("@asyncapi/specs/schemas/{version}.0-without-$id.json"));
            official.asyncapi.insert(version, validator(&read(&path), true));
        }
        official
    }

    /// What is wrong with a document: where in the schema, and where in the document. Nothing: it is valid.
    pub fn fault(&self, document: &Json) -> Option<String> {
        let version = |key: &str| document[key].as_str().and_then(|text| text.get(..3)).unwrap_or_default();
        let is_foreign = document["jsonSchemaDialect"]
            .as_str()
            .is_some_and(|dialect| !dialect.starts_with("https://spec.openapis.org/oas/3."));
        let validator = if document.get("asyncapi").is_some() {
            self.asyncapi.get(version("asyncapi"))
        } else if is_foreign {
            self.bare.get(version("openapi"))
        } else {
            self.openapi.get(version("openapi"))
        };
        let Some(validator) = validator else { return Some("no such version".into()) };
        let error = validator.iter_errors(document).next()?;
        Some(format!("{} at {}", error.kind().keyword(), error.instance_path()))
    }
}

fn validator(schema: &Json, formats: bool) -> Validator {
    jsonschema::options().should_validate_formats(formats).build(schema).unwrap()
}

fn read(path: &Path) -> Json {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// A schema that is written as a JavaScript module.
fn module(path: &Path, id: &str) -> Json {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let text = text.trim().strip_prefix("export default").unwrap().trim_end_matches(';');
    let mut schema: Json = serde_json::from_str(text).unwrap();
    schema["$id"] = id.into();
    schema
}
