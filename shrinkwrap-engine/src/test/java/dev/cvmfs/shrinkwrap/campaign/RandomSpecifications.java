package dev.cvmfs.shrinkwrap.campaign;

import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Random;

/** Makes specifications for a tree from a seed: rules about paths that it has, and a few others. */
public final class RandomSpecifications {
  private static final List<String> MARKS = List.of("", "", "", "^", "!");
  private static final List<String> ENDS = List.of("", "/*", "/*", "/");

  private final Random random;

  public RandomSpecifications(long seed) {
    this.random = new Random(seed);
  }

  /** A specification about some of these paths. */
  public SpecificationFile about(Collection<TreePath> paths) {
    List<TreePath> expressible =
        paths.stream().filter(RandomSpecifications::isExpressible).toList();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    if (random.nextInt(3) == 0) {
      text.writeBytes("/*\n".getBytes(StandardCharsets.US_ASCII));
    }
    for (int rules = random.nextInt(8); rules >= 0; rules--) {
      write(MARKS.get(random.nextInt(MARKS.size())), text);
      text.writeBytes(expressible.get(random.nextInt(expressible.size())).bytes());
      write(random.nextInt(20) == 0 ? "/missing" : "", text);
      write(ENDS.get(random.nextInt(ENDS.size())), text);
      text.write('\n');
    }
    return Specification.parse(text.toByteArray(), "random.spec");
  }

  /** The language has no way to write a newline, and a star means something else. */
  private static boolean isExpressible(TreePath path) {
    if (path.isRoot()) {
      return false;
    }
    for (byte b : path.bytes()) {
      if (b == '\n' || b == '*') {
        return false;
      }
    }
    return true;
  }

  private static void write(String ascii, ByteArrayOutputStream text) {
    text.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
  }
}
