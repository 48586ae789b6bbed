package dev.cvmfs.injector.inject;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrossLinksTest {
  private static final Attributes ANY = new Attributes(0777, 0, 0, Timestamp.EPOCH, Xattrs.NONE);

  private static Specification specification(String text) {
    return Specification.parse(text.getBytes(UTF_8), "test");
  }

  private static Entry link(String path, String target) {
    return new Entry.Symlink(TreePath.of(path), ANY, ByteString.of(target));
  }

  /** What is said of entries of one.example.org; two.example.org has {@code /lib} alone. */
  private static Optional<String> summary(String prefix, Entry... entries) {
    CrossLinks links =
        new CrossLinks(
            prefix,
            Map.of(
                "one.example.org", specification("/*\n"),
                "two.example.org", specification("/lib/*\n")));
    Iterator<Entry> iterator = Arrays.asList(entries).iterator();
    EntryCursor cursor =
        new EntryCursor() {
          @Override
          public boolean hasNext() {
            return iterator.hasNext();
          }

          @Override
          public Entry next() {
            return iterator.next();
          }

          @Override
          public void close() {
            // There is nothing to close.
          }
        };
    try (EntryCursor watched = links.watch("one.example.org", cursor)) {
      watched.forEachRemaining(entry -> {});
    }
    return links.summary();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "../..",
        "../../../etc/passwd",
        "/etc/passwd",
        "/cvmfs",
        "/cvmfs/",
        "/cvmfs/one.example.org/nowhere",
        "/cvmfs/two.example.org",
        "/cvmfs/two.example.org/lib/x",
        "../../two.example.org/lib",
        "../../one.example.org/b",
        "/cvmfs/$(OTHER)/x",
        "..weird"
      })
  void link_thatLeadsSomewhere_orIsNotAboutOtherRepositories_isNotTold(String target) {
    assertThat(summary("cvmfs", link("/a/link", target))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/cvmfs/three.example.org/x, the image has no three.example.org",
    "/cvmfs/./two.example.org/../three.example.org, the image has no three.example.org",
    "../../three.example.org, the image has no three.example.org",
    "../x/../../three.example.org/lib, the image has no three.example.org",
    "/cvmfs/two.example.org/bin, the specification of two.example.org leaves that out",
    "../../two.example.org/bin/../share, the specification of two.example.org leaves that out"
  })
  void link_thatLeadsNowhere_isTold(String target, String why) {
    assertThat(summary("cvmfs", link("/a/link", target)))
        .contains(
            "1 symbolic link in the image leads nowhere: /cvmfs/one.example.org/a/link → %s (%s)"
                .formatted(target, why));
  }

  @Test
  void otherMountPoint_breaksAbsoluteLinks_butNotRelativeOnes() {
    assertThat(summary("opt/sw", link("/a/link", "../../two.example.org/lib"))).isEmpty();
    assertThat(summary("opt/sw", link("/a/link", "/opt/sw/two.example.org/lib"))).isEmpty();
    assertThat(summary("opt/sw", link("/a/link", "/cvmfs/one.example.org/b")))
        .hasValueSatisfying(
            text -> assertThat(text).contains("(repositories are in /opt/sw/ here)"));
  }

  @Test
  void manyLinks_areCountedAndFiveShown() {
    Entry[] links = new Entry[7];
    Arrays.setAll(links, i -> link("/link" + i, "/cvmfs/no.example.org"));

    String text = summary("cvmfs", links).orElseThrow();

    assertThat(text).startsWith("7 symbolic links in the image lead nowhere: ").endsWith("; …");
    assertThat(text).contains("/link4").doesNotContain("/link5");
  }
}
