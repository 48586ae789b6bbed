package dev.cvmfs.shrinkwrap.spec;

/**
 * What rules say about one path. A rule is kept as one number, {@code line * 2 + (includes ? 1 :
 * 0)}, so that "the last rule that matches" is the greatest number, its lowest bit is the answer,
 * and 0 means that no rule matches.
 *
 * @param here the last rule that matches the path itself
 * @param child the last rule that matches children of it that no rule names
 * @param deeper the last rule that matches what is below those
 * @param named the last including rule about something below it that rules name; 0 for none
 */
record Verdict(int here, int child, int deeper, int named) {
  static final Verdict NOTHING = new Verdict(0, 0, 0, 0);

  /** What is said by two sets of rules about the same path; paths that they name are apart. */
  Verdict with(Verdict other) {
    return new Verdict(
        Math.max(here, other.here),
        Math.max(child, other.child),
        Math.max(deeper, other.deeper),
        named);
  }

  static boolean includes(int number) {
    return (number & 1) == 1;
  }

  static int line(int number) {
    return number >> 1;
  }

  boolean wantsEntry() {
    return includes(here);
  }

  /** Whether everything below it is decided by one of these two, or by rules that name it. */
  boolean wantsUnnamed() {
    return includes(child) || includes(deeper);
  }

  /**
   * Whether something named below, by an including rule with this number, can still be wanted: a
   * later exclusion of all that is below takes it away.
   */
  boolean leaves(int include) {
    return include > Math.min(child, deeper);
  }
}
