//! Capacity units: how many a request takes, what it is told of them, and the limits that were declared.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>

use crate::address::{Address, Target, arn};
use crate::api;
use crate::errors;
use crate::state::{Capacity, Index};
use service::{IndexMap, Limit, Result, View};
use std::collections::BTreeMap;

/// "DynamoDB currently retains up to 5 minutes (300 seconds) of unused read and write capacity."
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html>
const BURST_SECONDS: f64 = 300.0;

/// Which way capacity goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Out.
    Read,
    /// In.
    Write,
}

/// How a read sees the state, which decides what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consistency {
    /// Half a unit.
    Eventual,
    /// One unit.
    Strong,
    /// Two units.
    Transactional,
}

impl Consistency {
    /// What `ConsistentRead` means.
    pub fn of(consistent: Option<bool>) -> Consistency {
        if consistent == Some(true) { Consistency::Strong } else { Consistency::Eventual }
    }

    /// Units to read so many bytes.
    pub fn units(self, bytes: usize) -> f64 {
        let blocks = bytes.div_ceil(4096).max(1) as f64;
        match self {
            Consistency::Eventual => blocks / 2.0,
            Consistency::Strong => blocks,
            Consistency::Transactional => blocks * 2.0,
        }
    }
}

/// Units to write an item of so many bytes.
pub fn write_units(bytes: usize) -> f64 {
    bytes.div_ceil(1024).max(1) as f64
}

/// What was spent on a table and its indexes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spent {
    /// On the table itself.
    pub table: f64,
    /// On its local indexes, whose capacity is the table's.
    pub local: BTreeMap<String, f64>,
    /// On its global indexes.
    pub global: BTreeMap<String, f64>,
}

impl Spent {
    /// On the table alone.
    pub fn on_table(units: f64) -> Spent {
        Spent { table: units, ..Spent::default() }
    }

    /// On one index alone.
    pub fn on_index(index: &Index, units: f64) -> Spent {
        let mut spent = Spent::default();
        spent.on(index, units);
        spent
    }

    /// Adds what was spent on an index.
    pub fn on(&mut self, index: &Index, units: f64) {
        let list = if index.global { &mut self.global } else { &mut self.local };
        *list.entry(index.name.clone()).or_default() += units;
    }

    /// Adds what else was spent on the same table.
    pub fn add(&mut self, other: &Spent) {
        self.table += other.table;
        for (name, units) in &other.local {
            *self.local.entry(name.clone()).or_default() += units;
        }
        for (name, units) in &other.global {
            *self.global.entry(name.clone()).or_default() += units;
        }
    }

    /// Twice as much, as transactions cost.
    pub fn doubled(mut self) -> Spent {
        self.table *= 2.0;
        self.local.values_mut().chain(self.global.values_mut()).for_each(|units| *units *= 2.0);
        self
    }

    fn total(&self) -> f64 {
        self.table + self.local.values().chain(self.global.values()).sum::<f64>()
    }

    /// What the request is told, if it asked (`TOTAL` or `INDEXES`). A transaction is told which way it went, too.
    pub fn shown(
        &self,
        address: &Address,
        asked: Option<&str>,
        transaction: Option<Way>,
    ) -> Option<api::ConsumedCapacity> {
        let indexes = match asked {
            Some("INDEXES") => true,
            Some("TOTAL") => false,
            _ => return None,
        };
        let both = |units: f64| api::Capacity {
            capacity_units: Some(units),
            read_capacity_units: (transaction == Some(Way::Read)).then_some(units),
            write_capacity_units: (transaction == Some(Way::Write)).then_some(units),
        };
        let map = |list: &BTreeMap<String, f64>| {
            let map: IndexMap<String, api::Capacity> =
                list.iter().map(|(name, units)| (name.clone(), both(*units))).collect();
            (indexes && !map.is_empty()).then_some(map)
        };
        let total = both(self.total());
        Some(api::ConsumedCapacity {
            table_name: Some(address.given.clone()),
            capacity_units: total.capacity_units,
            read_capacity_units: total.read_capacity_units,
            write_capacity_units: total.write_capacity_units,
            table: indexes.then(|| both(self.table)),
            local_secondary_indexes: map(&self.local),
            global_secondary_indexes: map(&self.global),
            vector_indexes: None,
        })
    }
}

/// Takes what a request spends from what the table and its indexes may give, and counts it.
///
/// # Errors
/// AWS's for a limit that was declared and is used up; nothing more is taken then.
pub fn charge(view: &View, target: &Target, way: Way, spent: &Spent) -> Result<()> {
    // A table is its owner's, whoever calls: its limits hold for all callers together.
    if target.address.scope != view.scope() {
        return charge(&view.elsewhere(target.address.scope)?, target, way, spent);
    }
    let layout = &target.layout;
    let own = spent.table + spent.local.values().sum::<f64>();
    let resource = target.address.resource();
    let limits = (layout.capacity.as_ref(), layout.on_demand.as_ref());
    let table = Bucket { target, way, kind: "Table", space: layout.space, resource: resource.clone() };
    table.draw(view, limits, own)?;
    for (name, units) in &spent.global {
        let Some(index) = layout.indexes.iter().find(|index| index.name == *name) else { continue };
        let resource = format!("{resource}/index/{name}");
        let bucket = Bucket { target, way, kind: "Index", space: index.space, resource };
        bucket.draw(view, (index.capacity.as_ref(), index.on_demand.as_ref()), *units)?;
    }
    let metric = if way == Way::Read { "ConsumedReadCapacityUnits" } else { "ConsumedWriteCapacityUnits" };
    if own > 0.0 {
        view.count(metric, ("TableName", &layout.table), own, "Count");
    }
    Ok(())
}

/// What a table or index can give.
struct Bucket<'a> {
    target: &'a Target,
    way: Way,
    kind: &'static str,
    space: i64,
    resource: String,
}

impl Bucket<'_> {
    fn draw(&self, view: &View, limits: (Option<&Capacity>, Option<&Capacity>), units: f64) -> Result<()> {
        let of = |capacity: &Capacity| if self.way == Way::Read { capacity.read } else { capacity.write };
        let (limit, burst, reason) = match limits {
            (Some(capacity), _) => (of(capacity), BURST_SECONDS, "ProvisionedThroughputExceeded"),
            (None, Some(most)) if of(most) > 0 => (of(most), 1.0, "MaxOnDemandThroughputExceeded"),
            (None, _) => return Ok(()),
        };
        if units <= 0.0 {
            return Ok(());
        }
        let (verb, metric) = match self.way {
            Way::Read => ("Read", "ReadThrottleEvents"),
            Way::Write => ("Write", "WriteThrottleEvents"),
        };
        let per_second = limit as f64;
        let bucket = format!("{}/{verb}", self.space);
        if view.draw(&bucket, Limit { per_second, most: per_second * burst }, units) {
            return Ok(());
        }
        let table = ("TableName", self.target.layout.table.as_str());
        view.count("ThrottledRequests", table, 1.0, "Count");
        view.count(metric, table, 1.0, "Count");
        let arn = arn(self.target.address.scope, &self.resource);
        Err(errors::throughput_exceeded(&format!("{}{verb}{reason}", self.kind), &arn))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_whole_blocks() {
        for (bytes, eventual, write) in
            [(0, 0.5, 1.0), (1, 0.5, 1.0), (1024, 0.5, 1.0), (1025, 0.5, 2.0), (4096, 0.5, 4.0), (4097, 1.0, 5.0)]
        {
            assert_eq!(Consistency::Eventual.units(bytes), eventual, "{bytes}");
            assert_eq!(Consistency::Strong.units(bytes), eventual * 2.0, "{bytes}");
            assert_eq!(Consistency::Transactional.units(bytes), eventual * 4.0, "{bytes}");
            assert_eq!(write_units(bytes), write, "{bytes}");
        }
    }
}
