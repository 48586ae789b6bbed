package dev.cvmfs.it;

import dev.cvmfs.shrinkwrap.publisher.ListedEntry;
import dev.cvmfs.shrinkwrap.publisher.Listing;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Lists a folder on disk with everything a layer can carry. The folder is read with GNU tar, whose
 * archive is then taken apart, because Java cannot open names that are not UTF-8, sees no extended
 * attributes but {@code user.}, and because tar finds the hard links, keeps nanoseconds and reads
 * the content in the same pass. Needs root where files are not everybody's to read. Sockets are not
 * listed: tar leaves them out, as layers do; nor is {@code security.selinux}, which a host gives to
 * whatever is unpacked on it.
 */
public final class UnpackedTree {

  private UnpackedTree() {}

  /** All files below the folder, paths relative to it, in path order. */
  public static List<ListedEntry> list(Path folder) throws IOException {
    Path errors = Files.createTempFile("tar", ".txt");
    try {
      Process tar =
          Command.of(RealPart.TAR.path(), "--create", "--format=posix", "--xattrs")
              .and("--xattrs-include=*", "--xattrs-exclude=security.selinux")
              .and("--warning=no-file-ignored")
              // An archive in blocks of one record ends where its end mark ends.
              .and("--blocking-factor=1", "-C", folder.toString(), ".")
              .builder()
              .redirectError(Redirect.to(errors.toFile()))
              .start();
      List<ListedEntry> entries;
      try (InputStream in = new BufferedInputStream(tar.getInputStream())) {
        entries = PaxReader.read(in);
        in.transferTo(OutputStream.nullOutputStream());
      }
      int exitCode = tar.waitFor();
      if (exitCode != 0) {
        throw new IOException(
            "tar of %s ended with %d: %s".formatted(folder, exitCode, Files.readString(errors)));
      }
      return Listing.normalize(entries);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while listing " + folder, e);
    } finally {
      Files.delete(errors);
    }
  }
}
