//! The estates' own diagrams: what is drawn is what the acceptance list counts.

use diagram::{Diagram, svg};

#[test]
fn the_enterprise_has_its_boxes_groups_and_arrows() {
    let drawn = Diagram::parse(include_str!("../../../estates/enterprise/diagram.mmd")).unwrap();
    assert_eq!((drawn.nodes.len(), drawn.groups.len(), drawn.arrows.len()), (34, 8, 61));
    let arrow =
        |number: usize| drawn.arrows.get(number - 1).map(|a| (a.from.as_str(), a.to.as_str(), a.label.as_str()));
    for (number, from, to, label) in [
        (1, "Users", "Amplify", ""),
        (7, "APIGW", "Lambda_CacheCheck", "Route: /cached"),
        (11, "Lambda_OrderMgmt", "DynamoDB", ""),
        (16, "EventBridge", "StepFunctions", "Triggers"),
        (23, "Lambda_PayRelease", "DynamoDB", ""),
        (29, "Lambda_DataProc", "XRay", ""),
        (35, "DynamoDB", "Glue", "Source"),
        (42, "RDS", "QuickSight", "Data Source"),
        (46, "AppSync", "S3_Reports", "Reads Reports From"),
        (54, "DynamoDB", "CloudWatch", ""),
        (58, "Inspector", "Lambda_OrderMgmt", "Scans"),
        (61, "GuardDuty", "CloudWatch", "Findings"),
    ] {
        assert_eq!(arrow(number), Some((from, to, label)), "E0.{number}");
    }
    assert!(svg(&drawn, &[]).is_some());
}
