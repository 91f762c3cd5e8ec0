//! The row that was last read of a table that decides what callers may do: a request reads it twice, to decide and to act, and
//! the next request often reads the same.

use crate::{Result, Row};
use bytes::Bytes;
use std::any::Any;
use std::cell::RefCell;
use std::sync::Arc;

thread_local! {
    /// A row and what it was unpacked from. As long as these bytes are held nothing else can lie in their place.
    static LAST: RefCell<Option<(Bytes, Arc<dyn Any + Send + Sync>)>> = const { RefCell::new(None) };
}

/// A larger row would hold much memory for each thread.
const MOST_BYTES: usize = 16 << 10;

/// The row that these bytes hold.
pub(crate) fn unpacked<R: Row>(bytes: Bytes) -> Result<Arc<R>> {
    LAST.with_borrow_mut(|last| {
        let same = last.as_ref().filter(|(of, _)| of.as_ptr() == bytes.as_ptr() && of.len() == bytes.len());
        if let Some((_, row)) = same
            && let Ok(row) = Arc::clone(row).downcast()
        {
            return Ok(row);
        }
        let row = Arc::new(R::unpack(&bytes)?);
        if bytes.len() <= MOST_BYTES {
            *last = Some((bytes, Arc::clone(&row) as Arc<dyn Any + Send + Sync>));
        }
        Ok(row)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shape::shape;

    shape! {
        pub struct One {
            pub number: i64,
        }

        pub struct Other {
            pub number: i64,
        }
    }

    #[test]
    fn rows_are_those_of_their_bytes_and_type() {
        let bytes = |number| Bytes::from(One { number }.pack());
        let (first, second) = (bytes(1), bytes(2));
        for (row, number) in [(&first, 1), (&first, 1), (&second, 2), (&first, 1)] {
            assert_eq!(unpacked::<One>(row.clone()).unwrap().number, number);
            assert_eq!(unpacked::<Other>(row.clone()).unwrap().number, number);
        }
        assert!(unpacked::<One>(Bytes::from_static(b"\xff")).is_err());
        for number in 0..100 {
            assert_eq!(unpacked::<One>(bytes(number)).unwrap().number, number);
        }
    }
}
