package dev.cvmfs.shrinkwrap.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnlockerTest {
  private static final Set<PosixFilePermission> LOCKED =
      PosixFilePermissions.fromString("rw-------");

  @TempDir private Path folder;

  /** A locked directory keeps its owner from those inside. */
  @Test
  void nestedDirectories_areLockedAgain_fromTheInsideOut() throws IOException {
    Layout layout = new Layout(folder, folder.resolve(".data"), "r.example.org");
    List<String> names = new ArrayList<>();
    String name = "";
    for (int depth = 0; depth < 12; depth++) {
      name += "/d" + depth * 7919 % 31;
      names.add(name);
    }
    Path top = layout.tree();
    Files.createDirectories(top.resolve(name.substring(1)));
    for (int depth = names.size() - 1; depth >= 0; depth--) {
      Files.setPosixFilePermissions(top.resolve(names.get(depth).substring(1)), LOCKED);
    }
    List<String> locked = new ArrayList<>();
    PosixCalls calls =
        HookedCalls.before(
            "setPermissions",
            arguments -> {
              if ((Integer) arguments[1] == 0600) {
                locked.add(0, arguments[0].toString().substring(top.toString().length()));
              }
            });

    try (Unlocker unlocker = new Unlocker(calls, layout, false)) {
      PresentWalk walk =
          new PresentWalk(calls, layout.visible(TreePath.ROOT), path -> true, unlocker);
      walk.forEachRemaining(file -> assertThat(unlocker.wasUnlocked(TreePath.ROOT)).isFalse());
      assertThat(unlocker.wasUnlocked(TreePath.of(name))).isTrue();
    }

    assertThat(locked).isEqualTo(names);
    assertThat(Files.getPosixFilePermissions(top.resolve(names.get(0).substring(1))))
        .isEqualTo(LOCKED);
  }
}
