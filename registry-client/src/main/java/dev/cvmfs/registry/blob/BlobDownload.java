package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.Failures;
import dev.cvmfs.registry.http.Reply;
import dev.cvmfs.registry.http.RepositoryEndpoint;
import dev.cvmfs.registry.http.Request;
import dev.cvmfs.registry.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads blobs of one repository. */
public final class BlobDownload {
  private final RepositoryEndpoint repository;

  public BlobDownload(RepositoryEndpoint repository) {
    this.repository = repository;
  }

  /**
   * Whether the repository has the blob. A refusal counts as no: some registries (Artifactory)
   * answer 403 for what is not there, and what follows will tell.
   */
  public boolean has(Digest digest) {
    Request request =
        repository.reading("HEAD", "look for blob " + display(digest), repository.blob(digest));
    Reply reply = repository.exchange().call(request);
    if (reply.status() == 404 || reply.status() == 403) {
      return false;
    }
    if (reply.status() != 200) {
      throw Failures.of(request, reply);
    }
    return true;
  }

  /** See {@link dev.cvmfs.registry.ImageStore#openBlob}. */
  public InputStream open(Descriptor descriptor) {
    BlobRange whole = new BlobRange(repository, descriptor, 0, descriptor.size());
    Response first = whole.whole();
    Optional<Long> length = first.headers().number("Content-Length");
    if (length.isPresent() && length.get() != descriptor.size()) {
      first.abandon();
      throw new RegistryFailure.Corrupt(
          "Cannot %s: the registry has %d bytes of it, the manifest says %d"
              .formatted(whole.purpose(), length.get(), descriptor.size()));
    }
    return new VerifyingStream(
        new ResumingStream(whole, first, repository.exchange().retries()),
        descriptor,
        whole.purpose() + describedEncoding(first));
  }

  /** See {@link dev.cvmfs.registry.ImageStore#openRange}. */
  public Optional<InputStream> openRange(Descriptor descriptor, long offset, long length) {
    if (offset < 0 || length < 1 || offset > descriptor.size() - length) {
      throw new IllegalArgumentException(
          "%d bytes from %d on are not within %s".formatted(length, offset, descriptor));
    }
    BlobRange range = new BlobRange(repository, descriptor, offset, offset + length);
    try {
      return range
          .exactly()
          .map(first -> new ResumingStream(range, first, repository.exchange().retries()));
    } catch (IOException e) {
      throw ended(range.purpose(), e);
    }
  }

  /** See {@link dev.cvmfs.registry.ImageStore#readBlob}. */
  public byte[] read(Descriptor descriptor, int limit) {
    if (descriptor.size() > limit) {
      throw new RegistryFailure.Corrupt(
          "Cannot read blob %s: it has %d bytes, more than %d"
              .formatted(display(descriptor.digest()), descriptor.size(), limit));
    }
    try (InputStream in = open(descriptor)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw ended("read blob " + display(descriptor.digest()), e);
    }
  }

  /**
   * Object stores label layers as gzip-encoded. We hash what came; the label explains a mismatch.
   */
  private static String describedEncoding(Response response) {
    return response
        .headers()
        .first("Content-Encoding")
        .map(encoding -> " (sent with Content-Encoding " + encoding + ")")
        .orElse("");
  }

  private String display(Digest digest) {
    return repository.display() + "@" + digest;
  }

  /** Only closing a connection can get here; reading mends itself or fails with its own story. */
  private static RegistryFailure ended(String purpose, IOException cause) {
    return new RegistryFailure.Transport("Cannot %s: %s".formatted(purpose, cause), cause);
  }
}
