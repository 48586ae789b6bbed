package dev.cvmfs.shrinkwrap.cvmfs.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client does with its folder of temporary files. */
class CvmfsClientTest {
  @TempDir private Path cache;

  @Test
  void close_leavesNoTemporaryFiles() throws IOException {
    CvmfsClient client = CvmfsClient.withCache(cache);
    Path ours = processFolder();

    client.close();

    assertThat(ours).doesNotExist();
  }

  /** By then, what it was opened for may be done and published. */
  @Test
  void close_whereTemporaryFilesCannotBeRemoved_doesNotFail() throws IOException {
    CvmfsClient client = CvmfsClient.withCache(cache);
    Path ours = processFolder();
    Files.move(ours, cache.resolve("moved"));
    Files.createFile(ours);

    assertThatCode(client::close).doesNotThrowAnyException();
  }

  private Path processFolder() throws IOException {
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(cache.resolve("tmp"), "process-*")) {
      return folders.iterator().next();
    }
  }
}
