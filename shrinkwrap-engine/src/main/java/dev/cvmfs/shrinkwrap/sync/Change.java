package dev.cvmfs.shrinkwrap.sync;

/** What happened to one path between two trees. */
public sealed interface Change<T> {

  /** Only the wanted tree has it. */
  record Added<T>(T wanted) implements Change<T> {}

  /** Both have it, but not alike. */
  record Changed<T>(T present, T wanted) implements Change<T> {}

  /** Only the present tree has it. */
  record Removed<T>(T present) implements Change<T> {}

  /** Both have it, and it is the same. */
  record Kept<T>(T present) implements Change<T> {}
}
