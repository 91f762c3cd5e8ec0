//! Which parameters a listing shows.
//! <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html>

use crate::api::{ParameterStringFilter, ParametersFilter};
use crate::errors;
use crate::name;
use crate::state::{Parameter, Version};
use service::Result;

/// A filter, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    key: String,
    option: String,
    values: Vec<String>,
}

/// The keys of DescribeParameters.
pub const DESCRIBE: &[&str] = &["Path", "Name", "Type", "KeyId", "Tier", "DataType", "Label"];
/// The keys of GetParametersByPath.
pub const BY_PATH: &[&str] = &["Type", "KeyId", "Label"];

/// The filters of a request, checked. Tags are known to listings that know names.
pub fn read(given: Vec<ParameterStringFilter>, keys: &[&str]) -> Result<Vec<Filter>> {
    let mut filters: Vec<Filter> = Vec::new();
    for ParameterStringFilter { key, option, values } in given {
        let tag = key.starts_with("tag:") && keys.contains(&"Name");
        if !tag && !keys.contains(&key.as_str()) {
            let text = format!(
                "The following filter key is not valid: {key}. Valid filter keys include: [{}].",
                keys.join(", ")
            );
            return Err(errors::invalid_filter_key(text));
        }
        if filters.iter().any(|filter| filter.key == key) {
            return Err(errors::validation(format!(
                "The following filter is duplicated in the request: {key}. A request can contain only one occurrence of a specific filter."
            )));
        }
        let options: &[&str] = match key.as_str() {
            "Path" => &["OneLevel", "Recursive"],
            "Name" => &["Equals", "BeginsWith", "Contains"],
            _ => &["Equals", "BeginsWith"],
        };
        let option = option.unwrap_or_else(|| options.first().copied().unwrap_or_default().to_owned());
        if !options.contains(&option.as_str()) {
            let text = format!(
                "The following filter option is not valid: {option}. Valid options include: [{}].",
                options.join(", ")
            );
            return Err(errors::invalid_filter_option(text));
        }
        let values = values.unwrap_or_default();
        if values.is_empty() && !tag {
            let text = "The following filter values are missing : null for filter key ";
            return Err(errors::invalid_filter_key(format!("{text}{key}")));
        }
        filters.push(Filter { key, option, values });
    }
    Ok(filters)
}

/// The same from DescribeParameters' older member.
pub fn read_old(given: Vec<ParametersFilter>) -> Vec<Filter> {
    let of = |ParametersFilter { key, values }| {
        let option = if key == "Name" { "BeginsWith" } else { "Equals" };
        Filter { key, option: option.to_owned(), values }
    };
    given.into_iter().map(of).collect()
}

/// Whether a parameter passes all filters, with the version that counts.
pub fn passes(filters: &[Filter], parameter: &Parameter, version: &Version) -> bool {
    filters.iter().all(|filter| one(filter, parameter, version))
}

fn one(filter: &Filter, parameter: &Parameter, version: &Version) -> bool {
    let any = |text: &str| {
        filter.values.iter().any(|value| match filter.option.as_str() {
            "BeginsWith" => text.starts_with(value.as_str()),
            "Contains" => text.contains(value.as_str()),
            _ => text == value,
        })
    };
    match filter.key.as_str() {
        "Path" => filter.values.iter().any(|path| name::is_under(&parameter.name, path, filter.option == "Recursive")),
        // A name is the same with and without its slash.
        "Name" => any(&parameter.name) || any(parameter.name.trim_start_matches('/')),
        "Type" => any(&parameter.kind),
        "KeyId" => version.key_id.as_deref().is_some_and(any),
        "Tier" => any(&parameter.tier),
        "DataType" => any(&version.data_type),
        "Label" => version.labels.iter().any(|label| any(label)),
        key => {
            let tag = key.strip_prefix("tag:").and_then(|key| parameter.tags.get(key));
            tag.is_some_and(|value| filter.values.is_empty() || any(value))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_choose() {
        let tags = [("team".to_owned(), "red".to_owned())].into_iter().collect();
        let parameter =
            Parameter { name: "/a/b".into(), kind: "String".into(), tier: "Standard".into(), tags, latest: 1 };
        let version = Version { labels: vec!["live".into()], data_type: "text".into(), ..Version::default() };
        let check = |key: &str, option: Option<&str>, value: &str, expect: Option<bool>| {
            let filter = ParameterStringFilter {
                key: key.to_owned(),
                option: option.map(str::to_owned),
                values: Some(vec![value.to_owned()]),
            };
            let passed = read(vec![filter], DESCRIBE).map(|filters| passes(&filters, &parameter, &version));
            assert_eq!(passed.ok(), expect, "{key} {option:?} {value}");
        };
        check("Path", None, "/a", Some(true));
        check("Path", None, "/", Some(false));
        check("Path", Some("Recursive"), "/", Some(true));
        check("Name", None, "/a/b", Some(true));
        check("Name", Some("BeginsWith"), "a/", Some(true));
        check("Name", Some("Contains"), "b", Some(true));
        check("Type", None, "SecureString", Some(false));
        check("tag:team", None, "red", Some(true));
        check("tag:team", Some("BeginsWith"), "b", Some(false));
        check("Label", None, "live", Some(true));
        check("Nothing", None, "x", None);
        check("Type", Some("Contains"), "S", None);
    }
}
