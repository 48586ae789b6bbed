package dev.cvmfs.injector.tar;

/**
 * A tar archive that is damaged, hostile or of a kind that layers may not have; the message says
 * where.
 */
public final class TarFormatException extends RuntimeException {
  /**
   * @param what as it reads after "the tar archive"
   * @param offset bytes of the archive before the place, roughly
   */
  TarFormatException(String what, long offset) {
    super("the tar archive %s (near byte %d)".formatted(what, offset));
  }
}
