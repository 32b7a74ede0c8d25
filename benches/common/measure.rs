//! What a command costs: CPU time and peak memory of that one process, as the kernel counts them.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What one run cost.
#[derive(Clone, Copy)]
pub struct Cost {
    /// User and system time of all threads.
    pub cpu: Duration,
    /// Time from start to end.
    pub wall: Duration,
    /// The most memory it held at once, in bytes.
    pub peak: u64,
}

/// How a command gets its input.
pub enum Input<'a> {
    /// Not on standard input.
    None,
    /// A file is its standard input.
    File(&'a Path),
    /// Another process pipes the file into it.
    Pipe(&'a Path),
}

/// The cheapest of several runs, each figure by itself; an exit code that is not in `fine` is an error.
pub fn best_of(runs: usize, fine: &[i32], input: &Input<'_>, command: &mut Command) -> io::Result<Cost> {
    let mut best = run(fine, input, command)?;
    for _ in 1..runs {
        let cost = run(fine, input, command)?;
        best.cpu = best.cpu.min(cost.cpu);
        best.wall = best.wall.min(cost.wall);
        best.peak = best.peak.min(cost.peak);
    }
    Ok(best)
}

fn run(fine: &[i32], input: &Input<'_>, command: &mut Command) -> io::Result<Cost> {
    let mut feeder = None;
    let stdin = match input {
        Input::None => Stdio::null(),
        Input::File(path) => File::open(path)?.into(),
        Input::Pipe(path) => {
            let mut cat = Command::new("cat").arg(path).stdout(Stdio::piped()).spawn()?;
            let pipe = cat.stdout.take().map_or(Stdio::null(), Stdio::from);
            feeder = Some(cat);
            pipe
        }
    };
    let start = Instant::now();
    let child = command.stdin(stdin).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    // The command keeps its end of the pipe open, and the feeder would wait for ever if the child ended early.
    command.stdin(Stdio::null());
    let (status, usage) = wait(child.id())?;
    let wall = start.elapsed();
    if let Some(mut feeder) = feeder {
        feeder.wait()?;
    }
    if !libc::WIFEXITED(status) || !fine.contains(&libc::WEXITSTATUS(status)) {
        return Err(io::Error::other(format!(
            "{command:?} ended with wait status {status:#x}, wanted exit {fine:?}"
        )));
    }
    let time = |of: libc::timeval| Duration::new(of.tv_sec as u64, of.tv_usec as u32 * 1000);
    // Kilobytes everywhere but on macOS.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    Ok(Cost { cpu: time(usage.ru_utime) + time(usage.ru_stime), wall, peak: usage.ru_maxrss as u64 * unit })
}

/// Waits for one child. `Child::wait` does not hand out what the kernel counted, and `getrusage` knows only the sum and
/// the maximum over all children.
fn wait(pid: u32) -> io::Result<(i32, libc::rusage)> {
    let mut status = 0;
    // SAFETY: `rusage` is plain numbers, for which zero is a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: both pointers are to live variables of the types that `wait4` fills in.
        let waited = unsafe { libc::wait4(pid.cast_signed(), &raw mut status, 0, &raw mut usage) };
        if waited == pid.cast_signed() {
            return Ok((status, usage));
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// Instructions that a command executes in user space: counted by the processor where `perf` may ask it, else by valgrind,
/// which runs the program some fifty times slower and is not asked about programs in Go.
pub fn instructions(input: &Input<'_>, command: &Command, valgrind: bool) -> Option<u64> {
    let count = |mut counter: Command, event: &str| {
        counter.arg(command.get_program()).args(command.get_args());
        counter.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        if let Some(folder) = command.get_current_dir() {
            counter.current_dir(folder);
        }
        let stdin = match input {
            Input::File(path) => File::open(path).ok()?.into(),
            Input::None | Input::Pipe(_) => Stdio::null(),
        };
        let output = counter.stdin(stdin).stdout(Stdio::null()).stderr(Stdio::piped()).output().ok()?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        Some(text.lines().find(|line| line.contains(event))?.to_owned())
    };
    let mut perf = Command::new("perf");
    perf.args(["stat", "-x,", "-e", "instructions:u", "--"]);
    // Fields: the count (or `<not supported>`), its unit, the event, and more.
    let counted = count(perf, "instructions:u").and_then(|line| line.split(',').next()?.parse().ok());
    counted.or_else(|| {
        let mut callgrind = Command::new("valgrind");
        callgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
        let line = valgrind.then(|| count(callgrind, "refs:"))??;
        line.rsplit(' ').next()?.replace(',', "").parse().ok()
    })
}

/// What a program says of its version, where it is installed.
pub fn version(program: &str) -> Option<String> {
    version_of(Command::new(program).arg("--version"))
}

/// The same of a program that has to be asked in a way of its own.
pub fn version_of(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    let said =
        String::from_utf8_lossy(if output.stdout.is_empty() { &output.stderr } else { &output.stdout });
    output.status.success().then(|| said.lines().next().unwrap_or_default().to_owned())
}
