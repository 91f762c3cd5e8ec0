//! Attributes for access control.
//! <https://docs.aws.amazon.com/singlesignon/latest/userguide/attributesforaccesscontrol.html>

use crate::api::{
    AccessControlAttribute, CreateInstanceAccessControlAttributeConfigurationRequest,
    CreateInstanceAccessControlAttributeConfigurationResponse,
    DeleteInstanceAccessControlAttributeConfigurationRequest,
    DeleteInstanceAccessControlAttributeConfigurationResponse,
    DescribeInstanceAccessControlAttributeConfigurationRequest,
    DescribeInstanceAccessControlAttributeConfigurationResponse, InstanceAccessControlAttributeConfiguration,
    UpdateInstanceAccessControlAttributeConfigurationRequest,
    UpdateInstanceAccessControlAttributeConfigurationResponse,
};
use crate::state::{INSTANCES, InstanceRow};
use crate::{errors, instance};
use service::{Cx, Error, Result, View};

fn none(instance: &InstanceRow) -> Error {
    errors::not_found(format!("Attribute based access control is not enabled for instance {}", instance.id))
}

fn set(cx: &mut Cx, mut row: InstanceRow, attributes: Option<Vec<AccessControlAttribute>>) -> Result<()> {
    row.attributes = attributes;
    cx.put(&INSTANCES, row.id.as_str(), &row)
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateInstanceAccessControlAttributeConfiguration.html>
pub fn create_instance_access_control_attribute_configuration(
    cx: &mut Cx,
    input: CreateInstanceAccessControlAttributeConfigurationRequest,
) -> Result<CreateInstanceAccessControlAttributeConfigurationResponse> {
    let CreateInstanceAccessControlAttributeConfigurationRequest {
        instance_arn,
        instance_access_control_attribute_configuration: configuration,
    } = input;
    let row = instance::written_with_sets(cx, &instance_arn)?;
    if row.attributes.is_some() {
        return Err(errors::conflict("Attribute based access control is enabled for this instance already."));
    }
    set(cx, row, Some(configuration.access_control_attributes))?;
    Ok(CreateInstanceAccessControlAttributeConfigurationResponse {})
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UpdateInstanceAccessControlAttributeConfiguration.html>
pub fn update_instance_access_control_attribute_configuration(
    cx: &mut Cx,
    input: UpdateInstanceAccessControlAttributeConfigurationRequest,
) -> Result<UpdateInstanceAccessControlAttributeConfigurationResponse> {
    let UpdateInstanceAccessControlAttributeConfigurationRequest {
        instance_arn,
        instance_access_control_attribute_configuration: configuration,
    } = input;
    let row = instance::written_with_sets(cx, &instance_arn)?;
    if row.attributes.is_none() {
        return Err(none(&row));
    }
    set(cx, row, Some(configuration.access_control_attributes))?;
    Ok(UpdateInstanceAccessControlAttributeConfigurationResponse {})
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeInstanceAccessControlAttributeConfiguration.html>
pub fn describe_instance_access_control_attribute_configuration(
    view: &View,
    input: DescribeInstanceAccessControlAttributeConfigurationRequest,
) -> Result<DescribeInstanceAccessControlAttributeConfigurationResponse> {
    let DescribeInstanceAccessControlAttributeConfigurationRequest { instance_arn } = input;
    let row = instance::with_sets(view, &instance_arn)?;
    let attributes = row.attributes.clone().ok_or_else(|| none(&row))?;
    Ok(DescribeInstanceAccessControlAttributeConfigurationResponse {
        status: Some("ENABLED".to_owned()),
        status_reason: None,
        instance_access_control_attribute_configuration: Some(InstanceAccessControlAttributeConfiguration {
            access_control_attributes: attributes,
        }),
    })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteInstanceAccessControlAttributeConfiguration.html>
pub fn delete_instance_access_control_attribute_configuration(
    cx: &mut Cx,
    input: DeleteInstanceAccessControlAttributeConfigurationRequest,
) -> Result<DeleteInstanceAccessControlAttributeConfigurationResponse> {
    let DeleteInstanceAccessControlAttributeConfigurationRequest { instance_arn } = input;
    let row = instance::written_with_sets(cx, &instance_arn)?;
    if row.attributes.is_none() {
        return Err(none(&row));
    }
    set(cx, row, None)?;
    Ok(DeleteInstanceAccessControlAttributeConfigurationResponse {})
}
