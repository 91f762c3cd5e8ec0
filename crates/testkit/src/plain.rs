//! Plain HTTP, and what the cloud has sent to people.

use crate::world::{Call, World};
use script::{Answer, Keys, code_in};
use serde_json::json;

impl World {
    /// Sends plain HTTP: see [`script::Client::plain`].
    pub fn http(&mut self, keys: &Keys, text: &str) -> Result<Call, String> {
        let request = self.client().plain(keys, text, self.cloud().clock().real())?;
        Ok(self.exchange(request))
    }

    /// The newest mail or text message of the account to somebody, and the first code in it.
    pub fn newest_dispatch(&self, keys: &Keys, to: &str) -> Result<Answer, String> {
        let account = match keys.id.parse() {
            Ok(account) => account,
            Err(_) => self.cloud().settings().account,
        };
        let all = self.cloud().dispatches(account).map_err(|e| e.to_string())?;
        let newest = all.into_iter().find(|dispatch| dispatch.to == to);
        let dispatch = newest.ok_or_else(|| format!("nothing was sent to {to}"))?;
        let mut output = json!({"Medium": dispatch.medium, "Subject": dispatch.subject, "Text": dispatch.text});
        if let Some(code) = code_in(&dispatch.text) {
            output["Code"] = json!(code);
        }
        Ok(Answer { status: 200, output, plain: true, ..Answer::default() })
    }
}
