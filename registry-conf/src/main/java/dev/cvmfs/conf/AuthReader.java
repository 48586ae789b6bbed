package dev.cvmfs.conf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads {@code OCI_AUTH}, which is one of
 *
 * <ul>
 *   <li>{@code env:NAME}: an environment variable that holds {@code user:password};
 *   <li>{@code user:password}, best in a file that nobody else can read;
 *   <li>a path (it begins with {@code /} or {@code .}, or has no colon): a file that holds {@code
 *       user:password}, or credentials in Docker's JSON.
 * </ul>
 */
final class AuthReader {
  private static final String ENVIRONMENT = "env:";
  private static final int LARGEST_FILE = 1 << 20;

  private final Map<String, String> environment;
  private final List<String> warnings;

  AuthReader(Map<String, String> environment, List<String> warnings) {
    this.environment = environment;
    this.warnings = warnings;
  }

  RegistryAuth read(Setting setting) {
    String value = setting.value();
    if (value.startsWith(ENVIRONMENT)) {
      return fromEnvironment(setting, value.substring(ENVIRONMENT.length()));
    }
    if (value.startsWith("/") || value.startsWith(".") || value.indexOf(':') < 0) {
      return fromFile(setting);
    }
    Path file = Path.of(setting.origin());
    if (setting.line() > 0 && isReadableByOthers(file)) {
      warnings.add(
          "%s: OCI_AUTH holds a password, and others on this machine can read it; chmod 600 the"
                  .formatted(setting.where())
              + " file, or use OCI_AUTH=env:NAME");
    }
    return login(setting, value, "OCI_AUTH");
  }

  private RegistryAuth fromEnvironment(Setting setting, String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new ConfFailure(
          "%s: OCI_AUTH=env:%s, but the environment variable %s is not set (it must hold user:password)"
              .formatted(setting.where(), name, name));
    }
    return login(setting, value.strip(), "the environment variable " + name);
  }

  private RegistryAuth fromFile(Setting setting) {
    Path file = setting.path();
    String text = text(setting, file);
    if (text.startsWith("{")) {
      return new RegistryAuth.DockerConfig(file);
    }
    if (isReadableByOthers(file)) {
      warnings.add(
          "%s: others on this machine can read the password in %s; chmod 600 it"
              .formatted(setting.where(), file));
    }
    return login(setting, text, file.toString());
  }

  private static String text(Setting setting, Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(LARGEST_FILE), StandardCharsets.UTF_8).strip();
    } catch (NoSuchFileException e) {
      throw new ConfFailure(
          "%s: OCI_AUTH names the file %s, which does not exist (for a login, write user:password)"
              .formatted(setting.where(), file),
          e);
    } catch (IOException e) {
      throw new ConfFailure(
          "%s: OCI_AUTH names the file %s, which cannot be read".formatted(setting.where(), file),
          e);
    }
  }

  private static RegistryAuth login(Setting setting, String text, String place) {
    int colon = text.indexOf(':');
    if (colon <= 0 || text.indexOf('\n') >= 0) {
      throw new ConfFailure(
          "%s: %s does not hold one line user:password".formatted(setting.where(), place));
    }
    return new RegistryAuth.Login(text.substring(0, colon), text.substring(colon + 1));
  }

  private static boolean isReadableByOthers(Path file) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      return permissions.contains(PosixFilePermission.GROUP_READ)
          || permissions.contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      // Not a file of this file system: a preset, a pipe. Then nobody can be warned about it.
      return false;
    }
  }
}
