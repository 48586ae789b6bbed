package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.Setting;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the tags are called that keep what another tag named before: {@code {tag}} stands for that
 * tag, {@code {digest}} for the first twelve digits of the digest that is kept, {@code {time}} for
 * the time at which it was replaced ({@code 20260131T235959Z}).
 */
public final class TagPattern {
  /** Where a rollback looks if the configuration says nothing. */
  public static final TagPattern USUAL = new TagPattern("{tag}-previous");

  private static final String TAG = "{tag}";
  private static final String DIGEST = "{digest}";
  private static final String TIME = "{time}";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final String text;

  private TagPattern(String text) {
    this.text = text;
  }

  /**
   * The pattern of {@code OCI_KEEP_PREVIOUS}, if it is set.
   *
   * @throws ConfFailure if no tag can come out of it
   */
  public static Optional<TagPattern> of(Conf conf) {
    return conf.nonEmpty("OCI_KEEP_PREVIOUS").map(TagPattern::parse);
  }

  private static TagPattern parse(Setting setting) {
    TagPattern pattern = new TagPattern(setting.value());
    String example = pattern.filled("t", Digest.sha256(""), Instant.EPOCH);
    if (!ImageName.isTag(example) || example.equals("t")) {
      throw new ConfFailure(
          "%s: OCI_KEEP_PREVIOUS is '%s', but must be a tag other than the image's own, such as {tag}-previous, {tag}-{digest} or {tag}-{time}"
              .formatted(setting.where(), setting.value()));
    }
    return pattern;
  }

  /** Whether every version gets a tag of its own, so that tags do not move. */
  boolean isOnePerVersion() {
    return text.contains(DIGEST) || text.contains(TIME);
  }

  /**
   * The tag for a version.
   *
   * @param tag what names it until now
   * @param now when it is replaced
   * @throws ConfFailure if that is too long for a tag, or the same one
   */
  String tag(String tag, Digest version, Instant now) {
    String name = filled(tag, version, now);
    if (name.length() > 128 || name.equals(tag)) {
      throw new ConfFailure(
          "OCI_KEEP_PREVIOUS (%s) makes the tag '%s' for %s; choose another that differs from it and has at most 128 characters"
              .formatted(text, name, tag));
    }
    return name;
  }

  private String filled(String tag, Digest version, Instant now) {
    return text.replace(TAG, tag)
        .replace(DIGEST, version.shortHex())
        .replace(TIME, STAMP.format(now));
  }

  /**
   * What a tag of a repository says of the time at which it was replaced, as text that sorts by
   * time; empty text if the pattern has no time in it, and nothing if it is not a tag of this
   * pattern.
   */
  Optional<String> time(String tag, String candidate) {
    String expression =
        Pattern.quote(text)
            .replace(TAG, quotedAgain(tag))
            .replace(DIGEST, "\\E[0-9a-f]{12}\\Q")
            // The first may be named; a second one says the same.
            .replaceFirst(Pattern.quote(TIME), "\\\\E(?<time>[0-9]{8}T[0-9]{6}Z)\\\\Q")
            .replace(TIME, "\\E[0-9]{8}T[0-9]{6}Z\\Q");
    Matcher matcher = Pattern.compile(expression).matcher(candidate);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(text.contains(TIME) ? matcher.group("time") : "");
  }

  private static String quotedAgain(String tag) {
    return "\\E" + Pattern.quote(tag) + "\\Q";
  }

  @Override
  public String toString() {
    return text;
  }
}
