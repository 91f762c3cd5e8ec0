//! A page of a query or scan: where it begins and ends, what is passed over, what it costs.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html>

use crate::address::Target;
use crate::capacity::{Consistency, Spent};
use crate::changes::is_projected;
use crate::errors;
use crate::expression::condition::{Comparator, Condition};
use crate::expression::key_condition::{KeyCondition, Range};
use crate::expression::projection::Projection;
use crate::item::Item;
use crate::keys;
use crate::state::{INDEX_ITEMS, ITEMS, Index, KeyPart, StoredItem};
use crate::value::{self, Attributes};
use service::{Direction, Edge, KeyBuf, Result, View};

/// "A single Query operation can retrieve a maximum of 1 MB of data", and so can a Scan.
const LARGEST: usize = 1 << 20;

/// What is read.
pub struct Plan<'a> {
    /// The table.
    pub target: &'a Target,
    /// The index, if not the table itself.
    pub index: Option<&'a Index>,
    /// Between which keys.
    pub edges: (Edge, Edge),
    /// In which order.
    pub direction: Direction,
    /// The most items to look at.
    pub limit: Option<usize>,
    /// Which of them to keep.
    pub filter: Option<Condition>,
    /// What to show of them.
    pub projection: Option<Projection>,
    /// `Select`
    pub select: Option<&'a str>,
    /// How the state is seen.
    pub consistency: Consistency,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Page {
    /// The items, unless only their count was asked for.
    pub items: Vec<Item>,
    /// How many were kept.
    pub count: i64,
    /// How many were looked at.
    pub scanned: i64,
    /// Where the next page begins.
    pub last: Option<Attributes>,
    /// What it cost.
    pub spent: Spent,
}

impl Plan<'_> {
    /// Reads a page. The view is of the table's own account.
    pub fn read(&self, view: &View) -> Result<Page> {
        let table = if self.index.is_some() { &INDEX_ITEMS } else { &ITEMS };
        let fetches = self.fetches();
        let mut page = Page::default();
        let (mut bytes, mut fetched) = (0, 0.0);
        let mut last: Option<Item> = None;
        for row in view.range(table, (&self.edges.0, &self.edges.1), self.direction) {
            let StoredItem { space: _, size, item } = row?;
            let size = usize::try_from(size).unwrap_or_default();
            if bytes + size > LARGEST && page.scanned > 0 {
                page.last = last.as_ref().map(|item| self.key(item));
                break;
            }
            bytes += size;
            page.scanned += 1;
            let found = Item(item);
            let whole = if fetches { self.fetch(view, &found, &mut fetched)? } else { None };
            self.take(&mut page, whole.as_ref().unwrap_or(&found));
            last = Some(found);
            if self.limit.is_some_and(|limit| page.scanned >= limit as i64) {
                page.last = last.as_ref().map(|item| self.key(item));
                break;
            }
        }
        let units = self.consistency.units(bytes);
        page.spent = match self.index {
            Some(index) => Spent::on_index(index, units),
            None => Spent::on_table(units),
        };
        page.spent.table += fetched;
        Ok(page)
    }

    fn take(&self, page: &mut Page, item: &Item) {
        if self.filter.as_ref().is_some_and(|filter| !filter.holds(item)) {
            return;
        }
        page.count += 1;
        if self.select != Some("COUNT") {
            page.items.push(self.projection.as_ref().map_or_else(|| item.clone(), |shown| shown.show(item)));
        }
    }

    /// Whether a local index leads to the table for what it does not hold.
    fn fetches(&self) -> bool {
        let Some(index) = self.index.filter(|index| !index.global && index.projection != "ALL") else { return false };
        let beyond = |name: &str| !is_projected(&self.target.layout, index, name);
        let mut filtered = false;
        if let Some(filter) = &self.filter {
            filter.attributes(&mut |name| filtered |= beyond(name));
        }
        let shown = self.projection.as_ref().is_some_and(|shown| shown.attributes().into_iter().any(beyond));
        self.select == Some("ALL_ATTRIBUTES") || shown || filtered
    }

    fn fetch(&self, view: &View, found: &Item, fetched: &mut f64) -> Result<Option<Item>> {
        let layout = &self.target.layout;
        let Some(parts) = keys::stored_parts(layout, found) else { return Ok(None) };
        let stored = view.get(&ITEMS, &keys::item(layout.space, &parts))?;
        *fetched += self.consistency.units(stored.as_ref().map_or(0, |s| usize::try_from(s.size).unwrap_or_default()));
        Ok(stored.map(|stored| Item(stored.item)))
    }

    fn key(&self, item: &Item) -> Attributes {
        keys::of_item(&self.target.layout, self.index, item)
    }
}

/// The keys that a condition looks for, in a space.
pub fn edges(space: i64, condition: &KeyCondition) -> (Edge, Edge) {
    let partition = keys::partition(space, &keys::value_bytes(&condition.hash));
    let whole = || (Edge::Before(partition.clone()), Edge::Behind(partition.clone()));
    let at = |value: &crate::value::AttributeValue| {
        let mut key = partition.clone();
        key.bytes(&keys::value_bytes(value));
        key
    };
    let (before, behind) = whole();
    match &condition.range {
        Range::All => (before, behind),
        Range::Compare(how, value) => match how {
            Comparator::Equal | Comparator::Unequal => (Edge::Before(at(value)), Edge::Behind(at(value))),
            Comparator::Less => (before, Edge::Before(at(value))),
            Comparator::AtMost => (before, Edge::Behind(at(value))),
            Comparator::Greater => (Edge::Behind(at(value)), behind),
            Comparator::AtLeast => (Edge::Before(at(value)), behind),
        },
        Range::Between(low, high) => (Edge::Before(at(low)), Edge::Behind(at(high))),
        Range::BeginsWith(value) => {
            let key = at(value).unended();
            (Edge::Before(key.clone()), Edge::Behind(key))
        }
    }
}

/// Where an `ExclusiveStartKey` lies: it holds the keys of the table and, for an index, those of the index.
pub fn start(target: &Target, index: Option<&Index>, mut key: Attributes) -> Result<KeyBuf> {
    let layout = &target.layout;
    value::check(&mut key)?;
    let own = std::iter::once(&layout.hash).chain(&layout.range);
    let of_index = index.map(|index| std::iter::once(&index.hash).chain(&index.range)).into_iter().flatten();
    let mut parts: Vec<&KeyPart> = own.chain(of_index).collect();
    parts.sort_by(|a, b| a.name.cmp(&b.name));
    parts.dedup_by(|a, b| a.name == b.name);
    let fits = |part: &&KeyPart| key.get(&part.name).is_some_and(|value| value.kind() == part.kind);
    if key.len() != parts.len() || !parts.iter().all(fits) {
        let reason = match index {
            None => ": The provided key element does not match the schema",
            Some(_) => "",
        };
        return Err(errors::validation(format!("The provided starting key is invalid{reason}")));
    }
    let item = Item::of(&key);
    let found = match index {
        Some(index) => keys::index(layout, index, &item),
        None => keys::stored_parts(layout, &item).map(|parts| keys::item(layout.space, &parts)),
    };
    found.ok_or_else(|| errors::validation("The provided starting key is invalid"))
}

/// The edges behind a start, in the direction of reading.
pub fn behind(edges: (Edge, Edge), start: Option<KeyBuf>, direction: Direction) -> (Edge, Edge) {
    match (start, direction) {
        (None, _) => edges,
        (Some(start), Direction::Forward) => (Edge::Behind(start), edges.1),
        (Some(start), Direction::Reverse) => (edges.0, Edge::Before(start)),
    }
}

/// Checks what `Select` asks for against the rest of a request.
pub fn check_select(select: Option<&str>, index: Option<&Index>, (expression, attributes): (bool, bool)) -> Result<()> {
    let given = if expression { "ProjectionExpression" } else { "AttributesToGet" };
    let text = match select {
        Some("SPECIFIC_ATTRIBUTES") if !expression && !attributes => {
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
                .to_owned()
        }
        Some("ALL_PROJECTED_ATTRIBUTES") if index.is_none() => {
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName".to_owned()
        }
        Some("COUNT") if expression || attributes => {
            format!("Cannot specify the {given} when choosing to get only the Count")
        }
        Some(all @ ("ALL_ATTRIBUTES" | "ALL_PROJECTED_ATTRIBUTES")) if expression || attributes => {
            format!("Cannot specify the {given} when choosing to get {all}")
        }
        _ => return Ok(()),
    };
    Err(errors::validation(format!("1 validation error detected: {text}")))
}

/// Checks that a global index holds what is asked of it.
pub fn check_projected(
    target: &Target,
    index: Option<&Index>,
    select: Option<&str>,
    shown: Option<&Projection>,
) -> Result<()> {
    let Some(index) = index.filter(|index| index.global) else { return Ok(()) };
    let name = &index.name;
    if select == Some("ALL_ATTRIBUTES") && index.projection != "ALL" {
        return Err(errors::invalid(format!(
            "Select type ALL_ATTRIBUTES is not supported for global secondary index {name} because its projection type \
             is not ALL"
        )));
    }
    let beyond = shown.map(|shown| {
        let names = shown.attributes().into_iter().filter(|name| !is_projected(&target.layout, index, name));
        names.collect::<Vec<_>>()
    });
    match beyond {
        Some(beyond) if !beyond.is_empty() => {
            let beyond = beyond.join(", ");
            Err(errors::invalid(format!("Global secondary index {name} does not project [{beyond}]")))
        }
        _ => Ok(()),
    }
}
