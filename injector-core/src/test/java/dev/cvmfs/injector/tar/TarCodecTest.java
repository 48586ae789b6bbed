package dev.cvmfs.injector.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;

class TarCodecTest {
  private static final Attributes PLAIN =
      new Attributes(0644, 0, 0, new Timestamp(1_709_294_400, 0), Xattrs.NONE);

  @Test
  void encode_ofAnOrdinaryFile_isOneBlock() {
    assertThat(TarEncoder.encode(TarEntry.file(ByteString.of("a/b"), PLAIN, 7))).hasSize(512);
  }

  @Test
  void encode_whereDigitsAreWrittenOtherwise_isTheSame() {
    TarEntry entry =
        TarEntry.fifo(
            ByteString.of("f"), new Attributes(0644, 0, 0, new Timestamp(1, 5), Xattrs.NONE));
    byte[] usual = TarEncoder.encode(entry);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("fa-IR"));
      assertThat(TarEncoder.encode(entry)).isEqualTo(usual);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void encode_ofALongNameThatSplits_isOneBlock() {
    ByteString name = ByteString.of("d".repeat(90) + "/" + "f".repeat(90));
    assertThat(TarEncoder.encode(TarEntry.file(name, PLAIN, 7))).hasSize(512);
  }

  @Test
  void read_ofEncodedRandomEntries_givesThemBack() throws IOException {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      List<TarEntry> entries = new ArrayList<>();
      ByteArrayOutputStream archive = new ByteArrayOutputStream();
      for (int i = 0; i < 8; i++) {
        TarEntry entry = randomEntry(random);
        entries.add(entry);
        archive.writeBytes(TarEncoder.encode(entry));
        archive.writeBytes(new byte[(int) entry.size() + TarEncoder.padding(entry.size())]);
      }
      archive.writeBytes(new byte[TarEncoder.TRAILER]);
      assertThat(readAll(archive.toByteArray())).as("seed %d", seed).isEqualTo(entries);
    }
  }

  @Test
  void encode_ofOddEntries_isReadTheSameByAnIndependentReader() throws IOException {
    Attributes odd =
        new Attributes(
            04755, 3_000_000, 4242, new Timestamp(1_709_294_400, 120_000_000), Xattrs.NONE);
    TarEntry entry =
        TarEntry.hardLink(
            ByteString.of("d/" + "n".repeat(200)), odd, ByteString.of("t".repeat(150)));
    try (TarArchiveInputStream in =
        new TarArchiveInputStream(new ByteArrayInputStream(TarEncoder.encode(entry)))) {
      TarArchiveEntry read = in.getNextEntry();
      assertThat(read.getName()).isEqualTo(entry.name().toString());
      assertThat(read.getLinkName()).isEqualTo(entry.linkTarget().toString());
      assertThat(read.getMode() & 07777).isEqualTo(04755);
      assertThat(read.getLongUserId()).isEqualTo(3_000_000);
      assertThat(read.getLastModifiedTime().toInstant())
          .isEqualTo(java.time.Instant.ofEpochSecond(1_709_294_400, 120_000_000));
      assertThat(read.isLink()).isTrue();
    }
  }

  @Test
  void read_ofGnuLongNamesAndBinaryNumbers_understandsThem() throws IOException {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (var out = new org.apache.commons.compress.archivers.tar.TarArchiveOutputStream(archive)) {
      out.setLongFileMode(
          org.apache.commons.compress.archivers.tar.TarArchiveOutputStream.LONGFILE_GNU);
      out.setBigNumberMode(
          org.apache.commons.compress.archivers.tar.TarArchiveOutputStream.BIGNUMBER_STAR);
      TarArchiveEntry entry = new TarArchiveEntry("./x/" + "y".repeat(140));
      entry.setUserId(5_000_000L);
      entry.setSize(3);
      out.putArchiveEntry(entry);
      out.write("abc".getBytes(StandardCharsets.US_ASCII));
      out.closeArchiveEntry();
    }
    TarReader reader = new TarReader(new ByteArrayInputStream(archive.toByteArray()));
    TarEntry read = reader.next().orElseThrow();
    assertThat(read.name()).hasToString("x/" + "y".repeat(140));
    assertThat(read.attributes().uid()).isEqualTo(5_000_000);
    assertThat(reader.readContent(3)).asString().isEqualTo("abc");
    assertThat(reader.next()).isEmpty();
  }

  @Test
  void read_ofDamagedArchives_endsInAClearFailureOrInEntries() throws IOException {
    byte[] archive = TarEncoder.encode(randomEntry(new Random(5)));
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      byte[] damaged = archive.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      fixChecksum(damaged, damaged.length - 512);
      try {
        readAll(Arrays.copyOf(damaged, damaged.length - random.nextInt(2) * 100));
      } catch (TarFormatException expected) {
        assertThat(expected).hasMessageContaining("tar archive");
      }
    }
  }

  @Test
  void read_ofSomethingElse_saysThatItIsNoArchive() {
    byte[] text = "x".repeat(600).getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> readAll(text))
        .isInstanceOf(TarFormatException.class)
        .hasMessageContaining("the tar archive has a");
  }

  @Test
  void globalHeader_withWhatOnlyOneEntryCanHave_isRefused() {
    for (String key : List.of("path", "linkpath", "size", "SCHILY.xattr.user.x")) {
      byte[] archive =
          new RawTar().add('g', "global", RawTar.record(key, "7")).header('5', "d", "", 0).finish();
      assertThatThrownBy(() -> readAll(archive))
          .as(key)
          .isInstanceOf(TarFormatException.class)
          .hasMessageContaining("global");
    }
  }

  @Test
  void globalHeader_ofOwnerAndTime_isOfAllEntriesThatSayNothingElse() throws IOException {
    byte[] archive =
        new RawTar()
            .add('g', "global", RawTar.record("uid", "70"))
            .add('g', "global", RawTar.record("mtime", "1.5"))
            .header('5', "a", "", 0)
            .add('x', "extended", RawTar.record("uid", "71"))
            .header('5', "b", "", 0)
            .add('x', "extended", RawTar.record("uid", ""))
            .header('5', "c", "", 0)
            .finish();
    List<TarEntry> entries = readAll(archive);
    assertThat(entries).extracting(entry -> entry.attributes().uid()).containsExactly(70L, 71L, 0L);
    assertThat(entries)
        .extracting(entry -> entry.attributes().mtime())
        .containsOnly(new Timestamp(1, 500_000_000));
  }

  @Test
  void globalHeader_ofWhatNobodyAsksFor_isPassedOver() throws IOException {
    byte[] comment = RawTar.record("comment", "c".repeat(100_000));
    byte[] archive = new RawTar().add('g', "global", comment).header('5', "d", "", 0).finish();
    assertThat(readAll(archive)).hasSize(1);
  }

  @Test
  void sizesBeyondAllDisks_areRefused() {
    for (long size : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 511, 1L << 57, -1}) {
      byte[] inRecord =
          new RawTar()
              .add('x', "extended", RawTar.record("size", Long.toString(size)))
              .header('0', "f", "", 0)
              .header('5', "not a header but content", "", 0)
              .finish();
      byte[] inHeader = new RawTar().header('0', "f", "", size).finish();
      for (byte[] archive : List.of(inRecord, inHeader)) {
        assertThatThrownBy(() -> readAll(archive))
            .as("size %d", size)
            .isInstanceOf(TarFormatException.class)
            .hasMessageContaining("a file of " + size + " bytes");
      }
    }
  }

  @Test
  void namesAndTargets_longerThanAnySystemTakes_areRefused() throws IOException {
    byte[] longest = new byte[TarReader.LONGEST_NAME];
    Arrays.fill(longest, (byte) 'n');
    byte[] longer = Arrays.copyOf(longest, longest.length + 1);
    longer[longest.length] = 'n';
    for (char type : new char[] {'L', 'K'}) {
      byte[] good = new RawTar().add(type, "long", longest).header('2', "l", "t", 0).finish();
      assertThat(readAll(good)).hasSize(1);
      byte[] bad = new RawTar().add(type, "long", longer).header('2', "l", "t", 0).finish();
      assertThatThrownBy(() -> readAll(bad))
          .isInstanceOf(TarFormatException.class)
          .hasMessageContaining("name of 65537 bytes");
    }
  }

  private static void fixChecksum(byte[] archive, int at) {
    Arrays.fill(archive, at + 148, at + 156, (byte) ' ');
    int sum = 0;
    for (int i = at; i < at + 512; i++) {
      sum += Byte.toUnsignedInt(archive[i]);
    }
    byte[] digits = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, archive, at + 148, 8);
  }

  private static List<TarEntry> readAll(byte[] archive) throws IOException {
    TarReader reader = new TarReader(new ByteArrayInputStream(archive));
    List<TarEntry> entries = new ArrayList<>();
    for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
      entries.add(entry.get());
    }
    return entries;
  }

  private static TarEntry randomEntry(Random random) {
    ByteString name = randomName(random, 1 + random.nextInt(300));
    Attributes attributes = randomAttributes(random);
    return switch (random.nextInt(6)) {
      case 0 -> TarEntry.directory(name, attributes);
      case 1 -> TarEntry.symlink(name, attributes, randomName(random, 1 + random.nextInt(200)));
      case 2 -> TarEntry.hardLink(name, attributes, randomName(random, 1 + random.nextInt(200)));
      case 3 -> TarEntry.fifo(name, attributes);
      case 4 ->
          TarEntry.device(
              name,
              TarEntry.Type.BLOCK_DEVICE,
              attributes,
              random.nextInt(4096),
              random.nextInt(99));
      default -> TarEntry.file(name, attributes, random.nextInt(2000));
    };
  }

  private static Attributes randomAttributes(Random random) {
    Map<byte[], byte[]> xattrs = new TreeMap<>(Arrays::compareUnsigned);
    for (int i = random.nextInt(3); i > 0; i--) {
      byte[] value = new byte[random.nextInt(255)];
      random.nextBytes(value);
      xattrs.put(("user.key" + i).getBytes(StandardCharsets.US_ASCII), value);
    }
    long seconds = random.nextBoolean() ? random.nextInt() : random.nextLong(-(1L << 40), 1L << 40);
    return new Attributes(
        random.nextInt(010000),
        random.nextLong(1L << (random.nextBoolean() ? 10 : 32)),
        random.nextLong(1L << 32),
        new Timestamp(seconds, random.nextBoolean() ? 0 : random.nextInt(1_000_000_000)),
        Xattrs.of(xattrs));
  }

  private static ByteString randomName(Random random, int length) {
    byte[] name = new byte[length];
    for (int i = 0; i < length; i++) {
      name[i] =
          (byte)
              (random.nextInt(12) == 0 && i > 0 && i < length - 1
                  ? '/'
                  : 'a' + random.nextInt(150));
    }
    return ByteString.of(name);
  }
}
