//! Where everything stands: Sugiyama's method, as Mermaid itself lays flowcharts out.

use crate::model::{Diagram, Direction};
use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, RankDir};
use std::panic::catch_unwind;

/// A letter's width and a line's height, in pixels at the size in which [`crate::svg`] writes.
pub(crate) const LETTER: f64 = 7.2;
pub(crate) const LINE: f64 = 18.0;
const PADDING: f64 = 24.0;
/// What laying out more than this would take is no longer a moment.
const MOST: usize = 1_000;

/// A rectangle by its centre and its size.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Place {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// Where everything stands.
pub(crate) struct Layout {
    pub(crate) nodes: Vec<Place>,
    pub(crate) groups: Vec<Place>,
    /// The bends of each arrow's line.
    pub(crate) arrows: Vec<Vec<(f64, f64)>>,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// Lays a diagram out; `None` for one that is too large or that the method cannot take.
pub(crate) fn layout(diagram: &Diagram) -> Option<Layout> {
    let size = diagram.nodes.len() + diagram.groups.len() + diagram.arrows.len();
    if size > MOST {
        return None;
    }
    // The method's own code indexes without asking; a diagram that it trips over is told as any other failure.
    catch_unwind(|| placed(diagram)).ok()
}

fn placed(diagram: &Diagram) -> Layout {
    let mut graph = Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: true });
    for (at, node) in diagram.nodes.values().enumerate() {
        graph.set_node(node_id(at), Some(sized(&node.label)));
    }
    for (at, group) in diagram.groups.values().enumerate() {
        graph.set_node(group_id(at), Some(sized(&group.title)));
    }
    let group_at = |id: &Option<String>| id.as_ref().and_then(|id| diagram.groups.get_index_of(id));
    for (at, node) in diagram.nodes.values().enumerate() {
        if let Some(parent) = group_at(&node.group) {
            graph.set_parent(&node_id(at), Some(&group_id(parent)));
        }
    }
    for (at, group) in diagram.groups.values().enumerate() {
        // A subgraph's text may name an outer one again: only what came before can be around it.
        if let Some(parent) = group_at(&group.parent).filter(|parent| *parent < at) {
            graph.set_parent(&group_id(at), Some(&group_id(parent)));
        }
    }
    for (at, arrow) in diagram.arrows.iter().enumerate() {
        let mut label = EdgeLabel::default();
        if !arrow.label.is_empty() {
            (label.width, label.height) = (text_width(&arrow.label), LINE * lines(&arrow.label));
        }
        graph.set_edge(leaf(diagram, &arrow.from), leaf(diagram, &arrow.to), Some(label), Some(&at.to_string()));
    }
    let rankdir = match diagram.direction {
        Direction::Down => RankDir::TB,
        Direction::Up => RankDir::BT,
        Direction::Right => RankDir::LR,
        Direction::Left => RankDir::RL,
    };
    let options =
        LayoutOptions { rankdir, nodesep: 40.0, ranksep: 60.0, marginx: 20.0, marginy: 20.0, ..Default::default() };
    dagre::layout(&mut graph, Some(options));
    read(diagram, &graph)
}

fn read(diagram: &Diagram, graph: &Graph<NodeLabel, EdgeLabel>) -> Layout {
    let place = |id: String| {
        let label = graph.node(&id);
        label.map_or(Place::default(), |label| Place {
            x: label.x.unwrap_or_default(),
            y: label.y.unwrap_or_default(),
            width: label.width,
            height: label.height,
        })
    };
    let nodes: Vec<Place> = (0..diagram.nodes.len()).map(|at| place(node_id(at))).collect();
    let groups: Vec<Place> = (0..diagram.groups.len()).map(|at| place(group_id(at))).collect();
    let arrows = diagram.arrows.iter().enumerate().map(|(at, arrow)| {
        let name = at.to_string();
        let edge = graph.edge(&leaf(diagram, &arrow.from), &leaf(diagram, &arrow.to), Some(&name));
        edge.map(|edge| edge.points.iter().map(|point| (point.x, point.y)).collect()).unwrap_or_default()
    });
    let arrows: Vec<Vec<(f64, f64)>> = arrows.collect();
    let ends = nodes.iter().chain(&groups).map(|p| (p.x + p.width / 2.0, p.y + p.height / 2.0));
    let ends = ends.chain(arrows.iter().flatten().copied());
    let (width, height) = ends.fold((0.0_f64, 0.0_f64), |(w, h), (x, y)| (w.max(x), h.max(y)));
    Layout { nodes, groups, arrows, width: width + 20.0, height: height + 20.0 }
}

/// The box that stands for an arrow's end: the method joins no subgraphs, so the first box within one stands for it.
fn leaf(diagram: &Diagram, id: &str) -> String {
    if let Some(at) = diagram.nodes.get_index_of(id) {
        return node_id(at);
    }
    let within = |group: Option<&str>| {
        let mut around = group;
        // Bounded by the subgraphs there are, should one be in itself.
        for _ in 0..diagram.groups.len() {
            match around {
                Some(group) if group == id => return true,
                Some(group) => around = diagram.groups.get(group).and_then(|group| group.parent.as_deref()),
                None => return false,
            }
        }
        false
    };
    let node = diagram.nodes.values().position(|node| within(node.group.as_deref()));
    let group = || diagram.groups.iter().rposition(|(inner, _)| within(Some(inner.as_str())));
    node.map(node_id).or_else(|| group().map(group_id)).unwrap_or_default()
}

fn node_id(at: usize) -> String {
    format!("n{at}")
}

fn group_id(at: usize) -> String {
    format!("g{at}")
}

fn sized(text: &str) -> NodeLabel {
    NodeLabel { width: text_width(text) + 2.0 * PADDING, height: LINE * lines(text) + PADDING, ..NodeLabel::default() }
}

fn text_width(text: &str) -> f64 {
    text.lines().map(|line| line.chars().count()).max().unwrap_or(0) as f64 * LETTER
}

fn lines(text: &str) -> f64 {
    text.lines().count().max(1) as f64
}
