//! Damaged templates are refused, or read: none makes a panic.

use shape::{IndexMap, Value};
use template::pseudo::Pseudo;
use template::{Evaluator, Facts, Graph, Result, Template, parameters};

const CORPUS: [&str; 3] = [
    "AWSTemplateFormatVersion: '2010-09-09'\nParameters: {P: {Type: 'List<Number>', Default: '1,2', MinValue: 0}}\nMappings: {M: {a: {b: [x, y]}}}\n\
     Conditions: {C: !Or [!Equals [!Ref P, '1'], !Not [!Condition D]], D: !And [!Equals [a, b], !Equals [c, d]]}\nResources:\n  \
     A: {Type: T, Condition: C, DependsOn: [B], Properties: {x: !Sub ['${v}${B}', {v: !Select [0, !FindInMap [M, a, b]]}]}}\n  \
     B: {Type: T, Properties: {y: !Cidr ['10.0.0.0/16', 4, 8], z: !If [C, !GetAtt E.Arn, !Ref 'AWS::NoValue']}}\n  E: {Type: T}\n",
    r#"{"Resources":{"A":{"Type":"T","Properties":{"x":{"Fn::Join":[",",{"Fn::Split":["|","a|b"]}]},"y":{"Fn::Base64":{"Ref":"AWS::Region"}}}}},"Outputs":{"O":{"Value":{"Fn::GetAtt":["A","B.C"]},"Export":{"Name":{"Fn::Sub":"${AWS::StackName}-x"}}}}}"#,
    "Resources:\n  A:\n    Type: T\n    DeletionPolicy: Retain\n    Properties:\n      Text: |\n        a\n        ${b}\n      List: [!ImportValue x, !GetAZs '']\n",
];

struct Anything;

impl Facts for Anything {
    fn parameter(&self, name: &str) -> Option<Value> {
        (name == "P").then(|| Value::List(vec!["1".into(), "2".into()]))
    }
    fn pseudo(&self, _: Pseudo) -> Value {
        "x".into()
    }
    fn reference(&self, resource: &str) -> Result<Value> {
        Ok(resource.into())
    }
    fn attribute(&self, _: &str, attribute: &str) -> Result<Value> {
        Ok(attribute.into())
    }
    fn import(&self, export: &str) -> Result<Value> {
        Ok(export.into())
    }
    fn zones(&self, region: &str) -> Result<Vec<String>> {
        Ok(vec![region.to_owned()])
    }
}

/// Reads, and evaluates what could be read.
fn attack(text: &str) {
    let Ok(template) = Template::parse(text) else { return };
    let _ = parameters::resolve(&template.parameters, &IndexMap::new(), &IndexMap::new());
    let Ok(evaluator) = Evaluator::new(&template, &Anything) else { return };
    let _ = Graph::of(&template, &mut |name| evaluator.condition(name));
    for value in template.resources.values().map(|r| &r.properties).chain(template.outputs.values().map(|o| &o.value)) {
        let _ = evaluator.value(value);
    }
}

#[test]
fn damage_makes_no_panic() {
    // A generator of its own, so that what fails fails again.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut dice = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound.max(1)
    };
    let marks = b"{}[]:,'\"!&*|->#%@ \n\t$0AZ\xff";
    for text in CORPUS {
        Template::parse(text).unwrap();
        for _ in 0..4_000 {
            let mut bytes = text.as_bytes().to_vec();
            for _ in 0..1 + dice(4) {
                let at = dice(bytes.len());
                match dice(4) {
                    0 => bytes[at] = marks[dice(marks.len())],
                    1 => drop(bytes.drain(at..(at + dice(12)).min(bytes.len()))),
                    2 => bytes.insert(at, marks[dice(marks.len())]),
                    _ => {
                        let piece = bytes[at..(at + dice(40)).min(bytes.len())].to_vec();
                        let to = dice(bytes.len());
                        bytes.splice(to..to, piece);
                    }
                }
                if bytes.is_empty() {
                    break;
                }
            }
            attack(&String::from_utf8_lossy(&bytes));
        }
    }
}
