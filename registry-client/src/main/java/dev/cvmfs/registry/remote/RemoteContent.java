package dev.cvmfs.registry.remote;

import dev.cvmfs.registry.blob.BlobDownload;
import dev.cvmfs.registry.http.RepositoryEndpoint;
import dev.cvmfs.registry.manifest.Manifests;

/** What one host has of a repository. */
record RemoteContent(Manifests manifests, BlobDownload blobs) {

  static RemoteContent of(RepositoryEndpoint repository) {
    return new RemoteContent(new Manifests(repository), new BlobDownload(repository));
  }
}
