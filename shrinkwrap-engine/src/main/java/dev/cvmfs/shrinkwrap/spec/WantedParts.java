package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Settles which part of each repository an export is to have: the one that the user asks for; else
 * the one that is there already; else the one that {@code FQRN.spec} in the current folder names.
 */
public final class WantedParts {
  private final Optional<Path> given;
  private final Earlier earlier;

  /** What is there already, from an earlier export. */
  public interface Earlier {

    /** The specification that a repository was exported with, if it was. */
    Optional<ByteString> specification(String fqrn) throws IOException;
  }

  /**
   * @param given a file, or a folder with a file {@code FQRN.spec} for each repository
   * @param earlier asked where nothing is given
   */
  public WantedParts(Optional<Path> given, Earlier earlier) {
    this.given = given;
    this.earlier = earlier;
  }

  /**
   * The specification for a repository.
   *
   * @throws ConfFailure if nobody says which part is wanted
   * @throws SpecFailure if what is said makes no sense
   * @throws IOException if it cannot be read
   */
  public SpecificationFile of(String fqrn) throws IOException {
    String name = fqrn + ".spec";
    if (given.isPresent()) {
      Path path = given.get();
      return SpecificationFile.read(Files.isDirectory(path) ? path.resolve(name) : path);
    }
    Optional<ByteString> before = earlier.specification(fqrn);
    if (before.isPresent()) {
      return SpecificationFile.parse(
          before.get().bytes(), "the specification of the present export");
    }
    Path here = Path.of(name);
    if (Files.exists(here)) {
      return SpecificationFile.read(here);
    }
    throw new ConfFailure(
        """
        which part of %s is to be exported?
        give a specification with --spec FILE; the single line /* takes everything\
        """
            .formatted(fqrn));
  }
}
