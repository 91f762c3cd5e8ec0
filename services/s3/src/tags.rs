//! Tags of buckets and objects.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html>

use crate::api::Tag;
use crate::errors;
use percent_encoding::percent_decode_str;
use service::{IndexMap, RequestInfo, Result, TagRules};

/// The most tags of an object.
pub const MOST_OF_OBJECT: usize = 10;
/// The most tags of a bucket.
pub const MOST_OF_BUCKET: usize = 50;

fn rules(most: usize) -> TagRules {
    TagRules {
        most,
        invalid: |text| {
            let text = match text.contains("reserved") {
                true => "System tags cannot be added/updated by requester".to_owned(),
                false if text.contains("value") => "The TagValue you have provided is invalid".to_owned(),
                false => "The TagKey you have provided is invalid".to_owned(),
            };
            errors::invalid_tag(text)
        },
        too_many: |_| errors::too_many_tags(MOST_OF_OBJECT),
    }
}

/// The tags of a request, checked.
pub fn checked(tags: Vec<Tag>, most: usize) -> Result<IndexMap<String, String>> {
    rules(most).check(tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())))?;
    let count = tags.len();
    if count > most {
        return Err(errors::too_many_tags(most));
    }
    let tags: IndexMap<String, String> = tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    if tags.len() < count {
        return Err(errors::invalid_tag("Cannot provide multiple Tags with the same key"));
    }
    Ok(tags)
}

/// Whether a tag is one of AWS's services.
pub fn is_reserved(key: &str) -> bool {
    key.to_ascii_lowercase().starts_with("aws:")
}

/// The tags that a request gives a bucket which has `present` ones. Those of AWS's services are set and taken off by that service
/// alone: whoever else writes the set names them as they are.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html>
pub fn of_bucket(
    request: &RequestInfo,
    given: Vec<Tag>,
    present: &IndexMap<String, String>,
) -> Result<IndexMap<String, String>> {
    let untouched = |key: &str, value: &str| present.get(key).is_some_and(|known| known == value);
    let others = |key: &str| is_reserved(key) && !request.owns_tag(key);
    if given.iter().any(|tag| others(&tag.key) && !untouched(&tag.key, &tag.value)) {
        return Err(errors::invalid_tag("System tags cannot be added/updated by requester"));
    }
    let (reserved, own): (Vec<Tag>, Vec<Tag>) = given.into_iter().partition(|tag| is_reserved(&tag.key));
    let mut tags = checked(own, MOST_OF_BUCKET)?;
    tags.extend(reserved.into_iter().map(|tag| (tag.key, tag.value)));
    if present.keys().any(|key| others(key) && !tags.contains_key(key)) {
        return Err(errors::invalid_tag("System tags cannot be removed by requester"));
    }
    Ok(tags)
}

/// The tags of the header `x-amz-tagging`, which are written as a query is.
pub fn of_header(header: Option<&str>) -> Result<IndexMap<String, String>> {
    let pairs = header.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    let tags = pairs.map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok(Tag { key: decoded(key)?, value: decoded(value)? })
    });
    checked(tags.collect::<Result<Vec<_>>>()?, MOST_OF_OBJECT)
}

fn decoded(text: &str) -> Result<String> {
    let text = text.replace('+', " ");
    let invalid = |_| {
        errors::invalid_argument(
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
            "x-amz-tagging",
            text.as_str(),
        )
    };
    percent_decode_str(&text).decode_utf8().map(|text| text.into_owned()).map_err(invalid)
}

/// Tags as answers have them.
pub fn told(tags: &IndexMap<String, String>) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_a_header() {
        let read = |text: &str| of_header(Some(text)).map(|tags| tags.into_iter().collect::<Vec<_>>());
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(read("a=1&b=x+y%2Fz&c").unwrap(), [pair("a", "1"), pair("b", "x y/z"), pair("c", "")]);
        assert_eq!(read("").unwrap(), []);
        for (text, code) in
            [("a=1&a=2", "InvalidTag"), ("aws:x=1", "InvalidTag"), ("=1", "InvalidTag"), ("%ff", "InvalidArgument")]
        {
            assert_eq!(read(text).unwrap_err().code(), code, "{text}");
        }
        let many: Vec<String> = (0..11).map(|n| format!("k{n}=v")).collect();
        assert_eq!(read(&many.join("&")).unwrap_err().code(), "BadRequest");
    }
}
