//! Templates: those of stacks, and those that somebody wants to have read.

use crate::api::*;
use crate::ops::change_sets;
use crate::{capabilities, errors, ids, kinds, source};
use service::template::{Template, json};
use service::{Cx, Result, View};

/// Both are the same text, for there are no transforms.
const STAGES: [&str; 2] = ["Original", "Processed"];

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html>
pub fn get_template(view: &View, input: GetTemplateInput) -> Result<GetTemplateOutput> {
    let GetTemplateInput { stack_name, change_set_name, template_stage } = input;
    if template_stage.is_some_and(|stage| !STAGES.contains(&stage.as_str())) {
        return Err(errors::validation("TemplateStage must be Original or Processed."));
    }
    let template = match change_set_name {
        Some(name) => change_sets::find(view, &name, stack_name.as_deref())?.1.source.template,
        None => {
            let name = stack_name.ok_or_else(|| errors::validation("StackName must be specified."))?;
            ids::get(view, &name)?.source.template
        }
    };
    let stages_available = Some(STAGES.map(str::to_owned).to_vec());
    Ok(GetTemplateOutput { template_body: Some(template), stages_available })
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplateSummary.html>
pub fn get_template_summary(cx: &mut Cx, input: GetTemplateSummaryInput) -> Result<GetTemplateSummaryOutput> {
    let GetTemplateSummaryInput {
        template_body,
        template_url,
        stack_name,
        stack_set_name,
        call_as: _, // stored only: it speaks of stack sets
        template_summary_config,
    } = input;
    if stack_set_name.is_some() {
        return Err(errors::refuse("StackSetName"));
    }
    let text = match stack_name {
        Some(name) if template_body.is_none() && template_url.is_none() => ids::get(cx, &name)?.source.template,
        _ => source::text(cx, template_body, template_url, None)?,
    };
    let template = Template::parse(&text).map_err(errors::template)?;
    let unknown = source::unknown_types(cx, &template);
    let lenient = template_summary_config
        .and_then(|TemplateSummaryConfig { treat_unrecognized_resource_types_as_warnings: lenient }| lenient);
    if lenient != Some(true) {
        source::check_types(cx, &template)?;
    }
    let needed = capabilities::needed(&template);
    let identifiers = identifiers(cx, &template)?;
    Ok(GetTemplateSummaryOutput {
        parameters: Some(declarations(&template)),
        description: template.description.clone(),
        capabilities: needed.as_ref().map(|(capability, _)| vec![(*capability).to_owned()]),
        capabilities_reason: needed.as_ref().map(|(_, kinds)| capabilities::reason(kinds)),
        resource_types: Some(template.resource_types().into_iter().map(str::to_owned).collect()),
        version: template.version.clone(),
        metadata: template.metadata.as_ref().map(json::write),
        declared_transforms: (!template.transforms.is_empty()).then(|| template.transforms.clone()),
        resource_identifier_summaries: Some(identifiers),
        warnings: (!unknown.is_empty()).then_some(Warnings { unrecognized_resource_types: Some(unknown) }),
    })
}

fn declarations(template: &Template) -> Vec<ParameterDeclaration> {
    let declaration = |(name, parameter): (&String, &service::template::Parameter)| ParameterDeclaration {
        parameter_key: Some(name.clone()),
        default_value: parameter.default.clone(),
        parameter_type: Some(parameter.kind.clone()),
        no_echo: Some(parameter.no_echo),
        description: parameter.description.clone(),
        parameter_constraints: Some(ParameterConstraints { allowed_values: parameter.allowed_values.clone() }),
    };
    template.parameters.iter().map(declaration).collect()
}

/// By which properties resources of a template's types are told from each other.
fn identifiers(view: &View, template: &Template) -> Result<Vec<ResourceIdentifierSummary>> {
    let mut summaries = Vec::new();
    for kind in template.resource_types() {
        let Some((_, known)) = kinds::find(view, kind) else { continue };
        let of_kind = template.resources.iter().filter(|(_, resource)| resource.kind == kind);
        summaries.push(ResourceIdentifierSummary {
            resource_type: Some(kind.to_owned()),
            logical_resource_ids: Some(of_kind.map(|(logical, _)| logical.clone()).collect()),
            resource_identifiers: Some(known.schema()?.identifier().to_vec()),
        });
    }
    Ok(summaries)
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ValidateTemplate.html>
pub fn validate_template(cx: &mut Cx, input: ValidateTemplateInput) -> Result<ValidateTemplateOutput> {
    let ValidateTemplateInput { template_body, template_url } = input;
    let text = source::text(cx, template_body, template_url, None)?;
    let template = source::read(cx, &text)?;
    let needed = capabilities::needed(&template);
    let parameter = |(name, parameter): (&String, &service::template::Parameter)| TemplateParameter {
        parameter_key: Some(name.clone()),
        default_value: parameter.default.clone(),
        no_echo: Some(parameter.no_echo),
        description: parameter.description.clone(),
    };
    Ok(ValidateTemplateOutput {
        parameters: Some(template.parameters.iter().map(parameter).collect()),
        description: template.description.clone(),
        capabilities: needed.as_ref().map(|(capability, _)| vec![(*capability).to_owned()]),
        capabilities_reason: needed.as_ref().map(|(_, kinds)| capabilities::reason(kinds)),
        declared_transforms: (!template.transforms.is_empty()).then(|| template.transforms.clone()),
    })
}
