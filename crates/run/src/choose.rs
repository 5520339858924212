//! [`SampleShare`]: about so many percent of all documents, always the same ones.
//!
//! A document is in or out by its name alone, so one pass is enough, order and threads do not
//! matter, and a larger sample holds the smaller one.

use std::str::FromStr;

/// A share of all documents.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampleShare {
    percent: f64,
}

impl SampleShare {
    /// Whether the document of this name is in the sample.
    pub fn takes(&self, name: &str) -> bool {
        // Its upper half is as even as the whole.
        let hash = (twox_hash::XxHash3_128::oneshot(name.as_bytes()) >> 64) as u64;
        hash as f64 / (u64::MAX as f64) * 100.0 < self.percent
    }

    /// The name of a record that has none of its own: its file and where it begins in it.
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
