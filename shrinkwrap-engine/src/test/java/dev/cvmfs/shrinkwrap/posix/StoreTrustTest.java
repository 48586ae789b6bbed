package dev.cvmfs.shrinkwrap.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.publisher.BulkHash;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is believed of a store that several repositories, the original or others have written to.
 */
class StoreTrustTest {
  @TempDir private Path temporary;

  /**
   * CVMFS hashes what is stored. So a repository may publish, uncompressed, the stored bytes of
   * another one's file: another content of the same hash and, for some files, of the same length.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void contentThatItsHashDoesNotProve_doesNotGetIntoAnotherRepositorysTree(boolean evilIsFirst)
      throws IOException {
    byte[] library = asLongAsItsObject();
    try (ExportGround good = ExportGround.in(temporary.resolve("good"));
        ExportGround evil = ground("evil", named("evil").compression(Compression.NONE))) {
      Tree tree = new Tree();
      tree.file("/libc.so", library);
      good.publish(tree);
      Tree forged = new Tree();
      forged.file("/libc.so", deflated(library));
      evil.publish(forged);
      ExportOptions options = good.into("base");

      (evilIsFirst ? evil : good).export(options);
      (evilIsFirst ? good : evil).export(options);

      assertThat(good.layout(options).tree().resolve("libc.so")).hasBinaryContent(library);
      assertThat(evil.layout(options).tree().resolve("libc.so"))
          .hasBinaryContent(deflated(library));
      assertThat(good.verify(options)).isEmpty();
      assertThat(evil.verify(options)).isEmpty();
    }
  }

  private static byte[] asLongAsItsObject() throws IOException {
    for (int seed = 0; seed < 1000; seed++) {
      byte[] noise = new byte[500];
      new Random(seed).nextBytes(noise);
      for (int zeros = 0; zeros < 50; zeros++) {
        byte[] content = Arrays.copyOf(noise, noise.length + zeros);
        if (deflated(content).length == content.length) {
          return content;
        }
      }
    }
    throw new AssertionError("no such content was found");
  }

  private static byte[] deflated(byte[] content) throws IOException {
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(stored)) {
      out.write(content);
    }
    return stored.toByteArray();
  }

  @Test
  void chunkedFile_underThePlainName_isProvenOnce_andGetsItsOwn() throws IOException {
    PublisherOptions chunked = named("chunks").chunkSize(100).bulkHash(BulkHash.WITH_OBJECT);
    try (ExportGround ground = ground("ground", chunked)) {
      Tree tree = new Tree();
      tree.file("/large", "x".repeat(1000));
      ground.publish(tree);
      ExportOptions options = ground.into("base");
      ground.export(options);
      Path file = ground.layout(options).tree().resolve("large");
      Object inode = Files.getAttribute(file, "unix:ino");
      Map<String, Long> store = ground.store(options);
      String name = store.keySet().iterator().next();
      assertThat(name).matches(".*\\..{32}~.*c[0-9a-f]{32}");
      asFormatOneHadIt(ground, options, name);
      ExportCounters counters = new ExportCounters();

      assertThat(ground.verify(options)).isEmpty();
      ExportReport report = ground.export(options, counters);

      assertThat(report.takenOver()).isTrue();
      assertThat(report.changes()).isZero();
      assertThat(counters.dataFiles()).isZero();
      assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
      assertThat(ground.store(options)).isEqualTo(store);
      assertThat(ground.export(options).takenOver()).isFalse();
    }
  }

  private static void asFormatOneHadIt(ExportGround ground, ExportOptions options, String name)
      throws IOException {
    Layout layout = ground.layout(options);
    Path object = layout.data().resolve(name);
    Files.move(
        object, object.resolveSibling(object.getFileName().toString().replaceAll("~.*", "")));
    Files.writeString(layout.format(), "1\n");
    forgetProof(layout);
  }

  /** As runs of the first format have left it. */
  static void forgetProof(Layout layout) throws IOException {
    Path info = layout.provenance().resolve("export.info");
    Files.writeString(info, Files.readString(info).replaceAll("proven : .*\n", ""));
  }

  /** One after the other, for what one has proven is not what the other is linked to. */
  @Test
  void eachRepositoryOfAStoreThatIsNotOurs_isProvenOnce() throws IOException {
    try (ExportGround one = ExportGround.in(temporary.resolve("one"));
        ExportGround two = ground("two", named("two"))) {
      Tree tree = new Tree();
      tree.file("/file", "same");
      one.publish(tree);
      tree.file("/other", "two");
      two.publish(tree);
      ExportOptions options = one.into("base");
      one.export(options);
      two.export(options);
      Files.writeString(one.layout(options).format(), "1\n");
      forgetProof(one.layout(options));
      forgetProof(two.layout(options));

      assertThat(one.export(options).takenOver()).isTrue();
      assertThat(one.export(options).takenOver()).isFalse();
      assertThat(one.layout(options).format()).hasContent("1");
      damage(two.layout(options).tree().resolve("other"));
      assertThat(two.export(options).takenOver()).isTrue();
      assertThat(two.layout(options).tree().resolve("other")).hasContent("two");
      assertThat(one.layout(options).format()).hasContent("2");
    }
  }

  private static void damage(Path file) throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, "?".repeat((int) Files.size(file)));
    Files.setLastModifiedTime(file, time);
  }

  /**
   * Nobody knows who else links into it, so it never becomes ours; but it is not proven each time.
   */
  @Test
  void separateStoreOfTheOriginal_isProvenOnce_andWhatIsNewToTheTreeLater() throws IOException {
    try (ExportGround ground = ExportGround.in(temporary.resolve("ground"))) {
      Tree tree = new Tree();
      tree.file("/file", "one");
      tree.file("/gone", "foreign");
      ground.publish(tree);
      ExportOptions options = ground.into("base").withData(Optional.of(temporary.resolve("store")));
      ground.export(options);
      Layout layout = ground.layout(options);
      damage(layout.tree().resolve("gone"));
      Files.createLink(temporary.resolve("kept"), layout.tree().resolve("gone"));
      Files.delete(layout.tree().resolve("gone"));
      Files.delete(layout.format());
      Files.delete(layout.provenance().resolve("export.info"));
      tree.remove("/gone");
      ground.publish(tree);
      assertThat(ground.export(options).takenOver()).isTrue();
      ExportCounters counters = new ExportCounters();

      assertThat(ground.export(options, counters).skipped()).isTrue();

      assertThat(counters.byName()).containsEntry("entriesSrc", 0L);
      tree.file("/gone", "foreign");
      ground.publish(tree);
      assertThat(ground.export(options).takenOver()).isFalse();
      assertThat(layout.tree().resolve("gone")).hasContent("foreign");
      assertThat(ground.verify(options)).isEmpty();
    }
  }

  private ExportGround ground(String folder, PublisherOptions publishing) throws IOException {
    return ExportGround.in(temporary.resolve(folder), publishing);
  }

  private static PublisherOptions named(String name) {
    return PublisherOptions.named(name + ".example.org");
  }
}
