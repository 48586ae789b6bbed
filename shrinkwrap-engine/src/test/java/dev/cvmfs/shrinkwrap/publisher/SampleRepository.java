package dev.cvmfs.shrinkwrap.publisher;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Signed repositories made by CernVM-FS's own server tools, shipped with the tests. They hold every
 * oddity that we know of; {@code expected/rN.jsonl} says what is in them, file by file.
 */
public enum SampleRepository {
  /** Revisions r1 and r2; SHA-1, zlib, nanoseconds. */
  TINY("tiny.example.org"),
  /** Revision r1; SHAKE-128, stored uncompressed, no nanoseconds. */
  SHAKE("shake.example.org");

  private final String fqrn;

  SampleRepository(String fqrn) {
    this.fqrn = fqrn;
  }

  public String fqrn() {
    return fqrn;
  }

  /**
   * Copies the repository into a new folder named after it.
   *
   * @param parent where the folder is made
   * @return the folder: serve it with a {@link RepositoryServer} and name a revision
   */
  public Path copyInto(Path parent) throws IOException {
    Path target = parent.resolve(fqrn);
    URI source = resource();
    if (!source.getScheme().equals("jar")) {
      copy(Path.of(source), target);
      return target;
    }
    try (FileSystem jar = FileSystems.newFileSystem(source, Map.of())) {
      copy(jar.getPath("/repositories/" + fqrn), target);
    }
    return target;
  }

  /** The public master key in a {@linkplain #copyInto copy}. */
  public Path masterKey(Path copy) {
    return copy.resolve(fqrn + ".pub");
  }

  /** What is in a revision of a {@linkplain #copyInto copy}, such as {@code r1}. */
  public List<ListedEntry> listing(Path copy, String revision) throws IOException {
    return Listing.read(copy.resolve("expected").resolve(revision + ".jsonl"));
  }

  private URI resource() {
    String name = "/repositories/" + fqrn;
    URL url = SampleRepository.class.getResource(name);
    if (url == null) {
      throw new IllegalStateException("the tests were packed without " + name);
    }
    try {
      return url.toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("not a resource's address: " + url, e);
    }
  }

  private static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> paths = Files.walk(source)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Path copied = target.resolve(source.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(copied);
        } else {
          Files.write(copied, Files.readAllBytes(path));
        }
      }
    }
  }
}
