package dev.cvmfs.conf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Files that lie beside these classes in the jar. */
final class OwnResources {
  private OwnResources() {}

  static byte[] bytes(String name) {
    try (InputStream in = OwnResources.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new AssertionError("the jar lacks its file " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s of the jar".formatted(name), e);
    }
  }
}
