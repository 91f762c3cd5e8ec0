//! How parameters are called: names, hierarchies, and selectors of versions.
//! <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html#sysman-parameter-name-constraints>

use crate::errors;
use crate::state::{PARAMETERS, Parameter, VERSIONS, Version};
use service::{ArnParts, Result, View};

/// "A hierarchy can have a maximum of 15 levels."
const MOST_LEVELS: usize = 15;
/// The longest name, in characters: its ARN has 2048 at most.
const LONGEST: usize = 1011;

/// A parameter as a request names it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The name.
    pub name: String,
    /// The version or label behind a colon.
    pub selector: Option<String>,
}

impl Wanted {
    /// Reads `name`, `name:version`, `name:label` and ARNs of these.
    pub fn read(view: &View, text: &str) -> Result<Wanted> {
        let bare = match ArnParts::parse(text) {
            Ok(parts) if parts.service == "ssm" => {
                if parts.account != view.account().to_string() || parts.region != view.region().as_str() {
                    return Err(errors::refuse("a parameter of another account or region"));
                }
                let name = parts.resource.strip_prefix("parameter/").ok_or_else(errors::not_found)?;
                // An ARN has the same slash for a name that begins with one and for one that has none.
                if name.contains('/') { format!("/{name}") } else { own(view, name)? }
            }
            _ => text.to_owned(),
        };
        Ok(match bare.rsplit_once(':') {
            Some((name, selector)) => Wanted { name: name.to_owned(), selector: Some(selector.to_owned()) },
            None => Wanted { name: bare, selector: None },
        })
    }

    /// The parameter with the version that is asked for; the latest where none is.
    ///
    /// # Errors
    /// `ParameterNotFound`, `ParameterVersionNotFound`
    pub fn find(&self, view: &View) -> Result<(Parameter, Version)> {
        let parameter = view.get(&PARAMETERS, &self.name)?.ok_or_else(errors::not_found)?;
        let Some(selector) = &self.selector else {
            let version = version(view, &self.name, parameter.latest)?.ok_or_else(errors::not_found)?;
            return Ok((parameter, version));
        };
        let found = match selector.parse() {
            Ok(number) => version(view, &self.name, number)?,
            Err(_) => versions(view, &self.name)?.into_iter().find(|version| version.labels.contains(selector)),
        };
        Ok((parameter, found.ok_or_else(|| errors::version_not_found(selector, &self.name))?))
    }
}

/// A bare name from an ARN, with the slash that its parameter has or not.
fn own(view: &View, name: &str) -> Result<String> {
    let slashed = format!("/{name}");
    let bare = name.split(':').next().unwrap_or_default();
    Ok(if view.has(&PARAMETERS, bare)? { name.to_owned() } else { slashed })
}

/// A version of a parameter.
pub fn version(view: &View, name: &str, number: i64) -> Result<Option<Version>> {
    view.get(&VERSIONS, &(name.to_owned(), u64::try_from(number).unwrap_or(0)))
}

/// All versions of a parameter, the oldest first.
pub fn versions(view: &View, name: &str) -> Result<Vec<Version>> {
    view.rows(&VERSIONS, (name,)).collect()
}

/// A parameter's ARN.
pub fn arn(view: &View, name: &str) -> String {
    view.arn("ssm", format!("parameter/{}", name.strip_prefix('/').unwrap_or(name))).to_string()
}

/// A name for a new parameter.
pub fn check(name: &str) -> Result<()> {
    let first = name.trim_start_matches('/').to_ascii_lowercase();
    if first.starts_with("aws") {
        return Err(errors::reserved(name));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-/".contains(c);
    if first.starts_with("ssm") || !name.chars().all(allowed) || name.ends_with('/') || name.contains("//") {
        return Err(errors::validation(
            "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). If formed as a path, it can consist of \
             sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 \
             symbols .-_",
        ));
    }
    if name.contains('/') && !name.starts_with('/') {
        return Err(errors::validation("Parameter name must be a fully qualified name."));
    }
    if name.chars().count() > LONGEST {
        return Err(errors::validation(format!("Parameter name must have at most {LONGEST} characters.")));
    }
    if name.matches('/').count() > MOST_LEVELS { Err(errors::too_deep()) } else { Ok(()) }
}

/// Whether a parameter lies under a path: directly, or however deep.
pub fn is_under(name: &str, path: &str, deep: bool) -> bool {
    let path = path.trim_end_matches('/');
    let rest = name.strip_prefix(path).and_then(|rest| rest.strip_prefix('/'));
    rest.is_some_and(|rest| deep || !rest.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        for good in ["a", "/a", "/a/b.c-d_e", "A1"] {
            assert!(check(good).is_ok(), "{good}");
        }
        let deep = "/a".repeat(16);
        for (bad, code) in [
            ("aws-x", "AccessDeniedException"),
            ("/AWS/x", "AccessDeniedException"),
            ("ssmx", "ValidationException"),
            ("a b", "ValidationException"),
            ("a/b", "ValidationException"),
            ("/a/", "ValidationException"),
            (deep.as_str(), "HierarchyLevelLimitExceededException"),
        ] {
            assert_eq!(check(bad).map_err(|error| error.code().to_owned()), Err(code.to_owned()), "{bad}");
        }
    }

    #[test]
    fn paths_hold_what_is_under_them() {
        assert!(is_under("/a/b", "/a", false) && is_under("/a/b", "/a/", false) && is_under("/a/b/c", "/a", true));
        assert!(!is_under("/a/b/c", "/a", false) && !is_under("/ab", "/a", true) && !is_under("/a", "/a", true));
        assert!(is_under("/a", "/", false) && !is_under("/a/b", "/", false) && !is_under("a", "/", true));
    }
}
