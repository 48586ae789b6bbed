package dev.cvmfs.conf;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The text of configuration files, which is UTF-8, or else ISO 8859-1. */
final class ConfText {
  private ConfText() {}

  /**
   * Decodes a file's contents.
   *
   * @param warnings told if it is not UTF-8
   * @throws ConfFailure if this is not text
   */
  static String decode(byte[] bytes, String origin, List<String> warnings) {
    String text = decodeAny(bytes, origin, warnings);
    if (text.indexOf('\0') >= 0) {
      throw new ConfFailure(origin + " is not a configuration: it is not text");
    }
    return text;
  }

  private static String decodeAny(byte[] bytes, String origin, List<String> warnings) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      warnings.add(origin + ": is not UTF-8, and read as ISO 8859-1");
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }
}
