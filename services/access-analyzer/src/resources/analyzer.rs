//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-accessanalyzer-analyzer.html>

use service::resource::{
    Hand, Made, Resource, ResourceType, TagChange, found, tag_list, tag_map, tags, text_at, with_capital_names,
    with_small_names,
};
use service::{IndexMap, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::AccessAnalyzer::Analyzer",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

const GONE: &[&str] = &["ResourceNotFoundException"];

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "AnalyzerName", 255);
    let rules = rules(wanted)
        .into_iter()
        .map(|(rule, filter)| Value::map([("ruleName".to_owned(), Value::from(rule)), ("filter".to_owned(), filter)]));
    let mut input = vec![
        ("analyzerName", Value::from(name)),
        ("type", wanted.get("Type").cloned().unwrap_or_default()),
        ("tags", tag_map(&tags(wanted.get("Tags")))),
        ("archiveRules", Value::List(rules.collect())),
    ];
    input.extend(configuration(wanted).map(|configuration| ("configuration", configuration)));
    let made = hand.call("CreateAnalyzer", Value::map(input))?;
    Ok(Made::of(text_at(&made, &["arn"]).unwrap_or_default()))
}

/// The configuration as the operations have it, which call the age alone otherwise.
fn configuration(properties: &Value) -> Option<Value> {
    let own = properties.get("AnalyzerConfiguration")?;
    let unused = own.get("UnusedAccessConfiguration").map(|own| ("unusedAccess", unused_access(own)));
    let internal = own.get("InternalAccessConfiguration").map(|own| ("internalAccess", with_small_names(own)));
    Some(Value::map(unused.into_iter().chain(internal)))
}

/// The configuration of unused access. Tags are a list in templates and a map in operations.
fn unused_access(own: &Value) -> Value {
    let criterion = |criterion: &Value| {
        let accounts = criterion.get("AccountIds").map(|ids| ("accountIds", ids.clone()));
        let sets = criterion.get("ResourceTags").and_then(Value::as_list);
        let sets = sets.map(|sets| sets.iter().map(|set| tag_map(&tags(Some(set)))).collect());
        Value::map(accounts.into_iter().chain(sets.map(|sets| ("resourceTags", Value::List(sets)))))
    };
    let age = own.get("UnusedAccessAge").map(|age| ("unusedAccessAge", age.clone()));
    let exclusions = own.get("AnalysisRule").and_then(|rule| rule.get("Exclusions")?.as_list());
    let exclusions = exclusions.map(|all| Value::List(all.iter().map(criterion).collect()));
    let rule = exclusions.map(|all| ("analysisRule", Value::map([("exclusions", all)])));
    Value::map(age.into_iter().chain(rule))
}

/// The same as templates have it.
fn shown_unused_access(own: &Value) -> Value {
    let criterion = |criterion: &Value| {
        let accounts = criterion.get("accountIds").map(|ids| ("AccountIds", ids.clone()));
        let sets = criterion.get("resourceTags").and_then(Value::as_list);
        let sets = sets.map(|sets| sets.iter().map(|set| tag_list(&tags(Some(set)))).collect());
        Value::map(accounts.into_iter().chain(sets.map(|sets| ("ResourceTags", Value::List(sets)))))
    };
    let age = own.get("unusedAccessAge").map(|age| ("UnusedAccessAge", age.clone()));
    let exclusions = own.get("analysisRule").and_then(|rule| rule.get("exclusions")?.as_list());
    let exclusions = exclusions.map(|all| Value::List(all.iter().map(criterion).collect()));
    let rule = exclusions.map(|all| ("AnalysisRule", Value::map([("Exclusions", all)])));
    Value::map(age.into_iter().chain(rule))
}

/// The archive rules by name, their filters as the operations have them.
fn rules(properties: &Value) -> IndexMap<String, Value> {
    let rule = |rule: &Value| {
        let criteria = rule.get("Filter").and_then(Value::as_list).unwrap_or_default().iter();
        let filter = criteria.filter_map(|criterion| {
            let asked = criterion.as_map()?.iter().filter(|(name, _)| *name != "Property");
            let asked = with_small_names(&Value::map(asked.map(|(name, value)| (name.clone(), value.clone()))));
            Some((text_at(criterion, &["Property"])?.to_owned(), asked))
        });
        Some((text_at(rule, &["RuleName"])?.to_owned(), Value::map(filter)))
    };
    let all = properties.get("ArchiveRules").and_then(Value::as_list).unwrap_or_default();
    all.iter().filter_map(rule).collect()
}

fn name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}

fn read(hand: &mut Hand, analyzer: &Resource<'_>) -> Result<Option<Value>> {
    let own = || Value::map([("analyzerName", name(analyzer.id).into())]);
    let Some(answer) = found(hand.look("GetAnalyzer", own()), GONE)? else { return Ok(None) };
    let shown = answer.get("analyzer").cloned().unwrap_or_default();
    let rules = hand.pages("ListArchiveRules", own(), ["nextToken", "nextToken", "archiveRules"])?;
    let rule = |rule: &Value| {
        let filter = rule.get("filter").and_then(Value::as_map).into_iter().flatten();
        let filter = filter.map(|(property, asked)| {
            let asked = with_capital_names(asked);
            let asked = asked.as_map().cloned().unwrap_or_default();
            Value::map([("Property".to_owned(), Value::from(property))].into_iter().chain(asked))
        });
        let name = rule.get("ruleName").cloned().unwrap_or_default();
        Value::map([("RuleName", name), ("Filter", Value::List(filter.collect()))])
    };
    let mut seen: IndexMap<String, Value> = IndexMap::new();
    let mut put = |property: &str, value: Value| seen.insert(property.to_owned(), value);
    put("AnalyzerName", name(analyzer.id).into());
    put("Arn", analyzer.id.into());
    put("Type", shown.get("type").cloned().unwrap_or_default());
    put("Tags", tag_list(&tags(shown.get("tags"))));
    put("ArchiveRules", Value::List(rules.iter().map(rule).collect()));
    if let Some(unused) = shown.get("configuration").and_then(|own| own.get("unusedAccess")) {
        put("AnalyzerConfiguration", Value::map([("UnusedAccessConfiguration", shown_unused_access(unused))]));
    }
    Ok(Some(Value::map(seen)))
}

fn update(hand: &mut Hand, analyzer: &Resource<'_>, wanted: &Value) -> Result<()> {
    let own = Value::from(name(analyzer.id));
    if let Some(configuration) = configuration(wanted)
        && analyzer.properties.get("AnalyzerConfiguration") != wanted.get("AnalyzerConfiguration")
    {
        let input = Value::map([("analyzerName", own.clone()), ("configuration", configuration)]);
        hand.call("UpdateAnalyzer", input)?;
    }
    let (before, after) = (rules(analyzer.properties), rules(wanted));
    for rule in before.keys().filter(|rule| !after.contains_key(*rule)) {
        let input = Value::map([("analyzerName", own.clone()), ("ruleName", rule.into())]);
        found(hand.call("DeleteArchiveRule", input), GONE)?;
    }
    for (rule, filter) in after {
        let operation = match before.get(&rule) {
            Some(same) if *same == filter => continue,
            Some(_) => "UpdateArchiveRule",
            None => "CreateArchiveRule",
        };
        let input = Value::map([("analyzerName", own.clone()), ("ruleName", rule.into()), ("filter", filter)]);
        hand.call(operation, input)?;
    }
    let change = TagChange::between(analyzer.properties.get("Tags"), wanted.get("Tags"));
    let arn = || ("resourceArn", Value::from(analyzer.id));
    if !change.set.is_empty() {
        hand.call("TagResource", Value::map([arn(), ("tags", tag_map(&change.set))]))?;
    }
    if !change.unset.is_empty() {
        hand.call("UntagResource", Value::map([arn(), ("tagKeys", change.unset_list())]))?;
    }
    Ok(())
}

fn delete(hand: &mut Hand, analyzer: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteAnalyzer", Value::map([("analyzerName", name(analyzer.id).into())])), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let none: [(&str, Value); 0] = [];
    let all = hand.pages("ListAnalyzers", Value::map(none), ["nextToken", "nextToken", "analyzers"])?;
    Ok(all.iter().filter_map(|one| text_at(one, &["arn"]).map(str::to_owned)).collect())
}
