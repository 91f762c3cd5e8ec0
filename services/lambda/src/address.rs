//! How functions are called: by a name, a partial ARN or an ARN, each with a qualifier or without.
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestParameters>

use crate::errors;
use crate::state::{FUNCTIONS, Function};
use service::{AccountId, Arn, Region, Result, Scope, View};

/// The unpublished version.
pub const LATEST: &str = "$LATEST";

/// Whose a function is, where, what it is called, and which version or alias is meant; it may not exist.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// The owner's account, and the region.
    pub scope: Scope,
    /// The function's name.
    pub name: String,
    /// A version or an alias.
    pub qualifier: Option<String>,
}

impl Address {
    /// The function that a request names.
    ///
    /// # Errors
    /// `InvalidParameterValueException` where two qualifiers are given that differ.
    pub fn of(view: &View, text: &str, qualifier: Option<&str>) -> Result<Address> {
        let mut address = Address::read(view.scope(), text).ok_or_else(|| errors::invalid("Invalid function name."))?;
        if address.scope.region != view.region() {
            let (there, here) = (address.scope.region, view.region());
            let text = format!("Functions from '{there}' are not reachable in this region ('{here}')");
            return Err(errors::not_found(text));
        }
        let qualifier = qualifier.filter(|text| !text.is_empty());
        match (&address.qualifier, qualifier) {
            (Some(own), Some(given)) if own != given => {
                let text = "The derived qualifier from the function name does not match the specified qualifier.";
                return Err(errors::invalid(text));
            }
            (None, Some(given)) => address.qualifier = Some(given.to_owned()),
            _ => {}
        }
        Ok(address)
    }

    /// `name`, `123456789012:function:name`, `function:name` or `arn:aws:lambda:…:function:name`, with `:qualifier` or without.
    fn read(own: Scope, text: &str) -> Option<Address> {
        let mut parts: Vec<&str> = text.split(':').collect();
        let mut scope = own;
        if parts.first() == Some(&"arn") {
            // The partition and the service follow.
            parts.drain(..parts.len().min(3));
        }
        if let Some(region) = parts.first().filter(|_| parts.len() > 1).and_then(|part| region(part)) {
            scope.region = region;
            parts.remove(0);
        }
        if let Some(account) = parts.first().filter(|_| parts.len() > 1).and_then(|part| part.parse::<AccountId>().ok())
        {
            scope.account = account;
            parts.remove(0);
        }
        if parts.first() == Some(&"function") && parts.len() > 1 {
            parts.remove(0);
        }
        let mut parts = parts.into_iter();
        let name = parts.next().filter(|name| is_name(name))?.to_owned();
        let qualifier = parts.next().map(str::to_owned);
        parts.next().is_none().then_some(Address { scope, name, qualifier })
    }

    /// The address of a version or alias of the same function.
    pub fn qualified(&self, qualifier: Option<&str>) -> Address {
        Address { qualifier: qualifier.map(str::to_owned), ..self.clone() }
    }

    /// Without a qualifier.
    pub fn function_arn(&self) -> Arn {
        arn(self.scope, &self.name, None)
    }

    /// With the qualifier, if there is one.
    pub fn arn(&self) -> Arn {
        arn(self.scope, &self.name, self.qualifier.as_deref())
    }

    /// The function, if there is one.
    pub fn find(&self, view: &View) -> Result<Option<Function>> {
        view.get_in(self.scope, &FUNCTIONS, &self.name)
    }

    /// The function.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, with the qualifier that was asked for.
    pub fn function(&self, view: &View) -> Result<Function> {
        self.find(view)?.ok_or_else(|| errors::function_not_found(&self.arn()))
    }

    /// For operations that change a function, which its own account alone may.
    ///
    /// # Errors
    /// `ResourceNotFoundException`
    pub fn own(&self, view: &View) -> Result<Function> {
        if self.scope != view.scope() {
            return Err(errors::function_not_found(&self.arn()));
        }
        self.function(view)
    }

    /// For operations on a function as a whole.
    ///
    /// # Errors
    /// `InvalidParameterValueException` where a qualifier is given.
    pub fn unqualified(self) -> Result<Address> {
        match &self.qualifier {
            None => Ok(self),
            Some(_) => Err(errors::invalid("This operation does not support a qualifier in the function name.")),
        }
    }
}

/// A region, where the text has the form of one: a function may be called nearly anything.
fn region(text: &str) -> Option<Region> {
    let form = text.split('-').count() > 2 && text.ends_with(|c: char| c.is_ascii_digit());
    form.then(|| Region::new(text)).flatten()
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The ARN of a function, or of a version or alias of it.
pub fn arn(scope: Scope, name: &str, qualifier: Option<&str>) -> Arn {
    let resource = match qualifier {
        Some(qualifier) => format!("function:{name}:{qualifier}"),
        None => format!("function:{name}"),
    };
    Arn::new(scope.partition(), "lambda", scope.region, Some(scope.account), resource)
}

/// The ARN of an event source mapping.
pub fn mapping_arn(scope: Scope, uuid: &str) -> Arn {
    let resource = format!("event-source-mapping:{uuid}");
    Arn::new(scope.partition(), "lambda", scope.region, Some(scope.account), resource)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_aws_takes() {
        let region = |code| Region::new(code).unwrap_or(Region::GLOBAL);
        let own = Scope::new(AccountId::DEFAULT, region("us-east-1"));
        let check = |text: &str, expect: Option<(&str, &str, &str, Option<&str>)>| {
            let read = Address::read(own, text);
            let told = read
                .as_ref()
                .map(|a| (a.scope.account.to_string(), a.scope.region.as_str(), &*a.name, a.qualifier.as_deref()));
            let told =
                told.as_ref().map(|(account, region, name, qualifier)| (account.as_str(), *region, *name, *qualifier));
            assert_eq!(told, expect, "{text}");
        };
        let zero = "000000000000";
        check("f", Some((zero, "us-east-1", "f", None)));
        check("f:live", Some((zero, "us-east-1", "f", Some("live"))));
        check("f:$LATEST", Some((zero, "us-east-1", "f", Some("$LATEST"))));
        check("function:f:1", Some((zero, "us-east-1", "f", Some("1"))));
        check("123456789012:function:f", Some(("123456789012", "us-east-1", "f", None)));
        check("123456789012:f", Some(("123456789012", "us-east-1", "f", None)));
        check(
            "arn:aws:lambda:eu-west-1:123456789012:function:f:7",
            Some(("123456789012", "eu-west-1", "f", Some("7"))),
        );
        check("a:b:c", None);
        check("a b", None);
        check("", None);
    }
}
