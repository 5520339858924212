//! Tables that a start does not read: what a line asks for is read when it asks.
//!
//! A compiled set of rules has tens of thousands of literals and texts, and a line meets a few of them. Reading all of
//! them from the bytes that the build has written would take most of a start. So they stay bytes: entries of one size
//! are read where they stand ([`FixedTable`]), all others are read in small groups when the first of a group is asked for
//! ([`Groups`]).

use std::borrow::Cow;
use std::marker::PhantomData;
use std::ops::{Index, Range};
use std::sync::OnceLock;

use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An entry of a [`FixedTable`]: `N` bytes.
pub(crate) trait FixedEntry<const N: usize> {
    fn to_bytes(&self) -> [u8; N];
    fn from_bytes(bytes: &[u8; N]) -> Self;
}

impl FixedEntry<4> for u32 {
    fn to_bytes(&self) -> [u8; 4] {
        self.to_le_bytes()
    }

    #[inline]
    fn from_bytes(bytes: &[u8; 4]) -> Self {
        Self::from_le_bytes(*bytes)
    }
}

impl FixedEntry<2> for u16 {
    fn to_bytes(&self) -> [u8; 2] {
        self.to_le_bytes()
    }

    #[inline]
    fn from_bytes(bytes: &[u8; 2]) -> Self {
        Self::from_le_bytes(*bytes)
    }
}

/// Entries of `N` bytes each.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "", deserialize = ""))]
pub(crate) struct FixedTable<T, const N: usize> {
    #[serde(borrow)]
    bytes: Cow<'static, [u8]>,
    #[serde(skip)]
    entry: PhantomData<fn() -> T>,
}

impl<T, const N: usize> Default for FixedTable<T, N> {
    fn default() -> Self {
        Self { bytes: Cow::default(), entry: PhantomData }
    }
}

impl<T: FixedEntry<N>, const N: usize> FixedTable<T, N> {
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() / N
    }

    /// The entry of this number.
    #[inline]
    pub(crate) fn get(&self, number: usize) -> T {
        T::from_bytes(&self.bytes.as_chunks().0[number])
    }

    /// Some entries in a row.
    #[inline]
    pub(crate) fn range(&self, numbers: Range<usize>) -> impl Iterator<Item = T> + '_ {
        self.bytes.as_chunks().0[numbers].iter().map(T::from_bytes)
    }
}

impl<T: FixedEntry<N>, const N: usize> FromIterator<T> for FixedTable<T, N> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        let entries = entries.into_iter();
        let mut bytes = Vec::with_capacity(entries.size_hint().0 * N);
        entries.for_each(|entry| bytes.extend_from_slice(&entry.to_bytes()));
        Self { bytes: Cow::Owned(bytes), entry: PhantomData }
    }
}

/// Entries of any size, read in groups of `N`.
#[derive(Debug)]
pub(crate) enum Groups<T, const N: usize = GROUP> {
    /// All of them are there.
    Read(Vec<T>),
    /// They are read when they are asked for.
    Unread { len: usize, ends: FixedTable<u32, 4>, bytes: &'static [u8], groups: Vec<OnceLock<Vec<T>>> },
}

/// How many small entries are read together.
const GROUP: usize = 8;

/// [`Groups`] as bytes.
#[derive(Serialize, Deserialize)]
struct GroupsAsBytes {
    len: usize,
    /// Where the bytes of each group end.
    ends: FixedTable<u32, 4>,
    #[serde(borrow)]
    bytes: Cow<'static, [u8]>,
}

impl<T, const N: usize> Default for Groups<T, N> {
    fn default() -> Self {
        Self::Read(Vec::new())
    }
}

impl<T, const N: usize> Groups<T, N> {
    /// All of them, to be changed; none where they were not read.
    pub(crate) fn read_mut(&mut self) -> &mut [T] {
        match self {
            Self::Read(entries) => entries,
            Self::Unread { .. } => &mut [],
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Read(entries) => entries.len(),
            Self::Unread { len, .. } => *len,
        }
    }
}

impl<T: Deserialize<'static>, const N: usize> Index<usize> for Groups<T, N> {
    type Output = T;

    #[inline]
    fn index(&self, number: usize) -> &T {
        match self {
            Self::Read(entries) => &entries[number],
            Self::Unread { ends, bytes, groups, .. } => {
                let group = number / N;
                &groups[group].get_or_init(|| read_group(ends, bytes, group))[number % N]
            }
        }
    }
}

#[cold]
fn read_group<T: Deserialize<'static>>(ends: &FixedTable<u32, 4>, bytes: &'static [u8], group: usize) -> Vec<T> {
    let start = group.checked_sub(1).map_or(0, |before| ends.get(before));
    let bytes = &bytes[start as usize..ends.get(group) as usize];
    postcard::from_bytes(bytes).expect("the build wrote these bytes for the same type")
}

impl<T: Serialize + Deserialize<'static>, const N: usize> Serialize for Groups<T, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        for start in (0..self.len()).step_by(N) {
            let group: Vec<&T> = (start..self.len().min(start + N)).map(|number| &self[number]).collect();
            bytes.extend(postcard::to_allocvec(&group).map_err(S::Error::custom)?);
            ends.push(bytes.len() as u32);
        }
        let ends = ends.into_iter().collect();
        GroupsAsBytes { len: self.len(), ends, bytes: Cow::Owned(bytes) }.serialize(serializer)
    }
}

impl<'de: 'static, T, const N: usize> Deserialize<'de> for Groups<T, N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let GroupsAsBytes { len, ends, bytes } = GroupsAsBytes::deserialize(deserializer)?;
        let Cow::Borrowed(bytes) = bytes else {
            return Err(serde::de::Error::custom("only from bytes that stay"));
        };
        let groups = (0..ends.len()).map(|_| OnceLock::new()).collect();
        Ok(Self::Unread { len, ends, bytes, groups })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let entries: Vec<String> = (0..GROUP * 3 + 1).map(|number| format!("词句{number}")).collect();
        let numbers: FixedTable<u32, 4> = (0..7).collect();
        let groups: Groups<String> = Groups::Read(entries.clone());
        let bytes: &'static [u8] = postcard::to_allocvec(&(groups, numbers)).expect("plain data").leak();
        let (read, numbers): (Groups<String>, FixedTable<u32, 4>) =
            postcard::from_bytes(bytes).expect("the same types");
        assert!(matches!(&read, Groups::Unread { .. }));
        assert_eq!(read.len(), entries.len());
        assert!((0..read.len()).rev().all(|number| read[number] == entries[number]));
        assert_eq!((numbers.len(), numbers.get(6)), (7, 6));
        assert_eq!(numbers.range(2..4).collect::<Vec<_>>(), [2, 3]);
    }
}
