//! What of the processor is used where many bytes are looked at together.

use fearless_simd::Level;

/// What this processor has, up to AVX2. What is looked at is 32 bytes wide and mostly ends within them; the masks of AVX-512
/// took three to five per cent more time on logs (AMD EPYC with all parts of it, `fearless_simd` 1.2).
#[must_use]
pub fn level() -> Level {
    let level = Level::new();
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    let level = {
        use fearless_simd::Simd;
        level.as_avx2().map_or(level, Simd::level)
    };
    level
}
