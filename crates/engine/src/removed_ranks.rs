//! [`RemovedRanks`]: what a sweep has taken so far, for questions about the text that stays.
//!
//! "The last five lines" are the last five that stay, so a sweep asks at every candidate how much
//! has gone before some rank. Blocks overlap and may reach behind the place where the sweep
//! stands; a Fenwick tree answers in logarithmic time and counts each rank once.

use super::remaining::{Block, Extent};

/// The ranks that have gone, with sums over them.
#[derive(Debug, Default)]
pub(crate) struct RemovedRanks {
    /// Entry `i` sums the ranks below `i + 1` down to where its lowest bit takes it; empty until
    /// something goes, as it does in few sweeps.
    tree: Vec<Extent>,
    /// By rank: the next rank at or after it that has not gone.
    next: Vec<u32>,
    all: Extent,
}

impl RemovedRanks {
    /// Takes the ranks of a block, of `ranks` in all; `chars` says how many characters one has.
    pub(crate) fn take(&mut self, block: Block, ranks: usize, chars: impl Fn(usize) -> u32) {
        if self.next.is_empty() {
            self.tree = vec![Extent::default(); ranks];
            self.next = (0..=ranks as u32).collect();
        }
        let mut rank = free(&mut self.next, block.first);
        while rank <= block.last {
            self.add(rank, Extent::of(1, chars(rank)));
            self.next[rank] = rank as u32 + 1;
            rank = free(&mut self.next, rank);
        }
    }

    fn add(&mut self, rank: usize, one: Extent) {
        self.all += one;
        let mut node = rank + 1;
        while let Some(sum) = self.tree.get_mut(node - 1) {
            *sum += one;
            node += node & node.wrapping_neg();
        }
    }

    /// What has gone before a rank.
    pub(crate) fn before(&self, rank: usize) -> Extent {
        let mut sum = Extent::default();
        let mut node = rank.min(self.tree.len());
        while node > 0 {
            sum += self.tree[node - 1];
            node &= node - 1;
        }
        sum
    }

    /// What has gone behind a rank.
    pub(crate) fn behind(&self, rank: usize) -> Extent {
        self.all - self.before(rank + 1)
    }
}

/// The next free rank, with the path to it shortened.
pub(crate) fn free(next: &mut [u32], from: usize) -> usize {
    let mut end = from;
    while next[end] as usize != end {
        end = next[end] as usize;
    }
    let mut at = from;
    while next[at] as usize != end {
        at = std::mem::replace(&mut next[at], end as u32) as usize;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rank_counts_once() {
        let mut removed = RemovedRanks::default();
        assert_eq!(removed.before(5), Extent::default());
        for (first, last) in [(3, 5), (4, 7), (0, 0), (3, 5)] {
            removed.take(Block { first, last }, 9, |rank| rank as u32);
        }
        assert_eq!(removed.before(9), Extent::of(6, 25));
        assert_eq!(removed.before(4), Extent::of(2, 3));
        assert_eq!(removed.behind(4), Extent::of(3, 18));
        assert_eq!(removed.behind(8), Extent::default());
    }
}
