package dev.cvmfs.registry.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.registry.Referrer;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.Failures;
import dev.cvmfs.registry.http.RepositoryEndpoint;
import dev.cvmfs.registry.http.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What refers to an image (its signatures, attestations, lists of parts): manifests whose {@code
 * subject} is the image's manifest (distribution specification, "Listing Referrers").
 *
 * <p>Registries that do not know the end-point have them in an index under the tag {@code
 * sha256-<hex>} of the subject, which clients keep.
 */
public final class Referrers {
  private static final Set<Integer> NOT_SERVED = Set.of(400, 404, 405, 406, 501);
  private static final int ATTEMPTS = 3;

  private final RepositoryEndpoint repository;
  private final Manifests manifests;

  public Referrers(RepositoryEndpoint repository, Manifests manifests) {
    this.repository = repository;
    this.manifests = manifests;
  }

  /** See {@link dev.cvmfs.registry.ImageStore#referrers}. */
  public List<Referrer> list(Digest subject) {
    Request request =
        repository.reading(
            "GET",
            "list what refers to %s@%s".formatted(repository.display(), subject),
            repository.referrers(subject));
    List<Referrer> found = new ArrayList<>();
    try {
      Pages.read(
          repository.exchange(),
          request,
          reply -> {
            if (NOT_SERVED.contains(reply.status())) {
              throw new NotServed();
            }
            if (reply.status() != 200) {
              throw Failures.of(request, reply);
            }
            found.addAll(in(request.purpose(), Json.object(request.purpose(), reply.body())));
          });
      return List.copyOf(found);
    } catch (NotServed e) {
      return byTag(request.purpose(), subject);
    }
  }

  /**
   * Adds a manifest to the list of its subject's referrers, at a registry that does not keep it. Of
   * manifests without a subject nothing is kept.
   *
   * @throws RegistryFailure.Refused if others change the list faster than we can
   */
  public void note(RawManifest manifest) {
    ObjectNode json = Json.object("read the manifest " + manifest.digest(), manifest.bytes());
    Optional<Digest> subject = subject(json);
    if (subject.isEmpty()) {
      return;
    }
    String tag = subject.get().withDash();
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Optional<RawManifest> old = index(tag);
      ObjectNode index =
          old.map(raw -> Json.object("read " + tag, raw.bytes())).orElseGet(Referrers::newIndex);
      if (!add(index, json, manifest)
          || manifests.replace(
              tag,
              old.map(RawManifest::digest),
              new RawManifest(Json.bytes(index), MediaTypes.OCI_INDEX))) {
        return;
      }
    }
    throw new RegistryFailure.Refused(
        "Cannot add %s to the referrers of %s in %s: others change the list all the time; try again"
            .formatted(manifest.digest(), subject.get(), repository.display()));
  }

  /** What a manifest refers to, if it says so. */
  public static Optional<Digest> subject(RawManifest manifest) {
    return subject(Json.object("read the manifest " + manifest.digest(), manifest.bytes()));
  }

  /** How a manifest would be listed. */
  public static Referrer referrer(RawManifest manifest) {
    ObjectNode json = Json.object("read the manifest " + manifest.digest(), manifest.bytes());
    ObjectNode index = newIndex();
    add(index, json, manifest);
    return in("list " + manifest.digest(), index).get(0);
  }

  /** The entries of an index, as referrers. */
  public static List<Referrer> in(String purpose, RawManifest index) {
    return in(purpose, Json.object(purpose, index.bytes()));
  }

  private List<Referrer> byTag(String purpose, Digest subject) {
    return index(subject.withDash()).map(index -> in(purpose, index)).orElse(List.of());
  }

  private Optional<RawManifest> index(String tag) {
    try {
      return Optional.of(manifests.get(tag));
    } catch (RegistryFailure.NotFound e) {
      return Optional.empty();
    }
  }

  private static Optional<Digest> subject(ObjectNode manifest) {
    JsonNode digest = manifest.path("subject").path("digest");
    return digest.isTextual() ? Optional.of(digest(digest.asText())) : Optional.empty();
  }

  private static List<Referrer> in(String purpose, ObjectNode index) {
    if (!index.path("manifests").isArray()) {
      throw new RegistryFailure.Corrupt("Cannot %s: it is not an index".formatted(purpose));
    }
    List<Referrer> referrers = new ArrayList<>();
    for (JsonNode entry : index.path("manifests")) {
      referrers.add(referrer(entry));
    }
    return referrers;
  }

  private static Referrer referrer(JsonNode entry) {
    Map<String, String> annotations = new LinkedHashMap<>();
    entry
        .path("annotations")
        .properties()
        .forEach(field -> annotations.put(field.getKey(), field.getValue().asText()));
    long size = entry.path("size").asLong(-1);
    if (size < 0) {
      throw new RegistryFailure.Corrupt("a list of referrers has an entry without a size");
    }
    return new Referrer(
        new Descriptor(
            entry.path("mediaType").asText(), digest(entry.path("digest").asText()), size),
        entry.path("artifactType").asText(),
        annotations);
  }

  private static Digest digest(String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new RegistryFailure.Corrupt("a list of referrers is unusable: " + e.getMessage());
    }
  }

  private static ObjectNode newIndex() {
    ObjectNode index = Json.empty();
    index.put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_INDEX).putArray("manifests");
    return index;
  }

  /** Adds an entry; returns false if it is there already. */
  private static boolean add(ObjectNode index, ObjectNode json, RawManifest manifest) {
    ArrayNode entries = index.withArray("manifests");
    for (JsonNode entry : entries) {
      if (entry.path("digest").asText().equals(manifest.digest().toString())) {
        return false;
      }
    }
    ObjectNode entry = entries.addObject();
    entry.put("mediaType", manifest.mediaType());
    entry.put("digest", manifest.digest().toString());
    entry.put("size", manifest.bytes().length);
    String type = json.path("artifactType").asText(json.path("config").path("mediaType").asText());
    if (!type.isEmpty()) {
      entry.put("artifactType", type);
    }
    if (json.path("annotations").isObject()) {
      entry.set("annotations", json.path("annotations"));
    }
    return true;
  }

  /** The registry does not know the end-point. */
  private static final class NotServed extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotServed() {
      super("referrers are not served", null, false, false);
    }
  }
}
