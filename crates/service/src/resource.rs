//! Resource types: what a template, a tag search or an inventory can make, read, change and delete, declared once by the
//! service that has it, over its own operations.
//!
//! A type's functions are plain and start again from the beginning at each answer: [`Hand::call`] gives the answer at once
//! if it is known already, and otherwise an error that must be passed on. Whoever holds the hand makes the call as a request
//! of its own, keeps the answer, and runs the function again. So a step is authorised, recorded and metered as its
//! caller's, and survives a restart between any two of its calls.

use crate::{Arn, Call, Error, Region, Result, Scope, Value};
use clock::Duration;
use shape::IndexMap;
use template::{Schema, Schemas};

/// The most calls that one step may make.
const MOST_CALLS: usize = 256;

/// A resource type, such as `AWS::SQS::Queue`.
pub struct ResourceType {
    /// Its name.
    pub name: &'static str,
    /// The file of schemas that has its own, from `models/cloudformation`.
    pub schemas: &'static Schemas,
    /// Properties that AWS has and that could have no effect here: they are refused by name.
    pub refused: &'static [&'static str],
    /// Makes one of these properties.
    pub create: fn(&mut Hand, &Value) -> Result<Made>,
    /// All that was written of it, and its attributes, under the schema's names; `None` where it is not there. A scalar may be a
    /// text, a document JSON.
    pub read: fn(&mut Hand, &Resource<'_>) -> Result<Option<Value>>,
    /// Changes it to these properties. Those whose change replaces the resource are the same as before.
    pub update: fn(&mut Hand, &Resource<'_>, &Value) -> Result<()>,
    /// Deletes it. One that is not there is deleted already.
    pub delete: fn(&mut Hand, &Resource<'_>) -> Result<()>,
    /// The physical ids of all that somebody made: what AWS gives each account, and what only waits for its end, is not among them.
    /// `None` for a type of which only its owner knows.
    pub list: Option<List>,
}

/// What lists the physical ids of all resources of a type.
pub type List = fn(&mut Hand) -> Result<Vec<String>>;

impl ResourceType {
    /// Its schema. A type whose file has none is a fault of its declaration, which `cargo xtask tidy` finds.
    pub fn schema(&self) -> Result<&'static Schema> {
        self.schemas.get(self.name).ok_or_else(|| Error::internal(format!("{} has no schema", self.name)))
    }
}

/// A resource that is there.
pub struct Resource<'a> {
    /// Its physical id: what `Ref` gives.
    pub id: &'a str,
    /// Its properties as they were written last; null where only the id is known.
    pub properties: &'a Value,
}

impl Resource<'_> {
    /// A property, as text.
    pub fn text(&self, property: &str) -> Option<&str> {
        self.properties.get(property)?.as_str()
    }
}

/// A resource that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// Its physical id: what `Ref` gives.
    pub id: String,
    /// Attributes that can never be read again, such as a secret key. The others come from the type's `read`.
    pub attributes: IndexMap<String, Value>,
}

impl Made {
    /// One that goes by this id.
    pub fn of(id: impl Into<String>) -> Made {
        Made { id: id.into(), attributes: IndexMap::new() }
    }

    /// With an attribute that can never be read again.
    pub fn with(mut self, attribute: &str, value: impl Into<Value>) -> Made {
        self.attributes.insert(attribute.to_owned(), value.into());
        self
    }
}

/// For whom a hand works, and by what names.
#[derive(Debug, Clone)]
pub struct Errands {
    /// The service that declares the type, by prefix.
    pub service: &'static str,
    /// Where.
    pub scope: Scope,
    /// What generated names begin with, such as the stack's name and the logical id, joined by a hyphen.
    pub name: String,
    /// What they end in: letters and digits.
    pub suffix: String,
    /// The same for each run of a step, and for no other step.
    pub token: String,
    /// What the owner of the resource says of itself to types that act for it: a stack, its id and where it is answered.
    pub owner: Value,
}

/// A call that a hand made, and what it was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The call.
    pub call: Call,
    /// Whether it only looked: it is made anew whenever the hand waits.
    pub look: bool,
    /// What it was answered.
    pub answer: Result<Value>,
}

/// How far a step has come.
#[derive(Debug, Clone, PartialEq)]
pub enum Turn<T> {
    /// It is done.
    Done(T),
    /// It needs the answer of this call; whether it only looks.
    Ask(Call, bool),
    /// Its last look is to be made again after this long.
    Again(Duration),
    /// It goes on once it hears what goes by this name, or that it did not come within this long.
    Hear(String, Duration),
    /// It has failed.
    Failed(Error),
}

/// What a resource type's functions work with.
pub struct Hand {
    errands: Errands,
    answers: Vec<Answer>,
    recalled: usize,
    asked: Option<(Call, bool)>,
    wait: Option<Duration>,
    hear: Option<(String, Duration)>,
    born: Option<String>,
    attributes: Option<IndexMap<String, Value>>,
}

impl Hand {
    /// A hand that knows these answers already, in the order of its calls.
    pub fn new(errands: Errands, answers: Vec<Answer>) -> Hand {
        Hand { errands, answers, recalled: 0, asked: None, wait: None, hear: None, born: None, attributes: None }
    }

    /// Runs a step as far as the answers carry it.
    pub fn run<T>(&mut self, step: impl FnOnce(&mut Hand) -> Result<T>) -> Turn<T> {
        let done = step(self);
        // A question that was not answered counts, whatever the function made of it.
        if let Some((call, look)) = self.asked.take() {
            return Turn::Ask(call, look);
        }
        if let Some((name, within)) = self.hear.take() {
            return Turn::Hear(name, within);
        }
        match (self.wait.take(), done) {
            (Some(after), _) => Turn::Again(after),
            (None, Ok(done)) => Turn::Done(done),
            (None, Err(error)) => Turn::Failed(error),
        }
    }

    /// The physical id of what is being made, once it is there.
    pub fn take_born(&mut self) -> Option<String> {
        self.born.take()
    }

    /// The attributes of the resource that can never be read again, in place of those that there were.
    pub fn take_attributes(&mut self) -> Option<IndexMap<String, Value>> {
        self.attributes.take()
    }

    /// Calls an operation of the type's own service.
    pub fn call(&mut self, operation: &str, input: Value) -> Result<Value> {
        self.ask(operation, input, false)
    }

    /// Calls an operation that only reads. It is called anew after each [`Hand::again`].
    pub fn look(&mut self, operation: &str, input: Value) -> Result<Value> {
        self.ask(operation, input, true)
    }

    /// Looks at what another service has, by prefix: a document that lies in a bucket.
    pub fn look_at(&mut self, service: &str, operation: &str, input: Value) -> Result<Value> {
        self.put(Call { service: service.to_owned(), operation: operation.to_owned(), input }, true)
    }

    /// Calls an operation of another service, by prefix: a function that makes the resource.
    pub fn call_at(&mut self, service: &str, operation: &str, input: Value) -> Result<Value> {
        self.put(Call { service: service.to_owned(), operation: operation.to_owned(), input }, false)
    }

    /// What is told under a name, at a time that nobody knows; `None` where it does not come within this long.
    pub fn hear(&mut self, name: &str, within: Duration) -> Result<Option<Value>> {
        let call = Call { service: String::new(), operation: name.to_owned(), input: Value::Null };
        if let Some(known) = self.known(&call)? {
            return known.map(|told| Some(told).filter(|told| !told.is_null()));
        }
        self.hear = Some((name.to_owned(), within));
        Err(Error::internal("what a step waits to hear has not come yet"))
    }

    fn ask(&mut self, operation: &str, input: Value, look: bool) -> Result<Value> {
        let call = Call { service: self.errands.service.to_owned(), operation: operation.to_owned(), input };
        self.put(call, look)
    }

    /// The answer of a call, if it is known already.
    fn known(&mut self, call: &Call) -> Result<Option<Result<Value>>> {
        if self.asked.is_some() || self.wait.is_some() || self.hear.is_some() {
            return Err(Error::internal("a step went on without its answer"));
        }
        // What was answered counts only for the same call: a step that turns out otherwise asks anew.
        let known = self.answers.get(self.recalled).filter(|known| known.call == *call);
        let answer = known.map(|known| known.answer.clone());
        self.recalled += usize::from(answer.is_some());
        Ok(answer)
    }

    fn put(&mut self, call: Call, look: bool) -> Result<Value> {
        if let Some(answer) = self.known(&call)? {
            return answer;
        }
        if self.recalled >= MOST_CALLS {
            return Err(Error::internal("a step calls without end"));
        }
        self.asked = Some((call, look));
        Err(Error::internal("a call is not answered yet"))
    }

    /// All items of a listing, page by page: the members that hold the token of a page, that of the next one, and the items.
    pub fn pages(
        &mut self,
        operation: &str,
        input: Value,
        [token, next_token, items]: [&str; 3],
    ) -> Result<Vec<Value>> {
        let (mut all, mut next) = (Vec::new(), Value::Null);
        loop {
            let mut input = input.clone();
            if let (Value::Map(members), false) = (&mut input, next.is_null()) {
                members.insert(token.to_owned(), next);
            }
            let page = self.look(operation, input)?;
            all.extend(page.get(items).and_then(Value::as_list).unwrap_or_default().iter().cloned());
            match page.get(next_token) {
                Some(Value::Str(text)) => next = text.into(),
                _ => return Ok(all),
            }
        }
    }

    /// Says that what was just looked at is not yet as it must be: the error is to be passed on, and the step runs again with
    /// a fresh look.
    pub fn again(&mut self, after: Duration) -> Error {
        let last = self.recalled.checked_sub(1).and_then(|last| self.answers.get(last));
        if !last.is_some_and(|last| last.look) {
            return Error::internal("a step waits for what it did not look at");
        }
        self.wait = Some(after);
        Error::internal("a step waits")
    }

    /// Says that the resource is there and goes by `id`, though it is not finished: should the rest fail, it is deleted. An
    /// update that says so of another id has made another resource, and the old one is deleted when all else is done.
    pub fn born(&mut self, id: &str) {
        self.born = Some(id.to_owned());
    }

    /// Says what the attributes of the resource are that can never be read again, in place of those that there were.
    pub fn tell(&mut self, attributes: IndexMap<String, Value>) {
        self.attributes = Some(attributes);
    }

    /// What the owner of the resource says of itself under a name.
    pub fn owner(&self, name: &str) -> Value {
        self.errands.owner.get(name).cloned().unwrap_or_default()
    }

    /// The name that stands in `property`, or else one made of the stack's name, the logical id and twelve letters and
    /// digits, of at most `longest` characters.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html>
    pub fn name(&self, properties: &Value, property: &str, longest: usize) -> String {
        match properties.get(property).and_then(Value::as_str) {
            Some(name) => name.to_owned(),
            None => self.generated(longest),
        }
    }

    /// A name that nothing else has, of at most `longest` characters.
    pub fn generated(&self, longest: usize) -> String {
        let room = longest.saturating_sub(self.errands.suffix.len() + 1);
        let head: String = self.errands.name.chars().take(room).collect();
        format!("{}-{}", head.trim_end_matches('-'), self.errands.suffix)
    }

    /// The same for each run of this step, and for no other step: what operations take as a client token.
    pub fn token(&self) -> &str {
        &self.errands.token
    }

    /// The region in which it works.
    pub fn region(&self) -> Region {
        self.errands.scope.region
    }

    /// The ARN of a resource of `service` in the account and region in which it works.
    pub fn arn(&self, service: &str, resource: impl std::fmt::Display) -> Arn {
        let scope = self.errands.scope;
        Arn::new(scope.partition(), service, scope.region, Some(scope.account), resource)
    }
}

/// An answer, `None` where it is an error with one of these codes.
pub fn found(answer: Result<Value>, missing: &[&str]) -> Result<Option<Value>> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if missing.contains(&error.code()) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What is answered for a resource that is to be made and is there already, where its operation would take it for the same.
pub fn exists(kind: &str, id: &str) -> Error {
    Error::new("AlreadyExists", format!("Resource of type '{kind}' with identifier '{id}' already exists.")).status(400)
}

/// A value whose members, at every depth, begin with a small letter, as the operations of some services call them.
pub fn with_small_names(value: &Value) -> Value {
    renamed(value, |first| first.to_ascii_lowercase())
}

/// A value whose members, at every depth, begin with a capital letter, as properties do.
pub fn with_capital_names(value: &Value) -> Value {
    renamed(value, |first| first.to_ascii_uppercase())
}

fn renamed(value: &Value, first: fn(char) -> char) -> Value {
    let rename = |name: &str| name.chars().take(1).map(first).chain(name.chars().skip(1)).collect::<String>();
    match value {
        Value::List(items) => Value::List(items.iter().map(|item| renamed(item, first)).collect()),
        Value::Map(members) => Value::map(members.iter().map(|(name, value)| (rename(name), renamed(value, first)))),
        scalar => scalar.clone(),
    }
}

/// The members of a value that go by these names, for an operation that calls them the same.
pub fn pick(value: &Value, names: &[&str]) -> Vec<(String, Value)> {
    names.iter().filter_map(|name| Some(((*name).to_owned(), value.get(name)?.clone()))).collect()
}

/// The text at a path of members.
pub fn text_at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v str> {
    path.iter().try_fold(value, |value, name| value.get(name))?.as_str()
}

/// A scalar as the text that operations take whose attributes are all texts; a document as JSON.
pub fn as_text(value: &Value) -> String {
    template::json::text(value).unwrap_or_else(|| template::json::write(value))
}

/// Tags by key, whichever of their two forms a property or an answer has: a list of keys and values, or a map.
pub fn tags(value: Option<&Value>) -> IndexMap<String, String> {
    let text = |tag: &Value, names: [&str; 2]| {
        names.iter().find_map(|name| tag.get(name)?.as_str()).unwrap_or_default().to_owned()
    };
    match value {
        Some(Value::List(tags)) => {
            tags.iter().map(|tag| (text(tag, ["Key", "TagKey"]), text(tag, ["Value", "TagValue"]))).collect()
        }
        Some(Value::Map(tags)) => tags.iter().map(|(key, value)| (key.clone(), as_text(value))).collect(),
        _ => IndexMap::new(),
    }
}

/// Tags as a list of keys and values.
pub fn tag_list(tags: &IndexMap<String, String>) -> Value {
    let tag = |(key, value): (&String, &String)| Value::map([("Key", key.into()), ("Value", value.into())]);
    Value::List(tags.iter().map(tag).collect())
}

/// Tags as a map.
pub fn tag_map(tags: &IndexMap<String, String>) -> Value {
    Value::map(tags.iter().map(|(key, value)| (key, value.into())))
}

/// What turns one set of tags into another.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TagChange {
    /// Tags to be set.
    pub set: IndexMap<String, String>,
    /// Keys to be taken off.
    pub unset: Vec<String>,
}

impl TagChange {
    /// From the tags of one property to those of another.
    pub fn between(old: Option<&Value>, new: Option<&Value>) -> TagChange {
        let (old, new) = (tags(old), tags(new));
        let unset = old.keys().filter(|key| !new.contains_key(*key)).cloned().collect();
        let set = new.into_iter().filter(|(key, value)| old.get(key) != Some(value)).collect();
        TagChange { set, unset }
    }

    /// Makes the change, by the operations that set and take off tags, of what `id` names, the member and its value.
    pub fn write(&self, hand: &mut Hand, (set, unset): (&str, &str), id: (&str, &str)) -> Result<()> {
        if !self.set.is_empty() {
            hand.call(set, Value::map([(id.0, id.1.into()), ("Tags", tag_list(&self.set))]))?;
        }
        if !self.unset.is_empty() {
            hand.call(unset, Value::map([(id.0, id.1.into()), ("TagKeys", self.unset_list())]))?;
        }
        Ok(())
    }

    /// The keys to be taken off, as operations take them.
    pub fn unset_list(&self) -> Value {
        Value::List(self.unset.iter().map(Value::from).collect())
    }
}
