//! A proof as a page that stands for itself: the picture, the sums, and each row with its evidence.

use crate::junit::escaped;
use crate::report::{Report, RowReport, State};
use std::fmt::Write;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1c2430}\
h1{font-size:1.4rem}table{border-collapse:collapse;width:100%}td,th{padding:.35rem .6rem;border-top:1px solid #d8dee6;text-align:left;\
vertical-align:top}.s{font-weight:600}.proven .s{color:#12703a}.failed .s{color:#b3261e}.dark .s{color:#6b7683}\
details pre{white-space:pre-wrap;font-size:12px;background:#f4f6f8;padding:.6rem;border-radius:4px}.why{color:#b3261e}.dark .why{color:#6b7683}\
.sums b{margin-right:1.2rem}svg{max-width:100%;height:auto}";

/// The report as a page; `picture` is an SVG of the diagram.
pub fn html(report: &Report, picture: Option<&str>) -> String {
    let estate = escaped(&report.estate);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{estate}: proof</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body>\n<h1>{estate}</h1>\n"
    );
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "<p class=\"sums\"><b>{} proven</b><b>{} failed</b><b>{} dark</b> of {} rows; begun at {}</p>",
        report.count(State::Proven),
        report.count(State::Failed),
        report.count(State::Dark),
        report.rows.len(),
        escaped(&report.started)
    );
    for trouble in &report.troubles {
        let _ = writeln!(out, "<p class=\"why\">{}</p>", escaped(trouble));
    }
    if let Some(picture) = picture {
        let _ = writeln!(out, "<figure>{picture}</figure>");
    }
    out.push_str("<table><thead><tr><th>Row</th><th>State</th><th>What</th></tr></thead><tbody>\n");
    for row in &report.rows {
        line(&mut out, row);
    }
    out.push_str("</tbody></table></body></html>\n");
    out
}

fn line(out: &mut String, row: &RowReport) {
    let word = row.state.word();
    let _ = write!(
        out,
        "<tr class=\"{word}\" id=\"{id}\"><td>{id}</td><td class=\"s\">{word}</td><td>{}",
        escaped(&row.text),
        id = escaped(&row.id)
    );
    if !row.why.is_empty() {
        let _ = write!(out, "<div class=\"why\">{}</div>", escaped(&row.why));
    }
    for (name, lines) in [("Evidence", &row.evidence), ("Twin", &row.twin)] {
        if !lines.is_empty() {
            let _ =
                write!(out, "<details><summary>{name}</summary><pre>{}</pre></details>", escaped(&lines.join("\n")));
        }
    }
    out.push_str("</td></tr>\n");
}
