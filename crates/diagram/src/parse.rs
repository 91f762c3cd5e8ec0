//! Reads a flowchart. <https://mermaid.js.org/syntax/flowchart.html>

use crate::model::{Arrow, Diagram, Direction, Group, Node, Shape};
use crate::scan::{Scan, unquoted};
use std::fmt;

/// The longest text that is read, in bytes.
pub const MAX_BYTES: usize = 1 << 20;
const MAX_NODES: usize = 2_000;
const MAX_ARROWS: usize = 10_000;
const MAX_DEPTH: usize = 32;

/// Statements that dress a diagram up and mean nothing here.
const DRESS: &[&str] = &["classDef", "class", "style", "linkStyle", "click", "accTitle", "accDescr", "title"];

/// Why a text is no flowchart.
#[derive(Debug, Clone, PartialEq)]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

struct Reader {
    diagram: Diagram,
    /// The subgraphs that are open, the innermost last.
    open: Vec<String>,
    line: usize,
}

type Read<T = ()> = Result<T, String>;

impl Diagram {
    /// Reads a flowchart: front matter, comments and directives are skipped, and what only dresses it up.
    ///
    /// # Errors
    /// The first line that is none, with the reason; also a text above [`MAX_BYTES`], 2,000 boxes, 10,000 arrows or 32 subgraphs
    /// in each other.
    pub fn parse(text: &str) -> Result<Diagram, ParseError> {
        if text.len() > MAX_BYTES {
            return Err(ParseError { line: 1, message: format!("a diagram has at most {MAX_BYTES} bytes") });
        }
        let mut reader = Reader { diagram: Diagram::default(), open: Vec::new(), line: 0 };
        reader.read(text).map_err(|message| ParseError { line: reader.line, message })?;
        Ok(reader.diagram)
    }
}

impl Reader {
    fn read(&mut self, text: &str) -> Read {
        let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate().peekable();
        let mut headed = false;
        while let Some((at, line)) = lines.next() {
            self.line = at + 1;
            let line = line.trim();
            if line == "---" && !headed {
                if !lines.by_ref().any(|(_, line)| line.trim() == "---") {
                    return Err("the front matter does not end with '---'".to_owned());
                }
                continue;
            }
            if line.starts_with("%%") || line.is_empty() {
                continue;
            }
            for statement in statements(line) {
                match headed {
                    true => self.statement(statement)?,
                    false => {
                        self.header(statement)?;
                        headed = true;
                    }
                }
            }
        }
        if !headed {
            self.line = self.line.max(1);
            return Err("a flowchart begins with 'flowchart' or 'graph' and a direction".to_owned());
        }
        match self.open.last() {
            Some(open) => Err(format!("the subgraph '{open}' has no 'end'")),
            None => Ok(()),
        }
    }

    fn header(&mut self, statement: &str) -> Read {
        let mut words = statement.split_whitespace();
        let kind = words.next().unwrap_or_default();
        if !matches!(kind, "flowchart" | "graph" | "flowchart-elk") {
            return Err(format!("'{}' is no flowchart: it begins with 'flowchart' or 'graph'", short(kind)));
        }
        if let Some(word) = words.next() {
            self.diagram.direction =
                direction(word).ok_or_else(|| format!("'{}' is none of TB, TD, BT, LR, RL", short(word)))?;
        }
        Ok(())
    }

    fn statement(&mut self, statement: &str) -> Read {
        let word = statement.split(|c: char| c.is_whitespace() || c == ':').next().unwrap_or_default();
        match word {
            "end" if statement.len() == 3 => match self.open.pop() {
                Some(_) => Ok(()),
                None => Err("'end' without a subgraph".to_owned()),
            },
            "subgraph" => self.subgraph(statement.get(word.len()..).unwrap_or_default()),
            // Its boxes stand as the whole runs.
            "direction" => Ok(()),
            word if DRESS.contains(&word) && statement.len() > word.len() => Ok(()),
            _ => self.chain(Scan::new(statement)),
        }
    }

    /// `id [title]`, or a title alone, which is its id then.
    fn subgraph(&mut self, rest: &str) -> Read {
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("subgraphs stand in each other at most {MAX_DEPTH} deep"));
        }
        let rest = rest.trim();
        let mut scan = Scan::new(rest);
        let id = scan.id().map(str::to_owned);
        scan.space();
        let (id, title) = match (id, scan.shape()?) {
            (Some(id), Some((_, title))) if scan.is_done() => (id, title),
            (Some(id), None) if scan.is_done() => (id.clone(), id),
            (None, None) if rest.is_empty() => {
                let id = format!("subgraph{}", self.diagram.groups.len() + 1);
                (id, String::new())
            }
            _ => (unquoted(rest), unquoted(rest)),
        };
        let parent = self.open.last().cloned();
        if self.diagram.groups.len() >= MAX_NODES {
            return Err(format!("a diagram has at most {MAX_NODES} subgraphs"));
        }
        self.diagram.groups.entry(id.clone()).or_insert(Group { title, parent });
        // What was taken for a box, because an arrow to it came first, is this subgraph.
        self.diagram.nodes.shift_remove(&id);
        self.open.push(id);
        Ok(())
    }

    /// `a & b --> c -- text --> d`
    fn chain(&mut self, mut scan: Scan<'_>) -> Read {
        let mut from = self.nodes(&mut scan)?;
        while !scan.is_done() {
            let link = scan.link()?.ok_or_else(|| format!("'{}' is no arrow", short(scan.rest)))?;
            let to = self.nodes(&mut scan)?;
            if self.diagram.arrows.len() + from.len() * to.len() > MAX_ARROWS {
                return Err(format!("a diagram has at most {MAX_ARROWS} arrows"));
            }
            for from in &from {
                let arrows = to.iter().map(|to| Arrow {
                    from: from.clone(),
                    to: to.clone(),
                    label: link.label.clone(),
                    stroke: link.stroke,
                    heads: link.heads,
                    line: self.line,
                });
                self.diagram.arrows.extend(arrows);
            }
            from = to;
        }
        Ok(())
    }

    fn nodes(&mut self, scan: &mut Scan<'_>) -> Read<Vec<String>> {
        let mut all = Vec::new();
        loop {
            all.push(self.node(scan)?);
            scan.space();
            if !scan.take("&") {
                return Ok(all);
            }
        }
    }

    fn node(&mut self, scan: &mut Scan<'_>) -> Read<String> {
        scan.space();
        let id = scan.id().ok_or_else(|| match scan.rest.is_empty() {
            true => "a box is missing behind an arrow".to_owned(),
            false => format!("'{}' is no box", short(scan.rest)),
        })?;
        let shape = scan.shape()?;
        if scan.take(":::") {
            scan.id();
        }
        if self.diagram.groups.contains_key(id) {
            return Ok(id.to_owned());
        }
        if self.diagram.nodes.len() >= MAX_NODES {
            return Err(format!("a diagram has at most {MAX_NODES} boxes"));
        }
        let group = self.open.last().cloned();
        let new = || Node { label: id.to_owned(), shape: Shape::Rectangle, group: None };
        let node = self.diagram.nodes.entry(id.to_owned()).or_insert_with(new);
        if let Some((shape, label)) = shape {
            (node.shape, node.label) = (shape, if label.is_empty() { id.to_owned() } else { label });
        }
        if node.group.is_none() {
            node.group = group;
        }
        Ok(id.to_owned())
    }
}

/// The statements of a line, which `;` parts outside of quotes and brackets.
fn statements(line: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut depth) = (false, 0_i32);
    let parts = line.split(move |c| {
        match c {
            '"' => quoted = !quoted,
            '[' | '(' | '{' if !quoted => depth += 1,
            ']' | ')' | '}' if !quoted => depth -= 1,
            _ => {}
        }
        c == ';' && !quoted && depth <= 0
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

fn direction(word: &str) -> Option<Direction> {
    Some(match word {
        "TB" | "TD" => Direction::Down,
        "BT" => Direction::Up,
        "LR" => Direction::Right,
        "RL" => Direction::Left,
        _ => return None,
    })
}

/// Enough of a text to find it again.
fn short(text: &str) -> &str {
    text.get(..text.floor_char_boundary(40)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Stroke;

    fn read(text: &str) -> Diagram {
        Diagram::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    /// The arrows of a chart with one statement, as `from>to:label`.
    fn arrows(statement: &str) -> Vec<String> {
        let diagram = read(&format!("flowchart LR\n{statement}"));
        diagram.arrows.iter().map(|a| format!("{}>{}:{}", a.from, a.to, a.label)).collect()
    }

    #[test]
    fn each_kind_of_arrow_is_read() {
        for (statement, expect) in [
            ("A --> B", "A>B:"),
            ("A-->B", "A>B:"),
            ("A ----> B", "A>B:"),
            ("A --- B", "A>B:"),
            ("A -.-> B", "A>B:"),
            ("A -..-> B", "A>B:"),
            ("A -.- B", "A>B:"),
            ("A ==> B", "A>B:"),
            ("A === B", "A>B:"),
            ("A ~~~ B", "A>B:"),
            ("A --o B", "A>B:"),
            ("A --x B", "A>B:"),
            ("A <--> B", "A>B:"),
            ("A o--o B", "A>B:"),
            ("A e1@--> B", "A>B:"),
            ("A -->|reads (all) of it| B", "A>B:reads (all) of it"),
            ("A -- \"a --> b\" --> B", "A>B:a --> b"),
            ("A -- reads --> B", "A>B:reads"),
            ("A --reads--> B", "A>B:reads"),
            ("A -. reads .-> B", "A>B:reads"),
            ("A == reads ==> B", "A>B:reads"),
            ("A -- reads --- B", "A>B:reads"),
            ("a-b --> c.d", "a-b>c.d:"),
            ("A:::hot --> B", "A>B:"),
        ] {
            assert_eq!(arrows(statement), [expect], "{statement}");
        }
    }

    #[test]
    fn strokes_and_heads() {
        for (statement, stroke, heads) in [
            ("A --> B", Stroke::Solid, (true, false)),
            ("A --- B", Stroke::Solid, (false, false)),
            ("A <--> B", Stroke::Solid, (true, true)),
            ("A -.-> B", Stroke::Dotted, (true, false)),
            ("A -.- B", Stroke::Dotted, (false, false)),
            ("A -. x .-> B", Stroke::Dotted, (true, false)),
            ("A -. x .- B", Stroke::Dotted, (false, false)),
            ("A ==> B", Stroke::Thick, (true, false)),
            ("A -- x --- B", Stroke::Solid, (false, false)),
            ("A ~~~ B", Stroke::Invisible, (false, false)),
        ] {
            let diagram = read(&format!("graph TD\n{statement}"));
            let found: Vec<_> = diagram.arrows.iter().map(|arrow| (arrow.stroke, arrow.heads)).collect();
            assert_eq!(found, [(stroke, heads)], "{statement}");
        }
    }

    #[test]
    fn several_ends_and_several_links_make_an_arrow_for_each_pair() {
        assert_eq!(arrows("A & B --> C & D"), ["A>C:", "A>D:", "B>C:", "B>D:"]);
        assert_eq!(arrows("A --> B -.->|x| C"), ["A>B:", "B>C:x"]);
        assert_eq!(arrows("A --> B; C --> D;"), ["A>B:", "C>D:"]);
    }

    #[test]
    fn boxes_have_shapes_and_texts() {
        for (statement, shape, label) in [
            ("n", Shape::Rectangle, "n"),
            ("n[a b]", Shape::Rectangle, "a b"),
            ("n[\"a; (b) [c] #quot;d#quot;\"]", Shape::Rectangle, "a; (b) [c] \"d\""),
            ("n(a)", Shape::Rounded, "a"),
            ("n([a])", Shape::Stadium, "a"),
            ("n[(a)]", Shape::Cylinder, "a"),
            ("n((a))", Shape::Circle, "a"),
            ("n(((a)))", Shape::Circle, "a"),
            ("n{a}", Shape::Rhombus, "a"),
            ("n{{a}}", Shape::Hexagon, "a"),
            ("n[[a]]", Shape::Rectangle, "a"),
            ("n[/a/]", Shape::Rectangle, "a"),
            ("n[\\a/]", Shape::Rectangle, "a"),
            ("n>a]", Shape::Rectangle, "a"),
            ("n[S3 (lake)]", Shape::Rectangle, "S3 (lake)"),
            ("n[\"a<br/>b<br>c\"]", Shape::Rectangle, "a\nb\nc"),
            ("n[\"<b>a</b> &amp; b\"]", Shape::Rectangle, "a & b"),
            ("n[\"`a`\"]", Shape::Rectangle, "a"),
            ("n@{ shape: cyl, label: \"a\" }", Shape::Cylinder, "a"),
        ] {
            let diagram = read(&format!("flowchart TD\n{statement}"));
            let node = diagram.nodes.get("n").unwrap();
            assert_eq!((node.shape, node.label.as_str()), (shape, label), "{statement}");
        }
    }

    #[test]
    fn front_matter_comments_dress_and_odd_spaces_are_skipped() {
        let text = "\u{feff}---\nconfig:\n  theme: neo\n---\n%%{init: {}}%%\nflowchart\u{a0}TB\n%% a comment\n\u{a0}\u{a0}A\u{a0}-->\u{a0}B\n\
                    classDef hot fill:#f00\nclass A hot\nstyle B fill:#0f0\nlinkStyle 0 stroke:red\nclick A \"x\"\n";
        let diagram = read(text);
        assert_eq!((diagram.arrows.len(), diagram.nodes.len()), (1, 2));
        assert_eq!(diagram.arrows.first().map(|arrow| arrow.line), Some(8));
    }

    #[test]
    fn subgraphs_hold_boxes_and_each_other() {
        let text = "graph LR\nC --> one\nsubgraph one [The first]\n direction TB\n A --> B\n subgraph \"The second\"\n  D\n end\nend\nA --> D\nsubgraph three\nend\n";
        let diagram = read(text);
        let group = |id: &str| diagram.nodes.get(id).and_then(|node| node.group.as_deref());
        assert_eq!(["A", "B", "C", "D"].map(group), [Some("one"), Some("one"), None, Some("The second")]);
        let groups: Vec<_> =
            diagram.groups.iter().map(|(id, g)| (id.as_str(), g.title.as_str(), g.parent.as_deref())).collect();
        assert_eq!(
            groups,
            [("one", "The first", None), ("The second", "The second", Some("one")), ("three", "three", None)]
        );
        assert!(!diagram.nodes.contains_key("one"));
        assert_eq!(diagram.arrows.first().map(|arrow| arrow.to.as_str()), Some("one"));
    }

    #[test]
    fn what_is_none_is_refused_with_its_line() {
        for (text, line, part) in [
            ("", 1, "begins with"),
            ("sequenceDiagram\n A->>B: x", 1, "'sequenceDiagram' is no flowchart"),
            ("graph XY", 1, "'XY' is none of"),
            ("---\ntitle: x\n", 1, "front matter"),
            ("graph TD\nA -->", 2, "a box is missing"),
            ("graph TD\nA --> B\nend", 3, "'end' without"),
            ("graph TD\nsubgraph x\nA", 3, "'x' has no 'end'"),
            ("graph TD\n\nA[text", 3, "not closed by ']'"),
            ("graph TD\nA -- text B", 2, "not followed by its end"),
            ("graph TD\nA -->|text B", 2, "not closed by '|'"),
            ("graph TD\nA ? B", 2, "'? B' is no arrow"),
            ("graph TD\nA --> ?", 2, "'?' is no box"),
        ] {
            let error = Diagram::parse(text).unwrap_err();
            assert_eq!(error.line, line, "{text}: {error}");
            assert!(error.message.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn sizes_are_bounded() {
        let wide: String = (0..=MAX_NODES).map(|i| format!("n{i}\n")).collect();
        assert!(Diagram::parse(&format!("graph TD\n{wide}")).is_err());
        let many = (0..200).map(|i| format!("n{i}")).collect::<Vec<_>>().join(" & ");
        assert!(Diagram::parse(&format!("graph TD\n{many} --> {many}")).is_err());
        let deep: String = (0..=MAX_DEPTH).map(|i| format!("subgraph s{i}\n")).collect();
        assert!(Diagram::parse(&format!("graph TD\n{deep}")).is_err());
        assert!(Diagram::parse(&" ".repeat(MAX_BYTES + 1)).is_err());
    }

    #[test]
    fn no_text_panics() {
        let pieces = [
            "A",
            "-->",
            "--",
            "-.",
            ".->",
            "==",
            "|",
            "[",
            "]",
            "(",
            ")",
            "{",
            "\"",
            "&",
            "x",
            "é",
            "\n",
            ";",
            " ",
            "@{",
            "<br",
            ">",
            "subgraph ",
            "end",
        ];
        let mut seed = 7_u64;
        for _ in 0..20_000 {
            let mut text = "graph TD\n".to_owned();
            for _ in 0..12 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(pieces[(seed >> 33) as usize % pieces.len()]);
            }
            let _ = Diagram::parse(&text);
        }
    }
}
