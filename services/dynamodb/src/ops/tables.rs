//! Tables are made, shown and deleted.

use crate::address::{Address, check_name};
use crate::api::*;
use crate::keys::KeySchema as Keys;
use crate::schema::{self, Definitions};
use crate::state::{BUILDS, Encryption, Index, LAYOUTS, Layout, RIGHTS, Rights, TABLES, TableRow};
use crate::tables::{self, Whole};
use crate::{builds, describe, errors, recovery, streams};
use service::{Cx, Page, Result, Token, View};

/// Tables of an account in a region, unless AWS grants more.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html>
const MOST_TABLES: usize = 2_500;

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html>
pub fn create_table(cx: &mut Cx, input: CreateTableInput) -> Result<CreateTableOutput> {
    let CreateTableInput {
        attribute_definitions,
        table_name,
        key_schema,
        local_secondary_indexes,
        global_secondary_indexes,
        billing_mode,
        provisioned_throughput,
        stream_specification,
        sse_specification,
        tags,
        table_class,
        deletion_protection_enabled,
        warm_throughput,
        resource_policy,
        on_demand_throughput,
        global_table_source_arn,
        global_table_settings_replication_mode,
        vector_indexes,
    } = input;
    if global_table_source_arn.is_some() {
        return Err(errors::refuse("GlobalTableSourceArn"));
    }
    if global_table_settings_replication_mode.is_some() {
        return Err(errors::refuse("GlobalTableSettingsReplicationMode"));
    }
    if vector_indexes.is_some() {
        return Err(errors::refuse("VectorIndexes"));
    }
    let address = Address::of(cx, &table_name)?;
    let mode = billing_mode.unwrap_or_else(|| "PROVISIONED".to_owned());
    let capacity = schema::billing(&mode, provisioned_throughput)?;
    let definitions = Definitions::of(attribute_definitions.ok_or_else(|| null("attributeDefinitions"))?)?;
    let key = definitions.schema(&key_schema.ok_or_else(|| null("keySchema"))?, None)?;
    let given = (local_secondary_indexes, global_secondary_indexes);
    let indexes = indexes(given, &definitions, &key, &mode)?;
    definitions.check_used(&key, &indexes)?;
    let view = stream_view(stream_specification)?;
    let tags = super::tags::of(cx, tags.unwrap_or_default())?;
    let policy = resource_policy.map(|text| super::policies::check(&text).map(|()| text)).transpose()?;
    let now = cx.now();
    let mut table = TableRow {
        name: address.name,
        billing_mode: mode,
        attributes: definitions.0,
        class: table_class.unwrap_or_default(),
        deletion_protection: deletion_protection_enabled.unwrap_or_default(),
        encryption: encryption(sse_specification),
        warm: schema::warm(warm_throughput),
        ..TableRow::default()
    };
    table.on_demand_since = (table.billing_mode == "PAY_PER_REQUEST").then_some(now);
    let on_demand = schema::on_demand(on_demand_throughput);
    let layout = Layout { hash: key.hash, range: key.range, indexes, capacity, on_demand, ..Layout::default() };
    let revision = cx.now().millis().to_string();
    let changed_at = policy.is_some().then_some(now);
    let rights = Rights { tags, policy, revision, changed_at, ..Rights::default() };
    in_account(cx, address.scope, |cx| {
        let whole = make(cx, Whole { row: table, layout, rights }, view.as_deref())?;
        let table_description = Some(describe::table(cx, cx.scope(), &whole, Some("CREATING"))?);
        Ok(CreateTableOutput { table_description })
    })
}

/// The indexes of a new table.
fn indexes(
    (local, global): (Option<Vec<LocalSecondaryIndex>>, Option<Vec<GlobalSecondaryIndex>>),
    definitions: &Definitions,
    key: &Keys,
    mode: &str,
) -> Result<Vec<Index>> {
    let mut indexes = Vec::new();
    if let Some(given) = local {
        indexes.extend(schema::local_indexes(given, definitions, key)?);
    }
    if let Some(given) = global {
        if given.is_empty() {
            return Err(errors::invalid("List of GlobalSecondaryIndexes is empty"));
        }
        for one in given {
            indexes.push(schema::global_index(one, definitions, mode)?);
        }
    }
    schema::check_indexes(&indexes)?;
    Ok(indexes)
}

/// Works in the account that an ARN names.
pub(super) fn in_account<T>(cx: &mut Cx, scope: service::Scope, work: impl FnOnce(&mut Cx) -> Result<T>) -> Result<T> {
    cx.in_scope(scope, work)
}

fn null(member: &str) -> service::Error {
    errors::validation(format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    ))
}

/// Makes a table, with spaces of its own.
pub(super) fn make(cx: &mut Cx, mut whole: Whole, stream: Option<&str>) -> Result<Whole> {
    let name = whole.row.name.clone();
    check_name("TableName", &name)?;
    if cx.has(&TABLES, name.as_str())? {
        return Err(errors::in_use(format!("Table already exists: {name}")));
    }
    if cx.rows(&TABLES, ()).take(MOST_TABLES).count() >= MOST_TABLES {
        let text = "Subscriber limit exceeded: There is a limit of 2500 tables per subscriber";
        return Err(errors::limit_exceeded(text));
    }
    whole.row.space = tables::next_number(cx)?;
    whole.row.id = cx.entropy().uuid();
    whole.row.created_at = cx.now();
    whole.layout.table = name.clone();
    whole.layout.space = whole.row.space;
    for index in &mut whole.layout.indexes {
        index.space = tables::next_number(cx)?;
    }
    whole.rights.space = whole.row.space;
    if let Some(view) = stream {
        streams::open(cx, &mut whole.row, &mut whole.layout, view)?;
    }
    tables::keep(cx, &whole)?;
    cx.put(&RIGHTS, format!("table/{name}").as_str(), &whole.rights)?;
    Ok(whole)
}

/// What a stream is to show; `None` for no stream.
pub(super) fn stream_view(given: Option<StreamSpecification>) -> Result<Option<String>> {
    let Some(StreamSpecification { stream_enabled, stream_view_type }) = given else { return Ok(None) };
    match (stream_enabled, stream_view_type) {
        (true, Some(view)) => Ok(Some(view)),
        (true, None) => Err(errors::invalid("StreamViewType must be specified when StreamEnabled is true")),
        (false, Some(_)) => Err(errors::invalid("StreamViewType cannot be specified when StreamEnabled is false")),
        (false, None) => Ok(None),
    }
}

/// What encrypts a table. Only a key that was chosen is shown: by default DynamoDB's own encrypts.
pub(super) fn encryption(given: Option<SSESpecification>) -> Option<Encryption> {
    let SSESpecification { enabled, sse_type, kms_master_key_id } = given?;
    (enabled == Some(true))
        .then(|| Encryption { kind: sse_type.unwrap_or_else(|| "KMS".to_owned()), key: kms_master_key_id })
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html>
pub fn describe_table(view: &View, input: DescribeTableInput) -> Result<DescribeTableOutput> {
    let DescribeTableInput { table_name } = input;
    let address = Address::of(view, &table_name)?;
    let whole = tables::at(view, &address)?;
    let table = Some(describe::table(view, address.scope, &whole, None)?);
    Ok(DescribeTableOutput { table })
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html>
pub fn list_tables(view: &View, input: ListTablesInput) -> Result<ListTablesOutput> {
    let ListTablesInput { exclusive_start_table_name, limit } = input;
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100);
    let after = exclusive_start_table_name.map(|name| {
        let mut key = service::KeyBuf::default();
        key.text(&name);
        Token::of(key.as_bytes())
    });
    let (rows, next) = view.page(&TABLES, (), &Page { after, limit }, |_| true)?;
    let names: Vec<String> = rows.into_iter().map(|row| row.name).collect();
    let last_evaluated_table_name = next.and(names.last().cloned());
    Ok(ListTablesOutput { table_names: Some(names), last_evaluated_table_name })
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html>
pub fn delete_table(cx: &mut Cx, input: DeleteTableInput) -> Result<DeleteTableOutput> {
    let DeleteTableInput { table_name } = input;
    let address = Address::of(cx, &table_name)?;
    in_account(cx, address.scope, |cx| {
        let mut whole = tables::own(cx, &address.name)?;
        if whole.row.deletion_protection {
            let text = "Resource cannot be deleted as it is currently protected against deletion. Disable deletion \
                        protection first.";
            return Err(errors::validation(text));
        }
        let mut shown = describe::table(cx, cx.scope(), &whole, Some("DELETING"))?;
        // A table that goes is shown without its keys.
        shown.attribute_definitions = None;
        shown.key_schema = None;
        shown.creation_date_time = None;
        streams::close(cx, &whole.row, &mut whole.layout)?;
        remove(cx, &whole)?;
        Ok(DeleteTableOutput { table_description: Some(shown) })
    })
}

fn remove(cx: &mut Cx, whole: &Whole) -> Result<()> {
    let Whole { row, layout, rights: _ } = whole;
    cx.delete(&TABLES, row.name.as_str())?;
    cx.delete(&RIGHTS, format!("table/{}", row.name).as_str())?;
    cx.delete(&LAYOUTS, &row.space)?;
    recovery::forget(cx, row)?;
    match row.recovery_since {
        Some(_) => super::backups::leave(cx, whole)?,
        None => builds::sweep(cx, "items", row.space)?,
    }
    for Index { space, .. } in &layout.indexes {
        builds::sweep(cx, "index", *space)?;
        cx.delete(&BUILDS, &(row.space, *space))?;
    }
    if let Some(expiry) = &layout.expiry {
        builds::sweep(cx, "expiries", expiry.id)?;
        cx.delete(&BUILDS, &(row.space, expiry.id))?;
    }
    cx.delete(&BUILDS, &(row.space, 0)).map(drop)
}
