//! What comes from outside, at a time that nobody knows: it is told to [`crate::Service::on_delivery`] like the answer of a delivery, as the request
//! that expected it, so that what it goes on with is done as the same caller.

use crate::{As, Call, Cx, Letter, LetterId, Node, Result, Value};

impl Cx {
    /// Expects what goes by `name`. It is told with `tag` once somebody says that it has come, and is kept until then, whatever
    /// kills come between.
    pub fn expect(&mut self, name: &str, tag: &str) -> Result<LetterId> {
        let call = Call { service: String::new(), operation: name.to_owned(), input: Value::Null };
        let letter = Letter::of((&self.view.info, self.view.scope), As::caller(), call, (tag.to_owned(), true));
        let id = LetterId::new(self.view.scope.account, self.view.now, self.entropy().u64());
        self.put_letter(&id, &letter)?;
        Ok(id)
    }

    /// Says that what was expected has come. Where it has come before, or is expected no more, nothing happens.
    pub fn arrive(&mut self, id: &LetterId, what: &Value) -> Result<()> {
        let Some(mut letter) = self.letter(id)?.filter(|letter| letter.is_expected()) else { return Ok(()) };
        letter.arrive(what.peek(), self.view.info.id);
        self.put_letter(id, &letter)?;
        self.hand_over(id.clone());
        Ok(())
    }
}

impl Letter {
    /// Whether it goes to nobody, and waits for what is to come: see [`Cx::expect`].
    pub fn is_expected(&self) -> bool {
        self.service.is_empty() && self.arrived.is_none()
    }
}
