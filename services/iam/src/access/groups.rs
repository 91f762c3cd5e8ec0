//! Groups.

use super::check::{self, on};
use super::{attaching, one_check};
use crate::api::{
    AddUserToGroupRequest, AttachGroupPolicyRequest, CreateGroupRequest, DeleteGroupPolicyRequest, DeleteGroupRequest,
    DetachGroupPolicyRequest, GetGroupPolicyRequest, GetGroupRequest, ListAttachedGroupPoliciesRequest,
    ListGroupPoliciesRequest, ListGroupsRequest, PutGroupPolicyRequest, RemoveUserFromGroupRequest, UpdateGroupRequest,
};
use crate::entity::Kind;
use crate::state::GroupRow;
use service::{Access, Result, View};

one_check! {
    add_user_to_group(AddUserToGroupRequest.group_name) "iam:AddUserToGroup", on::<GroupRow>;
    delete_group(DeleteGroupRequest.group_name) "iam:DeleteGroup", on::<GroupRow>;
    delete_group_policy(DeleteGroupPolicyRequest.group_name) "iam:DeleteGroupPolicy", on::<GroupRow>;
    get_group(GetGroupRequest.group_name) "iam:GetGroup", on::<GroupRow>;
    get_group_policy(GetGroupPolicyRequest.group_name) "iam:GetGroupPolicy", on::<GroupRow>;
    list_attached_group_policies(ListAttachedGroupPoliciesRequest.group_name) "iam:ListAttachedGroupPolicies",
        on::<GroupRow>;
    list_group_policies(ListGroupPoliciesRequest.group_name) "iam:ListGroupPolicies", on::<GroupRow>;
    put_group_policy(PutGroupPolicyRequest.group_name) "iam:PutGroupPolicy", on::<GroupRow>;
    remove_user_from_group(RemoveUserFromGroupRequest.group_name) "iam:RemoveUserFromGroup", on::<GroupRow>;
}

attaching! {
    attach_group_policy(AttachGroupPolicyRequest.group_name) "iam:AttachGroupPolicy", on::<GroupRow>;
    detach_group_policy(DetachGroupPolicyRequest.group_name) "iam:DetachGroupPolicy", on::<GroupRow>;
}

pub fn create_group(view: &View, input: &CreateGroupRequest) -> Result<Access> {
    let check = check::fresh(view, "iam:CreateGroup", Kind::Group, (&input.path, &input.group_name));
    Ok(Access::to(check))
}

pub fn update_group(view: &View, input: &UpdateGroupRequest) -> Result<Access> {
    let new = (&input.new_path, &input.new_group_name);
    check::renamed::<GroupRow>(view, "iam:UpdateGroup", &input.group_name, new)
}

pub fn list_groups(view: &View, input: &ListGroupsRequest) -> Result<Access> {
    Ok(Access::to(check::below(view, "iam:ListGroups", Kind::Group, &input.path_prefix)))
}
