package dev.cvmfs.registry.blob;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code Content-Range: bytes first-last/total} (RFC 9110 §14.4).
 *
 * @param first offset of the first byte
 * @param last offset of the last byte
 */
record ContentRange(long first, long last) {
  private static final Pattern FORM =
      Pattern.compile("(?i:bytes)\\s+([0-9]{1,18})-([0-9]{1,18})/(?:[0-9]{1,18}|\\*)");

  static Optional<ContentRange> parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    return matcher.matches()
        ? Optional.of(
            new ContentRange(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))))
        : Optional.empty();
  }
}
