//! A proof for what reads JUnit's XML: each row a test case, dark ones skipped.

use crate::report::{Report, State};
use std::fmt::Write;

/// The report as JUnit's XML.
pub fn junit(report: &Report) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let seconds: f64 = report.rows.iter().map(|row| row.seconds).sum();
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{seconds:.3}\">",
        escaped(&report.estate),
        report.rows.len(),
        report.count(State::Failed),
        report.troubles.len(),
        report.count(State::Dark)
    );
    for row in &report.rows {
        let (id, text) = (escaped(&row.id), escaped(&row.text));
        let _ = write!(
            out,
            "  <testcase classname=\"{}\" name=\"{id} {text}\" time=\"{:.3}\"",
            escaped(&report.estate),
            row.seconds
        );
        let evidence = escaped(&row.evidence.iter().chain(&row.twin).cloned().collect::<Vec<_>>().join("\n"));
        let _ = match row.state {
            State::Proven => writeln!(out, "><system-out>{evidence}</system-out></testcase>"),
            State::Failed => writeln!(
                out,
                "><failure message=\"{}\"/><system-out>{evidence}</system-out></testcase>",
                escaped(&row.why)
            ),
            State::Dark => writeln!(out, "><skipped message=\"{}\"/></testcase>", escaped(&row.why)),
        };
    }
    for trouble in &report.troubles {
        let _ = writeln!(
            out,
            "  <testcase classname=\"{}\" name=\"trouble\"><error message=\"{}\"/></testcase>",
            escaped(&report.estate),
            escaped(trouble)
        );
    }
    out.push_str("</testsuite>\n");
    out
}

/// A text as XML and HTML hold it; characters that XML has none of are left out.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
