package dev.cvmfs.shrinkwrap.cvmfs.trust;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A signed text, the form of manifests and whitelists (signature.cc, {@code ParseLetter}):
 *
 * <pre>
 * text lines
 * --
 * hash of the text lines
 * signature of that hash's text, binary, to the end
 * </pre>
 *
 * The hash covers everything before the two dashes, the newline before them included.
 *
 * @param hashText what the signature signs
 */
// Letters are read once and never compared.
@SuppressWarnings("ArrayRecordComponent")
record Letter(List<String> lines, String hashText, byte[] signature) {
  private static final byte[] SEPARATOR = "\n--\n".getBytes(StandardCharsets.US_ASCII);

  /**
   * Takes a letter apart and checks its hash, but not yet the signature.
   *
   * @param what for messages: "the manifest of x at http://…"
   */
  static Letter parse(String what, byte[] document) {
    int end = indexOf(document, SEPARATOR, 0);
    int hashStart = end + SEPARATOR.length;
    int hashEnd = end < 0 ? -1 : indexOf(document, new byte[] {'\n'}, hashStart);
    if (hashEnd < 0) {
      throw new CvmfsFailure.Data(
          "%s is not one: it carries no signature. It begins with '%s'"
              .formatted(what, beginning(document)));
    }
    byte[] text = Arrays.copyOf(document, end + 1);
    String hashText = ascii(document, hashStart, hashEnd);
    ContentHash hash;
    try {
      hash = ContentHash.parse(hashText);
    } catch (IllegalArgumentException e) {
      throw new CvmfsFailure.Data("%s has no hash where it should have one".formatted(what), e);
    }
    ContentHash actual = hash.algorithm().hash(text);
    if (!actual.equals(hash)) {
      throw new CvmfsFailure.Trust(
          "%s was changed after it was signed: its text hashes to %s, but %s was signed"
              .formatted(what, actual, hash));
    }
    return new Letter(
        ascii(text, 0, text.length).lines().toList(),
        hashText,
        Arrays.copyOfRange(document, hashEnd + 1, document.length));
  }

  /** The text lines of a letter that nobody is going to verify, and which may be unsigned. */
  static List<String> unverifiedLines(byte[] document) {
    int end = indexOf(document, SEPARATOR, 0);
    return ascii(document, 0, end < 0 ? document.length : end).lines().toList();
  }

  private static int indexOf(byte[] bytes, byte[] wanted, int from) {
    for (int i = from; i + wanted.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }

  private static String ascii(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Enough to recognise a login page or a server's error text. */
  private static String beginning(byte[] document) {
    return display(ascii(document, 0, Math.min(document.length, 60)));
  }

  /** For messages: text that nobody has signed, so that it plays no tricks on a terminal. */
  static String display(String text) {
    return ByteString.of(text.substring(0, Math.min(text.length(), 100))).toString();
  }
}
