package dev.cvmfs.shrinkwrap.survey;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.client.CvmfsClient;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.RepositoryServer;
import dev.cvmfs.shrinkwrap.publisher.Revision;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A tree, published, served and opened. */
public final class PublishedRepository implements AutoCloseable {
  public static final String FQRN = "survey.example.org";

  private final RepositoryServer server;
  private final CvmfsClient client;
  private final Revision revision;
  private final Snapshot snapshot;

  public PublishedRepository(Tree tree, Path folder) throws IOException {
    RepositoryPublisher publisher =
        new RepositoryPublisher(folder.resolve("published"), PublisherOptions.named(FQRN));
    this.revision = publisher.publish(tree);
    this.server = RepositoryServer.start();
    server.serve(publisher);
    this.client = CvmfsClient.withCache(folder.resolve("cache"));
    Map<String, String> settings =
        Map.of(
            "CVMFS_SERVER_URL", server.urlTemplate(),
            "CVMFS_PUBLIC_KEY", publisher.masterKey().toString());
    this.snapshot = client.open(CvmfsConf.of(Conf.of(settings, "test"), FQRN));
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  /** Whether the catalog that is mounted at a path has been fetched. */
  boolean fetchedCatalog(String mountpoint) {
    String hex = revision.catalog(mountpoint).hex();
    String object = "/data/%s/%sC".formatted(hex.substring(0, 2), hex.substring(2));
    return requests().stream().anyMatch(path -> path.endsWith(object));
  }

  /** Whether any content of files has been fetched. */
  boolean fetchedContent() {
    return revision.objects().values().stream()
        .flatMap(List::stream)
        .map(object -> object.hash().hex())
        .anyMatch(hex -> requests().stream().anyMatch(path -> path.contains(hex.substring(2))));
  }

  private List<String> requests() {
    return server.requests().stream().map(RepositoryServer.Request::path).toList();
  }

  @Override
  public void close() throws IOException {
    snapshot.close();
    client.close();
    server.close();
  }
}
