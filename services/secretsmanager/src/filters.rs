//! Which secrets a listing shows.
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html>

use crate::api::Filter;
use crate::errors;
use crate::state::Secret;
use service::Result;

/// Whether a secret passes all filters, each of which takes any of its values.
pub fn passes(filters: &[Filter], secret: &Secret, region: &str) -> Result<bool> {
    for Filter { key, values } in filters {
        let key = key.as_ref().ok_or_else(|| errors::invalid("Invalid filter key"))?;
        let wrong = || errors::invalid(format!("Invalid filter values for key: {key}"));
        let values = values.as_ref().filter(|values| !values.is_empty()).ok_or_else(wrong)?;
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
        "description" => words_begin(&words(description), value),
        "tag-key" => secret.tags.keys().any(|key| key.starts_with(value)),
        "tag-value" => secret.tags.values().any(|tag| tag.starts_with(value)),
        "primary-region" => region.starts_with(value),
        "all" => {
            let tags = secret.tags.iter().flat_map(|(key, value)| [key.as_str(), value.as_str()]);
            let texts = [secret.name.as_str(), description].into_iter().chain(tags);
            words_begin(&texts.flat_map(words).collect::<Vec<_>>(), value)
        }
        // No service owns secrets here.
        _ => false,
    }
}

/// Whether each word of the value begins a word; whatever the case. A value without words finds nothing.
fn words_begin(found: &[String], value: &str) -> bool {
    let wanted = words(value);
    !wanted.is_empty() && wanted.iter().all(|wanted| found.iter().any(|word| word.starts_with(wanted.as_str())))
}

/// The words of a text, in lower case: they end at signs, and begin at capitals; the last of several capitals begins a word too.
fn words(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut words = vec![String::new()];
    for (i, c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| chars.get(i));
        let ended = before.is_some_and(|before| !before.is_uppercase())
            || chars.get(i + 1).is_some_and(|after| after.is_lowercase());
        if !c.is_alphanumeric() || (c.is_uppercase() && ended) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
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
        check("all", "+", false);
        check("description", "m d", true);
        check("owning-service", "rds", false);
    }

    #[test]
    fn texts_have_words() {
        for (text, expect) in [
            ("prod/AppBeta/x", "prod app beta x"),
            ("uat/COMPANY", "uat company"),
            ("COMPANYthings", "compan ythings"),
            ("SecretFTag", "secret f tag"),
            ("", ""),
        ] {
            let expect: Vec<String> = expect.split_whitespace().map(str::to_owned).collect();
            assert_eq!(words(text), expect, "{text}");
        }
    }
}
