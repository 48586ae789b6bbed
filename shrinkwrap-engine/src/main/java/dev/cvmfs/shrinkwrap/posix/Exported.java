package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a folder says of a repository that was exported to it.
 *
 * @param rootHash of the state that was exported, if it came from CVMFS
 * @param store where its files are links into, if that is not {@code .data} in the folder
 * @param specification the text of it
 */
public record Exported(
    String fqrn,
    Optional<ContentHash> rootHash,
    long revision,
    Optional<Path> store,
    ByteString specification) {

  /** The repositories in a folder that this program has exported, by name. */
  public static List<Exported> in(Path base) throws IOException {
    List<Exported> all = new ArrayList<>();
    Path folder = base.resolve(".provenance");
    if (!Files.isDirectory(folder)) {
      return all;
    }
    try (DirectoryStream<Path> repositories = Files.newDirectoryStream(folder)) {
      for (Path repository : repositories) {
        String fqrn = String.valueOf(repository.getFileName());
        Provenance.read(repository)
            .ifPresent(
                found ->
                    all.add(
                        new Exported(
                            fqrn,
                            found.rootHash(),
                            found.revision(),
                            found.store(),
                            found.specification())));
      }
    }
    all.sort(Comparator.comparing(Exported::fqrn));
    return all;
  }
}
