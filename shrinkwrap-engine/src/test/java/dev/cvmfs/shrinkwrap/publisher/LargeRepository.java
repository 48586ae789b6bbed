package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a signed repository of any number of entries, catalog by catalog, so that neither the tree
 * nor its contents are ever in memory: groups of catalogs ({@code /g0}…, nested catalogs
 * themselves) with release catalogs below ({@code /g0/r0}…), each with directories of a hundred
 * files. The files' objects do not exist: it is there to be walked.
 */
public final class LargeRepository {
  private static final int FILES_IN_A_DIRECTORY = 100;
  private static final Attributes ATTRIBUTES =
      new Attributes(0755, 0, 0, new Timestamp(1_709_294_400, 0), Xattrs.NONE);

  private final Path directory;
  private final PublisherOptions options;
  private final ObjectDirectory objects;
  private long entries;
  private int catalogs;

  private LargeRepository(Path directory, PublisherOptions options) throws IOException {
    this.directory = directory;
    this.options = options;
    this.objects = new ObjectDirectory(directory, options.hash());
  }

  /**
   * What was written.
   *
   * @param entries that a walk over everything gives
   */
  public record Written(Path masterKey, long entries, int catalogs) {}

  /**
   * Writes the repository into a folder.
   *
   * @param groups catalogs in the root catalog
   * @param releases catalogs in each of them
   * @param directories in each of those
   */
  public static Written write(
      Path directory, PublisherOptions options, int groups, int releases, int directories)
      throws IOException, SQLException {
    Files.createDirectories(directory);
    return new LargeRepository(directory, options).write(groups, releases, directories);
  }

  private Written write(int groups, int releases, int directories)
      throws IOException, SQLException {
    List<CatalogContents.Nested> inRoot = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      TreePath group = TreePath.of("/g" + g);
      List<CatalogContents.Nested> inGroup = new ArrayList<>();
      for (int r = 0; r < releases; r++) {
        inGroup.add(release(TreePath.of(group + "/r" + r), directories));
      }
      inRoot.add(catalog(group, mountpoints(group, inGroup), inGroup));
    }
    CatalogContents.Nested root =
        catalog(TreePath.ROOT, mountpoints(TreePath.ROOT, inRoot), inRoot);
    return sign(root);
  }

  private CatalogContents.Nested release(TreePath mountpoint, int directories)
      throws IOException, SQLException {
    List<CatalogRow> rows = new ArrayList<>();
    rows.add(directory(mountpoint, CatalogRow.NESTED_ROOT));
    for (int d = 0; d < directories; d++) {
      TreePath path = TreePath.of(mountpoint + "/d" + d);
      rows.add(directory(path, 0));
      for (int f = 0; f < FILES_IN_A_DIRECTORY; f++) {
        rows.add(file(TreePath.of(path + "/f" + f)));
      }
    }
    return catalog(mountpoint, rows, List.of());
  }

  private static List<CatalogRow> mountpoints(
      TreePath mountpoint, List<CatalogContents.Nested> nested) {
    List<CatalogRow> rows = new ArrayList<>();
    rows.add(directory(mountpoint, mountpoint.isRoot() ? 0 : CatalogRow.NESTED_ROOT));
    nested.forEach(below -> rows.add(directory(below.path(), CatalogRow.NESTED_MOUNTPOINT)));
    return rows;
  }

  private static CatalogRow directory(TreePath path, int flags) {
    return new CatalogRow(
        path,
        0,
        2,
        Optional.empty(),
        4096,
        CatalogRow.TYPE_DIRECTORY | 0755,
        CatalogRow.DIRECTORY | flags,
        ATTRIBUTES,
        ByteString.of(""));
  }

  private static CatalogRow file(TreePath path) {
    // Any hash will do, but equal ones would compress too well.
    ContentHash hash = ObjectHash.of(HashAlgorithm.SHA1, path.toString());
    return new CatalogRow(
        path,
        0,
        1,
        Optional.of(hash),
        5000,
        CatalogRow.TYPE_REGULAR | 0755,
        CatalogRow.FILE,
        ATTRIBUTES,
        ByteString.of(""));
  }

  private CatalogContents.Nested catalog(
      TreePath mountpoint, List<CatalogRow> rows, List<CatalogContents.Nested> nested)
      throws IOException, SQLException {
    byte[] database =
        CatalogDatabase.write(
            directory,
            new CatalogContents(mountpoint, rows, List.of(), nested),
            new CatalogDatabase.Properties(
                1,
                ObjectHash.none(options.hash()),
                options.clock().instant().getEpochSecond(),
                options.ttlSeconds(),
                options.nanoseconds()));
    catalogs++;
    // The mountpoint is in the catalog above as well, and counted there.
    entries += rows.size() - (mountpoint.isRoot() ? 0 : 1);
    return new CatalogContents.Nested(
        mountpoint,
        objects.put(database, ObjectKind.CATALOG).hash(),
        database.length,
        new CatalogStatistics(Map.of(), Map.of()));
  }

  private Written sign(CatalogContents.Nested root) throws IOException {
    RepositoryKeys keys = RepositoryKeys.generate(options.fqrn(), options.clock().instant());
    ContentHash none = ObjectHash.none(options.hash());
    RepositorySignatures signatures = new RepositorySignatures(directory, options, keys);
    signatures.writeManifest(
        new Manifest(
            options.fqrn(),
            root.hash(),
            root.size(),
            1,
            options.ttlSeconds(),
            objects.put(keys.certificatePem(), ObjectKind.CERTIFICATE).hash(),
            none,
            none,
            options.clock().instant().getEpochSecond()));
    signatures.writeWhitelist();
    Path masterKey = directory.resolve(options.fqrn() + ".pub");
    Files.write(masterKey, RepositoryKeys.publicKeyPem(keys.master().getPublic()));
    return new Written(masterKey, entries, catalogs);
  }
}
