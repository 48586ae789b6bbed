package dev.cvmfs.shrinkwrap.campaign;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.client.CvmfsClient;
import dev.cvmfs.shrinkwrap.cvmfs.content.FileContent;
import dev.cvmfs.shrinkwrap.object.ContentHasher;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads all files of a repository several times, through a cache that may be too small for them,
 * and prints a hash of all their contents for each time.
 */
final class ReadingProcess {
  /** What tells a result from what is logged. */
  static final String PREFIX = "contents ";

  private ReadingProcess() {}

  public static void main(String[] arguments) throws IOException {
    Conf conf =
        Conf.of(
            Map.of(
                "CVMFS_SERVER_URL", arguments[1],
                "CVMFS_PUBLIC_KEY", arguments[2],
                "OCI_CACHE_QUOTA", arguments[4]),
            "test");
    for (int times = Integer.parseInt(arguments[5]); times > 0; times--) {
      try (CvmfsClient client = CvmfsClient.withCache(Path.of(arguments[3]));
          Snapshot snapshot = client.open(CvmfsConf.of(conf, arguments[0]))) {
        System.out.println(PREFIX + contents(snapshot));
      }
    }
  }

  /** A hash over the contents of all files, in the order of their paths. */
  static String contents(Snapshot snapshot) throws IOException {
    Specification all = Specification.parse("/*".getBytes(StandardCharsets.UTF_8), "all.spec");
    ContentHasher hasher = HashAlgorithm.SHA1.hasher();
    byte[] buffer = new byte[1 << 16];
    try (EntryCursor cursor = snapshot.walk(all)) {
      while (cursor.hasNext()) {
        if (cursor.next() instanceof Entry.RegularFile file) {
          try (InputStream content = FileContent.open(snapshot.objects(), file)) {
            for (int length = content.read(buffer); length >= 0; length = content.read(buffer)) {
              hasher.update(buffer, 0, length);
            }
          }
        }
      }
    }
    return hasher.finish().toString();
  }
}
