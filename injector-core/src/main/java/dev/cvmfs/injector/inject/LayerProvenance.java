package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.injector.layer.PresentLayer;
import dev.cvmfs.injector.ledger.LedgerEntry;
import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.LayerShape;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.spec.Specification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a layer says in {@code .provenance/<fqrn>/} about how it came to be: {@code src.spec}, the
 * specification, and {@code layer.info}, the options that shaped it. Never a time, a host, a path
 * or a secret: the layer's bytes must not depend on them.
 */
final class LayerProvenance {
  static final String SPECIFICATION = "src.spec";
  static final String INFO = "layer.info";

  private LayerProvenance() {}

  /** Names and contents of the files, sorted. */
  static SortedMap<String, byte[]> files(
      Specification specification, String prefix, LayerShape shape, CvmfsConf conf)
      throws IOException {
    StringBuilder info = new StringBuilder("format : 1\nprefix : " + prefix + "\n");
    shape
        .settings()
        .forEach((key, value) -> info.append(key).append(" : ").append(value).append('\n'));
    if (conf.claimOwnership()) {
      info.append("CVMFS_CLAIM_OWNERSHIP : yes\n");
    }
    if (conf.worldReadable()) {
      info.append("CVMFS_WORLD_READABLE : yes\n");
    }
    if (conf.uidMap().isPresent()) {
      info.append("CVMFS_UID_MAP : ").append(digest(conf.uidMap().get())).append('\n');
    }
    if (conf.gidMap().isPresent()) {
      info.append("CVMFS_GID_MAP : ").append(digest(conf.gidMap().get())).append('\n');
    }
    if (!conf.symlinkVariables().isEmpty()) {
      String variables =
          conf.symlinkVariables().entrySet().stream()
              .map(variable -> variable.getKey() + "=" + variable.getValue())
              .collect(Collectors.joining(" "));
      info.append("CVMFS_SHRINKWRAP_SYMLINK_VARS : ").append(variables).append('\n');
    }
    if (conf.unverified()) {
      info.append("CVMFS_SHRINKWRAP_UNVERIFIED : yes\n");
    }
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(INFO, info.toString().getBytes(StandardCharsets.UTF_8));
    files.put(SPECIFICATION, specification.source());
    return files;
  }

  private static Digest digest(Path file) throws IOException {
    return Digest.sha256(Files.readAllBytes(file));
  }

  /** The specifications that a layer was made with, as the ledger remembers, by repository. */
  static SortedMap<String, byte[]> specifications(LedgerEntry layer) {
    SortedMap<String, byte[]> specifications = new TreeMap<>();
    layer
        .repositories()
        .forEach(
            (fqrn, repository) ->
                Optional.ofNullable(repository.provenance().get(SPECIFICATION))
                    .ifPresent(source -> specifications.put(fqrn, source.bytes())));
    return specifications;
  }

  /** The specifications that a layer was made with, by repository. */
  static SortedMap<String, byte[]> specifications(PresentLayer layer) throws IOException {
    SortedMap<String, byte[]> specifications = new TreeMap<>();
    try (Cursor<TreeItem> tree = layer.tree()) {
      while (tree.hasNext()) {
        TreeItem item = tree.next();
        List<String> path = List.of(item.entry().name().toString().split("/", -1));
        if (path.size() < 2 || !path.get(1).startsWith(".")) {
          // What is about the layer itself comes first, so there is no more of it.
          return specifications;
        }
        if (path.size() == 4
            && path.get(1).equals(".provenance")
            && path.get(3).equals(SPECIFICATION)) {
          specifications.put(path.get(2), item.content().bytes());
        }
      }
    }
    return specifications;
  }
}
