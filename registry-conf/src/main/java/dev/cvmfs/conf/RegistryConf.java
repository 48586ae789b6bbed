package dev.cvmfs.conf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a configuration says about registries and images: the {@code OCI_*} settings, checked.
 *
 * @param registry {@code OCI_REGISTRY}: where images named without a host are, {@code
 *     HOST[:PORT][/PATH]}
 * @param insecureHosts {@code OCI_INSECURE}: hosts ({@code HOST[:PORT]}, perhaps with {@code
 *     http://}) that may do without a certificate; {@code yes} stands for the registry's
 * @param caCertificate {@code OCI_CA_CERT}: a PEM file of authorities to trust besides the usual
 * @param auth {@code OCI_AUTH}: who we are
 * @param destinationTag {@code OCI_DEST_TAG}: the tag to write to, if not the one that is read
 * @param specification {@code OCI_SPEC}: the specification of the one repository
 * @param specificationFolder {@code OCI_SPEC_DIR}: where each repository has its {@code
 *     <fqrn>.spec}
 * @param garbagePolicy {@code OCI_GC}: what becomes of objects that are no longer referenced
 * @param cache {@code OCI_CACHE}, by default the user's cache folder
 * @param repositories the fully qualified names of the CVMFS repositories, in order; may be empty
 * @param warnings what is odd about these settings, for the user
 */
public record RegistryConf(
    Optional<String> registry,
    Set<String> insecureHosts,
    Optional<Path> caCertificate,
    Optional<RegistryAuth> auth,
    Optional<String> destinationTag,
    Optional<Path> specification,
    Optional<Path> specificationFolder,
    GarbagePolicy garbagePolicy,
    Path cache,
    List<String> repositories,
    List<String> warnings) {
  private static final Pattern HOST = Pattern.compile("(http://)?[A-Za-z0-9._:\\[\\]-]+");
  private static final Pattern REGISTRY =
      Pattern.compile("[A-Za-z0-9._:\\[\\]-]+(/[A-Za-z0-9._/-]*)?");
  private static final Pattern ARCHITECTURE = Pattern.compile("[a-z0-9_]{1,32}");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

  public RegistryConf {
    insecureHosts = Set.copyOf(insecureHosts);
    repositories = List.copyOf(repositories);
    warnings = List.copyOf(warnings);
    if (specification.isPresent() && repositories.size() > 1) {
      throw new ConfFailure(
          "OCI_SPEC (or --spec) is the specification of one repository, but there are %d: %s"
                  .formatted(repositories.size(), String.join(", ", repositories))
              + "\nput each one's into a folder as <repository>.spec and set OCI_SPEC_DIR to it");
    }
  }

  /**
   * Reads and checks the settings.
   *
   * @param environment for {@code OCI_AUTH=env:NAME} and the user's folders
   * @throws ConfFailure if one cannot be used
   */
  public static RegistryConf of(Conf conf, Map<String, String> environment) {
    return of(conf, environment, Optional.empty());
  }

  /**
   * The same.
   *
   * @param login who we are, in place of what {@code OCI_AUTH} says
   */
  public static RegistryConf of(
      Conf conf, Map<String, String> environment, Optional<RegistryAuth.Login> login) {
    List<String> warnings = new ArrayList<>();
    Optional<String> registry = conf.nonEmpty("OCI_REGISTRY").map(RegistryConf::registry);
    return new RegistryConf(
        registry,
        insecureHosts(conf, registry),
        conf.nonEmpty("OCI_CA_CERT").map(RegistryConf::existingFile),
        login
            .<RegistryAuth>map(given -> given)
            .or(() -> conf.nonEmpty("OCI_AUTH").map(new AuthReader(environment, warnings)::read)),
        conf.nonEmpty("OCI_DEST_TAG").map(RegistryConf::tag),
        conf.nonEmpty("OCI_SPEC").map(RegistryConf::existingFile),
        conf.nonEmpty("OCI_SPEC_DIR").map(RegistryConf::existingFolder),
        conf.nonEmpty("OCI_GC").map(GarbagePolicy::of).orElse(GarbagePolicy.ALWAYS),
        conf.path("OCI_CACHE").orElseGet(() -> UserFolders.of(environment).cache()),
        RepositoryNames.of(conf),
        warnings);
  }

  /**
   * The fully qualified names of the CVMFS repositories that settings name, in order.
   *
   * @throws ConfFailure if one is no such name
   */
  public static List<String> repositories(Conf conf) {
    return RepositoryNames.of(conf);
  }

  /**
   * The file with a repository's specification for images that run on an architecture, or empty if
   * the configuration names none. In the specification folder {@code <fqrn>.<architecture>.spec}
   * goes before {@code <fqrn>.spec}.
   *
   * @throws ConfFailure if the specification folder has neither
   */
  public Optional<Path> specificationFor(String fqrn, Optional<String> architecture) {
    if (specification.isPresent() || specificationFolder.isEmpty()) {
      return specification;
    }
    Path folder = specificationFolder.get();
    Optional<Path> special =
        architecture
            .filter(name -> ARCHITECTURE.matcher(name).matches())
            .map(name -> folder.resolve("%s.%s.spec".formatted(fqrn, name)))
            .filter(Files::exists);
    if (special.isPresent()) {
      return special;
    }
    Path file = folder.resolve(fqrn + ".spec");
    if (!Files.exists(file)) {
      throw new ConfFailure(
          "there is no specification %s for the repository %s (OCI_SPEC_DIR is %s)"
              .formatted(file, fqrn, folder));
    }
    return Optional.of(file);
  }

  private static String registry(Setting setting) {
    String value = setting.value();
    if (value.startsWith("http://")) {
      throw new ConfFailure(
          "%s: write OCI_REGISTRY without http://; if the registry has no TLS, add OCI_INSECURE=yes"
              .formatted(setting.where()));
    }
    String bare = value.replaceFirst("^https://", "").replaceFirst("/+$", "");
    if (!REGISTRY.matcher(bare).matches()) {
      throw new ConfFailure(
          "%s: OCI_REGISTRY is '%s', but must be HOST[:PORT], such as ghcr.io or localhost:5000"
              .formatted(setting.where(), value));
    }
    return bare;
  }

  private static Set<String> insecureHosts(Conf conf, Optional<String> registry) {
    Optional<Setting> setting = conf.nonEmpty("OCI_INSECURE");
    if (setting.isEmpty()) {
      return Set.of();
    }
    if (setting.get().value().matches("(?i)yes|on|1|true|no|off|0|false")) {
      if (!conf.flag("OCI_INSECURE", false)) {
        return Set.of();
      }
      String host =
          registry
              .map(text -> text.replaceFirst("/.*", ""))
              .orElseThrow(
                  () ->
                      new ConfFailure(
                          "%s: OCI_INSECURE=yes means the host of OCI_REGISTRY, which is not set;"
                                  .formatted(setting.get().where())
                              + " set it, or list the hosts in OCI_INSECURE"));
      return Set.of(host);
    }
    Set<String> hosts = new LinkedHashSet<>();
    for (String host : setting.get().value().split("[,\\s]+", -1)) {
      if (!host.isEmpty() && !HOST.matcher(host).matches()) {
        throw new ConfFailure(
            "%s: OCI_INSECURE must be yes, no or a list of HOST[:PORT], but names '%s'"
                .formatted(setting.get().where(), host));
      }
      hosts.add(host);
    }
    hosts.remove("");
    return hosts;
  }

  private static String tag(Setting setting) {
    if (!TAG.matcher(setting.value()).matches()) {
      throw new ConfFailure(
          "%s: '%s' is not a tag (letters, digits, _ . and -, at most 128)"
              .formatted(setting.where(), setting.value()));
    }
    return setting.value();
  }

  private static Path existingFile(Setting setting) {
    Path file = setting.path();
    if (!Files.exists(file) || Files.isDirectory(file)) {
      throw new ConfFailure(
          "%s: %s names %s, which is not a file".formatted(setting.where(), setting.key(), file));
    }
    return file;
  }

  private static Path existingFolder(Setting setting) {
    Path folder = setting.path();
    if (!Files.isDirectory(folder)) {
      throw new ConfFailure(
          "%s: %s names %s, which is not a folder"
              .formatted(setting.where(), setting.key(), folder));
    }
    return folder;
  }
}
