//! AWS's services as IAM's reports name them: models/iam/services.json has one a line, by namespace.

use std::sync::OnceLock;

const FILE: &str = include_str!("../../../models/iam/services.json");

/// Namespace and name of every service, in the order of namespaces.
pub fn all() -> &'static [(&'static str, &'static str)] {
    static SERVICES: OnceLock<Vec<(&'static str, &'static str)>> = OnceLock::new();
    SERVICES.get_or_init(|| {
        let entry = |line: &'static str| {
            let (namespace, name) = line.strip_prefix('"')?.trim_end_matches(',').split_once("\":\"")?;
            Some((namespace, name.strip_suffix('"')?))
        };
        let mut services: Vec<_> = FILE.lines().filter_map(entry).collect();
        services.sort_unstable();
        services
    })
}

/// The name of a service; its namespace where AWS's list has none.
pub fn name_of(namespace: &str) -> &str {
    let services = all();
    let found = services.binary_search_by_key(&namespace, |(known, _)| known).ok().and_then(|at| services.get(at));
    found.map_or(namespace, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found() {
        assert_eq!(name_of("sqs"), "Amazon SQS");
        assert_eq!(name_of("iam"), "AWS Identity and Access Management");
        assert_eq!(name_of("unheard"), "unheard");
        assert!(all().len() > 400);
    }
}
