//! Configurations of buckets that are kept as they were given.

use crate::address::Bucket;
use crate::state::{DOCUMENTS, DocumentRow};
use service::{Cx, Error, Node, Result, Struct, Value, View, shape};

/// What configurations there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Cors,
    Lifecycle,
    Notification,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Cors => "cors",
            Kind::Lifecycle => "lifecycle",
            Kind::Notification => "notification",
        }
    }
}

fn place(bucket: &str, kind: Kind) -> (String, String) {
    (bucket.to_owned(), kind.name().to_owned())
}

/// The configuration of a bucket in the view's scope.
pub fn read<T: Struct + Default>(view: &View, bucket: &str, kind: Kind) -> Result<Option<T>> {
    let Some(DocumentRow { value }) = view.get(&DOCUMENTS, &place(bucket, kind))? else { return Ok(None) };
    let mut document = T::default();
    shape::fill(&mut document, &Value::decode(&value)?).map_err(Error::internal)?;
    Ok(Some(document))
}

/// The configuration of a bucket that was found.
pub fn of<T: Struct + Default>(view: &View, bucket: &Bucket, kind: Kind) -> Result<Option<T>> {
    read(&view.elsewhere(bucket.scope)?, &bucket.row.name, kind)
}

/// Keeps a configuration, in the bucket's scope.
pub fn put(cx: &mut Cx, bucket: &str, kind: Kind, document: &impl Node) -> Result<()> {
    let value = Value::of(document.peek()).encode().into();
    cx.put(&DOCUMENTS, &place(bucket, kind), &DocumentRow { value })
}

/// Takes a configuration away, in the bucket's scope.
pub fn delete(cx: &mut Cx, bucket: &str, kind: Kind) -> Result<()> {
    cx.delete(&DOCUMENTS, &place(bucket, kind)).map(drop)
}

/// Takes all of a bucket's away.
pub fn delete_all(cx: &mut Cx, bucket: &str) -> Result<()> {
    [Kind::Cors, Kind::Lifecycle, Kind::Notification].into_iter().try_for_each(|kind| delete(cx, bucket, kind))
}
