//! Which secrets a listing shows.
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html>

use crate::api::Filter;
use crate::errors;
use crate::state::Secret;
use service::Result;

/// Whether a secret passes all filters, each of which takes any of its values.
pub fn passes(filters: &[Filter], secret: &Secret, region: &str) -> Result<bool> {
    for Filter { key, values } in filters {
        let (Some(key), Some(values)) = (key, values) else {
            return Err(errors::invalid("Filters must have a key and values."));
        };
        let passes = |value: &String| match value.strip_prefix('!') {
            Some(value) => !one(key, value, (secret, region)),
            None => one(key, value, (secret, region)),
        };
        if !values.iter().any(passes) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn one(key: &str, value: &str, (secret, region): (&Secret, &str)) -> bool {
    let description = secret.description.as_deref().unwrap_or_default();
    match key {
        "name" => secret.name.starts_with(value),
        "description" => words_begin(description, value),
        "tag-key" => secret.tags.keys().any(|key| key.starts_with(value)),
        "tag-value" => secret.tags.values().any(|tag| tag.starts_with(value)),
        "primary-region" => region.starts_with(value),
        "all" => value.split_whitespace().all(|word| {
            let tags = secret.tags.iter().flat_map(|(key, value)| [key.as_str(), value.as_str()]);
            [secret.name.as_str(), description].into_iter().chain(tags).any(|text| words_begin(text, word))
        }),
        // No service owns secrets here.
        _ => false,
    }
}

/// Whether the text, or a word in it, begins so; whatever the case.
fn words_begin(text: &str, value: &str) -> bool {
    let (text, value) = (text.to_lowercase(), value.to_lowercase());
    let starts = text.char_indices().filter(|(at, _)| {
        *at == 0 || text.get(..*at).and_then(|before| before.chars().next_back()).is_some_and(|c| !c.is_alphanumeric())
    });
    starts.map(|(at, _)| at).any(|at| text.get(at..).is_some_and(|rest| rest.starts_with(&value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_choose() {
        let tags = [("team".to_owned(), "Red".to_owned())].into_iter().collect();
        let secret =
            Secret { name: "prod/db".into(), description: Some("The main Database".into()), tags, ..Secret::default() };
        let check = |key: &str, value: &str, expect: bool| {
            let filter = Filter { key: Some(key.into()), values: Some(vec![value.into()]) };
            assert_eq!(passes(&[filter], &secret, "us-east-1").ok(), Some(expect), "{key} {value}");
        };
        check("name", "prod", true);
        check("name", "Prod", false);
        check("name", "!prod", false);
        check("name", "db", false);
        check("description", "data", true);
        check("description", "base", false);
        check("tag-key", "te", true);
        check("tag-value", "red", false);
        check("tag-value", "Re", true);
        check("primary-region", "us-east-1", true);
        check("all", "DB red", true);
        check("all", "main nothing", false);
        check("owning-service", "rds", false);
    }
}
