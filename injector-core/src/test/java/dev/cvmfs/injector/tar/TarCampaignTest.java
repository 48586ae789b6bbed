package dev.cvmfs.injector.tar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.campaign.Campaign;
import dev.cvmfs.shrinkwrap.campaign.Effort;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Layers of any origin, spoilt in many ways. */
class TarCampaignTest {
  private static final int BLOCK = 512;
  private static final long MOST_ALLOCATED = 160L << 20;

  @Test
  void archives_spoilt_areReadOrRefused() {
    Campaign.run("tar", List.of(archive()), TarFormatException.class, TarCampaignTest::readAll);
  }

  /** Without this nearly every change would only show that checksums are looked at. */
  @Test
  void archives_spoiltWithRightChecksums_areReadOrRefused() {
    Campaign.run(
        "tar with right checksums",
        Effort.of(50_000, 1_000_000),
        List.of(archive()),
        List.of(TarFormatException.class),
        input -> {
          for (int at = 0; at + BLOCK <= input.length; at += BLOCK) {
            fixChecksum(input, at);
          }
          readAll(input);
        });
  }

  @Test
  void archives_madeToCostMuch_areReadOrRefused() {
    Campaign.run(
        "hostile tar",
        Effort.of(400, 30_000),
        HostileArchives::archive,
        MOST_ALLOCATED,
        List.of(TarFormatException.class),
        input -> {
          readAll(input);
          passOver(input);
        });
  }

  private static void readAll(byte[] input) throws IOException {
    TarReader reader = new TarReader(new ByteArrayInputStream(input));
    for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
      reader.readContent(64 << 20);
    }
  }

  /** What is passed over must have been there, and names must be such as can be kept. */
  private static void passOver(byte[] input) throws IOException {
    TarReader reader = new TarReader(new ByteArrayInputStream(input));
    long content = 0;
    for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
      content += entry.get().size();
      assertThat(entry.get().name().length()).isLessThanOrEqualTo(TarReader.LONGEST_NAME);
      assertThat(entry.get().linkTarget().length()).isLessThanOrEqualTo(TarReader.LONGEST_NAME);
    }
    assertThat(content).isBetween(0L, (long) input.length);
  }

  /** Entries without content, so that every block is a header, or an extended header's content. */
  private static byte[] archive() {
    Map<byte[], byte[]> xattrs = new TreeMap<>(Arrays::compareUnsigned);
    xattrs.put("user.a".getBytes(StandardCharsets.US_ASCII), new byte[] {0, '\n', -1});
    Attributes plain = new Attributes(0755, 0, 0, new Timestamp(17, 0), Xattrs.NONE);
    Attributes rich =
        new Attributes(04755, 3_000_000_000L, 1, new Timestamp(-5, 7), Xattrs.of(xattrs));
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    for (TarEntry entry :
        List.of(
            TarEntry.directory(ByteString.of("cvmfs"), plain),
            TarEntry.file(ByteString.of("cvmfs/a" + "b".repeat(200)), rich, 0),
            TarEntry.symlink(ByteString.of("cvmfs/l"), plain, ByteString.of("t".repeat(150))),
            TarEntry.hardLink(ByteString.of("cvmfs/h"), plain, ByteString.of("cvmfs/a")),
            TarEntry.device(ByteString.of("cvmfs/d"), TarEntry.Type.BLOCK_DEVICE, rich, 8, 1))) {
      archive.writeBytes(TarEncoder.encode(entry));
    }
    archive.writeBytes(new byte[2 * BLOCK]);
    return archive.toByteArray();
  }

  private static void fixChecksum(byte[] archive, int at) {
    Arrays.fill(archive, at + 148, at + 156, (byte) ' ');
    int sum = 0;
    for (int i = at; i < at + BLOCK; i++) {
      sum += Byte.toUnsignedInt(archive[i]);
    }
    if (sum > 8 * ' ') {
      for (int digit = 0; digit < 6; digit++) {
        archive[at + 148 + digit] = (byte) ('0' + ((sum >> (3 * (5 - digit))) & 7));
      }
      archive[at + 154] = 0;
    } else {
      Arrays.fill(archive, at + 148, at + 156, (byte) 0);
    }
  }
}
