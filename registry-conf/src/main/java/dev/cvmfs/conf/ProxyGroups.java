package dev.cvmfs.conf;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Reads lists of proxies: groups divided by semicolons, members by bars. */
final class ProxyGroups {
  private final Conf conf;
  private final Map<String, String> environment;

  ProxyGroups(Conf conf, Map<String, String> environment) {
    this.conf = conf;
    this.environment = environment;
  }

  /**
   * The proxies of one setting, then those of another; where there are those, nothing is direct.
   */
  List<List<Optional<URI>>> of(String key, String fallbackKey) {
    List<List<Optional<URI>>> groups = new ArrayList<>(groups(key, false));
    List<List<Optional<URI>>> fallback = groups(fallbackKey, true);
    if (!fallback.isEmpty()) {
      groups = new ArrayList<>(groups(key, true));
      groups.addAll(fallback);
    }
    return groups.isEmpty() ? List.of(List.of(Optional.empty())) : List.copyOf(groups);
  }

  private List<List<Optional<URI>>> groups(String key, boolean withoutDirect) {
    return conf.setting(key)
        .map(this::withEnvironment)
        .map(setting -> groups(setting, withoutDirect))
        .orElse(List.of());
  }

  private static List<List<Optional<URI>>> groups(Setting setting, boolean withoutDirect) {
    return RepositorySettings.split(setting.value(), ";")
        .map(
            group ->
                RepositorySettings.split(group, "\\|")
                    .filter(member -> !(withoutDirect && member.equals("DIRECT")))
                    .map(member -> proxy(setting, member))
                    .toList())
        .filter(Predicate.not(List::isEmpty))
        .toList();
  }

  /** Puts what the environment names in the place of each group {@code auto}. */
  private Setting withEnvironment(Setting setting) {
    String named = environment.getOrDefault("http_proxy", "").trim();
    if (named.isEmpty()) {
      return setting;
    }
    String value =
        RepositorySettings.split(setting.value(), ";")
            .map(group -> group.equals("auto") ? named.replaceAll("/+$", "") : group)
            .collect(Collectors.joining(";"));
    return setting.withValue(value);
  }

  private static Optional<URI> proxy(Setting setting, String member) {
    if (member.equals("DIRECT")) {
      return Optional.empty();
    }
    if (member.equals("auto")) {
      throw new ConfFailure(
          "%s: %s is 'auto', but proxies are not discovered automatically (PAC) here: name one, such as http://squid.example.org:3128, or DIRECT, or set http_proxy in the environment"
              .formatted(setting.where(), setting.key()));
    }
    URI uri = CvmfsNetworkConf.uri(setting, member.contains("://") ? member : "http://" + member);
    if (!List.of("http", "https").contains(String.valueOf(uri.getScheme()))
        || uri.getHost() == null
        || uri.getPort() < 0) {
      // The value may hold a password, so it is not repeated.
      throw new ConfFailure(
          "%s: %s has a proxy that is not of the form http://host:port"
              .formatted(setting.where(), setting.key()));
    }
    return Optional.of(uri);
  }
}
