package dev.cvmfs.shrinkwrap.spec;

/**
 * What a specification says about one path.
 *
 * @param wanted whether a rule asks for it
 * @param includes whether it is in the slice: wanted, or named on the way to what is wanted
 * @param descends whether anything below it may be in the slice
 * @param line which decides; 0 if none does
 * @param way a line for whose sake it is on the way; 0 if there is none
 */
record Answer(boolean wanted, boolean includes, boolean descends, int line, int way) {}
