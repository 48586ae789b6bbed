package dev.cvmfs.injector.inject;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Our own statement of what an image was made from: an in-toto statement with a SLSA provenance
 * (version 1), in an artifact that refers to the image (OCI image specification, "Guidelines for
 * Artifact Usage"). It is not signed; whoever wants that signs the artifact.
 *
 * <p>Nothing of a clock or a machine is in it: the same image made from the same gets the same
 * statement.
 */
final class Provenance {
  /** What tells our statements from those of others. */
  static final String ANNOTATION = "dev.cvmfs.shrinkwrap.provenance";

  private static final String VERSION = "1";
  private static final String STATEMENT = "https://in-toto.io/Statement/v1";
  private static final String PREDICATE = "https://slsa.dev/provenance/v1";
  private static final String TYPE = "application/vnd.in-toto+json";
  private static final String EMPTY_TYPE = "application/vnd.oci.empty.v1+json";
  private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
  private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.US_ASCII);
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ImageStore store;

  /**
   * @param store where the new image goes
   */
  Provenance(ImageStore store) {
    this.store = store;
  }

  /**
   * Stores the statement; the image itself need not be there yet.
   *
   * @param image what the new one was made from, by its name and digest
   * @param platforms each new image, if there is an index around several
   * @param repositories what the CVMFS layers were made from
   * @return the digest of the artifact
   */
  Digest attach(
      ImageName image,
      Digest before,
      RawManifest after,
      List<Report.PlatformImage> platforms,
      List<Report.Repository> repositories)
      throws IOException {
    byte[] statement =
        bytes(statement(store.name(), image, before, after, platforms, repositories));
    Descriptor layer = new Descriptor(TYPE, Digest.sha256(statement), statement.length);
    Descriptor empty = new Descriptor(EMPTY_TYPE, Digest.sha256(EMPTY), EMPTY.length);
    store.pushBlob(empty, BlobSource.of(EMPTY));
    store.pushBlob(layer, BlobSource.of(statement));
    RawManifest artifact = new RawManifest(bytes(artifact(empty, layer, after)), MANIFEST_TYPE);
    store.putManifest(artifact.digest().toString(), artifact);
    return artifact.digest();
  }

  private static ObjectNode artifact(Descriptor empty, Descriptor layer, RawManifest subject) {
    ObjectNode manifest =
        JSON.objectNode()
            .put("schemaVersion", 2)
            .put("mediaType", MANIFEST_TYPE)
            .put("artifactType", TYPE);
    manifest.set("config", node(empty));
    ObjectNode statement = node(layer);
    statement.putObject("annotations").put("in-toto.io/predicate-type", PREDICATE);
    manifest.putArray("layers").add(statement);
    manifest.set(
        "subject",
        node(new Descriptor(subject.mediaType(), subject.digest(), subject.bytes().length)));
    manifest
        .putObject("annotations")
        .put(ANNOTATION, VERSION)
        .put("in-toto.io/predicate-type", PREDICATE);
    return manifest;
  }

  private static ObjectNode node(Descriptor descriptor) {
    return JSON.objectNode()
        .put("mediaType", descriptor.mediaType())
        .put("digest", descriptor.digest().toString())
        .put("size", descriptor.size());
  }

  private static ObjectNode statement(
      ImageName result,
      ImageName image,
      Digest before,
      RawManifest after,
      List<Report.PlatformImage> platforms,
      List<Report.Repository> repositories) {
    ObjectNode statement = JSON.objectNode().put("_type", STATEMENT);
    ArrayNode subjects = statement.putArray("subject");
    subjects.addObject().put("name", result.repositoryPath()).set("digest", digest(after.digest()));
    for (Report.PlatformImage one : platforms) {
      subjects
          .addObject()
          .put("name", "%s (%s)".formatted(result.repositoryPath(), one.platform()))
          .set("digest", digest(Digest.parse(one.newDigest())));
    }
    statement.put("predicateType", PREDICATE);
    ObjectNode predicate = statement.putObject("predicate");
    ObjectNode build = predicate.putObject("buildDefinition");
    build.put("buildType", "urn:cvmfs-shrinkwrap:oci:v1");
    build.putObject("externalParameters").put("image", image.repositoryPath());
    ArrayNode materials = build.putArray("resolvedDependencies");
    materials
        .addObject()
        .put("uri", "oci://" + image.repositoryPath() + "@" + before)
        .set("digest", digest(before));
    for (Report.Repository repository : repositories) {
      addRepository(materials, repository);
    }
    predicate.putObject("runDetails").putObject("builder").put("id", "urn:cvmfs-shrinkwrap");
    return statement;
  }

  private static void addRepository(ArrayNode materials, Report.Repository repository) {
    ObjectNode state = materials.addObject().put("uri", "cvmfs://" + repository.fqrn());
    state.set("digest", rootHash(repository.rootHash()));
    state
        .putObject("annotations")
        .put("revision", repository.revision())
        .put("verified", repository.verified());
    materials
        .addObject()
        .put("name", "specification of " + repository.fqrn())
        .set("digest", digest(Digest.parse(repository.specification())));
  }

  /** A root hash says its algorithm behind a dash, unless it is SHA-1. */
  private static ObjectNode rootHash(String text) {
    int dash = text.indexOf('-');
    return dash < 0
        ? JSON.objectNode().put("sha1", text)
        : JSON.objectNode().put(text.substring(dash + 1), text.substring(0, dash));
  }

  private static ObjectNode digest(Digest digest) {
    return JSON.objectNode().put(digest.algorithm(), digest.hex());
  }

  private static byte[] bytes(ObjectNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }
}
