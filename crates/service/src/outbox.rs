//! What would leave the cloud for a person: mails and text messages. None is sent; the operator reads them.

use crate::{Cx, Result, Table};
use clock::Timestamp;
use shape::shape;

/// So many of an account's are kept, the last ones.
const KEPT: u64 = 1000;

static DISPATCHES: Table<u64, Dispatch> = Table::account_wide("machine.outbox");
static COUNTS: Table<(), Count> = Table::account_wide("machine.outbox-counts");

shape! {
    /// A mail or text message to a person.
    pub struct Dispatch {
        /// Its place in the order of the account's, from 1.
        pub number: i64,
        /// When, in virtual time.
        pub at: Timestamp,
        /// The region.
        pub region: String,
        /// The service that sends it, by prefix.
        pub service: String,
        /// `EMAIL` or `SMS`.
        pub medium: String,
        /// An address or a number.
        pub to: String,
        /// What a mail is about; empty for a text message.
        pub subject: String,
        /// The text.
        pub text: String,
    }

    /// How many an account has sent.
    pub struct Count {
        /// So many.
        pub count: i64,
    }
}

impl Cx {
    /// Sends a mail (`EMAIL`) or a text message (`SMS`) once this transaction has committed: that is, it lays it down where
    /// the operator of this cloud reads it.
    pub fn dispatch(&mut self, medium: &str, to: &str, (subject, text): (&str, &str)) -> Result<()> {
        let number = self.get(&COUNTS, &())?.unwrap_or_default().count.saturating_add(1);
        let dispatch = Dispatch {
            number,
            at: self.now(),
            region: self.region().code().to_owned(),
            service: self.request().service.to_owned(),
            medium: medium.to_owned(),
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: text.to_owned(),
        };
        self.put(&COUNTS, &(), &Count { count: number })?;
        self.put(&DISPATCHES, &(number.unsigned_abs() % KEPT), &dispatch)
    }
}

impl crate::View {
    /// What the account sent last, the newest first. For the operator.
    pub fn dispatches(&self) -> Result<Vec<Dispatch>> {
        let mut all = self.rows(&DISPATCHES, ()).collect::<Result<Vec<_>>>()?;
        all.sort_by_key(|dispatch| std::cmp::Reverse(dispatch.number));
        Ok(all)
    }
}
