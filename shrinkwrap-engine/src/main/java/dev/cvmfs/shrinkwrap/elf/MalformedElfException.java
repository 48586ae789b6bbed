package dev.cvmfs.shrinkwrap.elf;

/** A file begins like ELF and goes on like something else; no program could be loaded from it. */
public final class MalformedElfException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedElfException(String message) {
    super(message);
  }
}
