//! [`RemovedRanks`]: what a sweep has taken so far, for questions about the text that stays.
//!
//! "The last five lines" are the last five that stay, so a sweep asks at every candidate how much
//! has gone before some rank. Blocks overlap and may reach behind the place where the sweep
//! stands; a Fenwick tree answers in logarithmic time and counts each rank once.

use std::cell::RefCell;

use super::remaining::{Block, Extent};

/// The ranks that have gone, with sums over them.
#[derive(Debug, Default)]
pub(crate) struct RemovedRanks {
    /// Made where something has gone on both sides of a rank that is asked for: most sweeps take line after line, and
    /// all that has gone stands on one side.
    tree: RefCell<SumTree>,
    /// All that have gone, in the order in which they went.
    gone: Vec<(u32, Extent)>,
    /// By rank: the next rank at or after it that has not gone; empty until something goes, as it does in few sweeps.
    next: Vec<u32>,
    all: Extent,
    /// The first and the last that has gone.
    edges: Option<(usize, usize)>,
}

#[derive(Debug, Default)]
struct SumTree {
    /// Entry `i` sums the ranks below `i + 1` down to where its lowest bit takes it.
    sums: Vec<Extent>,
    /// How many of those that have gone are in it.
    added: usize,
}

impl RemovedRanks {
    /// Takes the ranks of a block, of `ranks` in all; `chars` says how many characters one has.
    pub(crate) fn take(&mut self, block: Block, ranks: usize, chars: impl Fn(usize) -> u32) {
        if self.next.is_empty() {
            self.next = (0..=ranks as u32).collect();
            self.gone.reserve(ranks);
        }
        let mut rank = free(&mut self.next, block.first);
        while rank <= block.last {
            let one = Extent::of(1, chars(rank));
            self.all += one;
            self.gone.push((rank as u32, one));
            let (first, last) = self.edges.unwrap_or((rank, rank));
            self.edges = Some((first.min(rank), last.max(rank)));
            self.next[rank] = rank as u32 + 1;
            rank = free(&mut self.next, rank);
        }
    }

    /// What has gone before a rank.
    pub(crate) fn before(&self, rank: usize) -> Extent {
        match self.edges {
            Some((first, last)) if first < rank => {
                if last < rank {
                    self.all
                } else {
                    self.tree.borrow_mut().before(rank, &self.gone, self.next.len())
                }
            }
            _ => Extent::default(),
        }
    }

    /// What has gone behind a rank.
    pub(crate) fn behind(&self, rank: usize) -> Extent {
        self.all - self.before(rank + 1)
    }
}

impl SumTree {
    /// The sum before a rank; `ranks`: how many there may be.
    fn before(&mut self, rank: usize, gone: &[(u32, Extent)], ranks: usize) -> Extent {
        self.sums.resize(ranks, Extent::default());
        for &(rank, one) in &gone[std::mem::replace(&mut self.added, gone.len())..] {
            let mut node = rank as usize + 1;
            while let Some(sum) = self.sums.get_mut(node - 1) {
                *sum += one;
                node += node & node.wrapping_neg();
            }
        }
        let mut sum = Extent::default();
        let mut node = rank.min(ranks);
        while node > 0 {
            sum += self.sums[node - 1];
            node &= node - 1;
        }
        sum
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
