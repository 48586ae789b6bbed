package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.ConfFailure;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where an export goes: {@code KIND:PLACE}, or a folder's path alone. */
sealed interface ExportTarget {

  /** A folder with the visible trees and their store. */
  record Folder(Path base) implements ExportTarget {}

  /**
   * Reads what the user wrote.
   *
   * @throws ConfFailure if it is no target
   */
  static ExportTarget parse(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? "dir" : text.substring(0, colon);
    // A path may have a colon, but not before its first slash, unless it says that it is a path.
    if (kind.indexOf('/') >= 0) {
      return folder(text);
    }
    if (!kind.equals("dir")) {
      throw new ConfFailure(
          "--to %s: there is no kind of target '%s'; write a folder, or dir:FOLDER"
              .formatted(text, kind));
    }
    return folder(text.substring(colon + 1));
  }

  private static ExportTarget folder(String path) {
    if (path.isEmpty()) {
      throw new ConfFailure("--to needs a folder");
    }
    try {
      return new Folder(Path.of(path));
    } catch (InvalidPathException e) {
      throw new ConfFailure("--to %s: not a file name (%s)".formatted(path, e.getReason()), e);
    }
  }
}
