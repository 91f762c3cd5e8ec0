//! Architecture diagrams: Mermaid flowcharts are read, their arrows are judged by what really flowed, and drawn as SVG.
//!
//! Pure: text and flows go in, a judgement and a drawing come out.
//!
//! - [`Diagram::parse`] reads a flowchart as Mermaid writes it: <https://mermaid.js.org/syntax/flowchart.html>
//! - [`Bindings`] say what each node stands for: patterns of ARNs.
//! - [`judge`] tells which arrows are live and which are dark, and what flows that nobody drew.
//! - [`svg`] draws it.

mod bindings;
mod judge;
mod layout;
mod model;
mod parse;
mod scan;
mod svg;

pub use bindings::{Beyond, BindingError, Bindings};
pub use judge::{Evidence, Flow, Judgement, Undrawn, judge};
pub use model::{Arrow, Diagram, Direction, Group, Node, Shape, Stroke};
pub use parse::{MAX_BYTES, ParseError};
pub use svg::{Mark, svg};
