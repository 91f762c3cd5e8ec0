//! Which resource of an API a path means.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html>

use crate::state::DeployedResource;
use service::IndexMap;

/// A resource, and what stands in the places of its variables.
#[derive(Debug, PartialEq)]
pub struct Found<'r> {
    /// The resource.
    pub resource: &'r DeployedResource,
    /// Its variables, as they stand in the path, unescaped.
    pub variables: IndexMap<String, String>,
}

/// The resource that a path means: literals go before variables, and both before greedy ones.
pub fn find<'r>(resources: &'r [DeployedResource], path: &str) -> Option<Found<'r>> {
    let segments = segments(path);
    let fitting = resources.iter().filter(|resource| !resource.methods.is_empty());
    let found = fitting.filter_map(|resource| Some((rank(&resource.path, &segments)?, resource)));
    let (_, resource) = found.max_by(|a, b| a.0.cmp(&b.0))?;
    Some(Found { resource, variables: variables(&resource.path, &segments) })
}

fn segments(path: &str) -> Vec<&str> {
    let path = path.trim_matches('/');
    if path.is_empty() { Vec::new() } else { path.split('/').collect() }
}

/// How well a path fits a pattern, segment by segment; `None` if it does not.
fn rank(pattern: &str, path: &[&str]) -> Option<Vec<u8>> {
    let pattern = self::segments(pattern);
    let mut rank = Vec::new();
    for (i, part) in pattern.iter().enumerate() {
        let segment = path.get(i)?;
        match variable(part) {
            Some((_, true)) => {
                rank.push(1);
                return Some(rank);
            }
            Some((_, false)) => rank.push(2),
            None if part == segment => rank.push(3),
            None => return None,
        }
    }
    (pattern.len() == path.len()).then_some(rank)
}

/// The name of a variable, and whether it is greedy.
pub fn variable(part: &str) -> Option<(&str, bool)> {
    let name = part.strip_prefix('{')?.strip_suffix('}')?;
    Some(name.strip_suffix('+').map_or((name, false), |name| (name, true)))
}

fn variables(pattern: &str, path: &[&str]) -> IndexMap<String, String> {
    let mut found = IndexMap::new();
    for (i, part) in segments(pattern).iter().enumerate() {
        match variable(part) {
            Some((name, true)) => {
                let rest = path.get(i..).unwrap_or_default().join("/");
                found.insert(name.to_owned(), crate::event::unescaped(&rest));
            }
            Some((name, false)) => {
                let segment = path.get(i).copied().unwrap_or_default();
                found.insert(name.to_owned(), crate::event::unescaped(segment));
            }
            None => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::PartRow;

    #[test]
    fn literals_go_before_variables_and_both_before_greedy_ones() {
        let resource = |path: &str| DeployedResource {
            id: path.to_owned(),
            path: path.to_owned(),
            methods: vec![PartRow::default()],
        };
        let paths = ["/", "/orders", "/orders/{id}", "/orders/new", "/orders/{id}/lines", "/files/{proxy+}"];
        let mut all: Vec<DeployedResource> = paths.iter().map(|path| resource(path)).collect();
        all.push(DeployedResource { path: "/bare".to_owned(), ..DeployedResource::default() });
        for (path, expect, variable) in [
            ("/", Some("/"), None),
            ("/orders", Some("/orders"), None),
            ("/orders/", Some("/orders"), None),
            ("/orders/new", Some("/orders/new"), None),
            ("/orders/a%20b", Some("/orders/{id}"), Some(("id", "a b"))),
            ("/orders/7/lines", Some("/orders/{id}/lines"), Some(("id", "7"))),
            ("/orders/7/other", None, None),
            ("/files/a/b", Some("/files/{proxy+}"), Some(("proxy", "a/b"))),
            ("/files", None, None),
            ("/bare", None, None),
        ] {
            let found = find(&all, path);
            assert_eq!(found.as_ref().map(|found| found.resource.path.as_str()), expect, "{path}");
            let own = found.and_then(|found| found.variables.first().map(|(k, v)| (k.clone(), v.clone())));
            assert_eq!(own, variable.map(|(k, v): (&str, &str)| (k.to_owned(), v.to_owned())), "{path}");
        }
    }
}
