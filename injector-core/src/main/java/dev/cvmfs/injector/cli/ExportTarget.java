package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.ConfFailure;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Where an export goes: {@code KIND:PLACE}, or a folder's path alone. */
sealed interface ExportTarget {

  /**
   * What is to be done for each kind of target.
   *
   * @param <T> what comes of it
   */
  interface Visitor<T> {
    T folder(Folder folder);

    T tar(Tar tar);

    T squashfs(Squashfs squashfs);

    T layout(OciLayout layout);

    T dockerArchive(DockerArchive archive);
  }

  <T> T visit(Visitor<T> visitor);

  /** A folder with the visible trees and their store. */
  record Folder(Path base) implements ExportTarget {
    @Override
    public <T> T visit(Visitor<T> visitor) {
      return visitor.folder(this);
    }
  }

  /**
   * A tar archive.
   *
   * @param file empty for standard output
   */
  record Tar(Optional<Path> file) implements ExportTarget {
    @Override
    public <T> T visit(Visitor<T> visitor) {
      return visitor.tar(this);
    }
  }

  /** A squashfs file system. */
  record Squashfs(Path file) implements ExportTarget {
    @Override
    public <T> T visit(Visitor<T> visitor) {
      return visitor.squashfs(this);
    }
  }

  /**
   * An image in an OCI layout.
   *
   * @param image {@code oci:DIR[:TAG]}
   */
  record OciLayout(String image) implements ExportTarget {
    @Override
    public <T> T visit(Visitor<T> visitor) {
      return visitor.layout(this);
    }
  }

  /** An image in an archive, as {@code docker save} writes it. */
  record DockerArchive(Path file) implements ExportTarget {
    @Override
    public <T> T visit(Visitor<T> visitor) {
      return visitor.dockerArchive(this);
    }
  }

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
      return new Folder(path(text, text));
    }
    String place = text.substring(colon + 1);
    return switch (kind) {
      case "dir" -> new Folder(path(place, text));
      case "tar" -> new Tar(place.equals("-") ? Optional.empty() : Optional.of(path(place, text)));
      case "squashfs" -> new Squashfs(path(place, text));
      case "oci" -> new OciLayout(text);
      case "docker-archive" -> new DockerArchive(path(place, text));
      default ->
          throw new ConfFailure(
              "--to %s: there is no kind of target '%s'; write a folder, dir:FOLDER, tar:FILE, squashfs:FILE, oci:DIR:TAG or docker-archive:FILE"
                  .formatted(text, kind));
    };
  }

  private static Path path(String path, String target) {
    if (path.isEmpty()) {
      throw new ConfFailure("--to %s: a path is missing".formatted(target));
    }
    try {
      return Path.of(path);
    } catch (InvalidPathException e) {
      throw new ConfFailure("--to %s: not a file name (%s)".formatted(path, e.getReason()), e);
    }
  }
}
