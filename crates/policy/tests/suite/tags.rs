//! Access by attributes: tags of who asks, of what is asked for, and in the request.

use serde_json::json;

use crate::conditions::check;

#[test]
pub fn attributes() {
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction_attribute-based-access-control.html";
    let same = json!({"StringEquals": {"aws:ResourceTag/project": "${aws:PrincipalTag/project}"}});
    for (principal, resource, expect) in [
        (json!("heart"), json!("heart"), true),
        (json!("heart"), json!("Heart"), false),
        (json!("heart"), json!("star"), false),
        // A star in a tag means itself.
        (json!("*"), json!("star"), false),
        (json!("*"), json!("*"), true),
    ] {
        check(
            page,
            same.clone(),
            &json!({"aws:PrincipalTag/project": principal, "aws:ResourceTag/project": resource}),
            expect,
        );
    }
    check(page, same.clone(), &json!({"aws:PrincipalTag/project": "heart"}), false);
    check(page, same.clone(), &json!({"aws:ResourceTag/project": "heart"}), false);
    check(page, same, &json!({}), false);

    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html";
    // Names of keys have no case, and a tag's key is part of the name.
    let red = json!({"StringEquals": {"aws:ResourceTag/Team": "red"}});
    check(page, red.clone(), &json!({"aws:resourcetag/team": "red"}), true);
    check(page, red.clone(), &json!({"aws:ResourceTag/team": "Red"}), false);
    check(page, red.clone(), &json!({"aws:RequestTag/Team": "red"}), false);
    check(page, red, &json!({"aws:ResourceTag/Teams": "red"}), false);
    let untagged = json!({"Null": {"aws:ResourceTag/team": "true"}});
    check(page, untagged.clone(), &json!({}), true);
    check(page, untagged, &json!({"aws:ResourceTag/team": "red"}), false);

    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-tagkeys";
    let only = json!({"ForAllValues:StringEquals": {"aws:TagKeys": ["environment", "team"]}});
    for (keys, expect) in [
        (json!(["environment"]), true),
        (json!(["environment", "team"]), true),
        (json!(["Environment"]), false),
        (json!(["environment", "cost"]), false),
        (json!([]), true),
    ] {
        check(page, only.clone(), &json!({ "aws:TagKeys": keys }), expect);
    }
    check(page, only, &json!({}), true);
    let any = json!({"ForAnyValue:StringEquals": {"aws:TagKeys": ["secret"]}});
    for (keys, expect) in [(json!(["a", "secret"]), true), (json!(["a", "b"]), false), (json!([]), false)] {
        check(page, any.clone(), &json!({ "aws:TagKeys": keys }), expect);
    }
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requesttag";
    let stamped =
        json!({"StringEquals": {"aws:RequestTag/team": ["red", "blue"]}, "Null": {"aws:RequestTag/cost": "false"}});
    check(page, stamped.clone(), &json!({"aws:RequestTag/team": "red", "aws:RequestTag/cost": "7"}), true);
    check(page, stamped.clone(), &json!({"aws:RequestTag/team": "red"}), false);
    check(page, stamped, &json!({"aws:RequestTag/team": "green", "aws:RequestTag/cost": "7"}), false);

    let page =
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-default-values";
    let defaulted = json!({"StringEquals": {"k:k": "${aws:PrincipalTag/team, 'company-wide'}"}});
    check(page, defaulted.clone(), &json!({"aws:PrincipalTag/team": "red", "k:k": "red"}), true);
    check(page, defaulted.clone(), &json!({"aws:PrincipalTag/team": "red", "k:k": "company-wide"}), false);
    check(page, defaulted.clone(), &json!({"k:k": "company-wide"}), true);
    check(page, defaulted, &json!({"k:k": "red"}), false);
    let spaced = json!({"StringLike": {"k:k": "home/${aws:username, 'shared'}/*"}});
    check(page, spaced.clone(), &json!({"aws:username": "ann", "k:k": "home/ann/x"}), true);
    check(page, spaced.clone(), &json!({"aws:username": "ann", "k:k": "home/shared/x"}), false);
    check(page, spaced, &json!({"k:k": "home/shared/x"}), true);
    let several = json!({"StringEquals": {"k:k": "${aws:TagKeys}"}});
    // "You can only use single-valued context keys" as variables.
    check(page, several.clone(), &json!({"aws:TagKeys": ["a", "b"], "k:k": "a"}), false);
    check(page, several, &json!({"aws:TagKeys": ["a"], "k:k": "a"}), true);
}
