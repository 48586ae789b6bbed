package dev.cvmfs.shrinkwrap.data;

import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Which objects make up a file's content: zeros if it is the one compressed object whose hash names
 * the content, otherwise a digest of their list. A catalog's hash of a whole chunked file is only
 * its word; and as CVMFS hashes the bytes that are stored, a catalog may call an object of another
 * repository uncompressed, which makes another content of the same hash. Files whose contents are
 * not proven to be the same must not become one.
 */
public final class ContentCut {
  public static final int BYTES = 16;

  /** That of content whose name proves it. */
  public static final ByteString WHOLE = ByteString.of(new byte[BYTES]);

  private ContentCut() {}

  public static ByteString of(Entry.RegularFile file) {
    List<ObjectRef> objects = file.objects();
    if (objects.size() == 1 && isWhole(objects.get(0), file.identity())) {
      return WHOLE;
    }
    MessageDigest digest = newSha256();
    for (ObjectRef object : objects) {
      String line =
          object.hash()
              + object.kind().suffix()
              + " "
              + object.compression()
              + " "
              + object.size()
              + "\n";
      digest.update(line.getBytes(StandardCharsets.US_ASCII));
    }
    return ByteString.of(Arrays.copyOf(digest.digest(), BYTES));
  }

  private static boolean isWhole(ObjectRef object, ContentHash identity) {
    return object.compression() == Compression.ZLIB && object.hash().equals(identity);
  }

  /** What tells it apart in names: nothing, or {@code c} and 32 hexadecimal digits. */
  public static String suffix(ByteString cut) {
    return cut.equals(WHOLE) ? "" : "c" + HexFormat.of().formatHex(cut.bytes());
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
