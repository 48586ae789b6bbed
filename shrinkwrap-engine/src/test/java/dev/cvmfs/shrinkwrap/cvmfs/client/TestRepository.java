package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A signed repository in a folder, with the manifests of all its revisions beside each other; which
 * of them is published is up to the server.
 */
record TestRepository(String fqrn, Path directory) {

  /** One of those in our test resources. */
  static TestRepository named(String fqrn) {
    return new TestRepository(fqrn, resource(fqrn));
  }

  /** A copy of it all that has one revision published, so that it needs no server. */
  Path copy(String revision, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = target.resolve(directory.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
    Files.copy(directory.resolve(revision + ".cvmfspublished"), target.resolve(".cvmfspublished"));
    return target;
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
