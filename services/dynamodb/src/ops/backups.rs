//! Backups on demand.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Backup-and-Restore.html>

use crate::address::{Address, arn, scope_of};
use crate::api::*;
use crate::state::{BACKUP_ITEMS, BACKUPS, BackupRow, ITEMS, StoredItem};
use crate::tables::{self, Whole};
use crate::{builds, describe, errors, keys, timers};
use service::{Cx, Direction, Duration, Error, Page, Result, Scope, Token, View};

/// A backup is made in one transaction, which bounds it.
const LARGEST: i64 = 100 << 20;
/// "A system backup ... is retained for 35 days."
const SYSTEM_LIFETIME: Duration = Duration::from_secs(35 * 86_400);

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html>
pub fn create_backup(cx: &mut Cx, input: CreateBackupInput) -> Result<CreateBackupOutput> {
    let CreateBackupInput { table_name, backup_name } = input;
    let address = Address::of(cx, &table_name)?;
    cx.in_scope(address.scope, |cx| {
        let whole = tables::find(cx, &address.name)?.ok_or_else(|| errors::no_such_table(&address.name))?;
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
        let id = new_id(cx);
        let Whole { row: table, layout, rights: _ } = whole;
        let (name, created_at) = (backup_name, cx.now());
        let backup = BackupRow { id, name, created_at, space, size, table, layout, expires_at: None };
        cx.put(&BACKUPS, &(backup.table.name.clone(), backup.id.clone()), &backup)?;
        // "CREATING" is how a backup begins; by the next look it is there.
        let backup_details = Some(details(cx.scope(), &backup, "CREATING"));
        Ok(CreateBackupOutput { backup_details })
    })
}

fn new_id(cx: &mut Cx) -> String {
    format!("{:014}-{:08x}", cx.now().millis(), cx.entropy().u64() & 0xffff_ffff)
}

/// Makes the backup that a table leaves which is deleted while it could be restored to any second. Its items stay where they are.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html#howitworks_restore_deleted_table>
pub(super) fn leave(cx: &mut Cx, whole: &Whole) -> Result<()> {
    let (row, layout) = (whole.row.clone(), whole.layout.clone());
    let expires_at = cx.now().after(SYSTEM_LIFETIME);
    let backup = BackupRow {
        id: new_id(cx),
        name: format!("{}$DeletedTableBackup", row.name),
        created_at: cx.now(),
        space: row.space,
        size: describe::size(cx, cx.scope(), row.space)?,
        table: row,
        layout,
        expires_at: Some(expires_at),
    };
    cx.put(&BACKUPS, &(backup.table.name.clone(), backup.id.clone()), &backup)?;
    timers::forget_backup(cx, &backup, expires_at)
}

/// A backup goes, and what it holds.
pub(crate) fn forget(cx: &mut Cx, backup: &BackupRow) -> Result<()> {
    cx.delete(&BACKUPS, &(backup.table.name.clone(), backup.id.clone()))?;
    builds::end_of(cx, backup.space)?;
    builds::sweep(cx, if backup.expires_at.is_some() { "items" } else { "backup" }, backup.space)
}

fn kind(backup: &BackupRow) -> &'static str {
    if backup.expires_at.is_some() { "SYSTEM" } else { "USER" }
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
        backup_type: kind(backup).to_owned(),
        backup_creation_date_time: backup.created_at,
        backup_expiry_date_time: backup.expires_at,
    }
}

/// The backup of an ARN, and where it is.
pub(super) fn find(view: &View, given: &str) -> Result<(Scope, BackupRow)> {
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
    cx.in_scope(scope, |cx| forget(cx, &backup))?;
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
    // "USER" is what is listed where nothing is said; there are none by AWS Backup.
    let wanted = backup_type.unwrap_or_else(|| "USER".to_owned());
    let after = exclusive_start_backup_arn.map(|arn| start(&arn)).transpose()?;
    let keep = |backup: &BackupRow| {
        (wanted == "ALL" || wanted == kind(backup))
            && table.as_ref().is_none_or(|table| *table == backup.table.name)
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
        backup_expiry_date_time: backup.expires_at,
        backup_status: Some("AVAILABLE".to_owned()),
        backup_type: Some(kind(&backup).to_owned()),
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
