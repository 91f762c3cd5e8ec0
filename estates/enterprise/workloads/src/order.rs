//! What an order is: as a client sends it, as it is kept, as it is shown and told of. Money is in whole cents.

use crate::http::Problem;
use crate::text;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const MAX_LINES: usize = 100;
const MAX_QUANTITY: u64 = 1_000;
const MAX_PRICE_CENTS: u64 = 100_000_000;

/// An order as a client sends it.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewOrder {
    /// The client's own name for it; without one the order's id.
    pub reference: Option<String>,
    /// Three capitals of ISO 4217.
    pub currency: String,
    pub items: Vec<Line>,
    pub shipping_address: Option<Address>,
    /// Whatever the customer wants to say: it may name persons.
    pub note: Option<String>,
}

/// A line of an order.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Line {
    pub sku: String,
    pub quantity: u64,
    pub unit_price_cents: u64,
}

/// Where it goes.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Address {
    pub name: String,
    pub street: String,
    pub city: String,
    pub postal_code: String,
    /// Two capitals of ISO 3166.
    pub country: String,
}

impl NewOrder {
    /// What it comes to, if all of it is as it must be.
    pub fn total_cents(&self) -> Result<u64, Problem> {
        if self.currency.len() != 3 || !self.currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(Problem::invalid("currency is three capital letters, such as EUR"));
        }
        if let Some(reference) = &self.reference {
            name("reference", reference)?;
        }
        if self.items.is_empty() || self.items.len() > MAX_LINES {
            return Err(Problem::invalid(format!("items has 1 to {MAX_LINES} lines")));
        }
        if let Some(note) = &self.note {
            length("note", note, 500)?;
        }
        if let Some(address) = &self.shipping_address {
            address.check()?;
        }
        let sum = self.items.iter().map(Line::cents).sum::<Result<u64, Problem>>()?;
        if sum == 0 { Err(Problem::invalid("the order comes to nothing")) } else { Ok(sum) }
    }

    /// Tells two orders apart that were sent under one key.
    pub fn digest(&self) -> String {
        text::sha256(&serde_json::to_vec(self).unwrap_or_default())
    }
}

impl Line {
    fn cents(&self) -> Result<u64, Problem> {
        name("sku", &self.sku)?;
        if !(1..=MAX_QUANTITY).contains(&self.quantity) {
            return Err(Problem::invalid(format!("quantity is 1 to {MAX_QUANTITY}")));
        }
        if self.unit_price_cents > MAX_PRICE_CENTS {
            return Err(Problem::invalid(format!("unitPriceCents is at most {MAX_PRICE_CENTS}")));
        }
        // By the bounds above a whole order stays far below 2^63.
        Ok(self.quantity * self.unit_price_cents)
    }
}

impl Address {
    fn check(&self) -> Result<(), Problem> {
        for (member, value) in [("name", &self.name), ("street", &self.street), ("city", &self.city)] {
            length(member, value, 200)?;
        }
        length("postalCode", &self.postal_code, 20)?;
        let is_country = self.country.len() == 2 && self.country.bytes().all(|byte| byte.is_ascii_uppercase());
        if is_country { Ok(()) } else { Err(Problem::invalid("country is two capital letters, such as DE")) }
    }
}

/// Letters, digits, `-`, `_` and `.`: no address of a person fits.
pub fn name(member: &str, value: &str) -> Result<(), Problem> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if (1..=64).contains(&value.len()) && value.bytes().all(fits) {
        return Ok(());
    }
    Err(Problem::invalid(format!("{member} is 1 to 64 letters, digits, '-', '_' or '.'")))
}

/// Text of 1 to `most` characters.
pub fn length(member: &str, value: &str, most: usize) -> Result<(), Problem> {
    if (1..=most).contains(&value.chars().count()) {
        return Ok(());
    }
    Err(Problem::invalid(format!("{member} is 1 to {most} characters")))
}

/// What a client sees of an order that is kept.
pub fn shown(item: &Value) -> Value {
    picked(
        item,
        &[
            "orderId",
            "reference",
            "status",
            "paymentState",
            "currency",
            "totalCents",
            "items",
            "shippingAddress",
            "note",
            "createdAt",
            "updatedAt",
            "version",
        ],
    )
}

/// What the bus is told of an order.
pub fn told(item: &Value) -> Value {
    picked(
        item,
        &[
            "orderId",
            "reference",
            "customerId",
            "email",
            "status",
            "currency",
            "totalCents",
            "items",
            "shippingAddress",
            "note",
            "createdAt",
        ],
    )
}

/// What may go into the lake: a list of what is allowed, so that a field which is new stays out until somebody thought of it.
pub fn safe(detail: &Value) -> Value {
    let mut order = picked(detail, &["orderId", "reference", "status", "currency", "totalCents", "createdAt"]);
    let lines = detail["items"].as_array().into_iter().flatten();
    order["items"] = lines.map(|line| picked(line, &["sku", "quantity", "unitPriceCents"])).collect();
    order
}

fn picked(from: &Value, names: &[&str]) -> Value {
    let members = names.iter().filter_map(|name| Some(((*name).to_owned(), from.get(name)?.clone())));
    Value::Object(members.filter(|(_, value)| !value.is_null()).collect())
}

/// An order that was just placed, as it is kept.
pub fn placed(new: &NewOrder, total_cents: u64, order_id: &str, created_at: &str) -> Value {
    json!({
        "orderId": order_id,
        "reference": new.reference.as_deref().unwrap_or(order_id),
        "status": "PENDING",
        "currency": new.currency,
        "totalCents": total_cents,
        "items": new.items,
        "shippingAddress": new.shipping_address,
        "note": new.note,
        "createdAt": created_at,
        "updatedAt": created_at,
        "version": 1,
        "requestDigest": new.digest(),
        // Taken away when the bus has been told.
        "outbox": "OrderPlaced",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(order: Value) -> Result<u64, String> {
        let order: NewOrder = serde_json::from_value(order).map_err(|error| error.to_string())?;
        order.total_cents().map_err(|problem| problem.message)
    }

    fn line(quantity: u64, price: u64) -> Value {
        json!({"sku": "book-1", "quantity": quantity, "unitPriceCents": price})
    }

    #[test]
    fn totals_are_whole_cents() {
        assert_eq!(total(json!({"currency": "EUR", "items": [line(3, 1999), line(1, 1)]})), Ok(5998));
        let most = vec![line(MAX_QUANTITY, MAX_PRICE_CENTS); MAX_LINES];
        assert_eq!(total(json!({"currency": "EUR", "items": most})), Ok(10_000_000_000_000));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (order, expect) in [
            (json!({"currency": "eur", "items": [line(1, 1)]}), "currency is three"),
            (json!({"currency": "EUR", "items": []}), "items has 1 to 100"),
            (json!({"currency": "EUR", "items": vec![line(1, 1); 101]}), "items has 1 to 100"),
            (json!({"currency": "EUR", "items": [line(0, 1)]}), "quantity is 1"),
            (json!({"currency": "EUR", "items": [line(1, 100_000_001)]}), "unitPriceCents is at most"),
            (json!({"currency": "EUR", "items": [line(1, 0)]}), "comes to nothing"),
            (
                json!({"currency": "EUR", "items": [{"sku": "a b", "quantity": 1, "unitPriceCents": 1}]}),
                "sku is 1 to 64",
            ),
            (json!({"currency": "EUR", "items": [{"sku": "a", "quantity": 1.5, "unitPriceCents": 1}]}), "invalid type"),
            (json!({"currency": "EUR", "items": [{"sku": "a", "quantity": -1, "unitPriceCents": 1}]}), "invalid value"),
            (json!({"currency": "EUR", "items": [line(1, 1)], "totalCents": 1}), "unknown field"),
            (json!({"currency": "EUR", "items": [line(1, 1)], "reference": "ann@example.com"}), "reference is 1"),
            (json!({"currency": "EUR", "items": [line(1, 1)], "note": "x".repeat(501)}), "note is 1 to 500"),
        ] {
            let said = total(order.clone()).unwrap_err();
            assert!(said.contains(expect), "{order}: {said}");
        }
    }

    #[test]
    fn the_lake_gets_only_what_is_allowed() {
        let detail = json!({
            "orderId": "o", "reference": "probe-1", "customerId": "sub", "email": "ann@example.com", "totalCents": 5,
            "items": [{"sku": "a", "quantity": 1, "unitPriceCents": 5, "engraving": "for Bob"}],
            "shippingAddress": {"name": "Ann"}, "note": "ring twice", "someday": "new",
        });
        let line = json!({"sku": "a", "quantity": 1, "unitPriceCents": 5});
        assert_eq!(safe(&detail), json!({"orderId": "o", "reference": "probe-1", "totalCents": 5, "items": [line]}));
        assert_eq!(safe(&Value::Null), json!({"items": []}));
    }
}
