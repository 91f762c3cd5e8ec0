//! Users' functions, asked on the way of a sign-up or a sign-in.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-identity-pools-working-with-aws-lambda-triggers.html>

use crate::peers::Invoke;
use crate::pool::Pool;
use crate::user::User;
use serde_json::{Map, Value as Json, json};
use service::{AccountId, Arn, As, Bytes, Cx, Error, IndexMap, Region, Result, Scope};

/// Why a function is asked, and about whom.
pub struct Occasion<'a> {
    /// The pool.
    pub pool: &'a Pool,
    /// `userName`
    pub username: &'a str,
    /// The client's id; `CLIENT_ID_NOT_APPLICABLE` where somebody with keys calls.
    pub client: &'a str,
    /// `triggerSource`, such as `PreSignUp_SignUp`. What stands before the underscore is how errors call it.
    pub source: &'static str,
}

/// What stands for the client where there is none.
pub const NO_CLIENT: &str = "CLIENT_ID_NOT_APPLICABLE";

impl Occasion<'_> {
    fn name(&self) -> &'static str {
        self.source.split_once('_').map_or(self.source, |(name, _)| match name {
            "TokenGeneration" => "PreTokenGeneration",
            name => name,
        })
    }

    /// What the function makes of `response`. Nothing may have been written before.
    ///
    /// # Errors
    /// `UserLambdaValidationException` for what the function itself refuses, `UnexpectedLambdaException` where it cannot be
    /// asked, `InvalidLambdaResponseException` where it returns something else.
    pub fn ask(&self, cx: &mut Cx, function: &str, request: Json, response: Json) -> Result<Json> {
        let event = json!({
            "version": "1",
            "triggerSource": self.source,
            "region": cx.region().as_str(),
            "userPoolId": self.pool.id(),
            "userName": self.username,
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": self.client},
            "request": request,
            "response": response,
        });
        let by = As::service(&self.pool.arn(cx));
        let by = match place(function) {
            Some(scope) => by.within(scope),
            None => by,
        };
        let call = Invoke { function_name: function.to_owned(), payload: Some(Bytes::from(event.to_string())) };
        let name = self.name();
        let invoked = cx.ask(&by, &call).map_err(|error| {
            let text = format!("{name} invocation failed due to error {}.", error.code());
            Error::new("UnexpectedLambdaException", text)
        })?;
        let payload: Json = serde_json::from_slice(invoked.payload.as_deref().unwrap_or_default()).unwrap_or_default();
        if invoked.function_error.is_some() {
            let said = payload.get("errorMessage").and_then(Json::as_str).unwrap_or("Unknown");
            let stop = if said.ends_with('.') { "" } else { "." };
            let text = format!("{name} failed with error {said}{stop}");
            return Err(Error::new("UserLambdaValidationException", text));
        }
        let answer = payload.get("response").filter(|answer| answer.is_object()).cloned();
        answer.ok_or_else(unrecognizable)
    }
}

/// An answer that is none.
pub fn unrecognizable() -> Error {
    Error::new("InvalidLambdaResponseException", "Unrecognizable lambda output")
}

/// Where a function lies.
fn place(function: &str) -> Option<Scope> {
    let arn: Arn = function.parse().ok()?;
    let account: AccountId = arn.account()?;
    Some(Scope::new(account, Region::new(arn.region())?))
}

/// `userAttributes`
pub fn attributes(user: &User) -> Json {
    let mut all: Map<String, Json> =
        user.attributes().into_iter().map(|a| (a.name, Json::String(a.value.unwrap_or_default()))).collect();
    all.insert("cognito:user_status".to_owned(), json!(user.row.status));
    Json::Object(all)
}

/// `clientMetadata` and the like.
pub fn texts(map: Option<&IndexMap<String, String>>) -> Json {
    Json::Object(map.into_iter().flatten().map(|(key, value)| (key.clone(), json!(value))).collect())
}
