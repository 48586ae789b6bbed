package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Publishes trees as revisions of one signed repository, in a folder that any static web server can
 * serve as {@code /cvmfs/<fqrn>/}. The folder holds
 *
 * <ul>
 *   <li>{@code .cvmfspublished}, the newest manifest, and {@code r<N>.cvmfspublished}, all of them;
 *   <li>{@code .cvmfswhitelist};
 *   <li>{@code <fqrn>.pub}, the public master key that clients need;
 *   <li>{@code data/}, the objects.
 * </ul>
 *
 * The same trees published in the same order with the same options give the same catalogs. Not safe
 * for use by several threads.
 */
public final class RepositoryPublisher {
  private static final String METAINFO =
      "{\"administrator\": \"nobody\", \"email\": \"nobody@%1$s\", \"organisation\": \"none\","
          + " \"description\": \"%1$s, made for tests\", \"recommended-stratum1s\": [],"
          + " \"custom\": {}}\n";

  private final Path directory;
  private final PublisherOptions options;
  private final RepositoryKeys keys;
  private final ObjectDirectory objects;
  private final ContentHash certificate;
  private final ContentHash metainfo;
  private final List<HistoryDatabase.Tag> tags = new ArrayList<>();
  private Map<TreePath, TreePublication.Built> catalogs = Map.of();
  private ContentHash history;
  private @Nullable Manifest newest;
  private long revision;

  /** Starts a repository without any revision, with keys of its own. */
  public RepositoryPublisher(Path directory, PublisherOptions options) throws IOException {
    this(directory, options, RepositoryKeys.generate(options.fqrn(), options.clock().instant()));
  }

  /** Starts a repository without any revision, with keys that may serve others as well. */
  public RepositoryPublisher(Path directory, PublisherOptions options, RepositoryKeys keys)
      throws IOException {
    this.directory = Files.createDirectories(directory);
    this.options = options;
    this.keys = keys;
    this.objects = new ObjectDirectory(directory, options.hash());
    this.certificate = objects.put(keys.certificatePem(), ObjectKind.CERTIFICATE).hash();
    this.metainfo =
        objects
            .put(
                METAINFO.formatted(options.fqrn()).getBytes(StandardCharsets.UTF_8),
                ObjectKind.METAINFO)
            .hash();
    this.history = ObjectHash.none(options.hash());
    Files.write(masterKey(), RepositoryKeys.publicKeyPem(keys.master().getPublic()));
  }

  /** The folder to serve. */
  public Path directory() {
    return directory;
  }

  public String fqrn() {
    return options.fqrn();
  }

  /** The file with the public master key, PEM. */
  public Path masterKey() {
    return directory.resolve(options.fqrn() + ".pub");
  }

  /** Publishes the tree as the next revision. */
  public Revision publish(Tree tree) throws IOException {
    return publish(tree, "");
  }

  /**
   * Publishes the tree as the next revision.
   *
   * @param tag name of the snapshot; empty for none
   */
  public Revision publish(Tree tree, String tag) throws IOException {
    try {
      return publishChecked(tree, tag);
    } catch (SQLException e) {
      throw new IOException("writing a database of " + options.fqrn() + " failed: " + e, e);
    }
  }

  /** Names a state of another branch, from the next publication on. */
  public void nameOnBranch(String branch, String name, ContentHash root, long revisionThere) {
    tags.add(
        new HistoryDatabase.Tag(
            name, root, revisionThere, now().getEpochSecond(), "on " + branch, 0, branch));
  }

  private Revision publishChecked(Tree tree, String tag) throws IOException, SQLException {
    revision++;
    long time = now().getEpochSecond();
    TreePublication publication =
        new TreePublication(
            tree, directory, objects, options, new TreePublication.Time(revision, time), catalogs);
    TreePublication.Built root = publication.run();
    catalogs = publication.built();
    history = writeHistory(root, tag, time);
    RepositorySignatures signatures = new RepositorySignatures(directory, options, keys);
    newest =
        new Manifest(
            options.fqrn(),
            root.hash(),
            root.size(),
            revision,
            options.ttlSeconds(),
            certificate,
            history,
            metainfo,
            time);
    signatures.writeManifest(newest);
    signatures.writeWhitelist();
    return publication.revision();
  }

  private ContentHash writeHistory(TreePublication.Built root, String tag, long time)
      throws IOException, SQLException {
    List<HistoryDatabase.Tag> all = new ArrayList<>();
    for (HistoryDatabase.Tag old : tags) {
      if (old.name().equals("trunk")) {
        all.add(
            new HistoryDatabase.Tag(
                "trunk-previous",
                old.root(),
                old.revision(),
                old.timestamp(),
                "default undo target",
                old.size(),
                ""));
      } else if (!old.name().equals("trunk-previous")) {
        all.add(old);
      }
    }
    if (!tag.isEmpty()) {
      all.add(
          new HistoryDatabase.Tag(tag, root.hash(), revision, time, "tag " + tag, root.size(), ""));
    }
    all.add(
        new HistoryDatabase.Tag(
            "trunk", root.hash(), revision, time, "current HEAD", root.size(), ""));
    tags.clear();
    tags.addAll(all);
    return objects
        .put(HistoryDatabase.write(directory, options.fqrn(), history, tags), ObjectKind.HISTORY)
        .hash();
  }

  /**
   * Ways to break the trust in the newest revision.
   *
   * @throws IllegalStateException if nothing has been published yet
   */
  public SignatureDamage breakTrust() {
    if (newest == null) {
      throw new IllegalStateException("nothing to break: no revision has been published");
    }
    return new SignatureDamage(directory, options, keys, newest);
  }

  private Instant now() {
    return options.clock().instant();
  }
}
