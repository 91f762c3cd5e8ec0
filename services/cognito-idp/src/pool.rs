//! One user pool.

use crate::api::{LambdaConfigType, PasswordPolicyType, SchemaAttributeType, UserPoolType};
use crate::errors;
use crate::state::{KEYS, KeysRow, POOLS, PoolRow};
use crate::token;
use service::shape::fill;
use service::{Arn, Bytes, Cx, Error, Node, Result, Value, View};

/// A pool with its settings.
pub struct Pool {
    /// What is not among the settings.
    pub row: PoolRow,
    /// What its makers said of it.
    pub settings: UserPoolType,
}

impl Pool {
    /// The pool of this scope that goes by an id.
    pub fn find(view: &View, id: &str) -> Result<Pool> {
        Pool::look(view, id)?.ok_or_else(|| errors::no_pool(id))
    }

    /// The same, if there is one.
    pub fn look(view: &View, id: &str) -> Result<Option<Pool>> {
        view.get(&POOLS, id)?.map(Pool::of).transpose()
    }

    /// A pool from its row.
    pub fn of(row: PoolRow) -> Result<Pool> {
        let mut settings = UserPoolType::default();
        let tree = Value::decode(&row.settings).map_err(Error::internal)?;
        fill(&mut settings, &tree).map_err(Error::internal)?;
        Ok(Pool { row, settings })
    }

    /// Writes what was changed.
    pub fn save(&mut self, cx: &mut Cx) -> Result<()> {
        self.row.modified_at = cx.now();
        self.row.settings = Bytes::from(Value::of(self.settings.peek()).encode());
        let row = &self.row;
        cx.put(&POOLS, row.id.as_str(), row)
    }

    /// The keys that sign its tokens, if it has some yet.
    pub fn keys(&self, view: &View) -> Result<Option<KeysRow>> {
        view.get(&KEYS, self.id())
    }

    /// Gives it keys, unless it got some meanwhile, and tells which it has. Other services of this cloud verify its tokens by them
    /// as they do those of any issuer.
    pub fn keep_keys(&self, cx: &mut Cx, made: KeysRow) -> Result<KeysRow> {
        if let Some(keys) = self.keys(cx)? {
            return Ok(keys);
        }
        cx.put(&KEYS, self.id(), &made)?;
        cx.set_issuer_keys(&self.issuer(cx), &token::key_set(&made)?)?;
        Ok(made)
    }

    /// `Id`
    pub fn id(&self) -> &str {
        &self.row.id
    }

    /// What stands behind the underscore in its id.
    pub fn short_id(&self) -> &str {
        self.row.id.split_once('_').map_or(&*self.row.id, |(_, short)| short)
    }

    /// Its ARN.
    pub fn arn(&self, view: &View) -> Arn {
        arn(view, self.id())
    }

    /// `iss` in its tokens.
    pub fn issuer(&self, view: &View) -> String {
        let domain = view.scope().partition().dns_suffix();
        format!("https://cognito-idp.{}.{domain}/{}", view.region(), self.id())
    }

    /// What users may have of attributes.
    pub fn schema(&self) -> &[SchemaAttributeType] {
        self.settings.schema_attributes.as_deref().unwrap_or_default()
    }

    /// The attributes that serve as usernames.
    pub fn username_attributes(&self) -> &[String] {
        self.settings.username_attributes.as_deref().unwrap_or_default()
    }

    /// The attributes that serve beside usernames.
    pub fn alias_attributes(&self) -> &[String] {
        self.settings.alias_attributes.as_deref().unwrap_or_default()
    }

    /// The attributes that are verified at sign-up.
    pub fn auto_verified(&self) -> &[String] {
        self.settings.auto_verified_attributes.as_deref().unwrap_or_default()
    }

    /// The functions that are asked.
    pub fn triggers(&self) -> LambdaConfigType {
        self.settings.lambda_config.clone().unwrap_or_default()
    }

    /// What passwords must be.
    pub fn password_policy(&self) -> PasswordPolicyType {
        self.settings.policies.as_ref().and_then(|policies| policies.password_policy.clone()).unwrap_or_default()
    }

    /// `OFF`, `OPTIONAL` or `ON`.
    pub fn mfa(&self) -> &str {
        self.settings.mfa_configuration.as_deref().unwrap_or("OFF")
    }

    /// A name as it is compared.
    pub fn fold(&self, name: &str) -> String {
        let sensitive = self.settings.username_configuration.as_ref().is_none_or(|c| c.case_sensitive);
        if sensitive { name.to_owned() } else { name.to_lowercase() }
    }

    /// What DescribeUserPool shows.
    pub fn described(&self, view: &View) -> UserPoolType {
        UserPoolType {
            id: Some(self.row.id.clone()),
            arn: Some(self.arn(view).to_string()),
            creation_date: Some(self.row.created_at),
            last_modified_date: Some(self.row.modified_at),
            estimated_number_of_users: Some(self.row.users),
            user_pool_tags: Some(self.row.tags.clone()),
            ..self.settings.clone()
        }
    }
}

/// A pool's ARN.
pub fn arn(view: &View, id: &str) -> Arn {
    view.arn("cognito-idp", format!("userpool/{id}"))
}

/// The id in a pool's ARN.
pub fn id_of_arn(view: &View, text: &str) -> Result<String> {
    let wrong = || errors::invalid(format!("Invalid user pool ARN: {text}"));
    let parsed: Arn = text.parse().map_err(|_| wrong())?;
    let id = text.rsplit_once(":userpool/").map(|(_, id)| id).ok_or_else(wrong)?;
    if parsed != arn(view, id) { Err(errors::no_pool(id)) } else { Ok(id.to_owned()) }
}
