use super::*;
use model::{Kind, Model, ShapeId};
use serde_json::Value as Json;
use shape::{Bytes, IndexMap, Node, Value};

/// A JSON body as the model's tree.
fn tree(model: &Model, id: ShapeId, json: &Json) -> Value {
    use base64::Engine;
    let shape = model.shape(id);
    let member = |name: &str| shape.members.iter().find(|m| &*m.name == name).map(|m| m.shape);
    match (shape.kind, json) {
        (Kind::Structure | Kind::Union, Json::Object(object)) => {
            let set = object.iter().filter(|(_, v)| !v.is_null());
            Value::Map(set.filter_map(|(k, v)| Some((k.clone(), tree(model, member(k)?, v)))).collect())
        }
        (Kind::Map, Json::Object(object)) => {
            let of = shape.members[1].shape;
            Value::Map(object.iter().map(|(k, v)| (k.clone(), tree(model, of, v))).collect())
        }
        (Kind::List, Json::Array(list)) => {
            Value::List(list.iter().map(|v| tree(model, shape.members[0].shape, v)).collect())
        }
        (Kind::Blob, Json::String(text)) => {
            Value::Blob(Bytes::from(base64::engine::general_purpose::STANDARD.decode(text).unwrap()))
        }
        (_, Json::String(text)) => Value::Str(text.clone()),
        (_, Json::Bool(truth)) => Value::Bool(*truth),
        (_, Json::Number(number)) => {
            number.as_i64().map_or_else(|| Value::Float(number.as_f64().unwrap_or_default()), Value::Int)
        }
        _ => Value::Null,
    }
}

/// Smithy's malformed requests that a validating server refuses, with its texts (Apache-2.0; smithy-aws-protocol-tests,
/// `restJson1/validation`). The shapes are the suite's, in botocore's form.
#[test]
fn smithy_s_own_cases() {
    let data: Json = serde_json::from_str(include_str!("testdata/smithy.json")).unwrap();
    let model = Model::parse(data["model"].to_string().as_bytes()).unwrap();
    let rules = Rules::new(Style::Smithy, Scope::Model).closed();
    let cases = data["cases"].as_array().unwrap();
    assert!(cases.len() > 100, "{}", cases.len());
    for case in cases {
        let (id, _) = model.shape_named(case["shape"].as_str().unwrap()).unwrap();
        let violations = check(&model, id, tree(&model, id, &case["input"]).peek(), &rules);
        let told = message(Style::Smithy, &violations);
        assert_eq!(told, case["message"].as_str().unwrap(), "{}", case["id"]);
        let Some(Value::List(fields)) = members(Style::Smithy, &violations).get("fieldList").cloned() else { panic!() };
        let fields: Vec<(Option<&str>, Option<&str>)> = fields
            .iter()
            .map(|f| (f.get("path").and_then(Value::as_str), f.get("message").and_then(Value::as_str)))
            .collect();
        let expect: Vec<(Option<&str>, Option<&str>)> =
            case["fields"].as_array().unwrap().iter().map(|f| (f["path"].as_str(), f["message"].as_str())).collect();
        assert_eq!(fields, expect, "{}", case["id"]);
    }
}

const TOY: &str = r#"{
    "metadata": {"apiVersion": "1", "endpointPrefix": "toy", "protocol": "json"}, "operations": {},
    "shapes": {
        "In": {"type": "structure", "required": ["LogGroupName"], "members": {
            "LogGroupName": {"shape": "Name"}, "DBName": {"shape": "Name"}, "Limit": {"shape": "Limit"},
            "Tags": {"shape": "Tags"}, "Keys": {"shape": "Names"}, "Labels": {"shape": "Labels"}, "Secret": {"shape": "Secret"},
            "Mode": {"shape": "Mode"}, "Modes": {"shape": "Modes"}, "Items": {"shape": "Items"}, "Options": {"shape": "Options"}}},
        "Name": {"type": "string", "min": 1, "max": 5, "pattern": "[a-z]*"},
        "Limit": {"type": "integer", "min": 1, "max": 50},
        "Tags": {"type": "list", "member": {"shape": "Tag"}, "max": 2},
        "Tag": {"type": "structure", "required": ["Key"], "members": {"Key": {"shape": "Name"}}},
        "Names": {"type": "list", "member": {"shape": "Name"}, "min": 1},
        "Labels": {"type": "map", "key": {"shape": "Name"}, "value": {"shape": "Word"}},
        "Word": {"type": "string", "max": 3},
        "Secret": {"type": "string", "min": 6, "sensitive": true},
        "Mode": {"type": "string", "enum": ["ON", "OFF"]},
        "Modes": {"type": "list", "member": {"shape": "Mode"}},
        "Items": {"type": "map", "key": {"shape": "Any"}, "value": {"shape": "Tag"}},
        "Any": {"type": "string"},
        "Options": {"type": "structure", "members": {"SAMLOptions": {"shape": "Tag"}}}
    }
}"#;

fn told(rules: &Rules, json: &str) -> String {
    let model = Model::parse(TOY.as_bytes()).unwrap();
    let (id, _) = model.shape_named("In").unwrap();
    let violations = check(&model, id, tree(&model, id, &serde_json::from_str(json).unwrap()).peek(), rules);
    if violations.is_empty() { String::new() } else { message(rules.style(), &violations) }
}

/// The texts of AWS's services, as users quote them: <https://github.com/NixOS/nixops/issues/328> (length, IAM),
/// <https://github.com/humanmade/cf-to-tf/issues/5> (pattern, CloudFormation), <https://github.com/CodeGenieApp/serverless-express/issues/59>
/// (list of an enumeration), <https://github.com/hashicorp/terraform-provider-aws/issues/41023> (map values, without values),
/// <https://github.com/ministryofjustice/cloud-platform-infrastructure/pull/4097> (a member of a member).
#[test]
fn aws_s_texts() {
    let rules = Rules::new(Style::Coral, Scope::Model).closed();
    let element = "[Member must have length less than or equal to 5, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [a-z]*]";
    let named = r#""LogGroupName": "a""#;
    for (json, expect) in [
        (r#"{"LogGroupName": "a"}"#.to_owned(), String::new()),
        (
            "{}".to_owned(),
            "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null".to_owned(),
        ),
        (
            r#"{"LogGroupName": "ABCDEF"}"#.to_owned(),
            "2 validation errors detected: Value 'ABCDEF' at 'logGroupName' failed to satisfy constraint: Member must have length less than or equal to 5; \
             Value 'ABCDEF' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]*".to_owned(),
        ),
        (
            format!(r#"{{{named}, "DBName": ""}}"#),
            "1 validation error detected: Value '' at 'dBName' failed to satisfy constraint: Member must have length greater than or equal to 1".to_owned(),
        ),
        (
            format!(r#"{{{named}, "Limit": 51}}"#),
            "1 validation error detected: Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50".to_owned(),
        ),
        (
            format!(r#"{{{named}, "Tags": [{{"Key": "a"}}, {{"Key": "B"}}]}}"#),
            "1 validation error detected: Value 'B' at 'tags.2.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]*".to_owned(),
        ),
        (
            format!(r#"{{{named}, "Keys": ["a", "", "B"]}}"#),
            format!("1 validation error detected: Value '[a, , B]' at 'keys' failed to satisfy constraint: Member must satisfy constraint: {element}"),
        ),
        (
            format!(r#"{{{named}, "Keys": []}}"#),
            "1 validation error detected: Value '[]' at 'keys' failed to satisfy constraint: Member must have length greater than or equal to 1".to_owned(),
        ),
        (
            format!(r#"{{{named}, "Labels": {{"K": "long"}}}}"#),
            format!(
                "2 validation errors detected: Value '{{K=long}}' at 'labels' failed to satisfy constraint: Map keys must satisfy constraint: {element}; \
                 Value '{{K=long}}' at 'labels' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 3]"
            ),
        ),
        (
            format!(r#"{{{named}, "Secret": "12345"}}"#),
            "1 validation error detected: Value at 'secret' failed to satisfy constraint: Member must have length greater than or equal to 6".to_owned(),
        ),
        (
            format!(r#"{{{named}, "Mode": "on"}}"#),
            "1 validation error detected: Value 'on' at 'mode' failed to satisfy constraint: Member must satisfy enum value set: [ON, OFF]".to_owned(),
        ),
        (
            format!(r#"{{{named}, "Modes": ["ON", "x"]}}"#),
            "1 validation error detected: Value '[ON, x]' at 'modes' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [ON, OFF]]".to_owned(),
        ),
        (
            format!(r#"{{{named}, "Items": {{"tbl": {{}}}}}}"#),
            "1 validation error detected: Value null at 'items.tbl.member.key' failed to satisfy constraint: Member must not be null".to_owned(),
        ),
        (
            format!(r#"{{{named}, "Options": {{"SAMLOptions": {{"Key": "B"}}}}}}"#),
            "1 validation error detected: Value 'B' at 'options.sAMLOptions.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]*".to_owned(),
        ),
    ] {
        assert_eq!(told(&rules, &json), expect, "{json}");
    }
    let newer = Rules::new(Style::CoralWithoutValues, Scope::Model);
    assert_eq!(
        told(&newer, r#"{"Limit": 0}"#),
        "2 validation errors detected: Value at 'logGroupName' failed to satisfy constraint: Member must not be null; \
         Value at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"
    );
}

#[test]
fn rules_overrule_the_model() {
    let exception = |member: &str| Exception { shape: "In".into(), member: member.into(), ..Exception::default() };
    let off = Rules::new(Style::Coral, Scope::Off);
    assert_eq!(told(&off, "{}"), "");
    let open = Rules::new(Style::Coral, Scope::Model);
    assert_eq!(told(&open, r#"{"LogGroupName": "a", "Mode": "new"}"#), "", "unknown values pass");
    let closed = Rules::new(Style::Coral, Scope::Model).with(Exception { closed: Some(true), ..exception("Mode") });
    assert!(told(&closed, r#"{"LogGroupName": "a", "Mode": "new"}"#).ends_with("enum value set: [ON, OFF]"));
    let wider = Rules::new(Style::Coral, Scope::Model).with(Exception {
        max: Some(7.0),
        pattern: Some("[A-Z]*".into()),
        ..exception("LogGroupName")
    });
    assert_eq!(told(&wider, r#"{"LogGroupName": "ABCDEFG"}"#), "");
    assert!(told(&wider, r#"{"LogGroupName": "a"}"#).ends_with("pattern: [A-Z]*"));
    assert!(wider.uncompiled().is_empty());
    let odd = Rules::new(Style::Coral, Scope::Model).with(Exception { pattern: Some("(".into()), ..exception("Mode") });
    assert_eq!(odd.uncompiled(), ["("]);
    let lax = Rules::new(Style::Coral, Scope::Model).with(Exception { off: true, ..exception("LogGroupName") });
    assert_eq!(told(&lax, "{}"), "");
    let listed = Rules::new(Style::Coral, Scope::List).with(exception("Limit"));
    assert!(told(&listed, r#"{"Limit": 99}"#).starts_with("1 validation error detected: Value '99' at 'limit'"));
    let twice = Rules::new(Style::Coral, Scope::List)
        .with(exception("Limit"))
        .with(Exception { off: true, ..exception("Limit") });
    assert_eq!(told(&twice, r#"{"Limit": 99}"#), "", "the later exception counts");
}

#[test]
fn refusals_are_bounded() {
    let model = Model::parse(TOY.as_bytes()).unwrap();
    let (id, _) = model.shape_named("In").unwrap();
    let bad = Value::Map(IndexMap::from_iter([("Key".to_owned(), Value::Str("B".to_owned()))]));
    let tags = Value::List(vec![bad; 10_000]);
    let long = Value::Str("A".repeat(1_000_000));
    let input = Value::Map(IndexMap::from_iter([("LogGroupName".to_owned(), long), ("Tags".to_owned(), tags)]));
    let violations = check(&model, id, input.peek(), &Rules::new(Style::Coral, Scope::Model));
    assert_eq!(violations.len(), MOST_VIOLATIONS);
    assert!(violations.iter().all(|v| v.subject.len() < 9_000));
}

/// Which patterns of the models have no counterpart. They are not checked; a service that wants one checked writes it in
/// another way as an exception.
#[test]
fn patterns_of_the_models_that_cannot_be_compiled() {
    let mut all = std::collections::BTreeMap::new();
    for (_, model) in crate::route::tests::models() {
        for (_, shape) in model.shapes() {
            if let Some(pattern) = &shape.pattern {
                all.entry(pattern.to_string()).or_insert_with(|| Pattern::new(pattern, true).err());
            }
        }
    }
    assert!(all.len() > 1_500, "{}", all.len());
    let failed: Vec<String> =
        all.iter().filter_map(|(pattern, error)| error.as_ref().map(|e| format!("{e}: {pattern}"))).collect();
    assert_eq!(failed.join("\n") + "\n", include_str!("testdata/uncompiled.txt"));
}
