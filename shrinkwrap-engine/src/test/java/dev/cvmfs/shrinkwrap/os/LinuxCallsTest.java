package dev.cvmfs.shrinkwrap.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The system calls against what Java says of the same files. */
class LinuxCallsTest {
  private final PosixCalls calls = PosixCalls.ofThisSystem();

  @TempDir private Path folder;

  @Test
  void status_ofFile_isWhatJavaSees() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "content");
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_700_000_000, 123)));
    Files.createLink(folder.resolve("second"), file);

    FileStatus status = calls.status(path("file")).orElseThrow();

    Map<String, Object> java = Files.readAttributes(file, "unix:*", LinkOption.NOFOLLOW_LINKS);
    assertThat(status.mode()).isEqualTo(java.get("mode"));
    assertThat(status.inode()).isEqualTo(java.get("ino"));
    assertThat((int) status.uid()).isEqualTo(java.get("uid"));
    assertThat((int) status.gid()).isEqualTo(java.get("gid"));
    assertThat(status.links()).isEqualTo(2);
    assertThat(status.size()).isEqualTo(7);
    assertThat(status.mtime()).isEqualTo(new Timestamp(1_700_000_000, 123));
    assertThat(status.isRegular()).isTrue();
  }

  @Test
  void status_ofNothing_isEmpty() throws IOException {
    Files.writeString(folder.resolve("file"), "content");

    assertThat(calls.status(path("none"))).isEmpty();
    assertThat(calls.status(path("file/below"))).isEmpty();
  }

  @Test
  void namesThatAreNotUtf8_areMadeListedReadAndRemoved() throws IOException {
    byte[] name = {'b', (byte) 0xe9, (byte) 0xff, '\n'};
    byte[] below = "/b".getBytes(StandardCharsets.US_ASCII);
    byte[] whole = new byte[folder.toString().length() + below.length + name.length - 1];
    byte[] top = folder.toString().getBytes(StandardCharsets.UTF_8);
    System.arraycopy(top, 0, whole, 0, top.length);
    whole[top.length] = '/';
    System.arraycopy(name, 0, whole, top.length + 1, name.length);
    ByteString odd = ByteString.of(whole);
    Files.writeString(folder.resolve("file"), "content");

    calls.link(path("file"), odd);

    assertThat(calls.list(path("")))
        .extracting(PosixCalls.Name::bytes)
        .containsExactlyInAnyOrder(ByteString.of("file"), ByteString.of(name));
    try (InputStream in = calls.open(odd)) {
      assertThat(in.readAllBytes()).isEqualTo("content".getBytes(StandardCharsets.US_ASCII));
    }
    calls.unlink(odd);
    assertThat(calls.status(odd)).isEmpty();
  }

  @Test
  void list_ofThousandsOfNames_findsEach() throws IOException {
    for (int i = 0; i < 3000; i++) {
      calls.makeNode(path("a-rather-long-name-" + i), FileStatus.REGULAR | 0600, 0, 0);
    }

    assertThat(calls.list(path(""))).hasSize(3000).doesNotHaveDuplicates();
  }

  @Test
  void timeOfSymlink_isKeptToTheNanosecond_alsoBefore1970() throws IOException {
    calls.symlink(ByteString.of("nowhere"), path("link"));

    calls.setTime(path("link"), new Timestamp(-1, 999_999_999));

    FileStatus status = calls.status(path("link")).orElseThrow();
    assertThat(status.isSymlink()).isTrue();
    assertThat(status.mtime()).isEqualTo(new Timestamp(-1, 999_999_999));
    assertThat(calls.readLink(path("link"))).isEqualTo(ByteString.of("nowhere"));
  }

  @Test
  void moveToFree_whereSomethingIs_leavesBoth() throws IOException {
    Files.writeString(folder.resolve("one"), "1");
    Files.writeString(folder.resolve("two"), "2");

    assertThat(calls.moveToFree(path("one"), path("two"))).isFalse();
    assertThat(folder.resolve("one")).hasContent("1");
    assertThat(folder.resolve("two")).hasContent("2");
    assertThat(calls.moveToFree(path("one"), path("three"))).isTrue();
    assertThat(folder.resolve("one")).doesNotExist();
    assertThat(folder.resolve("three")).hasContent("1");
  }

  @Test
  void specialBitsAndFifos_areMade() throws IOException {
    calls.makeNode(path("fifo"), FileStatus.FIFO | 0600, 0, 0);
    calls.setPermissions(path("fifo"), 01640);

    FileStatus status = calls.status(path("fifo")).orElseThrow();
    assertThat(status.type()).isEqualTo(FileStatus.FIFO);
    assertThat(status.permissions()).isEqualTo(01640);
  }

  @Test
  void failure_saysWhatWasAttempted_andWhy() {
    assertThatThrownBy(() -> calls.unlink(path("none")))
        .isInstanceOf(SystemCallException.class)
        .hasMessage("cannot remove %s: no such file or directory".formatted(path("none")))
        .satisfies(e -> assertThat(((SystemCallException) e).is(Errno.ENOENT)).isTrue());
  }

  private ByteString path(String name) {
    return ByteString.of(folder + "/" + name);
  }
}
