//! The rows of an acceptance list.

use crate::document::ProofError;

/// A row: something that an estate must show.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its id: `E0.11`.
    pub id: String,
    /// What it says.
    pub text: String,
}

/// Whether a text is the id of a row: letters, digits, a full stop, digits.
pub fn is_id(text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let rest = text.get(letters..).and_then(|rest| rest.split_once('.'));
    letters > 0 && text.len() <= 32 && rest.is_some_and(|(estate, number)| digits(estate) && digits(number))
}

/// Whether a row is an arrow, drawn (`E`) or told (`P`): it counts as shown only with a twin.
pub fn is_arrow(id: &str) -> bool {
    id.starts_with(['E', 'P'])
}

/// Reads the rows out of the tables of a Markdown file: lines `| id | text |`.
///
/// # Errors
/// A row that stands there twice.
pub fn rows(text: &str) -> Result<Vec<Row>, ProofError> {
    let mut rows: Vec<Row> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let Some(inner) = line.trim().strip_prefix('|') else { continue };
        let mut cells = inner.split('|').map(str::trim);
        let (Some(id), Some(text)) = (cells.next().filter(|id| is_id(id)), cells.next()) else { continue };
        if rows.iter().any(|row| row.id == id) {
            return Err(ProofError { line: at + 1, message: format!("{id} stands here twice") });
        }
        rows.push(Row { id: id.to_owned(), text: text.to_owned() });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_rows() {
        for (text, expect) in [
            ("E0.11", true),
            ("AB12.3", true),
            ("E.1", false),
            ("0.1", false),
            ("E0", false),
            ("E0.x", false),
            ("", false),
        ] {
            assert_eq!(is_id(text), expect, "{text}");
        }
        let text = "| ID | What |\n|---|---|\n| E0.1 | a → b |\n  | K0.2 | kept | more |\n| no | x |\n";
        let found = rows(text).unwrap();
        assert_eq!(found.iter().map(|r| (&*r.id, &*r.text)).collect::<Vec<_>>(), [("E0.1", "a → b"), ("K0.2", "kept")]);
        assert!(rows("| E0.1 | a |\n| E0.1 | b |").is_err());
        assert!(is_arrow("E0.1") && is_arrow("P0.1") && !is_arrow("K0.1"));
    }
}
