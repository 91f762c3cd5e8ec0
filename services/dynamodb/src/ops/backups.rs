//! Backups on demand, and point-in-time recovery as far as it is switched on and off.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Backup-and-Restore.html>

use crate::address::{Address, arn, scope_of};
use crate::api::*;
use crate::state::{BACKUP_ITEMS, BACKUPS, BackupRow, ITEMS, Layout, Restored, Rights, StoredItem, TableRow};
use crate::tables::{self, Whole};
use crate::{builds, describe, errors, keys, schema};
use service::{Cx, Direction, Duration, Error, Page, Result, Scope, Token, View};

/// A backup is made in one transaction, which bounds it.
const LARGEST: i64 = 100 << 20;
/// "You can call DescribeContinuousBackups at a maximum rate of 10 times per second"; restores reach back this far.
const RECOVERY_DAYS: i64 = 35;
/// `LatestRestorableDateTime` "is typically 5 minutes before the current time".
const RECOVERY_LAG: Duration = Duration::from_secs(300);

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html>
pub fn create_backup(cx: &mut Cx, input: CreateBackupInput) -> Result<CreateBackupOutput> {
    let CreateBackupInput { table_name, backup_name } = input;
    let address = Address::of(cx, &table_name)?;
    cx.in_scope(address.scope, |cx| {
        let whole = tables::find(cx, &address.name)?.ok_or_else(|| table_not_found(&address.name))?;
        let size = describe::size(cx, cx.scope(), whole.row.space)?;
        if size.bytes > LARGEST {
            return Err(errors::refuse("CreateBackup of a table of more than 100 MiB"));
        }
        let space = tables::next_number(cx)?;
        let (from, to) = builds::whole(whole.row.space);
        let rows: Vec<StoredItem> = cx.range(&ITEMS, (&from, &to), Direction::Forward).collect::<Result<_>>()?;
        for row in rows {
            let item = crate::item::Item(row.item.clone());
            let parts =
                keys::stored_parts(&whole.layout, &item).ok_or_else(|| Error::internal("an item has no key"))?;
            cx.put(&BACKUP_ITEMS, &keys::item(space, &parts), &StoredItem { space, ..row })?;
        }
        let id = format!("{:014}-{:08x}", cx.now().millis(), cx.entropy().u64() & 0xffff_ffff);
        let Whole { row: table, layout, rights: _ } = whole;
        let backup = BackupRow { id, name: backup_name, created_at: cx.now(), space, size, table, layout };
        cx.put(&BACKUPS, &(backup.table.name.clone(), backup.id.clone()), &backup)?;
        // "CREATING" is how a backup begins; by the next look it is there.
        let backup_details = Some(details(cx.scope(), &backup, "CREATING"));
        Ok(CreateBackupOutput { backup_details })
    })
}

fn table_not_found(name: &str) -> Error {
    Error::new("TableNotFoundException", format!("Table not found: {name}"))
}

fn backup_arn(scope: Scope, backup: &BackupRow) -> String {
    arn(scope, &format!("table/{}/backup/{}", backup.table.name, backup.id))
}

fn details(scope: Scope, backup: &BackupRow, status: &str) -> BackupDetails {
    BackupDetails {
        backup_arn: backup_arn(scope, backup),
        backup_name: backup.name.clone(),
        backup_size_bytes: Some(backup.size.bytes),
        backup_status: status.to_owned(),
        backup_type: "USER".to_owned(),
        backup_creation_date_time: backup.created_at,
        backup_expiry_date_time: None,
    }
}

/// The backup of an ARN, and where it is.
fn find(view: &View, given: &str) -> Result<(Scope, BackupRow)> {
    let not_found = || Error::new("BackupNotFoundException", format!("Backup not found: {given}"));
    let (scope, resource) = scope_of(given).ok_or_else(not_found)?;
    let parts = resource.strip_prefix("table/").and_then(|rest| rest.split_once("/backup/")).ok_or_else(not_found)?;
    let backup = view.get_in(scope, &BACKUPS, &(parts.0.to_owned(), parts.1.to_owned()))?;
    Ok((scope, backup.ok_or_else(not_found)?))
}

fn description(scope: Scope, backup: &BackupRow, status: &str) -> BackupDescription {
    let BackupRow { table, layout, .. } = backup;
    let mode = &table.billing_mode;
    let locals = layout.indexes.iter().filter(|index| !index.global).map(|index| LocalSecondaryIndexInfo {
        index_name: Some(index.name.clone()),
        key_schema: Some(describe::schema(&index.hash, index.range.as_ref())),
        projection: Some(describe::projection(index)),
    });
    let globals = layout.indexes.iter().filter(|index| index.global).map(|index| GlobalSecondaryIndexInfo {
        index_name: Some(index.name.clone()),
        key_schema: Some(describe::schema(&index.hash, index.range.as_ref())),
        projection: Some(describe::projection(index)),
        provisioned_throughput: index.capacity.as_ref().map(|capacity| ProvisionedThroughput {
            read_capacity_units: capacity.read,
            write_capacity_units: capacity.write,
        }),
        on_demand_throughput: None,
    });
    let (locals, globals): (Vec<_>, Vec<_>) = (locals.collect(), globals.collect());
    let stream = layout
        .stream
        .as_ref()
        .map(|stream| StreamSpecification { stream_enabled: true, stream_view_type: Some(stream.view.clone()) });
    let capacity = layout.capacity.clone().unwrap_or_default();
    BackupDescription {
        backup_details: Some(details(scope, backup, status)),
        source_table_details: Some(SourceTableDetails {
            table_name: table.name.clone(),
            table_id: table.id.clone(),
            table_arn: Some(arn(scope, &format!("table/{}", table.name))),
            table_size_bytes: Some(backup.size.bytes),
            key_schema: describe::schema(&layout.hash, layout.range.as_ref()),
            table_creation_date_time: table.created_at,
            provisioned_throughput: ProvisionedThroughput {
                read_capacity_units: capacity.read,
                write_capacity_units: capacity.write,
            },
            on_demand_throughput: None,
            item_count: Some(backup.size.items),
            billing_mode: Some(mode.clone()),
        }),
        source_table_feature_details: Some(SourceTableFeatureDetails {
            local_secondary_indexes: (!locals.is_empty()).then_some(locals),
            global_secondary_indexes: (!globals.is_empty()).then_some(globals),
            stream_description: stream,
            time_to_live_description: layout.expiry.as_ref().map(|expiry| TimeToLiveDescription {
                time_to_live_status: Some("ENABLED".to_owned()),
                attribute_name: Some(expiry.attribute.clone()),
            }),
            sse_description: table.encryption.as_ref().map(describe::encryption),
            vector_indexes: None,
        }),
    }
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeBackup.html>
pub fn describe_backup(view: &View, input: DescribeBackupInput) -> Result<DescribeBackupOutput> {
    let DescribeBackupInput { backup_arn } = input;
    let (scope, backup) = find(view, &backup_arn)?;
    Ok(DescribeBackupOutput { backup_description: Some(description(scope, &backup, "AVAILABLE")) })
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteBackup.html>
pub fn delete_backup(cx: &mut Cx, input: DeleteBackupInput) -> Result<DeleteBackupOutput> {
    let DeleteBackupInput { backup_arn } = input;
    let (scope, backup) = find(cx, &backup_arn)?;
    cx.in_scope(scope, |cx| {
        cx.delete(&BACKUPS, &(backup.table.name.clone(), backup.id.clone()))?;
        builds::sweep(cx, "backup", backup.space)
    })?;
    Ok(DeleteBackupOutput { backup_description: Some(description(scope, &backup, "DELETED")) })
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html>
pub fn list_backups(view: &View, input: ListBackupsInput) -> Result<ListBackupsOutput> {
    let ListBackupsInput {
        table_name,
        limit,
        time_range_lower_bound: low,
        time_range_upper_bound: high,
        exclusive_start_backup_arn,
        backup_type,
    } = input;
    let table = table_name.map(|name| Address::of(view, &name)).transpose()?.map(|address| address.name);
    // There are no backups but those of users: none by AWS Backup.
    let kind = backup_type.is_none_or(|kind| kind == "USER" || kind == "ALL");
    let after = exclusive_start_backup_arn.map(|arn| start(&arn)).transpose()?;
    let keep = |backup: &BackupRow| {
        kind && table.as_ref().is_none_or(|table| *table == backup.table.name)
            && low.is_none_or(|low| backup.created_at >= low)
            && high.is_none_or(|high| backup.created_at < high)
    };
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100);
    let (rows, next) = view.page(&BACKUPS, (), &Page { after, limit }, keep)?;
    let last = next.and(rows.last().map(|backup| backup_arn(view.scope(), backup)));
    let summary = |backup: BackupRow| BackupSummary {
        table_name: Some(backup.table.name.clone()),
        table_id: Some(backup.table.id.clone()),
        table_arn: Some(arn(view.scope(), &format!("table/{}", backup.table.name))),
        backup_arn: Some(backup_arn(view.scope(), &backup)),
        backup_name: Some(backup.name.clone()),
        backup_creation_date_time: Some(backup.created_at),
        backup_expiry_date_time: None,
        backup_status: Some("AVAILABLE".to_owned()),
        backup_type: Some("USER".to_owned()),
        backup_size_bytes: Some(backup.size.bytes),
    };
    Ok(ListBackupsOutput {
        backup_summaries: Some(rows.into_iter().map(summary).collect()),
        last_evaluated_backup_arn: last,
    })
}

fn start(given: &str) -> Result<Token> {
    let invalid = || errors::validation(format!("Invalid ExclusiveStartBackupArn: {given}"));
    let (_, resource) = scope_of(given).ok_or_else(invalid)?;
    let (table, id) =
        resource.strip_prefix("table/").and_then(|rest| rest.split_once("/backup/")).ok_or_else(invalid)?;
    let mut key = service::KeyBuf::default();
    key.text(table);
    key.text(id);
    Ok(Token::of(key.as_bytes()))
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableFromBackup.html>
pub fn restore_table_from_backup(
    cx: &mut Cx,
    input: RestoreTableFromBackupInput,
) -> Result<RestoreTableFromBackupOutput> {
    let RestoreTableFromBackupInput {
        target_table_name,
        backup_arn,
        billing_mode_override,
        global_secondary_index_override,
        local_secondary_index_override,
        provisioned_throughput_override,
        on_demand_throughput_override,
        sse_specification_override,
        vector_index_override,
    } = input;
    if vector_index_override.is_some() {
        return Err(errors::refuse("VectorIndexOverride"));
    }
    let (scope, backup) = find(cx, &backup_arn)?;
    if global_secondary_index_override.as_ref().is_some_and(|list| !list.is_empty()) {
        return Err(errors::refuse("GlobalSecondaryIndexOverride"));
    }
    if local_secondary_index_override.as_ref().is_some_and(|list| !list.is_empty()) {
        return Err(errors::refuse("LocalSecondaryIndexOverride"));
    }
    let mut layout = Layout { expiry: None, stream: None, ..backup.layout.clone() };
    // An empty list leaves the indexes out.
    layout.indexes.retain(|index| match index.global {
        true => global_secondary_index_override.is_none(),
        false => local_secondary_index_override.is_none(),
    });
    let mut row = TableRow {
        name: target_table_name,
        stream_label: None,
        recovery_since: None,
        deletion_protection: false,
        building: true,
        ..backup.table.clone()
    };
    if billing_mode_override.is_some() || provisioned_throughput_override.is_some() {
        let mode = billing_mode_override.unwrap_or_else(|| row.billing_mode.clone());
        layout.capacity = schema::billing(&mode, provisioned_throughput_override)?;
        let of_indexes = layout.capacity.clone();
        layout.indexes.iter_mut().filter(|index| index.global).for_each(|index| index.capacity = of_indexes.clone());
        row.on_demand_since = (mode == "PAY_PER_REQUEST").then_some(cx.now());
        row.billing_mode = mode;
    }
    if on_demand_throughput_override.is_some() {
        layout.on_demand = schema::on_demand(on_demand_throughput_override);
    }
    if sse_specification_override.is_some() {
        row.encryption = super::tables::encryption(sse_specification_override);
    }
    row.restored = Some(Restored {
        backup_arn: Some(backup_arn),
        table_arn: arn(scope, &format!("table/{}", backup.table.name)),
        at: backup.created_at,
    });
    cx.in_scope(scope, |cx| {
        let rights = Rights { revision: cx.now().millis().to_string(), ..Rights::default() };
        let target = row.name.clone();
        let whole = super::tables::make(cx, Whole { row, layout, rights }, None).map_err(|e| taken(e, &target))?;
        let shown = describe::table(cx, scope, &whole, Some("CREATING"))?;
        builds::begin(cx, whole.row.space, 0, backup.space)?;
        Ok(RestoreTableFromBackupOutput { table_description: Some(shown) })
    })
}

/// A restore has a word of its own for a name that is taken.
fn taken(error: Error, target: &str) -> Error {
    match error.code() {
        "ResourceInUseException" => {
            Error::new("TableAlreadyExistsException", format!("Table already exists: {target}"))
        }
        _ => error,
    }
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html>
pub fn update_continuous_backups(
    cx: &mut Cx,
    input: UpdateContinuousBackupsInput,
) -> Result<UpdateContinuousBackupsOutput> {
    let UpdateContinuousBackupsInput { table_name, point_in_time_recovery_specification } = input;
    let PointInTimeRecoverySpecification { point_in_time_recovery_enabled, recovery_period_in_days } =
        point_in_time_recovery_specification;
    let address = Address::of(cx, &table_name)?;
    cx.in_scope(address.scope, |cx| {
        let mut whole = tables::find(cx, &address.name)?.ok_or_else(|| table_not_found(&address.name))?;
        let row = &mut whole.row;
        row.recovery_days = recovery_period_in_days.unwrap_or(RECOVERY_DAYS);
        row.recovery_since = match (point_in_time_recovery_enabled, row.recovery_since) {
            (false, _) => None,
            (true, since) => since.or(Some(cx.now())),
        };
        tables::keep(cx, &whole)?;
        let continuous_backups_description = Some(continuous(cx, &whole.row));
        Ok(UpdateContinuousBackupsOutput { continuous_backups_description })
    })
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html>
pub fn describe_continuous_backups(
    view: &View,
    input: DescribeContinuousBackupsInput,
) -> Result<DescribeContinuousBackupsOutput> {
    let DescribeContinuousBackupsInput { table_name } = input;
    let address = Address::of(view, &table_name)?;
    let there = view.elsewhere(address.scope)?;
    let whole = tables::find(&there, &address.name)?.ok_or_else(|| table_not_found(&address.name))?;
    let continuous_backups_description = Some(continuous(view, &whole.row));
    Ok(DescribeContinuousBackupsOutput { continuous_backups_description })
}

fn continuous(view: &View, row: &TableRow) -> ContinuousBackupsDescription {
    let days = row.recovery_days.clamp(1, RECOVERY_DAYS);
    let status = if row.recovery_since.is_some() { "ENABLED" } else { "DISABLED" };
    let oldest = view.now().before(Duration::from_secs(days.unsigned_abs() * 86_400));
    let recovery = PointInTimeRecoveryDescription {
        point_in_time_recovery_status: Some(status.to_owned()),
        recovery_period_in_days: row.recovery_since.map(|_| days),
        earliest_restorable_date_time: row.recovery_since.map(|since| since.max(oldest)),
        latest_restorable_date_time: row.recovery_since.map(|since| view.now().before(RECOVERY_LAG).max(since)),
    };
    // "Continuous backups are ENABLED on all tables at table creation."
    ContinuousBackupsDescription {
        continuous_backups_status: "ENABLED".to_owned(),
        point_in_time_recovery_description: Some(recovery),
    }
}
