//! [`SampleShare`]: a sample of about a given percentage of all documents, the same ones in every run.
//!
//! Whether a document is in the sample depends on a hash of its name alone. So one pass is enough, the order and
//! the number of threads do not matter, and a larger sample contains every smaller one.

use std::str::FromStr;

/// A percentage of all documents.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampleShare {
    percent: f64,
}

impl SampleShare {
    /// Whether the document of this name is in the sample.
    pub fn takes(&self, name: &str) -> bool {
        // The upper 64 bits of the hash are as evenly distributed as all 128.
        let hash = (twox_hash::XxHash3_128::oneshot(name.as_bytes()) >> 64) as u64;
        hash as f64 / (u64::MAX as f64) * 100.0 < self.percent
    }

    /// The name of a record: its `id`, or without one its file and the byte offset at which it begins.
    pub fn name_of(id: Option<&str>, file: &str, offset: u64) -> String {
        id.map_or_else(|| format!("{file}:{offset}"), str::to_owned)
    }
}

impl FromStr for SampleShare {
    type Err = String;

    /// `10%`, `0.5%`, `10`.
    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.trim().trim_end_matches(['%', '％']).trim();
        match number.parse() {
            Ok(percent) if percent > 0.0 && percent <= 100.0 => Ok(Self { percent }),
            _ => Err("more than 0 and at most 100 percent, such as 10% or 0.5%".to_owned()),
        }
    }
}

impl std::fmt::Display for SampleShare {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}%", self.percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_sample_holds_the_smaller_and_shares_are_about_right() {
        let [small, large]: [SampleShare; 2] = ["5%", "30"].map(|s| s.parse().unwrap());
        let names: Vec<String> = (0..20_000).map(|i| SampleShare::name_of(None, "a.jsonl", i)).collect();
        let of = |sample: &SampleShare| names.iter().filter(|name| sample.takes(name)).count();
        assert!((900..1100).contains(&of(&small)), "{}", of(&small));
        assert!((5700..6300).contains(&of(&large)), "{}", of(&large));
        assert!(names.iter().all(|name| !small.takes(name) || large.takes(name)));
        for wrong in ["", "0", "101%", "-1", "NaN", "ten"] {
            assert!(wrong.parse::<SampleShare>().is_err(), "{wrong}");
        }
    }
}
