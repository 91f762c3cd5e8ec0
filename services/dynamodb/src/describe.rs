//! Tables as they are shown.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html>

use crate::address::{Address, arn};
use crate::api;
use crate::state::{Capacity, Encryption, Index, KeyPart, Restored, SIZES, STREAMS, Size, StreamRow, TableRow};
use crate::streams;
use crate::tables::Whole;
use service::{Result, Scope, Timestamp, View};

/// A table, with the status that an operation leaves it in; `None` for the one that it has.
pub fn table(view: &View, scope: Scope, whole: &Whole, status: Option<&str>) -> Result<api::TableDescription> {
    let (row, layout) = (&whole.row, &whole.layout);
    let address = Address { scope, name: row.name.clone(), given: row.name.clone() };
    let size = size(view, scope, row.space)?;
    let active = if row.building { "CREATING" } else { "ACTIVE" };
    let stream = newest_stream(view, scope, row)?;
    let on_demand = row.billing_mode == "PAY_PER_REQUEST";
    let specification = stream
        .as_ref()
        .filter(|stream| stream.closed_at.is_none())
        .map(|stream| api::StreamSpecification { stream_enabled: true, stream_view_type: Some(stream.view.clone()) });
    let locals = layout.indexes.iter().filter(|index| !index.global).map(|index| local(view, &address, index));
    let locals = locals.collect::<Result<Vec<_>>>()?;
    let globals = layout.indexes.iter().filter(|index| index.global);
    let globals = globals.map(|index| global(view, &address, index, status)).collect::<Result<Vec<_>>>()?;
    Ok(api::TableDescription {
        attribute_definitions: Some(row.attributes.iter().map(definition).collect()),
        table_name: Some(row.name.clone()),
        key_schema: Some(schema(&layout.hash, layout.range.as_ref())),
        table_status: Some(status.unwrap_or(active).to_owned()),
        creation_date_time: Some(row.created_at),
        provisioned_throughput: Some(throughput(layout.capacity.as_ref(), row)),
        table_size_bytes: Some(size.bytes),
        item_count: Some(size.items),
        table_arn: Some(address.arn()),
        table_id: Some(row.id.clone()),
        billing_mode_summary: billing(row),
        local_secondary_indexes: (!locals.is_empty()).then_some(locals),
        global_secondary_indexes: (!globals.is_empty()).then_some(globals),
        stream_specification: specification,
        latest_stream_label: stream.as_ref().map(|stream| stream.label.clone()),
        latest_stream_arn: stream.map(|stream| arn(scope, &streams::resource(&stream.table, &stream.label))),
        restore_summary: row.restored.as_ref().map(|restored| restore(restored, row.building)),
        sse_description: row.encryption.as_ref().map(encryption),
        table_class_summary: (!row.class.is_empty()).then(|| api::TableClassSummary {
            table_class: Some(row.class.clone()),
            last_update_date_time: row.class_changed_at,
        }),
        deletion_protection_enabled: Some(row.deletion_protection),
        on_demand_throughput: layout.on_demand.as_ref().map(on_demand_throughput),
        warm_throughput: Some(warm(row.warm.as_ref(), layout.capacity.as_ref(), on_demand)),
        ..api::TableDescription::default()
    })
}

/// How much lies in a space.
pub fn size(view: &View, scope: Scope, space: i64) -> Result<Size> {
    Ok(view.get_in(scope, &SIZES, &space)?.unwrap_or_default())
}

fn newest_stream(view: &View, scope: Scope, row: &TableRow) -> Result<Option<StreamRow>> {
    match &row.stream_label {
        Some(label) => view.get_in(scope, &STREAMS, &(row.name.clone(), label.clone())),
        None => Ok(None),
    }
}

/// An attribute that keys are made of.
pub fn definition(part: &KeyPart) -> api::AttributeDefinition {
    api::AttributeDefinition { attribute_name: part.name.clone(), attribute_type: part.kind.clone() }
}

/// A key schema.
pub fn schema(hash: &KeyPart, range: Option<&KeyPart>) -> Vec<api::KeySchemaElement> {
    let element = |part: &KeyPart, kind: &str| api::KeySchemaElement {
        attribute_name: part.name.clone(),
        key_type: kind.to_owned(),
    };
    std::iter::once(element(hash, "HASH")).chain(range.map(|part| element(part, "RANGE"))).collect()
}

fn throughput(capacity: Option<&Capacity>, row: &TableRow) -> api::ProvisionedThroughputDescription {
    shown(capacity, (row.increased_at, row.decreased_at), row.decreases)
}

fn shown(
    capacity: Option<&Capacity>,
    (last_increase, last_decrease): (Option<Timestamp>, Option<Timestamp>),
    decreases: i64,
) -> api::ProvisionedThroughputDescription {
    api::ProvisionedThroughputDescription {
        last_increase_date_time: last_increase,
        last_decrease_date_time: last_decrease,
        number_of_decreases_today: Some(decreases),
        read_capacity_units: Some(capacity.map_or(0, |capacity| capacity.read)),
        write_capacity_units: Some(capacity.map_or(0, |capacity| capacity.write)),
    }
}

fn billing(row: &TableRow) -> Option<api::BillingModeSummary> {
    // A table that was never on demand shows no summary.
    row.on_demand_since.map(|since| api::BillingModeSummary {
        billing_mode: Some(row.billing_mode.clone()),
        last_update_to_pay_per_request_date_time: Some(since),
    })
}

fn on_demand_throughput(most: &Capacity) -> api::OnDemandThroughput {
    api::OnDemandThroughput { max_read_request_units: Some(most.read), max_write_request_units: Some(most.write) }
}

/// "12,000 read units and 4,000 write units" are what a table on demand begins with.
fn warm(given: Option<&Capacity>, capacity: Option<&Capacity>, on_demand: bool) -> api::TableWarmThroughputDescription {
    let (read, write) = warmth(given, capacity, on_demand);
    api::TableWarmThroughputDescription {
        read_units_per_second: Some(read),
        write_units_per_second: Some(write),
        status: Some("ACTIVE".to_owned()),
    }
}

fn warmth(given: Option<&Capacity>, capacity: Option<&Capacity>, on_demand: bool) -> (i64, i64) {
    match (given, capacity) {
        (Some(given), _) => (given.read, given.write),
        (None, Some(capacity)) if !on_demand => (capacity.read, capacity.write),
        _ => (12_000, 4_000),
    }
}

fn restore(restored: &Restored, in_progress: bool) -> api::RestoreSummary {
    api::RestoreSummary {
        source_backup_arn: restored.backup_arn.clone(),
        source_table_arn: Some(restored.table_arn.clone()),
        restore_date_time: restored.at,
        restore_in_progress: in_progress,
    }
}

/// Server-side encryption as it was chosen.
pub fn encryption(chosen: &Encryption) -> api::SSEDescription {
    api::SSEDescription {
        status: Some("ENABLED".to_owned()),
        sse_type: Some(chosen.kind.clone()),
        kms_master_key_arn: chosen.key.clone(),
        inaccessible_encryption_date_time: None,
    }
}

/// An index's projection.
pub fn projection(index: &Index) -> api::Projection {
    api::Projection {
        projection_type: Some(index.projection.clone()),
        non_key_attributes: (!index.include.is_empty()).then(|| index.include.clone()),
    }
}

fn local(view: &View, address: &Address, index: &Index) -> Result<api::LocalSecondaryIndexDescription> {
    let size = size(view, address.scope, index.space)?;
    Ok(api::LocalSecondaryIndexDescription {
        index_name: Some(index.name.clone()),
        key_schema: Some(schema(&index.hash, index.range.as_ref())),
        projection: Some(projection(index)),
        index_size_bytes: Some(size.bytes),
        item_count: Some(size.items),
        index_arn: Some(format!("{}/index/{}", address.arn(), index.name)),
    })
}

fn global(
    view: &View,
    address: &Address,
    index: &Index,
    status: Option<&str>,
) -> Result<api::GlobalSecondaryIndexDescription> {
    let size = size(view, address.scope, index.space)?;
    let building = index.backfilling || status == Some("CREATING");
    let (read, write) = warmth(index.warm.as_ref(), index.capacity.as_ref(), index.capacity.is_none());
    Ok(api::GlobalSecondaryIndexDescription {
        index_name: Some(index.name.clone()),
        key_schema: Some(schema(&index.hash, index.range.as_ref())),
        projection: Some(projection(index)),
        index_status: Some(if building { "CREATING" } else { "ACTIVE" }.to_owned()),
        backfilling: index.backfilling.then_some(true),
        provisioned_throughput: Some(shown(index.capacity.as_ref(), (index.increased_at, index.decreased_at), 0)),
        index_size_bytes: Some(size.bytes),
        item_count: Some(size.items),
        index_arn: Some(format!("{}/index/{}", address.arn(), index.name)),
        on_demand_throughput: index.on_demand.as_ref().map(on_demand_throughput),
        warm_throughput: Some(api::GlobalSecondaryIndexWarmThroughputDescription {
            read_units_per_second: Some(read),
            write_units_per_second: Some(write),
            status: Some("ACTIVE".to_owned()),
        }),
    })
}
