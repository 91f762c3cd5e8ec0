//! A diagram as SVG, its arrows marked.

use crate::layout::{LINE, Layout, Place, layout};
use crate::model::{Diagram, Node, Shape, Stroke};
use std::fmt::Write;

/// How an arrow is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Something flowed through it.
    Live,
    /// Nothing did.
    Dark,
    /// It was tried and failed.
    Failed,
}

impl Mark {
    fn class(self) -> &'static str {
        match self {
            Mark::Live => "live",
            Mark::Dark => "dark",
            Mark::Failed => "failed",
        }
    }
}

/// Colours that are told apart in light and in darkness, and by those who see few colours: a dark arrow is dashed too.
const STYLE: &str = "text{font:13px ui-sans-serif,system-ui,sans-serif;fill:#1f2933;text-anchor:middle;dominant-baseline:central}\
rect,path,ellipse,polygon{fill:#fff;stroke:#52606d;stroke-width:1.3}.group{fill:#f0f4f8;stroke:#bcccdc}.title{font-weight:600}\
.arrow{fill:none}.live{stroke:#0b7a4b;stroke-width:2}.dark{stroke:#9aa5b1;stroke-dasharray:2 4}.failed{stroke:#c62828;stroke-width:2}\
.dotted{stroke-dasharray:6 4}.thick{stroke-width:3.5}.note{fill:#f0f4f8;stroke:none;opacity:.9}\
marker path{stroke:none}#live path{fill:#0b7a4b}#dark path{fill:#9aa5b1}#failed path{fill:#c62828}";

/// Draws a diagram; `marks` has one for each arrow, in order. `None` for a diagram of more than 1,000 parts.
pub fn svg(diagram: &Diagram, marks: &[Mark]) -> Option<String> {
    let layout = layout(diagram)?;
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {:.0} {:.0}" role="img"><style>{STYLE}</style><defs>"#,
        layout.width, layout.height
    );
    for mark in [Mark::Live, Mark::Dark, Mark::Failed] {
        let id = mark.class();
        let _ = write!(
            out,
            r#"<marker id="{id}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 0L10 5L0 10z"/></marker>"#
        );
    }
    out.push_str("</defs>");
    for (group, place) in diagram.groups.values().zip(&layout.groups) {
        rectangle(&mut out, place, "group", 6.0);
        let top = Place { y: place.y - place.height / 2.0 + LINE * 0.8, ..*place };
        text(&mut out, &group.title, &top, "title");
    }
    arrows(&mut out, diagram, &layout, marks);
    for (node, place) in diagram.nodes.values().zip(&layout.nodes) {
        outline(&mut out, node, place);
        text(&mut out, &node.label, place, "label");
    }
    out.push_str("</svg>\n");
    Some(out)
}

fn arrows(out: &mut String, diagram: &Diagram, layout: &Layout, marks: &[Mark]) {
    for (at, (arrow, points)) in diagram.arrows.iter().zip(&layout.arrows).enumerate() {
        if arrow.stroke == Stroke::Invisible || points.is_empty() {
            continue;
        }
        let mark = marks.get(at).copied().unwrap_or(Mark::Dark).class();
        let stroke = match arrow.stroke {
            Stroke::Dotted => " dotted",
            Stroke::Thick => " thick",
            Stroke::Solid | Stroke::Invisible => "",
        };
        let heads = [(arrow.heads.0, "end"), (arrow.heads.1, "start")];
        let heads: String =
            heads.iter().filter(|(has, _)| *has).map(|(_, end)| format!(r#" marker-{end}="url(#{mark})""#)).collect();
        let line: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        let title = format!("{} \u{2192} {}: {mark}", arrow.from, arrow.to);
        let _ = write!(
            out,
            r#"<path class="arrow {mark}{stroke}" d="M{}"{heads}><title>{}</title></path>"#,
            line.join("L"),
            escaped(&title)
        );
        if !arrow.label.is_empty()
            && let Some((x, y)) = points.get(points.len() / 2)
        {
            let width = arrow.label.chars().count() as f64 * 6.5;
            let place = Place { x: *x, y: *y, width, height: LINE };
            rectangle(out, &place, "note", 3.0);
            text(out, &arrow.label, &place, "said");
        }
    }
}

fn outline(out: &mut String, node: &Node, place: &Place) {
    let Place { x, y, width, height } = *place;
    let (left, right, top, bottom) = (x - width / 2.0, x + width / 2.0, y - height / 2.0, y + height / 2.0);
    let _ = match node.shape {
        Shape::Rectangle => return rectangle(out, place, "box", 0.0),
        Shape::Rounded => return rectangle(out, place, "box", 8.0),
        Shape::Stadium => return rectangle(out, place, "box", height / 2.0),
        Shape::Circle => {
            write!(out, r#"<ellipse cx="{x:.1}" cy="{y:.1}" rx="{:.1}" ry="{:.1}"/>"#, width / 2.0, height / 2.0 + 4.0)
        }
        Shape::Rhombus => {
            write!(out, r#"<polygon points="{x:.1},{top:.1} {right:.1},{y:.1} {x:.1},{bottom:.1} {left:.1},{y:.1}"/>"#)
        }
        Shape::Hexagon => {
            let (near, far) = (left + 14.0, right - 14.0);
            write!(
                out,
                r#"<polygon points="{near:.1},{top:.1} {far:.1},{top:.1} {right:.1},{y:.1} {far:.1},{bottom:.1} {near:.1},{bottom:.1} {left:.1},{y:.1}"/>"#
            )
        }
        Shape::Cylinder => {
            let radius = width / 2.0;
            write!(
                out,
                r#"<path d="M{left:.1} {top:.1}A{radius:.1} 7 0 0 1 {right:.1} {top:.1}V{bottom:.1}A{radius:.1} 7 0 0 1 {left:.1} {bottom:.1}zM{left:.1} {top:.1}A{radius:.1} 7 0 0 0 {right:.1} {top:.1}"/>"#
            )
        }
    };
}

fn rectangle(out: &mut String, place: &Place, class: &str, round: f64) {
    let Place { x, y, width, height } = *place;
    let (left, top) = (x - width / 2.0, y - height / 2.0);
    let _ = write!(
        out,
        r#"<rect class="{class}" x="{left:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}" rx="{round:.1}"/>"#
    );
}

fn text(out: &mut String, label: &str, place: &Place, class: &str) {
    let lines: Vec<&str> = label.lines().collect();
    let first = place.y - LINE * (lines.len().saturating_sub(1)) as f64 / 2.0;
    for (at, line) in lines.iter().enumerate() {
        let y = first + LINE * at as f64;
        let _ = write!(out, r#"<text class="{class}" x="{:.1}" y="{y:.1}">{}</text>"#, place.x, escaped(line));
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // XML has no way to write most control characters.
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_drawn_once_and_texts_are_escaped() {
        let text = "flowchart LR\nsubgraph g [Group <1>]\n A[\"a & b<br>c\"] -->|says| B[(store)]\nend\nB -.-> C{c}\nC ==> g\nC ~~~ A\nD((d)) --> D\n";
        let diagram = Diagram::parse(text).unwrap();
        let drawn = svg(&diagram, &[Mark::Live, Mark::Failed]).unwrap();
        let count = |part: &str| drawn.matches(part).count();
        assert_eq!(count(r#"class="arrow live""#), 1);
        assert_eq!(count(r#"class="arrow failed dotted""#), 1);
        assert_eq!(count(r#"class="arrow dark thick""#), 1);
        assert_eq!(count(r#"class="group""#), 1);
        assert!(
            drawn.contains(">a &amp; b</text>") && drawn.contains(">c</text>") && drawn.contains("Group &lt;1&gt;")
        );
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
    }

    #[test]
    fn charts_of_any_form_are_laid_out() {
        let mut seed = 11_u64;
        let mut draw = |bound: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % bound
        };
        for _ in 0..50 {
            let (nodes, groups) = (1 + draw(14), draw(4));
            let mut text = "graph TD\n".to_owned();
            for group in 0..groups {
                let _ = writeln!(text, "subgraph s{group}");
                for _ in 0..draw(4) {
                    let _ = writeln!(text, "n{}", draw(nodes));
                }
                if draw(3) == 0 {
                    let _ = writeln!(text, "subgraph t{group}\nn{}\nend", draw(nodes));
                }
                text.push_str("end\n");
            }
            for _ in 0..draw(25) {
                let mut end = || match draw(8) {
                    0 if groups > 0 => format!("s{}", draw(groups)),
                    _ => format!("n{}", draw(nodes)),
                };
                let (from, to) = (end(), end());
                let _ = writeln!(text, "{from} -->|x| {to}");
            }
            let diagram = Diagram::parse(&text).unwrap();
            assert!(svg(&diagram, &[]).is_some(), "{text}");
        }
    }
}
