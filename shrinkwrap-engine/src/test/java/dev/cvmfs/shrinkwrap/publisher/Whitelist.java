package dev.cvmfs.shrinkwrap.publisher;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** The text of {@code .cvmfswhitelist}. */
record Whitelist(String fqrn, Instant created, Instant expires, List<String> fingerprints) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

  Whitelist {
    fingerprints = List.copyOf(fingerprints);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append(TIME.format(created)).append('\n');
    text.append('E').append(TIME.format(expires)).append('\n');
    text.append('N').append(fqrn).append('\n');
    fingerprints.forEach(fingerprint -> text.append(fingerprint).append('\n'));
    return text.toString();
  }
}
