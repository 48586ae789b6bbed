package dev.cvmfs.injector.tar;

/**
 * A tar archive that is damaged, hostile or of a kind that layers may not have; the message says
 * where.
 */
public final class TarFormatException extends RuntimeException {
  public TarFormatException(String message) {
    super(message);
  }
}
