package dev.cvmfs.shrinkwrap.cvmfs.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.content.FileContent;
import dev.cvmfs.shrinkwrap.cvmfs.content.PathLookup;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in the module's README, so that it stays true. */
class ReadmeExampleTest {

  @Test
  void example_printsTheFile(@TempDir Path temporary) throws IOException {
    TestRepository repository = TestRepository.named("tiny.example.org");
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (RepositoryServer server = RepositoryServer.of(repository.directory())) {
      Conf settings =
          Conf.of(
              Map.of(
                  "CVMFS_SERVER_URL", server.url(),
                  "CVMFS_PUBLIC_KEY", repository.key().toString()),
              "example");
      try (CvmfsClient client = CvmfsClient.withCache(temporary.resolve("cache"));
          Snapshot snapshot = client.open(CvmfsConf.of(settings, "tiny.example.org"))) {
        Entry entry = PathLookup.find(snapshot, TreePath.of("/bin/hello")).orElseThrow();
        FileContent.open(snapshot.objects(), (Entry.RegularFile) entry).transferTo(output);
      }
    }
    assertThat(output.toString(StandardCharsets.UTF_8)).startsWith("#!/bin/sh\n").hasSize(46);
  }
}
