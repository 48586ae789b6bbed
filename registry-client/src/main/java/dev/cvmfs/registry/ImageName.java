package dev.cvmfs.registry;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The full name of an image: which registry, which repository there, and which image in it. Text is
 * turned into a name by {@code dev.cvmfs.registry.name.ImageNames}.
 *
 * @param registry the API host, in lower case, with its port if it is not the usual one: {@code
 *     registry-1.docker.io}, {@code localhost:5000}, {@code [::1]:5000}; or {@link #LAYOUT} for an
 *     OCI image layout on disk
 * @param repository the lower-case path below the host: {@code root/root-demo}; or the layout's
 *     directory
 * @param tag the tag; empty only where a digest alone was given
 * @param digest the digest the image must have, if one was given
 */
public record ImageName(
    String registry, String repository, Optional<String> tag, Optional<Digest> digest) {

  /** The tag that is meant where neither tag nor digest is given. */
  public static final String DEFAULT_TAG = "latest";

  /** What stands in place of a registry where images are in a directory. */
  public static final String LAYOUT = "oci:";

  private static final Pattern REPOSITORY =
      Pattern.compile(
          "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

  public ImageName {
    if (registry.isEmpty()
        || registry.contains("/")
        || !registry.equals(registry.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("not a registry host: '" + registry + "'");
    }
    boolean usable =
        registry.equals(LAYOUT)
            ? !repository.isEmpty() && repository.indexOf('\0') < 0
            : repository.length() <= 255 && REPOSITORY.matcher(repository).matches();
    if (!usable) {
      throw new IllegalArgumentException("not a repository name: '" + repository + "'");
    }
    if (tag.isPresent() && !isTag(tag.get())) {
      throw new IllegalArgumentException("not a tag: '" + tag.get() + "'");
    }
    if (tag.isEmpty() && digest.isEmpty()) {
      throw new IllegalArgumentException("neither tag nor digest for " + repository);
    }
  }

  /** Whether a text can be a tag. */
  public static boolean isTag(String text) {
    return TAG.matcher(text).matches();
  }

  /** The name of the image a tag names. */
  public static ImageName ofTag(String registry, String repository, String tag) {
    return new ImageName(registry, repository, Optional.of(tag), Optional.empty());
  }

  /** The name of an image in an OCI image layout. */
  public static ImageName inLayout(Path directory, Optional<String> tag, Optional<Digest> digest) {
    return new ImageName(LAYOUT, directory.toString(), tag, digest);
  }

  /** The directory of the layout, if the image is in one and not in a registry. */
  public Optional<Path> layout() {
    return registry.equals(LAYOUT) ? Optional.of(Path.of(repository)) : Optional.empty();
  }

  /** What to ask the registry for: the digest if there is one, else the tag. */
  public String reference() {
    return digest.map(Digest::toString).or(() -> tag).orElse(DEFAULT_TAG);
  }

  /** The same repository with another tag, and no digest. */
  public ImageName withTag(String newTag) {
    return ofTag(registry, repository, newTag);
  }

  /** Host and path, without tag and digest; or {@code oci:DIR}. */
  public String repositoryPath() {
    return registry.equals(LAYOUT) ? LAYOUT + repository : registry + "/" + repository;
  }

  @Override
  public String toString() {
    return repositoryPath()
        + tag.map(name -> ":" + name).orElse("")
        + digest.map(hash -> "@" + hash).orElse("");
  }
}
