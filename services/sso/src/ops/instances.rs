//! Instances.

use crate::api::{
    CreateInstanceRequest, CreateInstanceResponse, DeleteInstanceRequest, DeleteInstanceResponse,
    DescribeInstanceRequest, DescribeInstanceResponse, EncryptionConfigurationDetails, InstanceMetadata,
    ListInstancesRequest, ListInstancesResponse, RegionMetadata, UpdateInstanceRequest, UpdateInstanceResponse,
};
use crate::state::{INSTANCES, InstanceRow, KEYS, SETS};
use crate::{errors, instance, organization, paging, peers, place, tags};
use service::{AccountId, Cx, Result, View};

/// On AWS an organisation's own instance is enabled in the console alone, and this call is refused in its management account; here
/// it enables that instance.
/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateInstance.html>
pub fn create_instance(cx: &mut Cx, input: CreateInstanceRequest) -> Result<CreateInstanceResponse> {
    // The instance that there is already answers a second request, with or without the token.
    let CreateInstanceRequest { name, client_token: _, tags } = input; // stored only
    if let Some(row) = instance::own(cx)? {
        return Err(errors::conflict(format!("An instance already exists in this account: {}", row.id)));
    }
    let manages = organization::management(cx, cx.account())? == Some(cx.account());
    let id = format!("ssoins-{}", instance::digits(cx, 16));
    let store = match peers::named_store(cx)? {
        Some(store) => store,
        None => format!("d-{}", instance::digits(cx, 10)),
    };
    let row = InstanceRow {
        id,
        store,
        name: name.filter(|name| !name.is_empty()),
        created: cx.now().whole_secs(),
        of_organization: manages,
        has_sets: manages,
        tags: tags::given(cx, tags)?,
        attributes: None,
    };
    instance::save_new(cx, &row)?;
    Ok(CreateInstanceResponse { instance_arn: Some(instance::arn(cx, &row.id).to_string()) })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeInstance.html>
pub fn describe_instance(view: &View, input: DescribeInstanceRequest) -> Result<DescribeInstanceResponse> {
    let DescribeInstanceRequest { instance_arn } = input;
    let row = instance::known(view, &instance_arn)?;
    Ok(DescribeInstanceResponse {
        instance_arn: Some(instance::arn(view, &row.id).to_string()),
        identity_store_arn: Some(instance::store_arn(view, view.account(), &row.store)),
        identity_store_id: Some(row.store),
        owner_account_id: Some(view.account().to_string()),
        name: row.name,
        created_date: Some(row.created),
        status: Some("ACTIVE".to_owned()),
        status_reason: None,
        primary_region: Some(view.region().as_str().to_owned()),
        regions: Some(vec![region(view, row.created)]),
        encryption_configuration_details: Some(EncryptionConfigurationDetails {
            key_type: Some("AWS_OWNED_KMS_KEY".to_owned()),
            encryption_status: Some("ENABLED".to_owned()),
            ..EncryptionConfigurationDetails::default()
        }),
        network_configuration_details: None,
        permission_sets_enabled: Some(row.has_sets),
    })
}

fn region(view: &View, added: service::Timestamp) -> RegionMetadata {
    RegionMetadata {
        region_name: Some(view.region().as_str().to_owned()),
        status: Some("ACTIVE".to_owned()),
        added_date: Some(added),
        is_primary_region: Some(true),
    }
}

/// The account's own instance and its organisation's.
/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListInstances.html>
pub fn list_instances(view: &View, input: ListInstancesRequest) -> Result<ListInstancesResponse> {
    let ListInstancesRequest { max_results, next_token, region_scope } = input;
    if region_scope.is_some_and(|scope| scope == "ALL_REGIONS") {
        return Err(errors::not_implemented("ListInstances", "RegionScope"));
    }
    let page = paging::page(max_results, next_token.as_deref())?;
    let own = instance::own(view)?.map(|row| (view.account(), row));
    let shared = instance::of_organization(view)?.filter(|(owner, _)| *owner != view.account());
    let all = own.into_iter().chain(shared).map(|(owner, row)| metadata(view, owner, row)).collect();
    let (instances, next_token) = paging::slice(all, &page);
    Ok(ListInstancesResponse { instances: Some(instances), next_token })
}

fn metadata(view: &View, owner: AccountId, row: InstanceRow) -> InstanceMetadata {
    InstanceMetadata {
        instance_arn: Some(instance::arn(view, &row.id).to_string()),
        identity_store_arn: Some(instance::store_arn(view, owner, &row.store)),
        identity_store_id: Some(row.store),
        owner_account_id: Some(owner.to_string()),
        name: row.name,
        created_date: Some(row.created),
        status: Some("ACTIVE".to_owned()),
        status_reason: None,
        primary_region: Some(view.region().as_str().to_owned()),
        regions: None,
    }
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UpdateInstance.html>
pub fn update_instance(cx: &mut Cx, input: UpdateInstanceRequest) -> Result<UpdateInstanceResponse> {
    let UpdateInstanceRequest {
        name,
        instance_arn,
        encryption_configuration,
        permission_sets_enabled,
        network_configuration,
    } = input;
    if encryption_configuration.is_some() {
        return Err(errors::not_implemented("UpdateInstance", "EncryptionConfiguration"));
    }
    if network_configuration.is_some() {
        return Err(errors::not_implemented("UpdateInstance", "NetworkConfiguration"));
    }
    let mut row = instance::written(cx, &instance_arn)?;
    match permission_sets_enabled {
        Some(false) => {
            return Err(errors::validation("PermissionSetsEnabled can only be true: they cannot be disabled."));
        }
        Some(true) => row.has_sets = true,
        None => {}
    }
    if let Some(name) = name {
        row.name = Some(name).filter(|name| !name.is_empty());
    }
    cx.put(&INSTANCES, row.id.as_str(), &row)?;
    Ok(UpdateInstanceResponse {})
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteInstance.html>
pub fn delete_instance(cx: &mut Cx, input: DeleteInstanceRequest) -> Result<DeleteInstanceResponse> {
    let DeleteInstanceRequest { instance_arn } = input;
    let row = instance::written(cx, &instance_arn)?;
    if cx.rows(&SETS, (row.id.clone(),)).next().transpose()?.is_some() {
        return Err(errors::conflict("The instance has permission sets: delete them first."));
    }
    cx.delete(&KEYS, row.id.as_str())?;
    cx.delete(&INSTANCES, row.id.as_str())?;
    place::remove(cx, &row.id)?;
    place::remove(cx, &row.store)?;
    Ok(DeleteInstanceResponse {})
}
