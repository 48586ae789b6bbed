package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A copy of a signed repository with one of its revisions published, ready to be served. */
record TestRepository(String fqrn, Path directory) {

  /** One of those in our test resources. */
  static TestRepository copy(String fqrn, String revision, Path into) throws IOException {
    return copy(resource(fqrn), fqrn, revision, into);
  }

  static TestRepository copy(Path source, String fqrn, String revision, Path into)
      throws IOException {
    Path target = into.resolve(fqrn);
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
    TestRepository repository = new TestRepository(fqrn, target);
    repository.publish(revision);
    return repository;
  }

  static Path resource(String fqrn) {
    URL url =
        Objects.requireNonNull(TestRepository.class.getResource("/repositories/" + fqrn), fqrn);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  void publish(String revision) {
    try {
      Files.write(
          directory.resolve(".cvmfspublished"),
          Files.readAllBytes(directory.resolve(revision + ".cvmfspublished")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path key() {
    return directory.resolve(fqrn + ".pub");
  }

  /** A configuration for this repository on these servers, separated by semicolons. */
  CvmfsConf conf(String servers, Map<String, String> more) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("CVMFS_SERVER_URL", servers);
    settings.put("CVMFS_PUBLIC_KEY", key().toString());
    settings.putAll(more);
    return CvmfsConf.of(Conf.of(settings, "test"), fqrn);
  }

  CvmfsConf conf(String servers) {
    return conf(servers, Map.of());
  }
}
