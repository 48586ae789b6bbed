package dev.cvmfs.injector.archive;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which names files have in an archive: those they have below a directory of the machine that the
 * archive stands for, with another one in front if that is wanted.
 *
 * @param root the directory that the archive is mounted at or unpacked in: {@code /}, {@code
 *     /cvmfs}, or one below that
 * @param prefix what all names begin with besides, without slashes at its ends; often empty
 */
public record ArchivePaths(String root, String prefix) {
  private static final Pattern ROOT = Pattern.compile("/|(/[^/\\x00]+)+");
  private static final Pattern PREFIX = Pattern.compile("([^/\\x00]+(/[^/\\x00]+)*)?");
  private static final String CVMFS = "/cvmfs";

  public ArchivePaths {
    if (!ROOT.matcher(root).matches()
        || !(root.equals("/") || root.equals(CVMFS) || root.startsWith(CVMFS + "/"))) {
      throw new ConfFailure("--root %s: it is /, /cvmfs, or /cvmfs/REPOSITORY".formatted(root));
    }
    if (!PREFIX.matcher(prefix).matches()
        || Arrays.stream(prefix.split("/", -1)).anyMatch(ArchivePaths::isRelative)) {
      throw new ConfFailure(
          "--prefix %s: it is a directory in the archive, such as opt/software".formatted(prefix));
    }
  }

  private static boolean isRelative(String name) {
    return name.equals(".") || name.equals("..");
  }

  /**
   * Refuses a root that not all of these repositories are below.
   *
   * @throws ConfFailure if there is one that is not
   */
  void requireAllBelow(List<String> repositories) {
    for (String fqrn : repositories) {
      String top = CVMFS + "/" + fqrn;
      if (!root.equals("/") && !root.equals(CVMFS) && !root.equals(top)) {
        throw new ConfFailure(
            "--root %s: %s is not in there; one archive with several repositories is for / or /cvmfs"
                .formatted(root, top));
      }
    }
  }

  /** Whether the archive's own top is a repository's. */
  boolean topIsRepository() {
    return prefix.isEmpty() && !root.equals("/") && !root.equals(CVMFS);
  }

  /** The directories that are in no repository, the outer ones first. */
  List<ByteString> outside() {
    List<ByteString> directories = new ArrayList<>();
    String path = root.equals("/") ? join(prefix, "cvmfs") : prefix;
    for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      directories.add(ByteString.of(path.substring(0, end)));
    }
    // A repository's own directory is in the repository.
    if (!path.isEmpty() && (root.equals("/") || root.equals(CVMFS))) {
      directories.add(ByteString.of(path));
    }
    return directories;
  }

  private static String join(String first, String second) {
    return first.isEmpty() ? second : first + "/" + second;
  }

  /**
   * The name in the archive.
   *
   * @param visible the name below {@code /}, such as {@code cvmfs/sft.cern.ch/README}
   * @return {@code .} for the archive's own top
   */
  ByteString name(ByteString visible) {
    byte[] bytes = visible.bytes();
    // The root's slash stands for the one between it and the rest.
    int from =
        root.equals("/") ? 0 : Math.min(root.getBytes(StandardCharsets.UTF_8).length, bytes.length);
    byte[] rest = Arrays.copyOfRange(bytes, from, bytes.length);
    byte[] front = prefix.getBytes(StandardCharsets.UTF_8);
    if (front.length == 0) {
      return rest.length == 0 ? ByteString.of(".") : ByteString.of(rest);
    }
    if (rest.length == 0) {
      return ByteString.of(front);
    }
    byte[] name = Arrays.copyOf(front, front.length + 1 + rest.length);
    name[front.length] = '/';
    System.arraycopy(rest, 0, name, front.length + 1, rest.length);
    return ByteString.of(name);
  }
}
