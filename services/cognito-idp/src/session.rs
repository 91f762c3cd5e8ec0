//! Sign-ins under way: what a client is given to answer a challenge with. Each is good for one answer.

use crate::client::Client;
use crate::errors;
use crate::pool::Pool;
use crate::state::{SESSIONS, SessionRow};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use service::{Cx, Result, Timestamp, View};

/// So many ended ones are forgotten when one is made.
const SWEPT: usize = 20;
/// Random bytes of a session, and of an SRP secret block.
const RANDOM_BYTES: usize = 48;

/// A session's text: when it ends, chance, and the pool, for those who name nothing else.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    until: Timestamp,
    chance: Vec<u8>,
    pool: String,
}

impl Ticket {
    /// A new one, for a client's time to answer.
    pub fn new(view: &View, pool: &Pool, client: &Client) -> Ticket {
        let mut chance = vec![0; RANDOM_BYTES];
        service::secret(&mut chance);
        Ticket { until: view.now().after(client.session_validity()), chance, pool: pool.row.id.clone() }
    }

    /// Another one in its place, which ends when it would have.
    pub fn renewed(&self) -> Ticket {
        let mut chance = vec![0; RANDOM_BYTES];
        service::secret(&mut chance);
        Ticket { chance, ..self.clone() }
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        [&self.until.0.to_be_bytes(), self.chance.as_slice(), self.pool.as_bytes()].concat()
    }

    /// Its text.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes())
    }

    /// A ticket from its bytes.
    pub fn read(bytes: &[u8]) -> Option<Ticket> {
        let (until, rest) = bytes.split_first_chunk()?;
        let (chance, pool) = rest.split_at_checked(RANDOM_BYTES)?;
        let pool = std::str::from_utf8(pool).ok()?.to_owned();
        Some(Ticket { until: Timestamp(i64::from_be_bytes(*until)), chance: chance.to_vec(), pool })
    }

    /// A ticket from its text.
    pub fn parse(text: &str) -> Option<Ticket> {
        Ticket::read(&URL_SAFE_NO_PAD.decode(text).ok()?)
    }

    /// The id of its pool.
    pub fn pool(&self) -> &str {
        &self.pool
    }

    fn key(&self, pool: &Pool) -> (String, Timestamp, String) {
        (pool.row.id.clone(), self.until, URL_SAFE_NO_PAD.encode(&self.chance))
    }

    /// What it stands for, if it has not ended and is for this challenge.
    pub fn look(&self, view: &View, pool: &Pool, challenge: &str) -> Result<SessionRow> {
        let row = view.get(&SESSIONS, &self.key(pool))?;
        match row.filter(|row| row.challenge == challenge) {
            _ if self.until <= view.now() => Err(errors::expired_session()),
            Some(row) => Ok(row),
            None => Err(errors::wrong_session()),
        }
    }

    /// Begins a session.
    pub fn put(&self, cx: &mut Cx, pool: &Pool, row: &SessionRow) -> Result<()> {
        let first: Vec<SessionRow> = cx.rows(&SESSIONS, (pool.id(),)).take(SWEPT).collect::<Result<_>>()?;
        let now = cx.now();
        for ended in first.into_iter().filter(|row| row.until <= now) {
            cx.delete(&SESSIONS, &(pool.row.id.clone(), ended.until, ended.id))?;
        }
        let key = self.key(pool);
        let row = SessionRow { until: self.until, id: key.2.clone(), ..row.clone() };
        cx.put(&SESSIONS, &key, &row)
    }

    /// Ends it.
    pub fn end(&self, cx: &mut Cx, pool: &Pool) -> Result<()> {
        cx.delete(&SESSIONS, &self.key(pool))?;
        Ok(())
    }
}
