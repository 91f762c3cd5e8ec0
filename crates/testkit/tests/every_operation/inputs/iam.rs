//! IAM and STS.

use super::{Line, Listing};

pub static TEXTS: &[(&str, &str)] = &[
    ("AssumeRolePolicyDocument", TRUST),
    (
        "PolicyDocument",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:ListQueues","Resource":"*"}]}"#,
    ),
    ("SAMLMetadataDocument", METADATA),
    ("CertificateBody", CERTIFICATE),
    ("PrivateKey", PRIVATE_KEY),
    ("SSHPublicKeyBody", SSH_KEY),
    ("AnotherSSHPublicKeyBody", ANOTHER_SSH_KEY),
    ("AnotherCertificateBody", ANOTHER_CERTIFICATE),
];

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":
    "arn:aws:iam::111111111111:root"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"#;

/// As long as the model wants it at least.
const METADATA: &str = concat!(
    r#"<?xml version="1.0"?><EntityDescriptor entityID="urn:x">"#,
    "<a>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</a>",
    "<a>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</a>",
    "<a>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</a>",
    "<a>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</a>",
    "<a>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</a>",
    "<a>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</a>",
    "<a>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</a>",
    "<a>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</a>",
    "<a>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</a>",
    "<a>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</a>",
    "</EntityDescriptor>"
);

/// A self-signed certificate until 2126-10-29T19:35:58Z, and its key.
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----
MIIBgzCCASmgAwIBAgIUFk6sVLjdcPS7OwcvJdjUyTlKiJowCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLZXhhbXBsZS5jb20wIBcNMjYxMTIyMTkzNTU4WhgPMjEyNjEw
MjkxOTM1NThaMBYxFDASBgNVBAMMC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAElIhq1rktrsAsWmzG1PSxJ6sfMgWojNZOlZgXVVlXtFHkCgWO
JhYRjynBt/3mHioTHv0ls8j+a3hUBCLEShMpGaNTMFEwHQYDVR0OBBYEFHaFqxy9
VdIwKORapv1v3Douz42iMB8GA1UdIwQYMBaAFHaFqxy9VdIwKORapv1v3Douz42i
MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgD9jY8/LD8P9AsVxU
EvjA8mMn4BYJFHLPOf2EwTSStvICIQCXU9cF51yvGVMloeDjtEdczJtnExNrTlHc
tw8phT99ng==
-----END CERTIFICATE-----";

const PRIVATE_KEY: &str = "-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIIYvBg+RJd2KXpy0+dUtLb2MStNCxuzm51OcMWcP0F6soAoGCCqGSM49
AwEHoUQDQgAElIhq1rktrsAsWmzG1PSxJ6sfMgWojNZOlZgXVVlXtFHkCgWOJhYR
jynBt/3mHioTHv0ls8j+a3hUBCLEShMpGQ==
-----END EC PRIVATE KEY-----";

const ANOTHER_CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----
MIIBpzCCARACCQCY5yOdxCTrGjANBgkqhkiG9w0BAQsFADAXMRUwEwYDVQQKDAxt
b3RvIHRlc3RpbmcwIBcNMTgxMTA1MTkwNTIwWhgPMjI5MjA4MTkxOTA1MjBaMBcx
FTATBgNVBAoMDG1vdG8gdGVzdGluZzCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkC
gYEA1Jn3g2h7LD3FLqdpcYNbFXCS4V4eDpuTCje9vKFcC3pi/01147X3zdfPy8Mt
ZhKxcREOwm4NXykh23P9KW7fBovpNwnbYsbPqj8Hf1ZaClrgku1arTVhEnKjx8zO
vaR/bVLCss4uE0E0VM1tJn/QGQsfthFsjuHtwx8uIWz35tUCAwEAATANBgkqhkiG
9w0BAQsFAAOBgQBWdOQ7bDc2nWkUhFjZoNIZrqjyNdjlMUndpwREVD7FQ/DuxJMj
FyDHrtlrS80dPUQWNYHw++oACDpWO01LGLPPrGmuO/7cOdojPEd852q5gd+7W9xt
8vUH+pBa6IBLbvBp+szli51V3TLSWcoyy4ceJNQU2vCkTLoFdS0RLd/8tQ==
-----END CERTIFICATE-----";

const SSH_KEY: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQD3DrgvuYtD0c7trFnH4+5iVQ3Gz2ur0EoLBeS6M78XCmTfqP7Rmy\
    XUAu+NVnVWkpCTZl+X+PPksXiGYJ8H55nfRkv+gmq78bTeh/8EmspIZdPkmgW1dJHnT+1spr0ZialSwaKL38Tg7cVhbDZxjTLSQHKkkNLwgm8X\
    L2L5nAXoHC9O2Mfy3inMUHMXzo8PyPV50uh/bExqhNj6huSsrOp+hV9B+my20g2fV3LtW/iyTCl5hRArvM4FnNCTEdUc1p96K4fIM0FXGkmTvx\
    QzdiRWo1t8KbVsmHFzpqJE1Tfe++YFTZWgga2CaTBPlfQn+dlGFK+E9e1q6AhqfWAtOm5B a@b";

const ANOTHER_SSH_KEY: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCCBkRMpvQxej7+4ZufhiAeUmdGvUJrAIXG/S4A+PCRoa43YsyjUL\
    PgWujEW/1m947hKMOlzeGaayxpTXsqExVGtMwX/2TxrnWsJj76nV/C53osnz6jzfe98zCKG2Jv/CZMi71ZXrsJnrc2f+jbb3cpx0dEVgjB0cls\
    htl50287caHqV9WmhO//a95Y2f2ze9ZxRGrnJsWH12iCQYKZ84Hf/kfvE6nSUJNxS6qgkU6Inq2wrAzx/oyEpa4A/cfmWILOrKYzN+zlmPAMn1\
    Gmo1EWw7J9UOTzzSjFagEZbncCNX1fSMlQTNpLNPjPV2oizBxBX9fHNRhBS8HQ1b8iGXs9 a@b";

/// A policy template of the account's own.
pub static REGISTERED: &[(&str, &str, &str)] = &[(
    "delegation-templates",
    "arn:aws:iam:::delegation-template/queues",
    r#"{"requestorName": "Example", "accounts": ["111111111111"], "policy": {"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}]}}"#,
)];

pub static COMMON: &[&str] = &[
    r#"CreateUser {"UserName": "alice"}"#,
    r#"CreateGroup {"GroupName": "staff"}"#,
    r#"CreateRole {"RoleName": "worker", "AssumeRolePolicyDocument": "{AssumeRolePolicyDocument}"}"#,
    r#"CreatePolicy {"PolicyName": "reading", "PolicyDocument": "{PolicyDocument}"}"#,
    r#"CreateInstanceProfile {"InstanceProfileName": "machine"}"#,
];

pub static FOR_STS: &[&str] = &[
    r#"iam.CreateRole {"RoleName": "worker", "AssumeRolePolicyDocument": "{AssumeRolePolicyDocument}"}"#,
    r#"iam.CreateUser {"UserName": "alice"}"#,
    r#"iam.CreateAccessKey {"UserName": "alice"}"#,
];

const OIDC: &str =
    r#"CreateOpenIDConnectProvider {"Url": "https://token.example.com/org", "ClientIDList": ["client"]}"#;
const SAML: &str = r#"CreateSAMLProvider {"Name": "idp", "SAMLMetadataDocument": "{SAMLMetadataDocument}"}"#;
const SSH: &str = r#"UploadSSHPublicKey {"UserName": "alice", "SSHPublicKeyBody": "{SSHPublicKeyBody}"}"#;
const CERT: &str = r#"UploadServerCertificate {"ServerCertificateName": "certificate", "CertificateBody": "{CertificateBody}", "PrivateKey": "{PrivateKey}"}"#;
const SIGN: &str = r#"UploadSigningCertificate {"UserName": "alice", "CertificateBody": "{CertificateBody}"}"#;
const ANOTHER_SSH: &str =
    r#"UploadSSHPublicKey {"UserName": "alice", "SSHPublicKeyBody": "{AnotherSSHPublicKeyBody}"}"#;
const ANOTHER_SIGN: &str =
    r#"UploadSigningCertificate {"UserName": "alice", "CertificateBody": "{AnotherCertificateBody}"}"#;
const SLR: &str = r#"CreateServiceLinkedRole {"AWSServiceName": "ecs.amazonaws.com"}"#;
const KEY: &str = r#"CreateAccessKey {"UserName": "alice"}"#;
const LOGIN: &str = r#"CreateLoginProfile {"UserName": "alice", "Password": "Secret-1234!"}"#;
const MFA: &str = r#"CreateVirtualMFADevice {"VirtualMFADeviceName": "phone"}"#;
const PASSWORDS: &str = "UpdateAccountPasswordPolicy";
const ALIAS: &str = r#"CreateAccountAlias {"AccountAlias": "example"}"#;
const PUT_GROUP_POLICY: &str =
    r#"PutGroupPolicy {"GroupName": "staff", "PolicyName": "inline", "PolicyDocument": "{PolicyDocument}"}"#;
const PUT_ROLE_POLICY: &str =
    r#"PutRolePolicy {"RoleName": "worker", "PolicyName": "inline", "PolicyDocument": "{PolicyDocument}"}"#;
const PUT_USER_POLICY: &str =
    r#"PutUserPolicy {"UserName": "alice", "PolicyName": "inline", "PolicyDocument": "{PolicyDocument}"}"#;
const ATTACH_GROUP: &str = r#"AttachGroupPolicy {"GroupName": "staff", "PolicyArn": "{PolicyArn}"}"#;
const ATTACH_ROLE: &str = r#"AttachRolePolicy {"RoleName": "worker", "PolicyArn": "{PolicyArn}"}"#;
const ATTACH_USER: &str = r#"AttachUserPolicy {"UserName": "alice", "PolicyArn": "{PolicyArn}"}"#;
const BOUND_ROLE: &str = r#"PutRolePermissionsBoundary {"RoleName": "worker", "PermissionsBoundary": "{PolicyArn}"}"#;
const BOUND_USER: &str = r#"PutUserPermissionsBoundary {"UserName": "alice", "PermissionsBoundary": "{PolicyArn}"}"#;
const INTO_GROUP: &str = r#"AddUserToGroup {"GroupName": "staff", "UserName": "alice"}"#;
const INTO_PROFILE: &str = r#"AddRoleToInstanceProfile {"InstanceProfileName": "machine", "RoleName": "worker"}"#;
const VERSION: &str =
    r#"CreatePolicyVersion {"PolicyArn": "{PolicyArn}", "PolicyDocument": "{PolicyDocument}", "SetAsDefault": true}"#;
const OUTBOUND: &str = "EnableOutboundWebIdentityFederation {}";
const CREDENTIAL: &str =
    r#"CreateServiceSpecificCredential {"UserName": "alice", "ServiceName": "codecommit.amazonaws.com"}"#;
const REPORT: &str = r#"GenerateServiceLastAccessedDetails {"Arn": "arn:aws:iam::{Account}:user/alice"}"#;
const ORGANIZATION: &str = r#"organizations.CreateOrganization {"FeatureSet": "ALL"}"#;
const ROOTS: &str = "organizations.ListRoots {}";
// The id that was answered last is the root's.
const CONTROL: &str = r#"organizations.EnablePolicyType {"RootId": "{Id}", "PolicyType": "SERVICE_CONTROL_POLICY"}"#;
const ORGANIZATION_REPORT: &str = r#"GenerateOrganizationsAccessReport {"EntityPath": "{OrganizationId}/{RootId}"}"#;
const DELEGATION: &str = r#"CreateDelegationRequest {"OwnerAccountId": "{Account}", "Description": "", "RequestorWorkflowId": "workflow-{n}", "NotificationChannel": "arn:aws:sns:us-east-1:{Account}:delegations", "SessionDuration": 3600, "Permissions": {"PolicyTemplateArn": "arn:aws:iam:::delegation-template/queues"}}"#;
const ASSOCIATE: &str = r#"AssociateDelegationRequest {"DelegationRequestId": "{DelegationRequestId}"}"#;
const ACCEPT: &str = r#"AcceptDelegationRequest {"DelegationRequestId": "{DelegationRequestId}"}"#;
const ALICE: &str = r#"{"UserName": "alice"}"#;

pub static LINES: &[Line] = &[
    ("iam.AddClientIDToOpenIDConnectProvider", &[OIDC], "{}"),
    ("sts.AssumeRole", &[], r#"{"RoleArn": "{RoleArn}", "Tags": [{"Key": "team", "Value": "a"}]}"#),
    ("iam.ChangePassword", &[], r#"{"OldPassword": "Secret-1234!", "NewPassword": "Secret-5678!"}"#),
    ("sts.AssumeRoleWithSAML", &[], r#"{"PrincipalArn": "arn:aws:iam::111111111111:saml-provider/idp"}"#),
    (
        "sts.AssumeRoot",
        &[],
        r#"{"TargetPrincipal": "111111111111", "TaskPolicyArn": {"arn": "arn:aws:iam::aws:policy/root-task/SQSUnlockQueuePolicy"}}"#,
    ),
    ("iam.CreateAccessKey", &[], ALICE),
    ("iam.CreateGroup", &[], r#"{"GroupName": "others"}"#),
    ("iam.CreateInstanceProfile", &[], r#"{"InstanceProfileName": "other", "Tags": [{"Key": "team", "Value": "a"}]}"#),
    ("iam.CreateLoginProfile", &[], r#"{"UserName": "alice", "Password": "Secret-1234!"}"#),
    (
        "iam.CreateOpenIDConnectProvider",
        &[],
        r#"{"Url": "https://token.example.com/org", "Tags": [{"Key": "team", "Value": "a"}]}"#,
    ),
    ("iam.CreatePolicy", &[], r#"{"PolicyName": "writing", "Tags": [{"Key": "team", "Value": "a"}]}"#),
    ("iam.CreateRole", &[], r#"{"RoleName": "other", "Tags": [{"Key": "team", "Value": "a"}]}"#),
    ("iam.CreateSAMLProvider", &[], r#"{"Name": "idp", "Tags": [{"Key": "team", "Value": "a"}]}"#),
    ("iam.CreateServiceLinkedRole", &[], r#"{"AWSServiceName": "ecs.amazonaws.com"}"#),
    ("iam.CreateUser", &[], r#"{"UserName": "bob", "Tags": [{"Key": "team", "Value": "a"}]}"#),
    (
        "iam.CreateVirtualMFADevice",
        &[],
        r#"{"VirtualMFADeviceName": "phone", "Tags": [{"Key": "team", "Value": "a"}]}"#,
    ),
    ("iam.DeactivateMFADevice", &[MFA], ALICE),
    ("iam.DeleteAccessKey", &[KEY], ALICE),
    ("iam.DeleteAccountAlias", &[ALIAS], r#"{"AccountAlias": "example"}"#),
    ("iam.DeleteAccountPasswordPolicy", &[PASSWORDS], "{}"),
    ("iam.DeleteGroupPolicy", &[PUT_GROUP_POLICY], "{}"),
    ("iam.GetGroupPolicy", &[PUT_GROUP_POLICY], "{}"),
    ("iam.DetachGroupPolicy", &[ATTACH_GROUP], "{}"),
    ("iam.DeleteRolePolicy", &[PUT_ROLE_POLICY], "{}"),
    ("iam.GetRolePolicy", &[PUT_ROLE_POLICY], "{}"),
    ("iam.DetachRolePolicy", &[ATTACH_ROLE], "{}"),
    ("iam.DeleteUserPolicy", &[PUT_USER_POLICY], "{}"),
    ("iam.GetUserPolicy", &[PUT_USER_POLICY], "{}"),
    ("iam.DetachUserPolicy", &[ATTACH_USER], "{}"),
    ("iam.DeleteLoginProfile", &[LOGIN], ALICE),
    ("iam.DeleteOpenIDConnectProvider", &[OIDC], "{}"),
    ("iam.DeletePolicyVersion", &[VERSION], r#"{"VersionId": "v1"}"#),
    ("iam.DeleteRolePermissionsBoundary", &[BOUND_ROLE], "{}"),
    ("iam.DeleteUserPermissionsBoundary", &[BOUND_USER], "{}"),
    ("iam.DeleteSAMLProvider", &[SAML], "{}"),
    ("iam.DeleteSSHPublicKey", &[SSH], ALICE),
    ("iam.DeleteServerCertificate", &[CERT], "{}"),
    ("iam.DeleteServiceLinkedRole", &[SLR], "{}"),
    ("iam.DeleteSigningCertificate", &[SIGN], ALICE),
    ("iam.DeleteVirtualMFADevice", &[MFA], "{}"),
    (
        "iam.EnableMFADevice",
        &[MFA],
        r#"{"UserName": "alice", "AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}"#,
    ),
    ("iam.GetAccountPasswordPolicy", &[PASSWORDS], "{}"),
    ("iam.CreateServiceSpecificCredential", &[], r#"{"UserName": "alice", "ServiceName": "codecommit.amazonaws.com"}"#),
    ("iam.ListServiceSpecificCredentials", &[CREDENTIAL], ALICE),
    ("iam.ResetServiceSpecificCredential", &[CREDENTIAL], ALICE),
    ("iam.UpdateServiceSpecificCredential", &[CREDENTIAL], r#"{"UserName": "alice", "Status": "Inactive"}"#),
    ("iam.DeleteServiceSpecificCredential", &[CREDENTIAL], ALICE),
    (
        "iam.SimulateCustomPolicy",
        &[],
        r#"{"PolicyInputList": ["{PolicyDocument}"], "ActionNames": ["sqs:ListQueues"], "ResourceArns": ["*"]}"#,
    ),
    (
        "iam.SimulatePrincipalPolicy",
        &[],
        r#"{"PolicySourceArn": "arn:aws:iam::{Account}:user/alice", "ActionNames": ["sqs:ListQueues"]}"#,
    ),
    ("iam.GenerateServiceLastAccessedDetails", &[], r#"{"Arn": "arn:aws:iam::{Account}:user/alice"}"#),
    (
        "iam.GenerateOrganizationsAccessReport",
        &[ORGANIZATION, ROOTS, CONTROL],
        r#"{"EntityPath": "{OrganizationId}/{RootId}"}"#,
    ),
    ("iam.GetOrganizationsAccessReport", &[ORGANIZATION, ROOTS, CONTROL, ORGANIZATION_REPORT], "{}"),
    (
        "iam.CreateDelegationRequest",
        &[],
        r#"{"Description": "It sets queues up.", "RequestorWorkflowId": "workflow", "SessionDuration": 3600, "NotificationChannel": "arn:aws:sns:us-east-1:{Account}:delegations", "Permissions": {"PolicyTemplateArn": "arn:aws:iam:::delegation-template/queues"}}"#,
    ),
    ("iam.AssociateDelegationRequest", &[DELEGATION], "{}"),
    ("iam.GetDelegationRequest", &[DELEGATION, ASSOCIATE], "{}"),
    ("iam.ListDelegationRequests", &[DELEGATION, ASSOCIATE], "{}"),
    ("iam.UpdateDelegationRequest", &[DELEGATION, ASSOCIATE], r#"{"Notes": "please"}"#),
    ("iam.AcceptDelegationRequest", &[DELEGATION, ASSOCIATE], "{}"),
    ("iam.RejectDelegationRequest", &[DELEGATION, ASSOCIATE], "{}"),
    ("iam.SendDelegationToken", &[DELEGATION, ASSOCIATE, ACCEPT], "{}"),
    ("iam.GetServiceLastAccessedDetails", &[REPORT], "{}"),
    ("iam.GetServiceLastAccessedDetailsWithEntities", &[REPORT], r#"{"ServiceNamespace": "sqs"}"#),
    (
        "iam.ListPoliciesGrantingServiceAccess",
        &[],
        r#"{"Arn": "arn:aws:iam::{Account}:user/alice", "ServiceNamespaces": ["sqs"]}"#,
    ),
    ("iam.GetContextKeysForCustomPolicy", &[], r#"{"PolicyInputList": ["{PolicyDocument}"]}"#),
    ("iam.GetContextKeysForPrincipalPolicy", &[], r#"{"PolicySourceArn": "arn:aws:iam::{Account}:user/alice"}"#),
    ("iam.GetCredentialReport", &["GenerateCredentialReport"], "{}"),
    ("iam.GetLoginProfile", &[LOGIN], ALICE),
    ("iam.GetMFADevice", &[MFA], "{}"),
    ("iam.GetOpenIDConnectProvider", &[OIDC], "{}"),
    ("iam.GetPolicyVersion", &[], r#"{"VersionId": "v1"}"#),
    ("iam.GetSAMLProvider", &[SAML], "{}"),
    ("iam.GetSSHPublicKey", &[SSH], ALICE),
    ("iam.GetServerCertificate", &[CERT], "{}"),
    ("iam.GetServiceLinkedRoleDeletionStatus", &[SLR, r#"DeleteServiceLinkedRole {"RoleName": "{RoleName}"}"#], "{}"),
    ("iam.GetUser", &[], ALICE),
    ("iam.GetAccessKeyLastUsed", &[KEY], r#"{"AccessKeyId": "{AccessKeyId}"}"#),
    ("iam.ListAccessKeys", &[KEY], ALICE),
    ("iam.ListMFADevices", &[], ALICE),
    ("iam.ListMFADeviceTags", &[MFA], "{}"),
    ("iam.ListOpenIDConnectProviderTags", &[OIDC], "{}"),
    ("iam.ListSAMLProviderTags", &[SAML], "{}"),
    ("iam.ListServerCertificateTags", &[CERT], "{}"),
    ("iam.ListSSHPublicKeys", &[SSH], ALICE),
    ("iam.ListSigningCertificates", &[SIGN], ALICE),
    ("iam.PutRolePermissionsBoundary", &[], r#"{"PermissionsBoundary": "{PolicyArn}"}"#),
    ("iam.PutUserPermissionsBoundary", &[], r#"{"PermissionsBoundary": "{PolicyArn}"}"#),
    ("iam.RemoveClientIDFromOpenIDConnectProvider", &[OIDC], r#"{"ClientID": "client"}"#),
    ("iam.RemoveRoleFromInstanceProfile", &[INTO_PROFILE], "{}"),
    ("iam.RemoveUserFromGroup", &[INTO_GROUP], "{}"),
    (
        "iam.ResyncMFADevice",
        &[MFA],
        r#"{"UserName": "alice", "AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}"#,
    ),
    ("iam.SetDefaultPolicyVersion", &[], r#"{"VersionId": "v1"}"#),
    ("iam.TagMFADevice", &[MFA], "{}"),
    ("iam.UntagMFADevice", &[MFA], "{}"),
    ("iam.TagOpenIDConnectProvider", &[OIDC], "{}"),
    ("iam.UntagOpenIDConnectProvider", &[OIDC], "{}"),
    ("iam.TagSAMLProvider", &[SAML], "{}"),
    ("iam.UntagSAMLProvider", &[SAML], "{}"),
    ("iam.TagServerCertificate", &[CERT], "{}"),
    ("iam.UntagServerCertificate", &[CERT], "{}"),
    ("iam.UpdateAccessKey", &[KEY], r#"{"UserName": "alice", "Status": "Inactive"}"#),
    ("iam.UpdateAssumeRolePolicy", &[], r#"{"PolicyDocument": "{AssumeRolePolicyDocument}"}"#),
    ("iam.UpdateGroup", &[], r#"{"NewGroupName": "crew"}"#),
    ("iam.UpdateLoginProfile", &[LOGIN], r#"{"UserName": "alice", "Password": "Secret-5678!"}"#),
    (
        "iam.UpdateOpenIDConnectProviderThumbprint",
        &[OIDC],
        r#"{"ThumbprintList": ["6938fd4d98bab03faadb97b34396831e3780aea1"]}"#,
    ),
    ("iam.UpdateSAMLProvider", &[SAML], r#"{"SAMLMetadataDocument": "{SAMLMetadataDocument}"}"#),
    ("iam.UpdateSSHPublicKey", &[SSH], r#"{"UserName": "alice", "Status": "Inactive"}"#),
    ("iam.UpdateServerCertificate", &[CERT], r#"{"NewServerCertificateName": "other"}"#),
    ("iam.UpdateSigningCertificate", &[SIGN], r#"{"UserName": "alice", "Status": "Inactive"}"#),
    ("iam.UpdateUser", &[], r#"{"NewUserName": "bob"}"#),
    ("iam.UploadSSHPublicKey", &[], ALICE),
    (
        "iam.UploadServerCertificate",
        &[],
        r#"{"ServerCertificateName": "other", "Tags": [{"Key": "team", "Value": "a"}]}"#,
    ),
    ("iam.UploadSigningCertificate", &[], ALICE),
    ("sts.GetAccessKeyInfo", &[], r#"{"AccessKeyId": "{AccessKeyId}"}"#),
    (
        "sts.GetWebIdentityToken",
        &["iam.EnableOutboundWebIdentityFederation {}"],
        r#"{"Audience": ["example"], "SigningAlgorithm": "ES384", "Tags": [{"Key": "team", "Value": "a"}]}"#,
    ),
    ("iam.DisableOutboundWebIdentityFederation", &[OUTBOUND], "{}"),
    ("iam.GetOutboundWebIdentityFederationInfo", &[OUTBOUND], "{}"),
    ("sts.GetFederationToken", &[], r#"{"Name": "bob", "Tags": [{"Key": "team", "Value": "a"}]}"#),
];

pub static LISTINGS: &[Listing] = &[
    ("iam.GetAccountAuthorizationDetails", 3, &[r#"CreateUser {"UserName": "user-{n}"}"#], "{}"),
    (
        "iam.GetGroup",
        3,
        &[r#"CreateUser {"UserName": "user-{n}"}"#, r#"AddUserToGroup {"GroupName": "staff", "UserName": "user-{n}"}"#],
        "{}",
    ),
    ("iam.ListAccessKeys", 1, &[KEY], ALICE),
    ("iam.ListDelegationRequests", 3, &[DELEGATION, ASSOCIATE], "{}"),
    ("iam.ListAccountAliases", 1, &[ALIAS], "{}"),
    (
        "iam.ListAttachedGroupPolicies",
        3,
        &[
            r#"CreatePolicy {"PolicyName": "policy-{n}", "PolicyDocument": "{PolicyDocument}"}"#,
            r#"AttachGroupPolicy {"GroupName": "staff", "PolicyArn": "{PolicyArn}"}"#,
        ],
        "{}",
    ),
    (
        "iam.ListGroupPolicies",
        3,
        &[r#"PutGroupPolicy {"GroupName": "staff", "PolicyName": "inline-{n}", "PolicyDocument": "{PolicyDocument}"}"#],
        "{}",
    ),
    (
        "iam.ListAttachedRolePolicies",
        3,
        &[
            r#"CreatePolicy {"PolicyName": "policy-{n}", "PolicyDocument": "{PolicyDocument}"}"#,
            r#"AttachRolePolicy {"RoleName": "worker", "PolicyArn": "{PolicyArn}"}"#,
        ],
        "{}",
    ),
    (
        "iam.ListRolePolicies",
        3,
        &[r#"PutRolePolicy {"RoleName": "worker", "PolicyName": "inline-{n}", "PolicyDocument": "{PolicyDocument}"}"#],
        "{}",
    ),
    (
        "iam.ListAttachedUserPolicies",
        3,
        &[
            r#"CreatePolicy {"PolicyName": "policy-{n}", "PolicyDocument": "{PolicyDocument}"}"#,
            r#"AttachUserPolicy {"UserName": "alice", "PolicyArn": "{PolicyArn}"}"#,
        ],
        "{}",
    ),
    (
        "iam.ListUserPolicies",
        3,
        &[r#"PutUserPolicy {"UserName": "alice", "PolicyName": "inline-{n}", "PolicyDocument": "{PolicyDocument}"}"#],
        "{}",
    ),
    (
        "iam.ListEntitiesForPolicy",
        3,
        &[
            r#"CreateUser {"UserName": "user-{n}"}"#,
            r#"AttachUserPolicy {"UserName": "user-{n}", "PolicyArn": "{PolicyArn}"}"#,
        ],
        "{}",
    ),
    ("iam.ListGroups", 3, &[r#"CreateGroup {"GroupName": "group-{n}"}"#], "{}"),
    (
        "iam.ListGroupsForUser",
        3,
        &[
            r#"CreateGroup {"GroupName": "group-{n}"}"#,
            r#"AddUserToGroup {"GroupName": "group-{n}", "UserName": "alice"}"#,
        ],
        ALICE,
    ),
    ("iam.ListInstanceProfiles", 3, &[r#"CreateInstanceProfile {"InstanceProfileName": "profile-{n}"}"#], "{}"),
    (
        "iam.ListInstanceProfilesForRole",
        3,
        &[
            r#"CreateInstanceProfile {"InstanceProfileName": "profile-{n}"}"#,
            r#"AddRoleToInstanceProfile {"InstanceProfileName": "profile-{n}", "RoleName": "worker"}"#,
        ],
        "{}",
    ),
    ("iam.ListMFADevices", 0, &[], "{}"),
    (
        "iam.ListOpenIDConnectProviders",
        3,
        &[r#"CreateOpenIDConnectProvider {"Url": "https://token-{n}.example.com"}"#],
        "{}",
    ),
    (
        "iam.ListSAMLProviders",
        3,
        &[r#"CreateSAMLProvider {"Name": "idp-{n}", "SAMLMetadataDocument": "{SAMLMetadataDocument}"}"#],
        "{}",
    ),
    (
        "iam.ListPolicies",
        3,
        &[r#"CreatePolicy {"PolicyName": "policy-{n}", "PolicyDocument": "{PolicyDocument}"}"#],
        r#"{"Scope": "Local"}"#,
    ),
    ("iam.ListPolicyVersions", 3, &[VERSION], "{}"),
    (
        "iam.ListRoles",
        3,
        &[r#"CreateRole {"RoleName": "role-{n}", "AssumeRolePolicyDocument": "{AssumeRolePolicyDocument}"}"#],
        "{}",
    ),
    ("iam.ListUsers", 3, &[r#"CreateUser {"UserName": "user-{n}"}"#], "{}"),
    ("iam.ListSSHPublicKeys", 1, &[ANOTHER_SSH], ALICE),
    (
        "iam.ListServerCertificates",
        3,
        &[
            r#"UploadServerCertificate {"ServerCertificateName": "certificate-{n}", "CertificateBody": "{CertificateBody}", "PrivateKey": "{PrivateKey}"}"#,
        ],
        "{}",
    ),
    ("iam.ListSigningCertificates", 1, &[ANOTHER_SIGN], ALICE),
    ("iam.ListServiceSpecificCredentials", 1, &[CREDENTIAL], ALICE),
    (
        "iam.ListPoliciesGrantingServiceAccess",
        1,
        &[PUT_USER_POLICY],
        r#"{"Arn": "arn:aws:iam::{Account}:user/alice", "ServiceNamespaces": ["sqs", "sns"]}"#,
    ),
    (
        "iam.SimulateCustomPolicy",
        0,
        &[],
        r#"{"PolicyInputList": ["{PolicyDocument}"], "ActionNames": ["sqs:ListQueues", "sqs:GetQueueUrl", "sqs:PurgeQueue"]}"#,
    ),
    (
        "iam.SimulatePrincipalPolicy",
        1,
        &[PUT_USER_POLICY],
        r#"{"PolicySourceArn": "arn:aws:iam::{Account}:user/alice", "ActionNames": ["sqs:ListQueues", "sqs:GetQueueUrl", "sqs:PurgeQueue"]}"#,
    ),
    ("iam.ListVirtualMFADevices", 3, &[r#"CreateVirtualMFADevice {"VirtualMFADeviceName": "phone-{n}"}"#], "{}"),
    (
        "iam.ListInstanceProfileTags",
        3,
        &[r#"TagInstanceProfile {"InstanceProfileName": "machine", "Tags": [{"Key": "key-{n}", "Value": "x"}]}"#],
        "{}",
    ),
    (
        "iam.ListMFADeviceTags",
        3,
        &[r#"TagMFADevice {"SerialNumber": "{SerialNumber}", "Tags": [{"Key": "key-{n}", "Value": "x"}]}"#],
        "{}",
    ),
    (
        "iam.ListOpenIDConnectProviderTags",
        3,
        &[
            r#"TagOpenIDConnectProvider {"OpenIDConnectProviderArn": "{OpenIDConnectProviderArn}", "Tags": [{"Key": "key-{n}", "Value": "x"}]}"#,
        ],
        "{}",
    ),
    (
        "iam.ListPolicyTags",
        3,
        &[r#"TagPolicy {"PolicyArn": "{PolicyArn}", "Tags": [{"Key": "key-{n}", "Value": "x"}]}"#],
        "{}",
    ),
    ("iam.ListRoleTags", 3, &[r#"TagRole {"RoleName": "worker", "Tags": [{"Key": "key-{n}", "Value": "x"}]}"#], "{}"),
    (
        "iam.ListSAMLProviderTags",
        3,
        &[r#"TagSAMLProvider {"SAMLProviderArn": "{SAMLProviderArn}", "Tags": [{"Key": "key-{n}", "Value": "x"}]}"#],
        "{}",
    ),
    (
        "iam.ListServerCertificateTags",
        3,
        &[
            r#"TagServerCertificate {"ServerCertificateName": "certificate", "Tags": [{"Key": "key-{n}", "Value": "x"}]}"#,
        ],
        "{}",
    ),
    ("iam.ListUserTags", 3, &[r#"TagUser {"UserName": "alice", "Tags": [{"Key": "key-{n}", "Value": "x"}]}"#], "{}"),
];
