package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.os.PosixCalls;

/** Where an export is, and what can be had and done there. Made once in a run. */
record Site(
    PosixCalls calls,
    Layout layout,
    Abilities abilities,
    Unlocker unlocker,
    Expectations expectations) {

  static Site of(PosixCalls calls, Layout layout, Abilities abilities) {
    Unlocker unlocker = new Unlocker(calls, layout, abilities.root());
    return new Site(calls, layout, abilities, unlocker, new Expectations(abilities, unlocker));
  }
}
