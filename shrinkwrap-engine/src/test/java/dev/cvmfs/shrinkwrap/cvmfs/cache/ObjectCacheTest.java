package dev.cvmfs.shrinkwrap.cvmfs.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectCacheTest {
  private static final int SIZE = 1000;

  @TempDir Path folder;

  private static byte[] content(int number) {
    byte[] content = new byte[SIZE];
    content[0] = (byte) number;
    return content;
  }

  private static ObjectName name(int number, ObjectKind kind) {
    return new ObjectName(HashAlgorithm.SHA1.hash(content(number)), kind);
  }

  private void store(ObjectCache cache, int number, ObjectKind kind) throws IOException {
    cache.store(Files.write(folder.resolve("new"), content(number)), name(number, kind));
  }

  private ObjectCache cacheOf(long quota) {
    return new ObjectCache(folder, OptionalLong.of(quota), Clock.systemUTC());
  }

  /** As if the object had been used that long ago. */
  private static void age(ObjectCache cache, int number, Duration age) throws IOException {
    Files.setLastModifiedTime(
        cache.file(name(number, ObjectKind.DATA)), FileTime.from(Instant.now().minus(age)));
  }

  private static List<Integer> present(ObjectCache cache, int count) {
    List<Integer> present = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      if (cache.contains(name(number, ObjectKind.DATA))) {
        present.add(number);
      }
    }
    return present;
  }

  @Test
  void cache_beyondItsQuota_losesWhatWasNotUsedForLongest() throws IOException {
    try (ObjectCache unlimited = new ObjectCache(folder, OptionalLong.empty(), Clock.systemUTC())) {
      for (int number = 0; number < 10; number++) {
        store(unlimited, number, ObjectKind.DATA);
        age(unlimited, number, Duration.ofHours(100 - number));
      }
    }
    ObjectCache cache = cacheOf(6 * SIZE);
    cache.open(name(2, ObjectKind.DATA)).orElseThrow().close();
    store(cache, 10, ObjectKind.DATA);
    cache.close();
    assertThat(present(cache, 11)).containsExactly(2, 6, 7, 8, 9, 10);
  }

  @Test
  void cache_whileItIsFilled_exceedsItsQuotaByATenthAtMost() throws IOException {
    ObjectCache cache = cacheOf(20 * SIZE);
    for (int number = 0; number < 100; number++) {
      store(cache, number, ObjectKind.DATA);
      assertThat(present(cache, 100)).hasSizeLessThanOrEqualTo(23);
    }
    cache.close();
    assertThat(present(cache, 100)).hasSizeBetween(17, 20);
  }

  @Test
  void cache_beyondItsQuotaButOnlyRead_isLeftAlone() throws IOException {
    try (ObjectCache unlimited = new ObjectCache(folder, OptionalLong.empty(), Clock.systemUTC())) {
      store(unlimited, 1, ObjectKind.DATA);
    }
    ObjectCache cache = cacheOf(10);
    cache.open(name(1, ObjectKind.DATA)).orElseThrow().close();
    cache.close();
    assertThat(present(cache, 2)).containsExactly(1);
  }

  private Optional<InputStream> openElsewhere(
      Map<String, String> settings, int number, ObjectKind kind, Compression compression)
      throws IOException {
    LocalObjects local =
        LocalObjects.of(
            CvmfsConf.of(Conf.of(settings, "test"), "x.org"),
            folder.resolve("own"),
            Clock.systemUTC());
    Optional<InputStream> found = local.open(name(number, kind), compression);
    assertThat(local.contains(name(number, kind), compression)).isEqualTo(found.isPresent());
    assertThat(folder.resolve("own")).doesNotExist();
    return found;
  }

  @Test
  void readOnlyCache_isLookedIntoAndNotWrittenTo() throws IOException {
    ObjectCache site = LocalObjects.in(folder.resolve("site")).own();
    store(site, 1, ObjectKind.CATALOG);
    Map<String, String> settings =
        Map.of("OCI_CACHE_READONLY", folder.resolve("none") + ":" + folder.resolve("site"));
    assertThat(openElsewhere(settings, 1, ObjectKind.CATALOG, Compression.ZLIB).orElseThrow())
        .hasBinaryContent(content(1));
    assertThat(openElsewhere(settings, 2, ObjectKind.CATALOG, Compression.ZLIB)).isEmpty();
  }

  @Test
  void readOnlyCache_thatIsDamaged_isNotBelievedAndNotRepaired() throws IOException {
    LocalObjects site = LocalObjects.in(folder.resolve("site"));
    store(site.own(), 1, ObjectKind.DATA);
    Path file = site.own().file(name(1, ObjectKind.DATA));
    Files.writeString(file, "damaged");
    LocalObjects local =
        LocalObjects.of(
            CvmfsConf.of(
                Conf.of(Map.of("OCI_CACHE_READONLY", folder.resolve("site").toString()), "test"),
                "x.org"),
            folder.resolve("own"),
            Clock.systemUTC());
    assertThat(local.open(name(1, ObjectKind.DATA), Compression.ZLIB)).isEmpty();
    assertThat(file).hasContent("damaged");
  }

  @Test
  void alienCache_isUsedOnlyForWhatIsStoredUncompressed() throws IOException {
    ObjectName name = name(1, ObjectKind.CHUNK);
    Path file = folder.resolve("alien").resolve(name.alienPath());
    Files.createDirectories(file.getParent());
    Files.write(file, content(1));
    Map<String, String> settings = Map.of("CVMFS_ALIEN_CACHE", folder.resolve("alien").toString());
    assertThat(openElsewhere(settings, 1, ObjectKind.CHUNK, Compression.NONE).orElseThrow())
        .hasBinaryContent(content(1));
    assertThat(openElsewhere(settings, 1, ObjectKind.CHUNK, Compression.ZLIB)).isEmpty();
  }
}
