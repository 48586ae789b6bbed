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
    Response first = first(whole);
    return new VerifyingStream(
        resuming(whole, first), descriptor, whole.purpose() + describedEncoding(first));
  }

  /** The same, whose digest is the caller's to check. */
  public InputStream openUnchecked(Descriptor descriptor) {
    BlobRange whole = new BlobRange(repository, descriptor, 0, descriptor.size());
    return resuming(whole, first(whole));
  }

  /**
   * What is behind the first bytes of a blob, whether or not the registry serves ranges; it is not
   * checked against the digest.
   *
   * @param from offset of the first byte, less than {@code to}
   * @param to offset after the last byte, within the blob
   */
  public InputStream openRest(Descriptor descriptor, long from, long to) {
    BlobRange rest = new BlobRange(repository, descriptor, from, to);
    try {
      return resuming(rest, rest.resumedAt(from));
    } catch (IOException e) {
      throw ended(rest.purpose(), e);
    }
  }

  private static Response first(BlobRange whole) {
    Response first = whole.whole();
    long size = whole.descriptor().size();
    Optional<Long> length = first.headers().number("Content-Length");
    if (length.isPresent() && length.get() != size) {
      first.abandon();
      throw new RegistryFailure.Corrupt(
          "Cannot %s: the registry has %d bytes of it, the manifest says %d"
              .formatted(whole.purpose(), length.get(), size));
    }
    return first;
  }

  private InputStream resuming(BlobRange range, Response first) {
    return new ResumingStream(range, first, repository.exchange().retries());
  }

  /** See {@link dev.cvmfs.registry.ImageStore#openRange}. */
  public Optional<InputStream> openRange(Descriptor descriptor, long offset, long length) {
    if (offset < 0 || length < 1 || offset > descriptor.size() - length) {
      throw new IllegalArgumentException(
          "%d bytes from %d on are not within %s".formatted(length, offset, descriptor));
    }
    BlobRange range = new BlobRange(repository, descriptor, offset, offset + length);
    try {
      return range.exactly().map(first -> resuming(range, first));
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

  /** The connection broke where nothing mends it: while it was closed, or bytes were skipped. */
  private static RegistryFailure ended(String purpose, IOException cause) {
    return new RegistryFailure.Transport("Cannot %s: %s".formatted(purpose, cause), cause);
  }
}
