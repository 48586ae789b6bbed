package dev.cvmfs.shrinkwrap.campaign;

import dev.cvmfs.shrinkwrap.spec.Rule;
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
  private final Random random;

  public RandomSpecifications(long seed) {
    this.random = new Random(seed);
  }

  /** A specification about some of these paths. */
  public SpecificationFile about(Collection<TreePath> paths) {
    List<TreePath> all = List.copyOf(paths);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    if (random.nextInt(3) == 0) {
      text.writeBytes("/*\n".getBytes(StandardCharsets.US_ASCII));
    }
    for (int rules = random.nextInt(8); rules >= 0; rules--) {
      TreePath path = all.get(random.nextInt(all.size()));
      if (random.nextInt(20) == 0) {
        path = path.child("missing".getBytes(StandardCharsets.US_ASCII));
      }
      Rule.Form[] forms = Rule.Form.values();
      text.writeBytes(Rule.write(forms[random.nextInt(forms.length)], path));
      text.write('\n');
    }
    return Specification.parse(text.toByteArray(), "random.spec");
  }
}
