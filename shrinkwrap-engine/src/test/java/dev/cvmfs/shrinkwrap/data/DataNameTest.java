package dev.cvmfs.shrinkwrap.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DataNameTest {
  private static final Timestamp NEW_YEAR = new Timestamp(1_704_067_200, 0);

  /** The two vectors were computed with the original's code. */
  @Test
  void metaHash_ofPlainFiles_isTheOriginals() {
    assertThat(MetaHash.of(attributes(0755, 1000, Xattrs.NONE)))
        .hasToString("60afe9032adb7f81af7fa0eed721287b");
    assertThat(MetaHash.of(attributes(0644, 0, Xattrs.NONE)))
        .hasToString("ec39f54ab7a04aa0bdbb21582e4726e8");
  }

  @Test
  void metaHash_ignoresSpecialBitsAndSelinuxButNotOtherAttributes() {
    MetaHash plain = MetaHash.of(attributes(0755, 0, Xattrs.NONE));
    assertThat(MetaHash.of(attributes(04755, 0, xattr("security.selinux", "label"))))
        .isEqualTo(plain);
    assertThat(MetaHash.of(attributes(0755, 0, xattr("user.a", "b")))).isNotEqualTo(plain);
  }

  /** Those of a folder may be; a catalog has none above 255 bytes. */
  @Test
  void metaHash_ofLongAttributes_tellsThemApart() {
    String name = "user.b";
    String filling = "x".repeat(248);
    Xattrs one = xattrs(Map.of("user.a", "\6\0" + name + filling, name, ""));
    Xattrs other = xattrs(Map.of("user.a", "", name, filling + "\6\0" + name));
    assertThat(MetaHash.of(attributes(0644, 0, one)))
        .isNotEqualTo(MetaHash.of(attributes(0644, 0, other)));
    assertThat(MetaHash.of(attributes(0644, 0, xattr("user.xdg.origin.url", "u".repeat(1000)))))
        .isNotEqualTo(
            MetaHash.of(attributes(0644, 0, xattr("user.xdg.origin.url", "u".repeat(1001)))));
  }

  /** By a hash that Python computed. */
  @Test
  void metaHash_ofAttributesThatFitIntoACatalog_isAsItWas() {
    assertThat(MetaHash.of(attributes(0644, 0, xattr("user.a", "v".repeat(255)))))
        .hasToString("4144ff05ff87ed0d9d2182ed829f799f");
  }

  @Test
  void path_ofEveryAlgorithm_splitsTheHashTwice() {
    MetaHash meta = MetaHash.of(attributes(0644, 0, Xattrs.NONE));
    String hex = "bb60abcc605206264854d97f72524eae6c6652c1";
    assertThat(new DataName(ContentHash.parse(hex), meta, "").path())
        .isEqualTo("bb/60/abcc605206264854d97f72524eae6c6652c1.ec39f54ab7a04aa0bdbb21582e4726e8");
    assertThat(new DataName(ContentHash.parse(hex + "-shake128"), meta, "+1").path())
        .isEqualTo(
            "bb/60/abcc605206264854d97f72524eae6c6652c1-shake128.ec39f54ab7a04aa0bdbb21582e4726e8+1");
  }

  @Test
  void suffix_ofVariants_tellsThemApart() {
    assertThat(DataVariant.of(attributes(0644, 0, Xattrs.NONE)).suffix()).isEqualTo("~1704067200");
    assertThat(new DataVariant(4, "", new Timestamp(-5, 7)).suffix()).isEqualTo("~-5.000000007s4");
    assertThat(DataVariant.of(attributes(0644, 0, xattr("security.selinux", "label"))).suffix())
        .matches("~1704067200x[0-9a-f]{16}");
  }

  @Test
  void suffix_thatNoVariantOrCopyHas_isRefused() {
    MetaHash meta = MetaHash.of(attributes(0644, 0, Xattrs.NONE));
    ContentHash hash = ContentHash.parse("bb60abcc605206264854d97f72524eae6c6652c1");
    String cut = "c" + "0123456789abcdef".repeat(2);
    for (String right :
        List.of("", "+1", "~0", "~-5.000000007s4x0123456789abcdef" + cut + "+12", "~17" + cut)) {
      assertThat(new DataName(hash, meta, right).suffix()).isEqualTo(right);
    }
    for (String wrong :
        List.of(
            "/../../etc/passwd",
            "~1/../x",
            "~1\n7 aa/bb/c",
            "~1\n",
            "~1 ",
            "~",
            "~1s8",
            "~1xABCDEF0123456789",
            "+",
            "c" + "0".repeat(32),
            "~\u0661",
            "\u001b[2J")) {
      assertThatThrownBy(() -> new DataName(hash, meta, wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void cutInASuffix_isNotTakenFromOtherDigits() {
    MetaHash meta = MetaHash.of(attributes(0644, 0, Xattrs.NONE));
    ContentHash hash = ContentHash.parse("bb60abcc605206264854d97f72524eae6c6652c1");
    String labels = "~1704067200.000000001s4xcccccccccccccccc";
    assertThat(new DataName(hash, meta, "").hasCut()).isFalse();
    assertThat(new DataName(hash, meta, labels).hasCut()).isFalse();
    assertThat(new DataName(hash, meta, labels + "+3").hasCut()).isFalse();
    assertThat(new DataName(hash, meta, labels + "c" + "0".repeat(32)).hasCut()).isTrue();
    assertThat(new DataName(hash, meta, "~1c" + "c".repeat(32) + "+3").hasCut()).isTrue();
  }

  /** CVMFS hashes what is stored: the same hash says two things of two ways of storing. */
  @Test
  void cut_ofOneHashStoredInTwoWays_isNotTheSame() {
    ByteString compressed = ContentCut.of(file(Compression.ZLIB, 7));
    ByteString uncompressed = ContentCut.of(file(Compression.NONE, 7));
    assertThat(compressed).isEqualTo(ContentCut.WHOLE);
    assertThat(ContentCut.suffix(compressed)).isEmpty();
    assertThat(uncompressed).isNotEqualTo(ContentCut.WHOLE);
    assertThat(ContentCut.suffix(uncompressed)).matches("c[0-9a-f]{32}");
  }

  private static Entry.RegularFile file(Compression compression, long size) {
    ContentHash hash = ContentHash.parse("bb60abcc605206264854d97f72524eae6c6652c1");
    ObjectRef object = new ObjectRef(hash, ObjectKind.DATA, compression, size);
    return new Entry.RegularFile(
        TreePath.of("/f"), attributes(0644, 0, Xattrs.NONE), size, hash, List.of(object), 0);
  }

  private static Attributes attributes(int permissions, long owner, Xattrs xattrs) {
    return new Attributes(permissions, owner, owner, NEW_YEAR, xattrs);
  }

  private static Xattrs xattr(String name, String value) {
    return xattrs(Map.of(name, value));
  }

  private static Xattrs xattrs(Map<String, String> attributes) {
    Map<byte[], byte[]> map = new TreeMap<>(java.util.Arrays::compareUnsigned);
    attributes.forEach(
        (name, value) ->
            map.put(
                name.getBytes(StandardCharsets.US_ASCII),
                value.getBytes(StandardCharsets.US_ASCII)));
    return Xattrs.of(map);
  }
}
