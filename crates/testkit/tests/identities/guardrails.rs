//! What organisations lay upon their members, and how it is explained.

use crate::{credentials, done, refused};
use ledger::Record;
use serde_json::{Value as Json, json};
use testkit::{Keys, World};

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// An organisation with one member in an OU, and control policies enabled.
struct Estate {
    world: World,
    organization: String,
    root: String,
    unit: String,
    member: String,
}

fn text(value: &Json) -> String {
    value.as_str().unwrap().to_owned()
}

impl Estate {
    fn new() -> Estate {
        let mut world = World::default();
        let management = Keys::bootstrap();
        let mut call = |operation, input| done(&mut world, &management, ("organizations", operation), input);
        let organization = text(&call("CreateOrganization", json!({}))["Organization"]["Id"]);
        let root = text(&call("ListRoots", json!({}))["Roots"][0]["Id"]);
        for kind in ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"] {
            call("EnablePolicyType", json!({"RootId": root, "PolicyType": kind}));
        }
        let unit = call("CreateOrganizationalUnit", json!({"ParentId": root, "Name": "production"}));
        let unit = text(&unit["OrganizationalUnit"]["Id"]);
        let made = call("CreateAccount", json!({"AccountName": "prod", "Email": "prod@example.com"}));
        let member = text(&made["CreateAccountStatus"]["AccountId"]);
        let wish = json!({"AccountId": member, "SourceParentId": root, "DestinationParentId": unit});
        call("MoveAccount", wish);
        Estate { world, organization, root, unit, member }
    }

    fn organizations(&mut self, operation: &str, input: Json) -> Json {
        done(&mut self.world, &Keys::bootstrap(), ("organizations", operation), input)
    }

    fn policy(&mut self, kind: &str, statement: Json) -> String {
        let content = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        let input = json!({"Name": "p", "Description": "", "Type": kind, "Content": content});
        text(&self.organizations("CreatePolicy", input)["Policy"]["PolicySummary"]["Id"])
    }

    fn last(&self) -> Record {
        self.world.records(1).remove(0)
    }
}

/// The statements of a proof that apply and deny: policy and the level where it is attached.
fn denials(record: &Record) -> Vec<(String, String)> {
    let proof: Json = serde_json::from_str(&record.proof).unwrap();
    let statements = proof["statements"].as_array().unwrap().iter();
    let denying = statements.filter(|said| said["effect"] == "Deny" && said["applies"] == true);
    denying.map(|said| (text(&said["policy"]), text(&said["target"]))).collect()
}

#[test]
fn a_denial_names_the_service_control_policy_and_its_level() {
    let mut estate = Estate::new();
    let statement = json!({"Sid": "NoQueues", "Effect": "Deny", "Action": "sqs:CreateQueue", "Resource": "*"});
    let policy = estate.policy("SERVICE_CONTROL_POLICY", statement);
    let arn =
        format!("arn:aws:organizations::000000000000:policy/{}/service_control_policy/{policy}", estate.organization);
    let member = Keys::of(&estate.member, "any");
    let make = ("sqs", "CreateQueue");
    for target in [estate.unit.clone(), estate.root.clone(), estate.member.clone()] {
        let at = json!({"PolicyId": policy, "TargetId": target});
        estate.organizations("AttachPolicy", at.clone());
        refused(&mut estate.world, &member, make, json!({"QueueName": "q"}), "AccessDenied");
        let record = estate.last();
        assert_eq!((record.policy.as_str(), record.statement.as_str()), (arn.as_str(), "0"));
        assert_eq!(denials(&record), [(arn.clone(), target)]);
        estate.organizations("DetachPolicy", at);
        done(&mut estate.world, &member, make, json!({"QueueName": "q"}));
    }
}

#[test]
fn a_resource_control_policy_binds_whoever_calls_and_services_by_what_they_are() {
    let mut estate = Estate::new();
    let member = Keys::of(&estate.member, "any");
    let stranger = Keys::of("999988887777", "any");
    let open = json!({"Version": "2012-10-17", "Statement":
        [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}]});
    let queue = json!({"QueueName": "in", "Attributes": {"Policy": open.to_string()}});
    let url = text(&done(&mut estate.world, &member, ("sqs", "CreateQueue"), queue)["QueueUrl"]);
    let send = json!({"QueueUrl": url, "MessageBody": "x"});
    done(&mut estate.world, &stranger, ("sqs", "SendMessage"), send.clone());
    let statement = json!({"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*",
        "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": estate.organization,
                                                  "aws:SourceOrgID": estate.organization}}});
    let policy = estate.policy("RESOURCE_CONTROL_POLICY", statement);
    let at = json!({"PolicyId": policy, "TargetId": estate.unit});
    estate.organizations("AttachPolicy", at);
    refused(&mut estate.world, &stranger, ("sqs", "SendMessage"), send.clone(), "AccessDenied");
    let by = denials(&estate.last());
    assert_eq!(by.iter().map(|(_, target)| target.as_str()).collect::<Vec<_>>(), [estate.unit.as_str()]);
    done(&mut estate.world, &Keys::bootstrap(), ("sqs", "SendMessage"), send);

    // A topic sends as a service, for a resource of the organisation.
    let arn = format!("arn:aws:sqs:us-east-1:{}:in", estate.member);
    let topic = done(&mut estate.world, &member, ("sns", "CreateTopic"), json!({"Name": "news"}))["TopicArn"].clone();
    let subscribe = json!({"TopicArn": topic, "Protocol": "sqs", "Endpoint": arn});
    done(&mut estate.world, &member, ("sns", "Subscribe"), subscribe);
    for (organization, arrives) in [(estate.organization.clone(), true), ("o-aaaaaaaaaa".to_owned(), false)] {
        let content = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",
            "Action": "sqs:SendMessage", "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:SourceOrgID": organization}}}]});
        estate.organizations("UpdatePolicy", json!({"PolicyId": policy, "Content": content.to_string()}));
        estate.world.advance(std::time::Duration::from_secs(61)).unwrap();
        done(&mut estate.world, &member, ("sqs", "PurgeQueue"), json!({"QueueUrl": url}));
        done(&mut estate.world, &member, ("sns", "Publish"), json!({"TopicArn": topic, "Message": "x"}));
        let got = done(&mut estate.world, &member, ("sqs", "ReceiveMessage"), json!({"QueueUrl": url}));
        assert_eq!(got["Messages"].is_array(), arrives, "{got}");
    }
}

#[test]
fn roles_of_new_accounts_are_made_though_the_root_user_may_do_nothing() {
    let mut estate = Estate::new();
    let statement = json!({"Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}});
    let policy = estate.policy("SERVICE_CONTROL_POLICY", statement);
    let at = json!({"PolicyId": policy, "TargetId": estate.root});
    estate.organizations("AttachPolicy", at);
    let wish = json!({"AccountName": "dev", "Email": "dev@example.com"});
    let made = estate.organizations("CreateAccount", wish);
    let dev = text(&made["CreateAccountStatus"]["AccountId"]);
    refused(&mut estate.world, &Keys::of(&dev, "any"), ("sqs", "ListQueues"), json!({}), "AccessDenied");
    let role = json!({"RoleArn": format!("arn:aws:iam::{dev}:role/OrganizationAccountAccessRole"),
                      "RoleSessionName": "s1"});
    let session = credentials(&done(&mut estate.world, &Keys::bootstrap(), ("sts", "AssumeRole"), role));
    done(&mut estate.world, &session, ("sqs", "ListQueues"), json!({}));
    let seen = json!({"RoleName": "OrganizationAccountAccessRole"});
    let attached = done(&mut estate.world, &session, ("iam", "ListAttachedRolePolicies"), seen);
    assert_eq!(attached["AttachedPolicies"][0]["PolicyArn"], ADMINISTRATOR);
}

#[test]
fn chosen_ids_go_to_the_accounts_that_they_were_chosen_for() {
    let mut estate = Estate::new();
    let cloud = estate.world.cloud().clone();
    cloud.reserve_account_id("111122223333".parse().unwrap(), Some("Audit@example.com")).unwrap();
    cloud.reserve_account_id("444455556666".parse().unwrap(), None).unwrap();
    assert_eq!(cloud.reserved_account_ids().unwrap().len(), 2);
    for (email, expect) in [("x@example.com", "444455556666"), ("audit@example.com", "111122223333")] {
        let made = estate.organizations("CreateAccount", json!({"AccountName": "x", "Email": email}));
        assert_eq!(made["CreateAccountStatus"]["AccountId"], expect, "{email}");
    }
    assert!(cloud.reserved_account_ids().unwrap().is_empty());
    let taken = cloud.reserve_account_id("111122223333".parse().unwrap(), None).unwrap_err();
    assert_eq!(taken.message(), "account 111122223333 is there already");
}

#[test]
fn the_simulator_knows_what_an_organisation_forbids() {
    let mut estate = Estate::new();
    let member = Keys::of(&estate.member, "any");
    done(&mut estate.world, &member, ("iam", "CreateUser"), json!({"UserName": "ann"}));
    let attach = json!({"UserName": "ann", "PolicyArn": ADMINISTRATOR});
    done(&mut estate.world, &member, ("iam", "AttachUserPolicy"), attach);
    let arn = format!("arn:aws:iam::{}:user/ann", estate.member);
    let wish = json!({"PolicySourceArn": arn, "ActionNames": ["sqs:CreateQueue"]});
    let simulated = |estate: &mut Estate| {
        let told = done(&mut estate.world, &member, ("iam", "SimulatePrincipalPolicy"), wish.clone());
        let result = &told["EvaluationResults"][0];
        let allowed = &result["OrganizationsDecisionDetail"]["AllowedByOrganizations"];
        (text(&result["EvalDecision"]), allowed.as_bool())
    };
    assert_eq!(simulated(&mut estate), ("allowed".to_owned(), Some(true)));
    let statement = json!({"Effect": "Deny", "Action": "sqs:CreateQueue", "Resource": "*"});
    let policy = estate.policy("SERVICE_CONTROL_POLICY", statement);
    let at = json!({"PolicyId": policy, "TargetId": estate.unit});
    estate.organizations("AttachPolicy", at);
    assert_eq!(simulated(&mut estate), ("explicitDeny".to_owned(), Some(false)));
}

#[test]
fn root_features_need_trusted_access_in_the_organisation() {
    let mut estate = Estate::new();
    let enable = ("iam", "EnableOrganizationsRootCredentialsManagement");
    let management = Keys::bootstrap();
    refused(&mut estate.world, &management, enable, json!({}), "ServiceAccessNotEnabledException");
    estate.organizations("EnableAWSServiceAccess", json!({"ServicePrincipal": "iam.amazonaws.com"}));
    let told = done(&mut estate.world, &management, enable, json!({}));
    assert_eq!(told["OrganizationId"], estate.organization.as_str());
    assert_eq!(told["EnabledFeatures"], json!(["RootCredentialsManagement"]));
    let member = Keys::of(&estate.member, "any");
    refused(&mut estate.world, &member, enable, json!({}), "AccountNotManagementOrDelegatedAdministratorException");
}
