//! A contract that can't be used. It is found out before there is anything to judge: see [`crate::run`].

use crate::link::World;
use crate::rules::Out;

/// Makes no finding: a run with such a contract ends before rules run.
pub fn check(_: &World<'_>, _: &mut Out<'_>) {}
