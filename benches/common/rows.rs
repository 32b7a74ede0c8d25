//! What commands cost on their input: lines of a table in Markdown.

use super::measure::Cost;

/// One line of the table.
pub struct Row {
    pub what: String,
    pub bytes: u64,
    pub cost: Cost,
    /// Instructions for each byte.
    pub instructions: Option<f64>,
}

impl Row {
    pub fn seconds(&self) -> f64 {
        self.cost.cpu.as_secs_f64()
    }

    pub fn wall(&self) -> f64 {
        self.cost.wall.as_secs_f64()
    }

    /// Megabytes of input for each CPU second.
    pub fn speed(&self) -> f64 {
        self.bytes as f64 / 1e6 / self.seconds()
    }
}

/// Prints the table: ours, then the rows of each peer, which are none where it is not installed.
pub fn print(ours: &[&Row], peers: &[(&str, Vec<Row>)]) {
    println!("| what | input | CPU | MB per CPU second | wall | peak memory | instructions per byte |");
    println!("|---|---|---|---|---|---|---|");
    for row in ours.iter().copied().chain(peers.iter().flat_map(|(_, rows)| rows)) {
        println!(
            "| {} | {:.0} MB | {:.3} s | {:.1} | {:.3} s | {:.1} MB | {} |",
            row.what,
            row.bytes as f64 / 1e6,
            row.seconds(),
            row.speed(),
            row.wall(),
            row.cost.peak as f64 / 1e6,
            row.instructions.map_or("not counted".to_owned(), |count| format!("{count:.1}")),
        );
    }
    for (program, _) in peers.iter().filter(|(_, rows)| rows.is_empty()) {
        println!("| {program} | not installed: not compared | | | | | |");
    }
}
