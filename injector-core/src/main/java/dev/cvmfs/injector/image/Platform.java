package dev.cvmfs.injector.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What machines an image is for, in the words of the Go compiler (OCI image specification,
 * image-index.md), brought to one form: {@code x86_64} is {@code amd64}, {@code aarch64} is {@code
 * arm64}, and v8 of arm64, which goes without saying, is left out.
 *
 * @param os such as {@code linux}
 * @param architecture such as {@code amd64}
 * @param variant such as {@code v6} of {@code arm}, {@code v3} of {@code amd64}; mostly empty
 */
public record Platform(String os, String architecture, String variant) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9_.]+");
  private static final Map<String, String> OTHER_NAMES =
      Map.of("x86_64", "amd64", "x86-64", "amd64", "aarch64", "arm64", "i386", "386");

  public Platform {
    os = os.toLowerCase(Locale.ROOT);
    String name = architecture.toLowerCase(Locale.ROOT);
    architecture = OTHER_NAMES.getOrDefault(name, name);
    variant = variant.toLowerCase(Locale.ROOT);
    if (architecture.equals("arm64") && variant.equals("v8")) {
      variant = "";
    }
  }

  /**
   * Reads {@code os/architecture} or {@code os/architecture/variant}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static Platform parse(String text) {
    String[] parts = text.toLowerCase(Locale.ROOT).split("/", -1);
    if (parts.length < 2 || parts.length > 3 || !isNamed(parts)) {
      throw new IllegalArgumentException(
          "'%s' is no platform, such as linux/amd64 or linux/arm/v6".formatted(text));
    }
    return new Platform(parts[0], parts[1], parts.length == 3 ? parts[2] : "");
  }

  private static boolean isNamed(String[] parts) {
    for (String part : parts) {
      if (!NAME.matcher(part).matches()) {
        return false;
      }
    }
    return true;
  }

  /** What a descriptor's {@code platform}, or a configuration, says; empty if it says nothing. */
  static Optional<Platform> of(JsonNode node) {
    String os = node.path("os").asText("");
    String architecture = node.path("architecture").asText("");
    return os.isEmpty() && architecture.isEmpty()
        ? Optional.empty()
        : Optional.of(new Platform(os, architecture, node.path("variant").asText("")));
  }

  public boolean isLinux() {
    return os.equals("linux");
  }

  /**
   * Whether an image for the other platform is meant by this one: a platform without a variant
   * means all of its variants.
   */
  public boolean covers(Platform other) {
    return os.equals(other.os)
        && architecture.equals(other.architecture)
        && (variant.isEmpty() || variant.equals(other.usualVariant()));
  }

  /** 32-bit ARM without a variant is v7, as container engines read it. */
  private String usualVariant() {
    return architecture.equals("arm") && variant.isEmpty() ? "v7" : variant;
  }

  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
