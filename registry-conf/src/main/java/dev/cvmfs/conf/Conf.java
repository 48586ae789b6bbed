package dev.cvmfs.conf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The settings of one run: immutable, each with the place it came from; later assignments win. */
public final class Conf {
  private static final Conf EMPTY = new Conf(Map.of(), List.of());

  private final Map<String, Setting> settings;
  private final List<String> warnings;

  private Conf(Map<String, Setting> settings, List<String> warnings) {
    this.settings = settings;
    this.warnings = warnings;
  }

  public static Conf empty() {
    return EMPTY;
  }

  /**
   * Settings in the order they were read (a later one of the same key wins), and what was odd about
   * them.
   */
  public static Conf of(Collection<Setting> settings, List<String> warnings) {
    Map<String, Setting> byKey = new LinkedHashMap<>();
    for (Setting setting : settings) {
      byKey.put(setting.key(), setting);
    }
    return new Conf(byKey, List.copyOf(warnings));
  }

  /** A configuration made by the program itself, for example from the command line. */
  public static Conf of(Map<String, String> values, String origin) {
    List<Setting> settings = new ArrayList<>();
    values.forEach((key, value) -> settings.add(new Setting(key, value, origin, 0)));
    return of(settings, List.of());
  }

  /** This configuration with another laid over it: the other's settings win. */
  public Conf with(Conf overlay) {
    List<Setting> all = new ArrayList<>(settings.values());
    all.addAll(overlay.settings.values());
    List<String> bothWarnings = new ArrayList<>(warnings);
    bothWarnings.addAll(overlay.warnings);
    return of(all, bothWarnings);
  }

  public Optional<String> get(String key) {
    return setting(key).map(Setting::value);
  }

  public Optional<Setting> setting(String key) {
    return Optional.ofNullable(settings.get(key));
  }

  /** A setting that has a value; one assigned the empty string counts as not set. */
  public Optional<Setting> nonEmpty(String key) {
    return setting(key).filter(setting -> !setting.value().isEmpty());
  }

  /**
   * A setting as a path, or empty if it is not set or set to nothing; a relative one starts at the
   * folder of the file that holds the setting.
   *
   * @throws ConfFailure if no file can have such a name
   */
  public Optional<Path> path(String key) {
    return nonEmpty(key).map(Setting::path);
  }

  /** All settings, in the order their keys were first seen. */
  public Collection<Setting> settings() {
    return List.copyOf(settings.values());
  }

  /** Oddities found while reading, each with file and line; for the user, not an error. */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * A switch in CVMFS's notation: {@code yes, on, 1, true} and {@code no, off, 0, false}, in any
   * case.
   *
   * @throws ConfFailure if the value is neither
   */
  public boolean flag(String key, boolean otherwise) {
    Optional<Setting> setting = setting(key);
    if (setting.isEmpty() || setting.get().value().isEmpty()) {
      return otherwise;
    }
    return switch (setting.get().value().toLowerCase(Locale.ROOT)) {
      case "yes", "on", "1", "true" -> true;
      case "no", "off", "0", "false" -> false;
      default ->
          throw new ConfFailure(
              "%s: %s is '%s', but must be yes or no"
                  .formatted(setting.get().where(), key, setting.get().value()));
    };
  }

  /**
   * A whole number between the two bounds, both included.
   *
   * @throws ConfFailure if the value is not one
   */
  public long number(String key, long otherwise, long least, long most) {
    Optional<Setting> setting = setting(key);
    if (setting.isEmpty() || setting.get().value().isEmpty()) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(setting.get().value());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, together with numbers out of range.
    }
    throw new ConfFailure(
        "%s: %s is '%s', but must be a number from %d to %d"
            .formatted(setting.get().where(), key, setting.get().value(), least, most));
  }
}
