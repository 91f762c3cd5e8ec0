//! Filter expressions: the language in which traces are asked for.
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html>
//!
//! `parse.rs` reads an expression, `words.rs` cuts it into words, `matching.rs` holds a trace against it. A keyword that is not
//! known here is refused, never taken for true.

mod matching;
mod parse;
mod words;

pub use matching::matches;
pub use parse::parse;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// All of them.
    All(Vec<Expression>),
    /// One of them.
    Any(Vec<Expression>),
    /// Not this one.
    Not(Box<Expression>),
    /// A keyword that is true or false.
    Flag(Flag),
    /// A keyword that is a number.
    Number(Number, Comparison, f64),
    /// A keyword that is a text.
    Text(Text, Comparison, String),
    /// An annotation by its key: that it is there, or how it compares.
    Annotation(String, Option<(Comparison, Literal)>),
    /// A service for which the expression holds.
    Service(Selector, Option<Box<Expression>>),
    /// A call from one service to another for which the expression holds.
    Edge(Selector, Selector, Option<Box<Expression>>),
}

/// Keywords that are true or false.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// `ok`
    Ok,
    /// `error`
    Error,
    /// `throttle`
    Throttle,
    /// `fault`
    Fault,
    /// `partial`
    Partial,
    /// `inferred`
    Inferred,
    /// `root`
    Root,
}

/// Keywords that are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// `responsetime`, in seconds.
    ResponseTime,
    /// `duration`, in seconds.
    Duration,
    /// `http.status`
    Status,
}

/// Keywords that are texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// `http.url`
    Url,
    /// `http.method`
    Method,
    /// `http.useragent`
    UserAgent,
    /// `http.clientip`
    ClientIp,
    /// `user`
    User,
    /// `name`
    Name,
    /// `type`
    Type,
    /// `message`
    Message,
    /// `resource.arn`
    ResourceArn,
    /// `instance.id`
    InstanceId,
    /// `availabilityzone`
    AvailabilityZone,
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `CONTAINS`
    Contains,
    /// `BEGINSWITH`
    BeginsWith,
    /// `ENDSWITH`
    EndsWith,
}

/// A value that an annotation is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Flag(bool),
}

/// Which services are meant.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Selector {
    /// By name; any name otherwise.
    pub name: Option<String>,
    /// By type; any type otherwise.
    pub kind: Option<String>,
}
