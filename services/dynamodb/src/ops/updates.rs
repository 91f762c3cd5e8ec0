//! Tables are changed.

use crate::address::Address;
use crate::api::*;
use crate::schema::{self, Definitions};
use crate::state::{BUILDS, Capacity, Index, TableRow};
use crate::tables::{self, Whole};
use crate::{builds, describe, errors, streams};
use service::{Cx, Duration, Result, Timestamp};

/// "After the first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600
/// seconds."
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-decrease-throughput>
const FREE_DECREASES: i64 = 4;
const BETWEEN_DECREASES: Duration = Duration::from_secs(3600);

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html>
pub fn update_table(cx: &mut Cx, input: UpdateTableInput) -> Result<UpdateTableOutput> {
    let UpdateTableInput {
        attribute_definitions,
        table_name,
        billing_mode,
        provisioned_throughput,
        global_secondary_index_updates,
        stream_specification,
        sse_specification,
        replica_updates,
        table_class,
        deletion_protection_enabled,
        multi_region_consistency,
        global_table_witness_updates,
        on_demand_throughput,
        warm_throughput,
        global_table_settings_replication_mode,
        disassociation_protection_enabled,
        vector_index_updates,
    } = input;
    if replica_updates.is_some() {
        return Err(errors::refuse("ReplicaUpdates"));
    }
    if multi_region_consistency.is_some() {
        return Err(errors::refuse("MultiRegionConsistency"));
    }
    if global_table_witness_updates.is_some() {
        return Err(errors::refuse("GlobalTableWitnessUpdates"));
    }
    if global_table_settings_replication_mode.is_some() {
        return Err(errors::refuse("GlobalTableSettingsReplicationMode"));
    }
    if disassociation_protection_enabled.is_some() {
        return Err(errors::refuse("DisassociationProtectionEnabled"));
    }
    if vector_index_updates.is_some() {
        return Err(errors::refuse("VectorIndexUpdates"));
    }
    let given = [
        billing_mode.is_some(),
        provisioned_throughput.is_some(),
        global_secondary_index_updates.is_some(),
        stream_specification.is_some(),
        sse_specification.is_some(),
        table_class.is_some(),
        deletion_protection_enabled.is_some(),
        on_demand_throughput.is_some(),
        warm_throughput.is_some(),
    ];
    if !given.contains(&true) {
        let text = "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates \
                    or SSESpecification or ReplicaUpdates is required";
        return Err(errors::validation(text));
    }
    let address = Address::of(cx, &table_name)?;
    let changes = Changes {
        billing_mode,
        provisioned_throughput,
        table_class,
        deletion_protection_enabled,
        sse_specification,
        on_demand_throughput,
        warm_throughput,
        stream_specification,
    };
    let indexes = (attribute_definitions.unwrap_or_default(), global_secondary_index_updates.unwrap_or_default());
    cx.in_scope(address.scope, |cx| {
        changes.make(cx, &address.name, indexes).map(|shown| UpdateTableOutput { table_description: Some(shown) })
    })
}

/// What an update changes besides indexes.
struct Changes {
    billing_mode: Option<String>,
    provisioned_throughput: Option<ProvisionedThroughput>,
    table_class: Option<String>,
    deletion_protection_enabled: Option<bool>,
    sse_specification: Option<SSESpecification>,
    on_demand_throughput: Option<OnDemandThroughput>,
    warm_throughput: Option<WarmThroughput>,
    stream_specification: Option<StreamSpecification>,
}

impl Changes {
    fn make(
        self,
        cx: &mut Cx,
        name: &str,
        (definitions, indexes): (Vec<AttributeDefinition>, Vec<GlobalSecondaryIndexUpdate>),
    ) -> Result<TableDescription> {
        let mut whole = tables::own(cx, name)?;
        set_capacity(&mut whole, self.billing_mode, self.provisioned_throughput, cx.now())?;
        set_class(&mut whole.row, self.table_class, cx.now());
        if let Some(protected) = self.deletion_protection_enabled {
            whole.row.deletion_protection = protected;
        }
        if self.sse_specification.is_some() {
            whole.row.encryption = super::tables::encryption(self.sse_specification);
        }
        if self.on_demand_throughput.is_some() {
            whole.layout.on_demand = schema::on_demand(self.on_demand_throughput);
        }
        if self.warm_throughput.is_some() {
            whole.row.warm = schema::warm(self.warm_throughput);
        }
        set_stream(cx, &mut whole, self.stream_specification)?;
        let new = set_indexes(cx, &mut whole, definitions, indexes)?;
        tables::keep(cx, &whole)?;
        let mut shown = describe::table(cx, cx.scope(), &whole, Some("UPDATING"))?;
        if let Some((space, name)) = new {
            builds::begin(cx, whole.row.space, space)?;
            let indexes = shown.global_secondary_indexes.iter_mut().flatten();
            indexes.filter(|index| index.index_name.as_deref() == Some(&name)).for_each(|index| {
                index.index_status = Some("CREATING".to_owned());
                index.backfilling = Some(false);
            });
        }
        Ok(shown)
    }
}

fn set_class(row: &mut TableRow, class: Option<String>, now: Timestamp) {
    if let Some(class) = class {
        row.class = class;
        row.class_changed_at = Some(now);
    }
}

fn set_capacity(
    whole: &mut Whole,
    mode: Option<String>,
    given: Option<ProvisionedThroughput>,
    now: Timestamp,
) -> Result<()> {
    let changed = mode.as_ref().is_some_and(|mode| *mode != whole.row.billing_mode);
    let mode = mode.unwrap_or_else(|| whole.row.billing_mode.clone());
    if given.is_none() && !(changed && mode == "PROVISIONED") {
        if changed {
            whole.row.billing_mode = mode;
            whole.row.on_demand_since = Some(now);
            whole.layout.capacity = None;
            whole.layout.indexes.iter_mut().for_each(|index| index.capacity = None);
        }
        return Ok(());
    }
    let capacity = schema::billing(&mode, given)?;
    whole.row.billing_mode = mode;
    let Some(capacity) = capacity else { return Ok(()) };
    match &whole.layout.capacity {
        Some(old) if *old == capacity && !changed => return Err(unchanged(old)),
        Some(old) => {
            if capacity.read > old.read || capacity.write > old.write {
                whole.row.increased_at = Some(now);
            }
            if capacity.read < old.read || capacity.write < old.write {
                note_decrease(&mut whole.row, now)?;
            }
        }
        None => {
            // Global indexes need capacity of their own from now on.
            let bare = |index: &&mut Index| index.global && index.capacity.is_none();
            for index in whole.layout.indexes.iter_mut().filter(bare) {
                index.capacity = Some(capacity.clone());
            }
        }
    }
    whole.layout.capacity = Some(capacity);
    Ok(())
}

fn unchanged(capacity: &Capacity) -> service::Error {
    let Capacity { read, write } = capacity;
    errors::validation(format!(
        "The provisioned throughput for the table will not change. The requested value equals the current value. Current \
         ReadCapacityUnits provisioned for the table: {read}. Requested ReadCapacityUnits: {read}. Current \
         WriteCapacityUnits provisioned for the table: {write}. Requested WriteCapacityUnits: {write}. Refer to the \
         Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
    ))
}

fn note_decrease(row: &mut TableRow, now: Timestamp) -> Result<()> {
    let day = |at: Timestamp| at.secs().div_euclid(86_400);
    let today = row.decreased_at.is_some_and(|at| day(at) == day(now));
    let count = if today { row.decreases } else { 0 };
    let recent = row.decreased_at.is_some_and(|at| now.since(at) < BETWEEN_DECREASES);
    if count >= FREE_DECREASES && recent {
        let last = row.decreased_at.unwrap_or(now).iso8601();
        return Err(errors::limit_exceeded(format!(
            "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the \
             first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 \
             seconds. Number of decreases today: {count}. Last decrease at {last}."
        )));
    }
    row.decreases = count + 1;
    row.decreased_at = Some(now);
    Ok(())
}

/// "You receive a ValidationException if you try to enable a stream on a table that already has a stream, or if you try
/// to disable a stream on a table that doesn't have a stream."
fn set_stream(cx: &mut Cx, whole: &mut Whole, given: Option<StreamSpecification>) -> Result<()> {
    if given.is_none() {
        return Ok(());
    }
    let name = &whole.row.name;
    match (super::tables::stream_view(given)?, whole.layout.stream.is_some()) {
        (Some(_), true) => Err(errors::validation(format!("Table already has an enabled stream: TableName: {name}"))),
        (None, false) => Err(errors::validation(format!("Table has no enabled stream to disable: TableName: {name}"))),
        (Some(view), false) => streams::open(cx, &mut whole.row, &mut whole.layout, &view),
        (None, true) => streams::close(cx, &whole.row, &mut whole.layout),
    }
}

/// Changes global indexes, and gives the space and name of one that was made.
fn set_indexes(
    cx: &mut Cx,
    whole: &mut Whole,
    definitions: Vec<AttributeDefinition>,
    updates: Vec<GlobalSecondaryIndexUpdate>,
) -> Result<Option<(i64, String)>> {
    let online = updates.iter().filter(|update| update.create.is_some() || update.delete.is_some()).count();
    if online > 1 {
        let text = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table";
        return Err(errors::limit_exceeded(text));
    }
    let mut new = None;
    let definitions = Definitions::of(definitions)?;
    for update in updates {
        let GlobalSecondaryIndexUpdate { update, create, delete } = update;
        match (update, create, delete) {
            (Some(update), None, None) => set_index(whole, update, cx.now())?,
            (None, Some(create), None) => new = Some(add_index(cx, whole, create, &definitions)?),
            (None, None, Some(DeleteGlobalSecondaryIndexAction { index_name })) => {
                drop_index(cx, whole, &index_name)?;
            }
            _ => {
                let text = "One of the following must be specified: Update, Create, Delete";
                return Err(errors::invalid(text));
            }
        }
    }
    let used: Vec<String> = {
        let layout = &whole.layout;
        let table = std::iter::once(&layout.hash).chain(&layout.range);
        let indexes = layout.indexes.iter().flat_map(|index| std::iter::once(&index.hash).chain(&index.range));
        table.chain(indexes).map(|part| part.name.clone()).collect()
    };
    whole.row.attributes.retain(|part| used.contains(&part.name));
    Ok(new)
}

fn find<'a>(whole: &'a mut Whole, name: &str) -> Result<&'a mut Index> {
    let index = whole.layout.indexes.iter_mut().find(|index| index.global && index.name == name);
    index.ok_or_else(|| errors::resource_not_found(format!("Requested resource not found: Index: {name} not found")))
}

fn set_index(whole: &mut Whole, update: UpdateGlobalSecondaryIndexAction, now: Timestamp) -> Result<()> {
    let UpdateGlobalSecondaryIndexAction { index_name, provisioned_throughput, on_demand_throughput, warm_throughput } =
        update;
    let on_demand = whole.row.billing_mode == "PAY_PER_REQUEST";
    let index = find(whole, &index_name)?;
    if let Some(given) = provisioned_throughput {
        if on_demand {
            let text = "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is \
                        PAY_PER_REQUEST";
            return Err(errors::invalid(text));
        }
        let new = schema::capacity(given);
        let old = index.capacity.clone().unwrap_or_default();
        if new == old {
            let Capacity { read, write } = old;
            return Err(errors::validation(format!(
                "The provisioned throughput for the index {index_name} will not change. The requested value equals the \
                 current value. Current ReadCapacityUnits provisioned for the index: {read}. Requested \
                 ReadCapacityUnits: {read}. Current WriteCapacityUnits provisioned for the index: {write}. Requested \
                 WriteCapacityUnits: {write}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to \
                 request higher limits."
            )));
        }
        if new.read > old.read || new.write > old.write {
            index.increased_at = Some(now);
        }
        if new.read < old.read || new.write < old.write {
            index.decreased_at = Some(now);
        }
        index.capacity = Some(new);
    }
    if on_demand_throughput.is_some() {
        index.on_demand = schema::on_demand(on_demand_throughput);
    }
    if warm_throughput.is_some() {
        index.warm = schema::warm(warm_throughput);
    }
    Ok(())
}

fn add_index(
    cx: &mut Cx,
    whole: &mut Whole,
    create: CreateGlobalSecondaryIndexAction,
    definitions: &Definitions,
) -> Result<(i64, String)> {
    let CreateGlobalSecondaryIndexAction {
        index_name,
        key_schema,
        projection,
        provisioned_throughput,
        on_demand_throughput,
        warm_throughput,
    } = create;
    if whole.layout.indexes.iter().any(|index| index.name == index_name) {
        let text = format!("Attempting to create an index which already exists: {index_name}");
        return Err(errors::validation(text));
    }
    let given = GlobalSecondaryIndex {
        index_name,
        key_schema,
        projection,
        provisioned_throughput,
        on_demand_throughput,
        warm_throughput,
    };
    let mut index = schema::global_index(given, definitions, &whole.row.billing_mode)?;
    for part in std::iter::once(&index.hash).chain(&index.range) {
        match whole.row.attributes.iter().find(|known| known.name == part.name) {
            Some(known) if known.kind != part.kind => {
                let name = &part.name;
                let text = format!("Attribute {name} is a key of another type already: {}", known.kind);
                return Err(errors::invalid(text));
            }
            Some(_) => {}
            None => whole.row.attributes.push(part.clone()),
        }
    }
    index.space = tables::next_number(cx)?;
    index.backfilling = true;
    let made = (index.space, index.name.clone());
    whole.layout.indexes.push(index);
    schema::check_indexes(&whole.layout.indexes)?;
    Ok(made)
}

fn drop_index(cx: &mut Cx, whole: &mut Whole, name: &str) -> Result<()> {
    let space = find(whole, name)?.space;
    whole.layout.indexes.retain(|index| index.space != space);
    cx.delete(&BUILDS, &(whole.row.space, space))?;
    builds::sweep(cx, "index", space)
}
