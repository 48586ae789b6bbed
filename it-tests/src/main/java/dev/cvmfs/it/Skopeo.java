package dev.cvmfs.it;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Copies and inspects images with skopeo. Image names are {@code HOST/NAME:TAG}. */
public final class Skopeo {
  private final List<String> credentials;

  private Skopeo(List<String> credentials) {
    this.credentials = credentials;
  }

  public static Skopeo anonymous() {
    return new Skopeo(List.of());
  }

  public static Skopeo as(String user, String password) {
    return new Skopeo(List.of(user + ":" + password));
  }

  /** Pushes an image of an OCI layout, byte for byte. */
  public void pushLayout(Path layout, String tag, String image) {
    copy("oci:" + layout + ":" + tag, "docker://" + image, "--preserve-digests");
  }

  /**
   * Pushes an image of an OCI layout as a Docker image, for registries that insist on the media
   * type that umoci leaves out of manifests.
   */
  public void pushLayoutAsDocker(Path layout, String tag, String image) {
    copy("oci:" + layout + ":" + tag, "docker://" + image, "--format", "v2s2");
  }

  /** Pushes an image in skopeo's {@code dir:} form, byte for byte. */
  public void pushDirectory(Path directory, String image) {
    copy("dir:" + directory, "docker://" + image, "--preserve-digests");
  }

  /** Pulls an image into an OCI layout; a Docker image is converted. */
  public void pullLayout(String image, Path layout, String tag) {
    copy("docker://" + image, "oci:" + layout + ":" + tag);
  }

  /** Copies from anywhere to anywhere in skopeo's own syntax. */
  public void copy(String from, String to, String... options) {
    Command command = Command.of(RealPart.SKOPEO.path(), "--insecure-policy", "copy", "--quiet");
    command = command.and("--src-tls-verify=false", "--dest-tls-verify=false").and(options);
    for (String credential : credentials) {
      command =
          command.and(from.startsWith("docker:") ? "--src-creds" : "--dest-creds", credential);
    }
    command.and(from, to).run().orThrow();
  }

  /** Gives another name to an image of the same registry, byte for byte. */
  public void tag(String image, String newName) {
    copy("docker://" + image, "docker://" + newName, "--preserve-digests");
  }

  /** The digest of the manifest that an image name stands for. */
  public String digest(String image) {
    return sha256(rawManifest(image));
  }

  /** The manifest's bytes as text. */
  public String rawManifest(String image) {
    return ask("--raw", "docker://" + image);
  }

  /** The image configuration's bytes as text. */
  public String rawConfig(String image) {
    return ask("--config", "--raw", "docker://" + image);
  }

  /** What skopeo tells of an image, as JSON. */
  public String inspect(String image) {
    return ask("docker://" + image);
  }

  private static String sha256(String text) {
    try {
      return "sha256:"
          + HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-256")
                      .digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private String ask(String... arguments) {
    Command command =
        Command.of(RealPart.SKOPEO.path(), "--insecure-policy", "inspect", "--tls-verify=false");
    for (String credential : credentials) {
      command = command.and("--creds", credential);
    }
    return command.and(arguments).run().orThrow().stdout();
  }
}
