//! New tables are made from backups, and from what tables were at a past second.
//!
//! A restored table has the indexes, the capacity and the encryption of its source, and neither its tags, policy, stream and
//! expiry nor its own recovery: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html>

use crate::address::{Address, arn};
use crate::api::*;
use crate::ops::{backups, tables as made};
use crate::state::{Index, Layout, Restored, Rights, TableRow};
use crate::tables::{self, Whole};
use crate::{builds, describe, errors, recovery, schema};
use service::{Cx, Error, Result, Timestamp};

/// What a request wants otherwise than it was.
struct Overrides {
    billing_mode: Option<String>,
    capacity: Option<ProvisionedThroughput>,
    on_demand: Option<OnDemandThroughput>,
    encryption: Option<SSESpecification>,
    global_indexes: Option<Vec<GlobalSecondaryIndex>>,
    local_indexes: Option<Vec<LocalSecondaryIndex>>,
}

impl Overrides {
    /// A table like `source`, for `target`.
    fn over(self, cx: &Cx, (table, layout): (TableRow, Layout), target: (String, Restored)) -> Result<Whole> {
        let mut layout = Layout { expiry: None, stream: None, ..layout };
        if let Some(given) = &self.global_indexes {
            let given = given.iter().map(|index| (index.index_name.as_str(), &index.key_schema, &index.projection));
            choose(&mut layout, true, &given.collect::<Vec<_>>())?;
        }
        if let Some(given) = &self.local_indexes {
            let given = given.iter().map(|index| (index.index_name.as_str(), &index.key_schema, &index.projection));
            choose(&mut layout, false, &given.collect::<Vec<_>>())?;
        }
        let (name, restored) = target;
        let mut row = TableRow {
            name,
            stream_label: None,
            recovery_since: None,
            deletion_protection: false,
            building: true,
            restored: Some(restored),
            ..table
        };
        if self.billing_mode.is_some() || self.capacity.is_some() {
            let mode = self.billing_mode.unwrap_or_else(|| row.billing_mode.clone());
            layout.capacity = schema::billing(&mode, self.capacity)?;
            let own = layout.capacity.clone();
            layout.indexes.iter_mut().filter(|index| index.global).for_each(|index| index.capacity = own.clone());
            row.on_demand_since = (mode == "PAY_PER_REQUEST").then_some(cx.now());
            row.billing_mode = mode;
        }
        if self.on_demand.is_some() {
            layout.on_demand = schema::on_demand(self.on_demand);
        }
        for given in self.global_indexes.unwrap_or_default() {
            let Some(index) = layout.indexes.iter_mut().find(|index| index.name == given.index_name) else { continue };
            if layout.capacity.is_some()
                && let Some(throughput) = given.provisioned_throughput
            {
                index.capacity = Some(schema::capacity(throughput));
            }
            if given.on_demand_throughput.is_some() {
                index.on_demand = schema::on_demand(given.on_demand_throughput);
            }
        }
        let used = |name: &str| {
            let keys = layout.indexes.iter().flat_map(|index| std::iter::once(&index.hash).chain(&index.range));
            keys.chain([&layout.hash]).chain(&layout.range).any(|part| part.name == name)
        };
        row.attributes.retain(|part| used(&part.name));
        if self.encryption.is_some() {
            row.encryption = made::encryption(self.encryption);
        }
        let rights = Rights { revision: cx.now().millis().to_string(), ..Rights::default() };
        Ok(Whole { row, layout, rights })
    }
}

type Chosen<'a> = (&'a str, &'a Vec<KeySchemaElement>, &'a Projection);

/// Leaves out the indexes of a kind that a list does not have. "The indexes provided should match existing secondary indexes."
fn choose(layout: &mut Layout, global: bool, given: &[Chosen<'_>]) -> Result<()> {
    for (name, key, projection) in given {
        let same = |index: &Index| {
            (index.global, index.name.as_str()) == (global, *name)
                && describe::schema(&index.hash, index.range.as_ref()) == **key
                && describe::projection(index) == **projection
        };
        if !layout.indexes.iter().any(same) {
            return Err(errors::validation(format!("The index {name} must match an index of the source table.")));
        }
    }
    layout.indexes.retain(|index| index.global != global || given.iter().any(|(name, ..)| *name == index.name));
    Ok(())
}

/// Makes the table and begins to fill it. A restore has a word of its own for a name that is taken.
fn make(cx: &mut Cx, whole: Whole, fill: impl FnOnce(&mut Cx, i64) -> Result<()>) -> Result<TableDescription> {
    let target = whole.row.name.clone();
    let taken = |error: Error| match error.code() {
        "ResourceInUseException" => {
            Error::new("TableAlreadyExistsException", format!("Table already exists: {target}"))
        }
        _ => error,
    };
    let whole = made::make(cx, whole, None).map_err(taken)?;
    let shown = describe::table(cx, cx.scope(), &whole, Some("CREATING"))?;
    fill(cx, whole.row.space)?;
    Ok(shown)
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableFromBackup.html>
pub fn restore_table_from_backup(
    cx: &mut Cx,
    input: RestoreTableFromBackupInput,
) -> Result<RestoreTableFromBackupOutput> {
    let RestoreTableFromBackupInput {
        target_table_name,
        backup_arn,
        billing_mode_override: billing_mode,
        global_secondary_index_override: global_indexes,
        local_secondary_index_override: local_indexes,
        provisioned_throughput_override: capacity,
        on_demand_throughput_override: on_demand,
        sse_specification_override: encryption,
        vector_index_override,
    } = input;
    if vector_index_override.is_some() {
        return Err(errors::refuse("VectorIndexOverride"));
    }
    let (scope, backup) = backups::find(cx, &backup_arn)?;
    let overrides = Overrides { billing_mode, capacity, on_demand, encryption, global_indexes, local_indexes };
    let restored = Restored {
        backup_arn: Some(backup_arn),
        table_arn: arn(scope, &format!("table/{}", backup.table.name)),
        at: backup.created_at,
    };
    let whole = overrides.over(cx, (backup.table.clone(), backup.layout.clone()), (target_table_name, restored))?;
    cx.in_scope(scope, |cx| {
        let shown = make(cx, whole, |cx, space| builds::begin_of_backup(cx, space, &backup))?;
        Ok(RestoreTableFromBackupOutput { table_description: Some(shown) })
    })
}

/// The table as it is decides what it is restored with; its items are those of that second.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html>
pub fn restore_table_to_point_in_time(
    cx: &mut Cx,
    input: RestoreTableToPointInTimeInput,
) -> Result<RestoreTableToPointInTimeOutput> {
    let RestoreTableToPointInTimeInput {
        source_table_arn,
        source_table_name,
        target_table_name,
        use_latest_restorable_time,
        restore_date_time,
        billing_mode_override: billing_mode,
        global_secondary_index_override: global_indexes,
        local_secondary_index_override: local_indexes,
        provisioned_throughput_override: capacity,
        on_demand_throughput_override: on_demand,
        sse_specification_override: encryption,
        vector_index_override,
    } = input;
    if vector_index_override.is_some() {
        return Err(errors::refuse("VectorIndexOverride"));
    }
    let source = source(source_table_arn.as_deref(), source_table_name.as_deref())?;
    let address = Address::of(cx, source)?;
    if address.scope != cx.scope() {
        return Err(errors::refuse("SourceTableArn of another account or region"));
    }
    let whole = tables::find(cx, &address.name)?.ok_or_else(|| errors::no_such_table(&address.name))?;
    let at = moment(cx, &whole.row, (use_latest_restorable_time == Some(true), restore_date_time))?;
    let overrides = Overrides { billing_mode, capacity, on_demand, encryption, global_indexes, local_indexes };
    let restored = Restored { backup_arn: None, table_arn: address.arn(), at };
    let from = whole.row.space;
    let new = overrides.over(cx, (whole.row, whole.layout), (target_table_name, restored))?;
    let shown = make(cx, new, |cx, space| builds::begin_of_past(cx, space, from, at))?;
    Ok(RestoreTableToPointInTimeOutput { table_description: Some(shown) })
}

/// The table that a request names, by either of two members.
pub(crate) fn source<'a>(arn: Option<&'a str>, name: Option<&'a str>) -> Result<&'a str> {
    match (arn, name) {
        (Some(source), None) | (None, Some(source)) => Ok(source),
        _ => Err(errors::validation("Exactly one of SourceTableArn and SourceTableName must be specified.")),
    }
}

/// The moment that is asked for, if it can be restored.
fn moment(cx: &Cx, row: &TableRow, (latest, at): (bool, Option<Timestamp>)) -> Result<Timestamp> {
    let Some((first, last)) = recovery::window(row, cx.now()) else {
        let text = format!("Point in time recovery is not enabled for table '{}'", row.name);
        return Err(Error::new("PointInTimeRecoveryUnavailableException", text));
    };
    let at = match (latest, at) {
        (true, None) => return Ok(last),
        (false, Some(at)) => cx.said(at).whole_secs(),
        _ => {
            let text = "Exactly one of RestoreDateTime and UseLatestRestorableTime must be specified.";
            return Err(errors::validation(text));
        }
    };
    // "You can restore to any point in time ... to the second."
    if !(first..=last).contains(&at) {
        let text = format!(
            "RestoreDateTime must be between EarliestRestorableDateTime ({}) and LatestRestorableDateTime ({}).",
            first.iso8601(),
            last.iso8601()
        );
        return Err(Error::new("InvalidRestoreTimeException", text));
    }
    Ok(at)
}
