package dev.cvmfs.conf;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The repositories a configuration is about: {@code CVMFS_REPOSITORY_NAME}, else the list {@code
 * CVMFS_REPOSITORIES}. Names without a dot get {@code CVMFS_DEFAULT_DOMAIN}, as in CVMFS.
 */
final class RepositoryNames {
  private RepositoryNames() {}

  static List<String> of(Conf conf) {
    Optional<Setting> setting =
        conf.nonEmpty("CVMFS_REPOSITORY_NAME").or(() -> conf.nonEmpty("CVMFS_REPOSITORIES"));
    Set<String> names = new LinkedHashSet<>();
    setting.ifPresent(
        list -> {
          for (String name : list.value().split("[,\\s]+", -1)) {
            if (!name.isEmpty()) {
              names.add(qualified(list, name, conf.nonEmpty("CVMFS_DEFAULT_DOMAIN")));
            }
          }
        });
    return new ArrayList<>(names);
  }

  private static String qualified(Setting list, String name, Optional<Setting> domain) {
    String full =
        name.indexOf('.') < 0 && domain.isPresent() ? name + "." + domain.get().value() : name;
    if (!CvmfsConf.isName(full)) {
      throw new ConfFailure(
          "%s: '%s' is not a fully qualified repository name, such as sft.cern.ch"
              .formatted(list.where(), full));
    }
    return full;
  }
}
