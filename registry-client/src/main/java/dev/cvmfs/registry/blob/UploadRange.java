package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.http.Headers;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of an upload a registry says it has: {@code Range: 0-last}. For nothing at all they
 * write {@code 0-0} (distribution), {@code 0--1} (Gitea) or no field; some write {@code
 * bytes=0-last}.
 */
final class UploadRange {
  private static final Pattern FORM = Pattern.compile("(?:bytes[= ])?\\s*0-(-1|[0-9]{1,18})");

  private UploadRange() {}

  /** Number of bytes, or empty if it does not say, or in a way we do not know. */
  static OptionalLong received(Headers headers) {
    Matcher matcher = FORM.matcher(headers.first("Range").orElse("").strip());
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    long last = Long.parseLong(matcher.group(1));
    // 0-0 could mean one byte, but no registry takes single bytes; all mean none by it.
    return OptionalLong.of(last == 0 ? 0 : last + 1);
  }
}
