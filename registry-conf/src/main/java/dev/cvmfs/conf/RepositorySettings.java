package dev.cvmfs.conf;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Settings as they are meant for one repository, whose name they may ask for. */
record RepositorySettings(Conf conf, String fqrn) {

  /** A setting that is there and not empty: {@code KEY=} takes a default back. */
  Optional<Setting> set(String key) {
    return conf.setting(key).filter(setting -> !setting.value().isEmpty());
  }

  Optional<Path> path(String key) {
    return set(key).map(setting -> resolve(setting, setting.value()));
  }

  /** A path, which counts from the folder of the file that it stands in. */
  Path resolve(Setting setting, String name) {
    try {
      Path base = setting.line() > 0 ? Path.of(setting.origin()) : Path.of("here");
      return base.toAbsolutePath().resolveSibling(filled(name)).normalize();
    } catch (InvalidPathException e) {
      throw new ConfFailure("%s: %s is not a path".formatted(setting.where(), setting.key()), e);
    }
  }

  /** A text with the repository's name put in ({@code @fqrn@}, {@code @org@}). */
  String filled(String template) {
    String organisation = fqrn.substring(0, (fqrn + ".").indexOf('.'));
    return template.replace("@fqrn@", fqrn).replace("@org@", organisation);
  }

  /** Parts without blanks around them, empty ones left out. */
  static Stream<String> split(String value, String separator) {
    return Stream.of(value.split(separator))
        .map(String::trim)
        .filter(Predicate.not(String::isEmpty));
  }
}
