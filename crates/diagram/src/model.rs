//! A flowchart: boxes, groups of them, arrows between them.

use indexmap::IndexMap;

/// A flowchart as it was written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Diagram {
    /// Which way it is drawn.
    pub direction: Direction,
    /// The boxes by id, in the order in which they first appear.
    pub nodes: IndexMap<String, Node>,
    /// The subgraphs by id, an outer one before its inner ones.
    pub groups: IndexMap<String, Group>,
    /// The arrows, in order; `a --> b & c` is two.
    pub arrows: Vec<Arrow>,
}

/// A box.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its text; its id where it has none. Lines end in `\n`.
    pub label: String,
    /// Its outline.
    pub shape: Shape,
    /// The subgraph that it stands in, by id.
    pub group: Option<String>,
}

/// A subgraph.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its title.
    pub title: String,
    /// The subgraph around it, by id.
    pub parent: Option<String>,
}

/// An arrow. Its ends are ids of nodes or of subgraphs.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrow {
    /// Where it begins.
    pub from: String,
    /// Where it ends.
    pub to: String,
    /// Its text; empty where it has none.
    pub label: String,
    /// How its line is drawn.
    pub stroke: Stroke,
    /// Whether there is a head at its end, and one at its beginning.
    pub heads: (bool, bool),
    /// The line of the text on which it stands, from 1.
    pub line: usize,
}

/// Which way a flowchart runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// From the top to the bottom.
    #[default]
    Down,
    /// From the bottom to the top.
    Up,
    /// From left to right.
    Right,
    /// From right to left.
    Left,
}

/// A box's outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// `[text]`, and every shape that is not told apart here.
    #[default]
    Rectangle,
    /// `(text)`.
    Rounded,
    /// `([text])`.
    Stadium,
    /// `[(text)]`: a store.
    Cylinder,
    /// `((text))` and `(((text)))`.
    Circle,
    /// `{text}`.
    Rhombus,
    /// `{{text}}`.
    Hexagon,
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stroke {
    /// `-->`.
    #[default]
    Solid,
    /// `-.->`.
    Dotted,
    /// `==>`.
    Thick,
    /// `~~~`: it only places its ends.
    Invisible,
}
