//! Parameter Store.

use super::{Line, Listing};

pub static COMMON: &[&str] = &[
    r#"PutParameter {"Name": "/one", "Value": "a", "Type": "String"}"#,
    r#"PutParameter {"Name": "/path/a", "Value": "a", "Type": "String"}"#,
];

const ONE: &str = r#"{"Name": "/one"}"#;
const TAGGED: &str = r#"{"ResourceType": "Parameter", "ResourceId": "/one"}"#;

pub static LINES: &[Line] = &[
    (
        "ssm.AddTagsToResource",
        &[],
        r#"{"ResourceType": "Parameter", "ResourceId": "/one", "Tags": [{"Key": "team", "Value": "a"}]}"#,
    ),
    ("ssm.DeleteParameter", &[], ONE),
    ("ssm.DeleteParameters", &[], r#"{"Names": ["/one", "/path/a"]}"#),
    ("ssm.GetParameter", &[], ONE),
    ("ssm.GetParameterHistory", &[], ONE),
    ("ssm.GetParameters", &[], r#"{"Names": ["/one", "/path/a"]}"#),
    ("ssm.GetParametersByPath", &[], r#"{"Path": "/path"}"#),
    ("ssm.LabelParameterVersion", &[], r#"{"Name": "/one", "Labels": ["live"]}"#),
    ("ssm.ListTagsForResource", &[], TAGGED),
    (
        "ssm.PutParameter",
        &[],
        r#"{"Name": "/two", "Value": "a", "Type": "String", "Tags": [{"Key": "team", "Value": "a"}]}"#,
    ),
    ("ssm.RemoveTagsFromResource", &[], r#"{"ResourceType": "Parameter", "ResourceId": "/one", "TagKeys": ["team"]}"#),
    (
        "ssm.UnlabelParameterVersion",
        &[r#"LabelParameterVersion {"Name": "/one", "Labels": ["live"]}"#],
        r#"{"Name": "/one", "ParameterVersion": 1, "Labels": ["live"]}"#,
    ),
];

pub static LISTINGS: &[Listing] = &[
    ("ssm.DescribeParameters", 3, &[r#"PutParameter {"Name": "more{n}", "Value": "a", "Type": "String"}"#], "{}"),
    ("ssm.GetParameterHistory", 3, &[r#"PutParameter {"Name": "/one", "Value": "{n}", "Overwrite": true}"#], ONE),
    (
        "ssm.GetParametersByPath",
        3,
        &[r#"PutParameter {"Name": "/path/more{n}", "Value": "a", "Type": "String"}"#],
        r#"{"Path": "/path"}"#,
    ),
    (
        "ssm.ListTagsForResource",
        3,
        &[
            r#"AddTagsToResource {"ResourceType": "Parameter", "ResourceId": "/one", "Tags": [{"Key": "k{n}", "Value": "a"}]}"#,
        ],
        TAGGED,
    ),
];
