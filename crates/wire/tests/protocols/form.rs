//! Forms and query strings, compared as sets of parameters.

/// The parameters of a form, in order of their names.
pub fn pairs(form: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let mut pairs: Vec<_> = form
        .split('&')
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect();
    // Parameters of one name keep their order.
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    pairs
}

pub fn compare(got: &str, want: &str) -> Result<(), String> {
    let (got, want) = (pairs(got), pairs(want));
    if got == want { Ok(()) } else { Err(format!("wrote {got:?}, not {want:?}")) }
}
