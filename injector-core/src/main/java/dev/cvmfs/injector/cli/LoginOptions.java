package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.RegistryAuth;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * A login for one run, where it stands neither in a file nor in the list of processes: the password
 * comes through standard input.
 */
final class LoginOptions {
  private static final int LONGEST = 1 << 16;

  @Option(
      names = {"-u", "--username"},
      paramLabel = "USER",
      description = "Who we are at the registry; needs --password-stdin.")
  private Optional<String> user = Optional.empty();

  @Option(
      names = "--password-stdin",
      description =
          "Read the password or token from standard input; without --username: USER:PASSWORD. It is"
              + " used instead of OCI_AUTH.")
  private boolean fromStandardInput;

  private Optional<RegistryAuth.Login> known = Optional.empty();

  /**
   * What was given.
   *
   * @param in standard input
   * @throws ConfFailure if that is no login
   */
  Optional<RegistryAuth.Login> login(InputStream in) {
    if (!fromStandardInput) {
      if (user.isPresent()) {
        throw new ConfFailure(
            "--username needs --password-stdin, through which the password comes");
      }
      return Optional.empty();
    }
    if (known.isEmpty()) {
      known = Optional.of(received(in));
    }
    return known;
  }

  private RegistryAuth.Login received(InputStream in) {
    String text = read(in);
    int colon = text.indexOf(':');
    if (text.isEmpty() || text.indexOf('\n') >= 0 || (user.isEmpty() && colon <= 0)) {
      throw new ConfFailure(
          "--password-stdin: standard input does not hold one line with %s"
              .formatted(user.isPresent() ? "the password" : "USER:PASSWORD"));
    }
    return user.isPresent()
        ? login(user.get(), text)
        : login(text.substring(0, colon), text.substring(colon + 1));
  }

  private static RegistryAuth.Login login(String user, String password) {
    try {
      return new RegistryAuth.Login(user, password);
    } catch (IllegalArgumentException e) {
      throw new ConfFailure("--username: " + e.getMessage(), e);
    }
  }

  private static String read(InputStream in) {
    try {
      return new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8).stripTrailing();
    } catch (IOException e) {
      throw new UncheckedIOException("standard input cannot be read", e);
    }
  }
}
