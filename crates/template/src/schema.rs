//! What is known of a resource type: its properties, and which of them may change. The facts stand in `models/cloudformation`.

use crate::json;
use serde_json::Value as Json;
use shape::{IndexMap, Value};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The schemas of one file, read when the first of them is asked for.
pub struct Schemas {
    text: &'static str,
    read: OnceLock<BTreeMap<String, Schema>>,
}

impl Schemas {
    /// The schemas of a file's text.
    pub const fn new(text: &'static str) -> Schemas {
        Schemas { text, read: OnceLock::new() }
    }

    /// The schema of a resource type; `None` where the file has none of that name.
    pub fn get(&self, name: &str) -> Option<&Schema> {
        self.read.get_or_init(|| read(self.text)).get(name)
    }
}

/// The schema of a resource type.
#[derive(Debug, Default)]
pub struct Schema {
    pub(crate) root: Node,
    definitions: BTreeMap<String, Node>,
    /// Properties whose change replaces the resource.
    pub(crate) create_only: Vec<Vec<String>>,
    /// Properties whose change may replace it.
    pub(crate) conditional_create_only: Vec<Vec<String>>,
    read_only: Vec<String>,
    write_only: Vec<String>,
    identifier: Vec<String>,
    tag_property: Option<String>,
}

/// What is known of one value.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) kinds: Vec<String>,
    pub(crate) values: Vec<Value>,
    pub(crate) properties: IndexMap<String, Node>,
    pub(crate) required: Vec<String>,
    pub(crate) items: Option<Box<Node>>,
    /// Members that are not named.
    pub(crate) others: Others,
    reference: Option<String>,
}

/// What members may be that a node does not name.
#[derive(Debug, Default)]
pub(crate) enum Others {
    /// Anything at all.
    #[default]
    Free,
    /// Values of this kind.
    Of(Box<Node>),
    /// There may be none.
    None,
}

impl Schema {
    /// The properties that can be given, and those that are only read.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        self.root.properties.keys().map(String::as_str)
    }

    /// Whether a property is only read: then `Fn::GetAtt` gives it, and no template sets it.
    pub fn is_read_only(&self, property: &str) -> bool {
        self.read_only.iter().any(|known| known == property)
    }

    /// Whether a value can be set and not be read back.
    pub fn is_write_only(&self, property: &str) -> bool {
        self.write_only.iter().any(|known| known == property)
    }

    /// The attributes that `Fn::GetAtt` gives. A dot parts the names of what lies within another.
    pub fn attributes(&self) -> impl Iterator<Item = String> {
        self.read_only.iter().map(|path| path.replace('/', "."))
    }

    /// The properties that tell one resource from another.
    pub fn identifier(&self) -> &[String] {
        &self.identifier
    }

    /// The property that holds its tags, where it has some.
    pub fn tag_property(&self) -> Option<&str> {
        self.tag_property.as_deref()
    }

    /// Whether a property is a list, and not a map.
    pub fn is_list(&self, property: &str) -> bool {
        let node = self.root.properties.get(property).map(|node| self.resolve(node));
        node.is_some_and(|node| node.kinds.iter().any(|kind| kind == "array"))
    }

    /// A node with what it refers to in place of the reference.
    pub(crate) fn resolve<'s>(&'s self, node: &'s Node) -> &'s Node {
        let mut node = node;
        // A definition may refer to another; a circle of nothing but references ends here.
        for _ in 0..8 {
            match node.reference.as_ref().and_then(|name| self.definitions.get(name)) {
                Some(other) => node = other,
                None => break,
            }
        }
        node
    }
}

fn read(text: &str) -> BTreeMap<String, Schema> {
    let whole: Json = serde_json::from_str(text).unwrap_or_default();
    let types = whole.get("types").and_then(Json::as_object);
    types.into_iter().flatten().map(|(name, json)| (name.clone(), schema(json))).collect()
}

fn schema(json: &Json) -> Schema {
    let names = |key: &str| texts(json.get(key));
    let paths = |key: &str| names(key).iter().map(|path| path.split('/').map(str::to_owned).collect()).collect();
    let definitions = json.get("definitions").and_then(Json::as_object);
    let mut root = node(json);
    root.others = Others::None;
    Schema {
        root,
        definitions: definitions.into_iter().flatten().map(|(name, json)| (name.clone(), node(json))).collect(),
        create_only: paths("createOnlyProperties"),
        conditional_create_only: paths("conditionalCreateOnlyProperties"),
        read_only: names("readOnlyProperties"),
        write_only: names("writeOnlyProperties"),
        identifier: names("primaryIdentifier"),
        tag_property: json.get("tagProperty").and_then(Json::as_str).map(str::to_owned),
    }
}

fn node(json: &Json) -> Node {
    let map = |key: &str| json.get(key).and_then(Json::as_object).into_iter().flatten();
    let kinds = match json.get("type") {
        Some(Json::String(kind)) => vec![kind.clone()],
        kinds => texts(kinds),
    };
    // Names that are known by a pattern alone are free: the service checks them.
    let others = match (json.get("patternProperties"), json.get("additionalProperties")) {
        (Some(Json::Object(patterns)), _) => patterns.values().next().map(|json| Others::Of(Box::new(node(json)))),
        (_, Some(json @ Json::Object(_))) => Some(Others::Of(Box::new(node(json)))),
        (_, Some(Json::Bool(false))) => Some(Others::None),
        _ => None,
    };
    Node {
        kinds,
        values: json.get("enum").and_then(Json::as_array).into_iter().flatten().cloned().map(json::value).collect(),
        properties: map("properties").map(|(name, json)| (name.clone(), node(json))).collect(),
        required: texts(json.get("required")),
        items: json.get("items").map(|items| Box::new(node(items))),
        others: others.unwrap_or_default(),
        reference: json.get("$ref").and_then(Json::as_str).and_then(|r| Some(r.rsplit_once('/')?.1.to_owned())),
    }
}

fn texts(json: Option<&Json>) -> Vec<String> {
    let items = json.and_then(Json::as_array).into_iter().flatten();
    items.filter_map(Json::as_str).map(str::to_owned).collect()
}
