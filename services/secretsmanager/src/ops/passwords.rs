//! Random passwords.

use crate::api::*;
use crate::errors;
use crate::password::{self, LOWERCASE, NUMBERS, PUNCTUATION, UPPERCASE};
use service::{Result, View};

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html>
pub fn get_random_password(_view: &View, input: GetRandomPasswordRequest) -> Result<GetRandomPasswordResponse> {
    let GetRandomPasswordRequest {
        password_length,
        exclude_characters,
        exclude_numbers,
        exclude_punctuation,
        exclude_uppercase,
        exclude_lowercase,
        include_space,
        require_each_included_type,
    } = input;
    let excluded = exclude_characters.unwrap_or_default();
    let mut kinds = vec![
        (LOWERCASE, exclude_lowercase.unwrap_or(false)),
        (UPPERCASE, exclude_uppercase.unwrap_or(false)),
        (NUMBERS, exclude_numbers.unwrap_or(false)),
        (PUNCTUATION, exclude_punctuation.unwrap_or(false)),
    ];
    if include_space.unwrap_or(false) {
        kinds.push((" ", false));
    }
    let kinds = kinds.into_iter().filter(|(_, left_out)| !left_out);
    let kinds = kinds.map(|(kind, _)| kind.chars().filter(|c| !excluded.contains(*c)).collect());
    let kinds: Vec<Vec<char>> = kinds.filter(|kind: &Vec<char>| !kind.is_empty()).collect();
    let length = password_length.and_then(|length| usize::try_from(length).ok()).unwrap_or(32);
    let each = require_each_included_type.unwrap_or(true);
    let text = "Password length is too short based on the required types.";
    let password = password::made(&kinds, length, each, password::below).ok_or_else(|| errors::invalid(text))?;
    Ok(GetRandomPasswordResponse { random_password: Some(password) })
}
