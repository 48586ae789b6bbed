package dev.cvmfs.registry.manifest;

import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.Failures;
import dev.cvmfs.registry.http.Headers;
import dev.cvmfs.registry.http.Reply;
import dev.cvmfs.registry.http.RepositoryEndpoint;
import dev.cvmfs.registry.http.Request;
import dev.cvmfs.registry.http.RequestBody;
import dev.cvmfs.registry.http.Retries;
import dev.cvmfs.registry.http.Statuses;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The manifests of one repository. */
public final class Manifests {
  private static final Logger LOG = LoggerFactory.getLogger(Manifests.class);
  // The specification asks for 4 MiB; indexes of many platforms with annotations come near it.
  private static final int LARGEST = 8 * 1024 * 1024;
  private static final String ACCEPT = String.join(", ", MediaTypes.KNOWN);
  private static final Set<Integer> HEAD_NOT_SERVED = Set.of(400, 405, 406, 501);

  private final RepositoryEndpoint repository;

  public Manifests(RepositoryEndpoint repository) {
    this.repository = repository;
  }

  /** See {@link dev.cvmfs.registry.ImageStore#manifest}. */
  public RawManifest get(String reference) {
    String purpose = "read the manifest of " + display(reference);
    Request request = accepting("GET", purpose, reference);
    Reply reply = repository.exchange().call(request, LARGEST);
    if (reply.status() != 200) {
      throw Failures.of(request, reply);
    }
    return checked(purpose, reference, reply);
  }

  /** See {@link dev.cvmfs.registry.ImageStore#resolve}. */
  public Optional<Digest> resolve(String reference) {
    Request request = accepting("HEAD", "find " + display(reference), reference);
    Reply reply = repository.exchange().call(request);
    if (reply.status() == 404) {
      return Optional.empty();
    }
    if (!reply.isSuccess() && !HEAD_NOT_SERVED.contains(reply.status())) {
      throw Failures.of(request, reply);
    }
    Optional<Digest> digest = reply.isSuccess() ? contentDigest(reply) : Optional.empty();
    return digest.isPresent() ? digest : resolveByGet(reference);
  }

  /**
   * See {@link dev.cvmfs.registry.ImageStore#putManifest}.
   *
   * @return whether the registry says that it has noted what the manifest refers to; those that
   *     know nothing of referrers do not
   */
  public boolean put(String reference, RawManifest manifest) {
    if (reference.contains(":") && !reference.equals(manifest.digest().toString())) {
      throw new IllegalArgumentException(
          "manifest %s cannot be stored as %s".formatted(manifest.digest(), reference));
    }
    Request request = storing(reference, manifest);
    Reply reply = repository.exchange().call(request);
    if (!reply.isSuccess()) {
      throw Failures.of(request, reply);
    }
    checkStored(request, reply, manifest);
    return reply.headers().has("OCI-Subject");
  }

  /**
   * See {@link dev.cvmfs.registry.ImageStore#replaceTag}. The registry API has no compare-and-swap,
   * so the tag is read just before each request that writes it, and after the last: who finds
   * another's image there has lost the race, and will find it when he begins anew. What is left is
   * a gap of one round trip between two writers the first of whom looks before the second writes.
   */
  public boolean replace(String tag, Optional<Digest> expected, RawManifest manifest) {
    Retries retries = repository.exchange().retries();
    Optional<Digest> now = resolve(tag);
    while (now.equals(expected)) {
      Optional<Unsettled> unsettled = putOnce(tag, manifest);
      if (unsettled.isEmpty()) {
        return isKept(tag, expected, manifest);
      }
      boolean again = retries.again(repository.origin(), unsettled.get().answer());
      now = resolve(tag);
      if (now.equals(Optional.of(manifest.digest()))) {
        return true;
      }
      if (!again) {
        throw unsettled.get().failure();
      }
    }
    return false;
  }

  /**
   * A request of which nobody knows what became, or that might do better later.
   *
   * @param answer may ask to wait
   */
  private record Unsettled(RegistryFailure failure, Headers answer) {}

  /** Sends one request, which is not repeated: the tag could have moved meanwhile. */
  private Optional<Unsettled> putOnce(String tag, RawManifest manifest) {
    Request request = storing(tag, manifest).once();
    Reply reply;
    try {
      reply = repository.exchange().call(request);
    } catch (RegistryFailure.Transport e) {
      return Optional.of(new Unsettled(e, Headers.NONE));
    }
    if (Statuses.isTransient(reply.status())) {
      return Optional.of(new Unsettled(Failures.of(request, reply), reply.headers()));
    }
    if (!reply.isSuccess()) {
      throw Failures.of(request, reply);
    }
    checkStored(request, reply, manifest);
    return Optional.empty();
  }

  /** Whether nobody has moved the tag since we did, as far as can be seen. */
  private boolean isKept(String tag, Optional<Digest> before, RawManifest manifest) {
    try {
      Optional<Digest> now = resolve(tag);
      // Some registries answer for a while with what was there before.
      return now.equals(Optional.of(manifest.digest())) || now.equals(before);
    } catch (RegistryFailure e) {
      LOG.warn("{} is stored, but could not be looked at again: {}", display(tag), e.getMessage());
      return true;
    }
  }

  /** See {@link dev.cvmfs.registry.ImageStore#delete}. */
  public void delete(String reference) {
    Request request =
        repository.writing(
            "DELETE", "delete " + display(reference), repository.manifest(reference));
    Reply reply = repository.exchange().call(request);
    if (!reply.isSuccess()) {
      throw Failures.of(request, reply);
    }
  }

  private Request storing(String reference, RawManifest manifest) {
    return repository
        .writing(
            "PUT", "store the manifest of " + display(reference), repository.manifest(reference))
        .header("Content-Type", manifest.mediaType())
        .body(RequestBody.of(manifest.bytes()));
  }

  private static void checkStored(Request request, Reply reply, RawManifest manifest) {
    Optional<Digest> stored = contentDigest(reply);
    if (stored.isPresent() && !stored.get().equals(manifest.digest())) {
      throw Failures.corrupt(
          request.purpose(),
          reply,
          "says it stored %s, not %s".formatted(stored.get(), manifest.digest()));
    }
  }

  private Optional<Digest> resolveByGet(String reference) {
    try {
      return Optional.of(get(reference).digest());
    } catch (RegistryFailure.NotFound e) {
      return Optional.empty();
    }
  }

  private Request accepting(String method, String purpose, String reference) {
    return repository
        .reading(method, purpose, repository.manifest(reference))
        .header("Accept", ACCEPT);
  }

  private static RawManifest checked(String purpose, String reference, Reply reply) {
    if (!reply.isComplete()) {
      throw Failures.corrupt(purpose, reply, "is larger than %d bytes".formatted(LARGEST));
    }
    byte[] body = reply.body();
    Optional<Digest> expected =
        reference.contains(":") ? Optional.of(Digest.parse(reference)) : contentDigest(reply);
    if (expected.isPresent() && !expected.get().matches(expected.get().newHash().digest(body))) {
      throw Failures.corrupt(
          purpose, reply, "has digest %s, not %s".formatted(Digest.sha256(body), expected.get()));
    }
    return new RawManifest(
        body, MediaTypes.settle(purpose, reply.headers().first("Content-Type"), body));
  }

  /** What the registry says the digest is; empty if it does not, or in a way of no use to us. */
  private static Optional<Digest> contentDigest(Reply reply) {
    return reply
        .headers()
        .first("Docker-Content-Digest")
        .map(String::strip)
        .filter(text -> text.matches("sha256:[0-9a-f]{64}"))
        .map(Digest::parse);
  }

  private String display(String reference) {
    return repository.display() + (reference.contains(":") ? "@" : ":") + reference;
  }
}
